"""Scores of submissions on questions that anybody may read, for the page that shows where they differ."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from harness.types import Json
from leaderboard.ranking.rows import Rows
from leaderboard.site import routes
from leaderboard.site.sources import Sources

_DECIMALS = 4


def outcomes(sources: Sources) -> tuple[dict[str, Json], dict[str, dict[str, Json]]] | None:
    """The questions that anybody may read, by task, and everyone's scores on them; None where there are none.

    A question is `[path of its page, level, language]`, a score a raw one in [0, 1], or null where there is none.
    """
    items = sources.items
    if items is None or not items.tasks:
        return None
    questions: dict[str, Json] = {}
    order: dict[str, list[str]] = {}
    for task in items.tasks:
        shown = list(items.index(task))
        order[task] = [one.id for one in shown]
        questions[task] = [[routes.item_page(one.id), one.level, one.language] for one in shown]
    return questions, {name: _scores(rows, order) for name, _, rows in items.runs}


def _scores(rows: Rows, order: Mapping[str, Sequence[str]]) -> dict[str, Json]:
    """One submission's score on each question, task by task."""
    known = {place[0]: float(value) for place, value in zip(rows.layout.places, rows.values, strict=True)}
    found = {task: [known.get(item, math.nan) for item in ids] for task, ids in order.items()}
    return {
        task: [None if math.isnan(value) else _short(value) for value in values]
        for task, values in found.items()
        if not all(map(math.isnan, values))
    }


def _short(value: float) -> float | int:
    """The same number in as few digits as it needs: most scores are 0 or 1."""
    return int(value) if value.is_integer() else round(value, _DECIMALS)
