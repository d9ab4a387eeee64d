"""Scores item by item: the table of answers from which items are judged and abilities are calibrated.

Shapes: K submissions, I items. Items of one cluster (the tellings of a structure) share one observation's worth of
weight, so that a text told in two languages does not count as two independent proofs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from harness.errors import PublishError
from harness.types import ScoreRow
from leaderboard.ranking.scores import Bools, Floats

Codes = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class ItemKey:
    """What is known of an item without its text."""

    item: str
    task: str
    level: int
    language: str
    cluster: str
    chance: float


@dataclass(frozen=True)
class Responses:
    """Raw scores in [0, 1] of K submissions on I items, (K, I); NaN where missing or unscored."""

    items: tuple[ItemKey, ...]
    values: Floats

    @cached_property
    def scored(self) -> Bools:
        """Whether there is a score, (K, I)."""
        return np.asarray(~np.isnan(self.values))

    @cached_property
    def chance(self) -> Floats:
        """Chance level of each item, (I,)."""
        return np.array([key.chance for key in self.items])

    @cached_property
    def strata(self) -> Codes:
        """Number of each item's task and level, (I,)."""
        return _codes([(key.task, key.level) for key in self.items])

    @cached_property
    def clusters(self) -> Codes:
        """Number of each item's cluster, (I,)."""
        return _codes([(key.task, key.level, key.cluster) for key in self.items])

    @cached_property
    def weights(self) -> Floats:
        """One over the number of items in an item's cluster, (I,)."""
        return np.asarray(1.0 / np.bincount(self.clusters)[self.clusters])

    def select(self, chosen: npt.ArrayLike) -> Responses:
        """The same submissions on some items, given by number or by a mask."""
        places = np.arange(len(self.items))[np.asarray(chosen)]
        return Responses(tuple(self.items[place] for place in places), self.values[:, places])


def gather(submissions: Sequence[Iterable[ScoreRow]]) -> Responses:
    """Line everyone's scores up item by item; several generations of an item are averaged.

    PublishError where two submissions disagree on what an item is.
    """
    keys: dict[str, ItemKey] = {}
    found: list[dict[str, list[float]]] = []
    for rows in submissions:
        values: dict[str, list[float]] = {}
        for row in rows:
            key = ItemKey(row.item, row.task, row.level, row.language, row.cluster, row.chance)
            if keys.setdefault(row.item, key) != key:
                remedy = "score all records with the task's present card: their level, cluster or chance differ"
                raise PublishError("two records describe one item differently", where=row.item, remedy=remedy)
            if row.value is not None:
                values.setdefault(row.item, []).append(row.value)
        found.append(values)
    place = {item: number for number, item in enumerate(keys)}
    table = np.full((len(found), len(place)), np.nan)
    for number, values in enumerate(found):
        for item, scores in values.items():
            table[number, place[item]] = sum(scores) / len(scores)
    return Responses(tuple(keys.values()), table)


def _codes(labels: Sequence[object]) -> Codes:
    """Each label's number, in order of first appearance."""
    seen: dict[object, int] = {}
    return np.array([seen.setdefault(label, len(seen)) for label in labels], dtype=np.intp)
