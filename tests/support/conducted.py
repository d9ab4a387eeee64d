"""What tests see of a round that is conducted: how submissions ended, and what the site was given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.due import Outcome
from harness.journal import read_lines
from harness.record import RunPaths


class Watch:
    """Remembers how submissions ended."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.ends: dict[str, Outcome] = {}
        self.words: list[str] = []

    def moved(self, submission: str, run: RunPaths, errands: Sequence[str]) -> None:
        """Not of interest."""

    def ended(self, submission: str, run: RunPaths, end: Outcome) -> None:
        assert submission not in self.ends
        self.ends[submission] = end

    def said(self, words: str) -> None:
        self.words.append(words)


def sent_while_active(batches: Path) -> list[str]:
    """Keys that were sent to the site while an earlier job of theirs had not ended."""
    active: set[str] = set()
    keys: dict[str, list[str]] = {}
    twice = []
    for line in read_lines(batches):
        if line["event"] == "opened":
            twice += [key for key in line["keys"] if key in active]
            active.update(line["keys"])
            keys[line["batch"]] = line["keys"]
        elif line["event"] == "ended":
            active.discard(line["key"])
        elif line["event"] == "refused":
            active.difference_update(keys[line["batch"]])
    return twice
