"""What the organisers decided about submissions, in a round's table: who has no place and why, what was asked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.record import Run
from harness.rulings import OUT, Ruling, ruled_out, voided
from harness.types import Json


def without_place(runs: Sequence[Run], rulings: Sequence[Ruling]) -> list[Run]:
    """The runs; those of withdrawn and disqualified entries with the reason, and without a figure."""
    out = ruled_out(rulings)
    return [_emptied(run, out[run.id]) if run.id in out else run for run in runs]


def _emptied(run: Run, ruling: Ruling) -> Run:
    return replace(run, completions=(), scores=(), state=OUT[ruling.kind], reason=ruling.reason)


def note_voided(table: dict[str, Json], rulings: Sequence[Ruling]) -> dict[str, Json]:
    """Say in a row which of its tasks were voided and asked again, and why; rows without any stay as they are."""
    notes: dict[str, list[dict[str, Json]]] = {}
    for (name, task), ruling in voided(rulings).items():
        notes.setdefault(name, []).append({"task": task, "reason": ruling.reason, "at": ruling.at})
    for row in table["standings"]:
        if row["submission"] in notes:
            row["voided"] = notes[row["submission"]]
    return table
