"""Scores to the record's own estimates: means with intervals per task, level and language.

The ranking computes everything again from the scores of all submissions; these are for the team that runs alone,
and for tracking. In a round that stops by itself they are of the core, as all its averages are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from harness.canonical import plain
from harness.metrics.intervals import estimate
from harness.metrics.ladder import Stopping, core_of
from harness.types import Json, ScoreRow

ALL = "all"  # the languages taken together, the tellings of one structure as one cluster


def estimates(rows: Sequence[ScoreRow], stopping: Stopping | None = None) -> dict[str, Json]:
    """`{task: {curve: [{level, language, value, low, high, items, …}]}}`; a cell with nothing scored is left out."""
    rows = core_of(rows, stopping.core) if stopping else rows
    cells: dict[tuple[str, int, str], list[ScoreRow]] = defaultdict(list)
    for row in rows:
        cells[row.task, row.level, row.language].append(row)
        cells[row.task, row.level, ALL].append(row)
    curves: dict[str, Json] = {row.task: {"curve": []} for row in rows}
    for (task, level, language), cell in sorted(cells.items()):
        values = [row.value for row in cell]
        if any(value is not None for value in values):
            found = estimate(values, [row.cluster for row in cell], chance=cell[0].chance)
            curves[task]["curve"].append({"level": level, "language": language, **plain(found)})
    return curves
