"""Rulings that stand, in a round that a test has written by hand."""

from __future__ import annotations

from pathlib import Path

from harness.attest.log import append
from harness.rulings import EVENT, Kind, Ruling


def rule(
    folder: Path, number: int, kind: Kind, submission: str, reason: str = "r", at: str = "2027", takes_back: int = 0
) -> None:
    """Enter a ruling in the log of a round's folder, where it counts from."""
    made = Ruling(number, kind, submission, reason, "the jury", at, takes_back=takes_back)
    append(folder / "log.jsonl", EVENT, made.facts())
