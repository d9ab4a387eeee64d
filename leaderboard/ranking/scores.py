"""All submissions' scores as arrays: one stratum for each task and level, its clusters shared by everyone.

Shapes: L languages, C clusters, K submissions. A missing or unscored item adds nothing to a sum nor to a count, so
it leaves the denominator; it is never a zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from harness.errors import PublishError
from harness.types import ScoreRow
from leaderboard.ranking.design import Design, TaskDesign
from leaderboard.ranking.rows import Layout, Pool

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Stratum:
    """One task at one level: independent of every other stratum; its clusters are independent of each other."""

    task: str
    level: int
    languages: tuple[str, ...]
    chance: float
    clusters: tuple[str, ...]  # in the seeded order
    sums: Floats  # (L, C, K) raw scores, added up over the scored items of a cluster
    counts: Floats  # (L, C, K) scored items
    unscored: npt.NDArray[np.int_]  # (L, K) items that were run and not scored
    graded: Bools  # (K,) some score is neither 0 nor 1

    @cached_property
    def items(self) -> Floats:
        """Scored items by language and submission, (L, K)."""
        return np.asarray(self.counts.sum(axis=1))

    @cached_property
    def means(self) -> Floats:
        """Chance-corrected mean of each language, (L, K); NaN where nothing is scored."""
        with np.errstate(invalid="ignore"):
            raw = self.sums.sum(axis=1) / self.items
        return np.asarray((raw - self.chance) / (1.0 - self.chance))

    @cached_property
    def influence(self) -> Floats:
        """What each cluster moves each mean by, (L, C, K): its summed deviations over the items; adds up to 0."""
        corrected = (self.sums - self.chance * self.counts) / (1.0 - self.chance)
        centred = corrected - np.nan_to_num(self.means)[:, None, :] * self.counts
        return np.asarray(centred / np.maximum(self.items, 1.0)[:, None, :])

    @cached_property
    def groups(self) -> Floats:
        """Clusters with any scored item, by submission, (K,)."""
        return np.asarray((self.counts.sum(axis=0) > 0).sum(axis=0), dtype=np.float64)

    @cached_property
    def language_groups(self) -> Floats:
        """Clusters with a scored item in each language, (L, K)."""
        return np.asarray((self.counts > 0).sum(axis=1), dtype=np.float64)

    def select(self, chosen: Sequence[int]) -> Stratum:
        """The same stratum for some submissions."""
        pick = np.asarray(chosen, dtype=np.intp)
        arrays = (self.sums[..., pick], self.counts[..., pick], self.unscored[..., pick], self.graded[pick])
        return Stratum(self.task, self.level, self.languages, self.chance, self.clusters, *arrays)


@dataclass(frozen=True)
class Scores:
    """Every stratum of a round, in the order of its tasks and levels, for K submissions."""

    design: Design
    strata: tuple[Stratum, ...]
    size: int  # K

    @cached_property
    def whole(self) -> Bools:
        """Whether every cell of a submission has a scored item, so that all of its means exist, (K,)."""
        cells = [(stratum.items > 0).all(axis=0) for stratum in self.strata]
        return np.asarray(np.all(cells, axis=0)) if cells else np.zeros(self.size, dtype=np.bool_)

    def select(self, chosen: Sequence[int]) -> Scores:
        """The same round for some submissions."""
        return Scores(self.design, tuple(stratum.select(chosen) for stratum in self.strata), len(chosen))


def assemble(design: Design, submissions: Sequence[Iterable[ScoreRow]]) -> Scores:
    """Line everyone's scores up on the same clusters; several generations of one item are averaged first.

    PublishError when a score belongs to no cell of the round, or was corrected for another chance level.
    """
    pool = Pool()
    groups: dict[Layout, list[int]] = {}  # submissions whose rows are of the same items
    found = [pool.rows(rows) for rows in submissions]
    for number, rows in enumerate(found):
        groups.setdefault(rows.layout, []).append(number)
    for layout in groups:
        _check(design, layout)
    parts = [
        (layout, np.array(numbers), _values(layout, np.stack([found[number].values for number in numbers], axis=1)))
        for layout, numbers in groups.items()
    ]
    strata = (
        _stratum(task, level, parts, len(submissions)) for task in design.tasks for level in range(1, task.levels + 1)
    )
    return Scores(design, tuple(strata), len(submissions))


def _check(design: Design, layout: Layout) -> None:
    tasks = {task.name: task for task in design.tasks}
    for (name, level, language, chance), rows in layout.cells.items():
        task, where = tasks.get(name), layout.places[rows[0]][0]
        if task is None or not 1 <= level <= task.levels or language not in task.languages:
            raise PublishError(
                f"a score of {name}, level {level}, {language} is not part of this round",
                where=where,
                remedy="publish with the round's own frozen.json; its tasks are " + ", ".join(sorted(tasks)),
            )
        expected = task.chance[level - 1]
        if abs(chance - expected) > 1e-9:
            raise PublishError(
                f"scored with chance {chance}, but the round's card says {expected}",
                where=where,
                remedy="score the record again with the task's present card",
            )


def _values(layout: Layout, values: Floats) -> Floats:
    """Scores of each row, (rows, K); of an item with several generations their mean, in its first row alone.

    NaN is unscored; rows that count for nothing are -1.
    """
    again = np.flatnonzero(layout.items != np.arange(len(layout.items)))
    if not len(again):
        return values
    sums, counts = np.zeros_like(values), np.zeros_like(values)
    np.add.at(sums, layout.items, np.nan_to_num(values))
    np.add.at(counts, layout.items, ~np.isnan(values))
    with np.errstate(invalid="ignore"):
        means = sums / counts
    means[again] = -1.0
    return np.asarray(means)


def _stratum(
    task: TaskDesign, level: int, parts: Sequence[tuple[Layout, npt.NDArray[np.intp], Floats]], size: int
) -> Stratum:
    chance, first = task.chance[level - 1], _first_places(task.name, level, [layout for layout, _, _ in parts])
    ordered = sorted(first, key=lambda cluster: (first[cluster], cluster))
    column = {cluster: number for number, cluster in enumerate(ordered)}
    sums = np.zeros((len(task.languages), len(ordered), size))
    counts, unscored = np.zeros_like(sums), np.zeros((len(task.languages), size), dtype=np.int_)
    graded = np.zeros(size, dtype=np.bool_)
    for layout, numbers, values in parts:
        for language, rows in layout.strata.get((task.name, level), ()):
            row, own = task.languages.index(language), values[rows]
            scored = own >= 0.0
            where = np.array([column[layout.places[each][4]] for each in rows])
            grown = np.zeros((2, len(ordered), len(numbers)))
            np.add.at(grown[0], where, np.where(scored, own, 0.0))
            np.add.at(grown[1], where, scored)
            sums[row][:, numbers] += grown[0]
            counts[row][:, numbers] += grown[1]
            unscored[row, numbers] += np.isnan(own).sum(axis=0)
            graded[numbers] |= (scored & (own != 0.0) & (own != 1.0)).any(axis=0)
    return Stratum(task.name, level, task.languages, chance, tuple(ordered), sums, counts, unscored, graded)


def _first_places(task: str, level: int, layouts: Iterable[Layout]) -> dict[str, int]:
    """The first index of each cluster of a level, in the seeded order."""
    first: dict[str, int] = {}
    for layout in layouts:
        for _, rows in layout.strata.get((task, level), ()):
            for place in (layout.places[row] for row in rows):
                first[place[4]] = min(place[5], first.get(place[4], place[5]))
    return first
