"""Sealing: what a seal covers, that it is made once, and how a record is judged again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.attest import log_head, sealing
from harness.attest.errors import AttestationError, SealedError
from harness.attest.keys import SigningKey, new_key, read_signing_key
from harness.attest.log import head, read_log
from harness.attest.sealing import is_sealed, refuse_sealed, reopen, seal
from harness.attest.statement import read_statement, subjects
from harness.canonical import sha256_file, sha256_json

FILES = {
    "submission.json": {"team": "team", "entry": "one"},
    "state.json": {"state": "scored"},
    "plan.json": {"hash": "p" * 64, "submission_digest": "d" * 64, "items": [{"id": "a"}]},
    "judging.json": {"shared": "s"},
    "estimates.json": {},
    "conditions.json": {"hardware": "x"},
}


@pytest.fixture
def key() -> SigningKey:
    return SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A record as a finished run leaves it."""
    folder = tmp_path / "tiny" / "team" / "one"
    folder.mkdir(parents=True)
    for name, value in FILES.items():
        (folder / name).write_text(json.dumps(value))
    (folder / "completions.jsonl").write_text('{"item":"a","text":"x"}\n')
    (folder / "scores.jsonl").write_text('{"item":"a","value":1.0}\n')
    return folder


def test_a_seal_names_every_file(run: Path) -> None:
    """Each file with its SHA-256 and size, Parquet included; neither the lock nor what the tracking server was told."""
    for name in sealing.UNSEALED:
        (run / name).write_text("x")
    (run / "extra").mkdir()
    (run / "extra/canaries.json").write_text("{}")
    content = seal(run)
    wanted = {*FILES, "completions.jsonl", "scores.jsonl", "completions.parquet", "scores.parquet"}
    assert content["files"].keys() == wanted | {"extra/canaries.json"}
    for name, facts in content["files"].items():
        data = (run / name).read_bytes()
        assert facts == {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    assert (content["number"], content["former"], content["submission"]) == (1, None, "team/one")
    assert is_sealed(run)


def test_what_is_signed(run: Path, key: SigningKey) -> None:
    """The statement is over all files and the seal; its predicate says what they were made from and under."""
    (run.parents[1] / "seed.json").write_text('{"commitment":"c"}')
    content = seal(run, key)
    envelope, statement = read_statement(run / "attestation.json")
    assert envelope.signed_by(key.public)
    signed = subjects(statement, "x")
    assert signed == {
        **{name: facts["sha256"] for name, facts in content["files"].items()},
        "seal.json": sha256_file(run / "seal.json"),
    }
    predicate = statement["predicate"]
    assert predicate.pop("harness")
    assert predicate == {
        "round": "tiny",
        "submission": "team/one",
        "submission_digest": "d" * 64,
        "declared": sha256_json(FILES["submission.json"]),
        "plan": "p" * 64,
        "conditions": sha256_json(FILES["conditions.json"]),
        "judging": FILES["judging.json"],
        "seal": 1,
        "log": head(read_log(run.parents[1] / "log.jsonl")),  # the line about this seal included
        "commitment": "c",
    }


def test_the_log_says_that_a_record_is_sealed(run: Path, key: SigningKey) -> None:
    """One line with the seal's hash, under a signed head."""
    seal(run, key)
    (entry,) = read_log(run.parents[1] / "log.jsonl")
    facts = {"submission": "team/one", "number": 1, "seal_sha256": sha256_file(run / "seal.json"), "plan": "p" * 64}
    assert (entry.event, entry.facts) == ("record.sealed", facts)
    assert log_head.read_head(run.parents[1] / "log-head.json")[1]["size"] == 1


def test_a_sealed_record_is_not_sealed_again(run: Path, key: SigningKey) -> None:
    """The same call changes no byte, and adds no line."""
    seal(run, key)
    before = {path: path.read_bytes() for path in run.parents[1].rglob("*") if path.is_file()}
    seal(run, key)
    assert before == {path: path.read_bytes() for path in run.parents[1].rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "step", ["to_parquet", "write_canonical", "write_envelope", "log.append", "log_head.sign_head"]
)
def test_killed_at_any_step_the_same_call_seals(
    run: Path, key: SigningKey, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Whatever was done before a kill is used or done again; in the end there is one seal, one line, one signature."""

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"harness.attest.sealing.{step}", die)
        with pytest.raises(KeyboardInterrupt):
            seal(run, key)
    seal(run, key)
    assert [entry.event for entry in read_log(run.parents[1] / "log.jsonl")] == ["record.sealed"]
    signed = subjects(read_statement(run / "attestation.json")[1], "x")
    assert signed["seal.json"] == sha256_file(run / "seal.json")
    assert log_head.read_head(run.parents[1] / "log-head.json")[1]["size"] == 1


def test_silence_is_not_sealed(run: Path) -> None:
    """An item of the plan without an answer is named, and nothing is written."""
    (run / "plan.json").write_text(json.dumps({**FILES["plan.json"], "items": [{"id": "a"}, {"id": "b"}]}))
    with pytest.raises(AttestationError, match="1 items of the plan have no answer: b"):
        seal(run)
    assert not is_sealed(run)


def test_a_reopening_is_signed_where_there_is_a_key(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log's head covers the line that says so."""
    new_key(tmp_path / "o.key")
    monkeypatch.setenv("DEFI_KEY", str(tmp_path / "o.key"))
    seal(run, read_signing_key(tmp_path / "o.key"))
    reopen(run, "a scorer was mended")
    assert log_head.read_head(run.parents[1] / "log-head.json")[1]["size"] == 2


def test_what_is_not_complete_is_not_sealed(run: Path) -> None:
    """A run that is not scored, or lacks a file, is refused with what it lacks; nothing is written."""
    (run / "judging.json").unlink()
    with pytest.raises(AttestationError, match=r"lacks judging\.json"):
        seal(run)
    (run / "judging.json").write_text("{}")
    (run / "state.json").write_text('{"state":"failed"}')
    with pytest.raises(AttestationError, match="'failed'"):
        seal(run)
    assert not is_sealed(run)
    assert not (run / "scores.parquet").exists()


def test_a_link_is_not_sealed(run: Path) -> None:
    """What a link points at can change without the seal."""
    (run / "link").symlink_to(run / "plan.json")
    with pytest.raises(AttestationError, match="link"):
        seal(run)


def test_leftovers_of_a_killed_writer_are_no_part_of_a_record(run: Path) -> None:
    """Half-written files of our own are taken away; nothing else is."""
    (run / ".scores.jsonl.123.partial").write_text("{")
    (run / "notes.partial").write_text("kept")
    content = seal(run)
    assert not (run / ".scores.jsonl.123.partial").exists()
    assert "notes.partial" in content["files"]


def test_a_sealed_record_refuses_writers(run: Path) -> None:
    """Whoever is about to write is told, before and not after."""
    refuse_sealed(run)
    seal(run)
    with pytest.raises(SealedError, match="never written again"):
        refuse_sealed(run)


def test_judged_again_under_the_next_number(run: Path, key: SigningKey) -> None:
    """The former judgement and its seal are kept, the next seal names their hash, and the log tells the story."""
    seal(run, key)
    first, scores = sha256_file(run / "seal.json"), (run / "scores.jsonl").read_bytes()
    assert reopen(run, "a scorer was mended") == 1
    assert not is_sealed(run)
    assert not (run / "attestation.json").exists()
    (run / "scores.jsonl").write_text('{"item":"a","value":0.0}\n')
    content = seal(run, key)
    assert (content["number"], content["former"]) == (2, {"number": 1, "sha256": first})
    assert sha256_file(run / "seals/1/seal.json") == first
    assert (run / "seals/1/scores.jsonl").read_bytes() == scores
    assert "seals/1/attestation.json" in content["files"]
    log = read_log(run.parents[1] / "log.jsonl")
    assert [entry.event for entry in log] == ["record.sealed", "record.reopened", "record.sealed"]
    assert log[1].facts["reason"] == "a scorer was mended"


def test_only_a_sealed_record_is_reopened(run: Path) -> None:
    """There is nothing to put aside in another."""
    with pytest.raises(AttestationError, match="not sealed"):
        reopen(run, "why not")
