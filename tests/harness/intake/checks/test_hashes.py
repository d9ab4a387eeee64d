from __future__ import annotations

from typing import Any


def test_every_wrong_hash_is_its_own_finding(entry: Any) -> None:
    """Two files with another content are two findings, each with both hashes."""
    truth = entry.truth()
    entry.files = truth | {"config.json": "0" * 64, "model.safetensors": "1" * 64}
    found = entry.check().findings
    assert [(f.code, f.where) for f in found] == [("hash.wrong", "config.json"), ("hash.wrong", "model.safetensors")]
    assert truth["config.json"] in found[0].what
    assert "0" * 64 in found[0].what


def test_one_flipped_bit_is_found(entry: Any) -> None:
    """The last bit of the last weight changes the verdict."""
    entry.files = entry.truth()
    path = entry.checkpoint / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert entry.codes() == ["hash.wrong"]


def test_an_upper_case_hash_is_one_finding(entry: Any) -> None:
    """The format is at fault, not the file; the remedy is the hash in lowercase."""
    truth = entry.truth()
    entry.files = truth | {"config.json": truth["config.json"].upper()}
    (found,) = entry.check().findings
    assert (found.code, found.remedy) == ("schema.value", f'write it in lowercase: "{truth["config.json"]}"')


def test_right_hashes_pass(entry: Any) -> None:
    """The truth is no finding."""
    assert entry.codes() == []
