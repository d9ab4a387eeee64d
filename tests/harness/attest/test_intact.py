"""A sealed record by its hashes alone: whole, or what of it is not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.attest.intact import damage
from harness.attest.keys import SigningKey
from harness.attest.sealing import seal

FILES = {
    "submission.json": {},
    "state.json": {"state": "scored"},
    "plan.json": {"hash": "p" * 64, "submission_digest": "d" * 64, "items": []},
    "judging.json": {},
    "estimates.json": {},
    "conditions.json": {},
}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A sealed and signed record."""
    folder = tmp_path / "tiny" / "team" / "one"
    folder.mkdir(parents=True)
    for name, value in FILES.items():
        (folder / name).write_text(json.dumps(value))
    (folder / "completions.jsonl").write_text("")
    (folder / "scores.jsonl").write_text("")
    seal(folder, SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32)))))
    return folder


def test_a_whole_record_has_no_damage(run: Path) -> None:
    """As it was sealed, with a lock beside it; and a record without a seal promises nothing."""
    (run / ".lock").write_text("")
    assert damage(run) == ""
    (run / "seal.json").unlink()
    (run / "scores.jsonl").write_text("x")
    assert damage(run) == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda run: (run / "scores.jsonl").write_text("x"), "scores.jsonl is not as it was sealed"),
        (lambda run: (run / "plan.json").unlink(), "plan.json is not as it was sealed"),
        (lambda run: (run / "more").write_text(""), "more is not as it was sealed"),
        (lambda run: (run / "link").symlink_to("plan.json"), "link: neither a folder nor an ordinary file"),
        (lambda run: (run / "seal.json").write_text("{}\n"), "seal.json: cannot be read (KeyError)"),
        (lambda run: (run / "seal.json").write_text("junk"), "seal.json: the file does not end as it was written"),
        (lambda run: (run / "attestation.json").write_text("{}\n"), "attestation.json: not a DSSE envelope"),
    ],
)
def test_any_change_is_said(run: Path, change: Callable[[Path], object], words: str) -> None:
    """Changed, gone, added, linked, or a seal that is none: each by its name, and never an exception."""
    change(run)
    assert damage(run) == words


def test_a_seal_made_anew_beside_the_old_signature_is_said(run: Path) -> None:
    """Whoever writes hashes that fit an edit has no signature over them."""
    text = (run / "seal.json").read_text().replace('"number":1', '"number":2')
    (run / "seal.json").write_text(text)
    assert damage(run) == "seal.json is not the one that was signed"


def test_another_entrys_record_is_said(run: Path) -> None:
    """A winner's record in another folder is not that entry's."""
    shutil.copytree(run, run.with_name("mine"))
    assert damage(run.with_name("mine")) == "seal.json is of team/one in the round tiny"
