"""What a table says of a round that stops asking what is decided: how it stops, what was asked, what was not tested.

A level at a threshold of which no ladder was climbed is not 0 but None: nobody was asked enough to tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from harness.metrics.ladder import Stopping
from harness.types import Json, ScoreRow
from leaderboard.estimates import core_design
from leaderboard.ranking import Design
from leaderboard.ranking.rows import tally
from leaderboard.ranking.stopped import stopped_certifiable

_LEVELS = {"level_cleared": 0.5, "level_cleared_80": 0.8}


def stopped_round(design: Design, stopping: Stopping, taus: Sequence[float], confidence: float) -> dict[str, Json]:
    """The keys of `round` that such a round has beside the usual ones, and how far right answers get."""
    half, most = stopped_certifiable(design, stopping, taus, confidence).values()
    core = core_design(design, stopping)
    return {
        "certifiable": {"level": half, "level_80": most},
        "stopping": {
            "core": stopping.core,
            "step": stopping.step,
            "alpha": stopping.alpha,
            "thresholds": list(stopping.thresholds),
        },
        "core_items": sum(sum(task.counts) * len(task.languages) for task in core.tasks),
    }


def stopped_row(
    row: Mapping[str, Json], scores: Iterable[ScoreRow], design: Design, stopping: Stopping
) -> dict[str, Json]:
    """A standing with what was asked of each task by level, and without the levels that were not tested."""
    asked: dict[tuple[str, int], int] = defaultdict(int)
    for (task, level, _), (items, _) in tally(scores).items():
        asked[task, level] += items
    levels = {task.name: task.levels for task in design.tasks}
    return {
        **_tested(row, stopping),
        "by_task": {
            name: {
                **_tested(found, stopping),
                "asked": [asked[name, level] for level in range(1, levels[name] + 1)],
                "by_language": {code: _tested(one, stopping) for code, one in found["by_language"].items()},
            }
            for name, found in row["by_task"].items()
        },
    }


def _tested(row: Mapping[str, Json], stopping: Stopping) -> dict[str, Json]:
    untested = {key: None for key, tau in _LEVELS.items() if key in row and tau not in stopping.thresholds}
    return {**row, **untested}
