"""The statement is somebody's only where a key that was given signed it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.attest.keys import SigningKey, new_key
from harness.verify import Check, verify_record


def told(run: Path, *keys: SigningKey) -> list[Check]:
    report = verify_record(run, [key.public for key in keys])
    return [check for check in report.checks if check.name == "statement"]


def test_with_the_right_key_it_is_the_signers(sealed: Path, organiser: SigningKey) -> None:
    """Signature checked, and files as signed: ok."""
    assert [check.verdict for check in told(sealed, organiser)] == ["ok"]


@pytest.mark.parametrize("given", ["none", "another"])
def test_without_a_checked_signature_nothing_is_called_signed(sealed: Path, tmp_path: Path, given: str) -> None:
    """No key, or one whose owner did not sign: not checked, although the files agree with the statement."""
    keys = [] if given == "none" else [new_key(tmp_path / "another.key")]
    (check,) = [one for one in verify_record(sealed, keys).checks if one.name == "statement"]
    assert check.verdict == "not checked"
    assert "key" in check.words


def test_what_contradicts_it_fails_without_a_key_too(own: Path) -> None:
    """Somebody's statement and the files cannot both be right, whoever signed it."""
    (own / "conditions.json").write_text("{}")
    assert [(check.verdict, check.where) for check in told(own)] == [("failed", "conditions.json")]
