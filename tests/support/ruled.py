"""Rulings that stand, in a round that a test has written by hand."""

from __future__ import annotations

from pathlib import Path

from harness.attest.log import append
from harness.rulings import EVENT, Kind, Ruling


def rule(folder: Path, number: int, kind: Kind, submission: str, reason: str = "r") -> None:
    """Enter a ruling in the log of a round's folder, where it counts from."""
    append(folder / "log.jsonl", EVENT, Ruling(number, kind, submission, reason, "the jury", "2027").facts())
