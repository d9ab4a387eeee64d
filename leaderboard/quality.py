"""How well a round's items did their work, task by task and level by level: counts for people, without any item's name.

Which item is suspected stays with the organisers (`defi items`), as it would point at a question; how many are says how
far a task's figures can be trusted. Contestants' complete records alone count: an oracle is right by the key.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harness.types import Json, ScoreRow
from leaderboard.ranking.items import MINIMUM, RATE, by_group, item_report
from leaderboard.ranking.responses import ItemKey, Responses, gather
from leaderboard.ranking.rows import Rows, as_rows

_COUNTS = ("too_easy", "too_hard", "negative", "key")


def item_quality(entered: Sequence[Sequence[ScoreRow]]) -> dict[str, dict[str, Json]]:
    """Of each task: how many submissions judge its items, and what is counted at each level.

    Empty with fewer than `leaderboard.ranking.items.MINIMUM` submissions: nothing can be said of an item then.
    """
    if len(entered) < MINIMUM:
        return {}
    found: dict[str, dict[str, Json]] = {}
    for group in by_group(item_report(_responses([as_rows(rows) for rows in entered]))):
        task = found.setdefault(group.task, {"submissions": len(entered), "rate": RATE, "levels": []})
        counts = {name: getattr(group, name) for name in _COUNTS}
        figures = {"mean": group.mean, "discrimination": group.discrimination}
        task["levels"].append({"level": group.level, "items": group.items, **counts, **figures})
    return found


def _responses(entered: Sequence[Rows]) -> Responses:
    """Everyone's scores item by item; at once where all have answered the same items in the same order."""
    layout = entered[0].layout
    if any(rows.layout is not layout and rows.layout.places != layout.places for rows in entered):
        return gather(entered)
    if len(set(layout.items.tolist())) < len(layout.places):
        return gather(entered)
    keys = tuple(
        ItemKey(item, task, level, language, cluster, chance)
        for item, task, level, language, cluster, _, chance in layout.places
    )
    return Responses(keys, np.stack([rows.values for rows in entered]))
