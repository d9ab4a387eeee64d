"""A run's energy as the public sees it: measured joules, shared out over tasks, and per right answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.types import Completion, Json, ScoreRow
from leaderboard.discretion import pathless
from leaderboard.ranking.rows import as_rows

_UNSAID = "the record says nothing of energy"


def energy_row(
    measured: Mapping[str, Json] | None, completions: Sequence[Completion], scores: Sequence[ScoreRow]
) -> dict[str, Json]:
    """`energy` of a standing, from that of `conditions.json`; what was not measured has no figure anywhere.

    A task's part is the part that its answers have in the seconds of all answers: counters do not know tasks.
    """
    found = measured or {}
    if not found.get("measured"):
        row: dict[str, Json] = dict.fromkeys(("joules", "per_correct", "idle"))
        return {"measured": False, **row, "scope": "none", "by_task": {}, "why": pathless(found.get("why") or _UNSAID)}
    rows = as_rows(scores)
    right = rows.number("right")
    return {
        "measured": True,
        "joules": found["joules"],
        "per_correct": found["joules"] / right if right else None,
        "idle": found["idle"],
        "scope": found["scope"],
        "by_task": shares(found["joules"], completions, rows.layout.task_of),
        "why": "",
    }


def shares(joules: float, completions: Sequence[Completion], tasks: Mapping[str, str]) -> dict[str, float]:
    """Joules by task, in proportion to the seconds of its answers; empty where no answer took any time."""
    seconds: dict[str, float] = {}
    for completion in completions:
        if completion.item in tasks:
            task = tasks[completion.item]
            seconds[task] = seconds.get(task, 0.0) + completion.seconds
    whole = sum(seconds.values())
    return {task: joules * part / whole for task, part in sorted(seconds.items())} if whole > 0 else {}
