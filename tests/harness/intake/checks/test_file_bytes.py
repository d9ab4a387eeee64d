from __future__ import annotations

import bz2
import io
import json
import lzma
import pickle
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.intake.magic import TAIL, holds_zip, identify, is_pickle


class Call:
    """Pickles as a call; were anything to load it, the canary would be raised."""

    def __reduce__(self) -> tuple[object, ...]:
        return (exec, ("raise SystemExit('the intake executed a pickle')",))


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Call()))
    return out.getvalue()


def tarred() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("x"))
    return out.getvalue()


def oldest_tar() -> bytes:
    """A tar archive as before POSIX: no mark, only the header's sum."""
    data = bytearray(tarred())
    data[257:265] = bytes(8)
    data[148:156] = b" " * 8
    data[148:156] = f"{sum(data[:512]):06o}\0 ".encode()
    return bytes(data)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("name", ["notes.txt", "chat_template.jinja", "README.md"])
def test_a_pickle_under_another_name_is_refused(entry: Any, protocol: int, name: str) -> None:
    """Every protocol is recognised, the textual ones too, and nothing is executed."""
    entry.manifest["prompting"] = "plain"
    entry.put(name, pickle.dumps(Call(), protocol=protocol))
    assert entry.codes() == ["bytes.pickle"]


def test_a_pickle_named_safetensors_is_refused(entry: Any) -> None:
    """The name of the allowed format protects nothing."""
    entry.put("model.safetensors", pickle.dumps(Call()))
    assert {"bytes.pickle", "safetensors.header"} <= set(entry.codes())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (zipped(), "bytes.archive"),
        (tarred(), "bytes.archive"),
        (b"\x1f\x8b\x08" + bytes(30), "bytes.archive"),
        (bz2.compress(b"x"), "bytes.archive"),
        (lzma.compress(b"x"), "bytes.archive"),
        (zlib.compress(pickle.dumps([1] * 100)), "bytes.archive"),
        (b"a text\n" + zipped(), "bytes.archive"),
        (oldest_tar(), "bytes.archive"),
        (b"\x93NUMPY\x01\x00", "bytes.pickle"),
        (b"\x89HDF\r\n\x1a\n", "bytes.pickle"),
        (b"GGUF\x03\x00\x00\x00", "bytes.gguf"),
        (b"\x7fELF\x02\x01\x01", "bytes.program"),
        (b"#!/bin/sh\nrm -rf /\n", "bytes.program"),
    ],
)
def test_other_disguises_are_refused(entry: Any, content: bytes, code: str) -> None:
    """Archives, GGUF and programs are known by their first bytes."""
    entry.put("notes.txt", content)
    assert entry.codes() == [code]


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json", "chat_template.jinja"])
def test_a_git_lfs_pointer_is_called_one(entry: Any, name: str) -> None:
    """A clone without LFS holds small texts in the place of files: one finding each, which says how to fetch them."""
    entry.put(name, "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 123\n")
    found = [f for f in entry.check().findings if f.where == name]
    assert [f.code for f in found] == ["bytes.lfs"]
    assert "git lfs pull" in found[0].remedy
    entry.files = {}
    assert all(f'"{name}"' not in f.remedy for f in entry.check().findings)  # nobody lists a pointer's hash


def test_sound_safetensors_may_begin_with_any_length(entry: Any) -> None:
    """A header of 640 bytes begins like a pickle of protocol 2 (80 02); a sound file is not refused for it."""
    header = b'{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'.ljust(640)
    entry.put("model.safetensors", (640).to_bytes(8, "little") + header + b"\0")
    entry.manifest["parameters"] = 1
    assert "bytes.pickle" not in entry.codes()
    assert is_pickle((640).to_bytes(8, "little"))


@given(st.text(max_size=400))
def test_no_text_is_taken_for_a_pickle_of_protocol_2(text: str) -> None:
    """UTF-8 text never begins with the protocol mark, and identify never fails."""
    assert identify(text.encode("utf-8", "surrogatepass")) is None or text.startswith(
        ("#!/", "GGUF", "BZh", "PK", "MZ")
    )


@pytest.mark.parametrize("text", ["copyright\nnobody\n", "(c) 2026\nall rights\nRights reserved.", "N.", "I1\n.", "}."])
def test_texts_that_begin_like_opcodes_pass(text: str) -> None:
    """Letters are opcodes too: a licence must not be refused for its first word."""
    assert identify(text.encode()) is None


def test_sound_safetensors_that_are_a_zip_too_are_refused(entry: Any) -> None:
    """The last tensor is an archive, which torch would read from the file's end and unpickle."""
    archive = zipped()
    text = json.dumps({"w": {"dtype": "U8", "shape": [len(archive)], "data_offsets": [0, len(archive)]}}).encode()
    entry.put("model.safetensors", len(text).to_bytes(8, "little") + text + archive)
    entry.manifest["parameters"] = len(archive)
    assert zipfile.is_zipfile(entry.checkpoint / "model.safetensors")
    assert "bytes.archive" in entry.codes()


@given(st.binary(max_size=300), st.binary(max_size=60))
def test_every_zip_is_seen_from_its_end_whatever_comes_before(before: bytes, comment: bytes) -> None:
    """With any beginning and any comment that holds no second mark."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x", b"y")
        archive.comment = comment
    data = before + out.getvalue()
    assert holds_zip(data, len(data))


def test_four_bytes_of_weights_are_no_archive() -> None:
    """The mark alone comes once in 65,000 files of random weights: sizes and the list of parts must fit as well."""
    mark = b"PK\x05\x06"
    for tail in (
        mark,
        mark + bytes(17),
        bytes(100) + mark + bytes(30),
        mark + b"\1" * 18,
        bytes(9) + mark + b"\xff" * 18,
    ):
        assert not holds_zip(tail, len(tail))


def test_a_zip_of_the_large_kind_is_seen(tmp_path: Path) -> None:
    """Zip64 keeps its numbers elsewhere, and 65,536 parts are enough to make one."""
    path = tmp_path / "x"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(1 << 16):
            archive.writestr(f"{number}", b"")
    data = path.read_bytes()
    assert b"PK\x06\x06" in data
    assert holds_zip(data[-TAIL:], len(data))
