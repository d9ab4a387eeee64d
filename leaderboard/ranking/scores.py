"""All submissions' scores as arrays: one stratum for each task and level, its clusters shared by everyone.

Shapes: L languages, C clusters, K submissions. A missing or unscored item adds nothing to a sum nor to a count, so
it leaves the denominator; it is never a zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from harness.errors import PublishError
from harness.types import ScoreRow
from leaderboard.ranking.design import Design, TaskDesign

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


@dataclass
class _Answers:
    """What is gathered of one stratum before its arrays can be sized."""

    clusters: dict[str, int] = field(default_factory=dict)  # cluster -> its first index in the seeded order
    values: dict[tuple[int, str], list[float | None]] = field(default_factory=dict)  # submission, item -> generations
    places: dict[str, tuple[str, str]] = field(default_factory=dict)  # item -> language, cluster


def assemble(design: Design, submissions: Sequence[Iterable[ScoreRow]]) -> Scores:
    """Line everyone's scores up on the same clusters; several generations of one item are averaged first.

    PublishError when a score belongs to no cell of the round, or was corrected for another chance level.
    """
    gathered = {(task.name, level): _Answers() for task in design.tasks for level in range(1, task.levels + 1)}
    tasks = {task.name: task for task in design.tasks}
    for number, rows in enumerate(submissions):
        for row in rows:
            _check(row, tasks)
            answers = gathered[row.task, row.level]
            answers.clusters[row.cluster] = min(row.index, answers.clusters.get(row.cluster, row.index))
            answers.places[row.item] = (row.language, row.cluster)
            answers.values.setdefault((number, row.item), []).append(row.value)
    size = len(submissions)
    return Scores(design, tuple(_stratum(tasks[t], level, a, size) for (t, level), a in gathered.items()), size)


def _check(row: ScoreRow, tasks: dict[str, TaskDesign]) -> None:
    task = tasks.get(row.task)
    if task is None or not 1 <= row.level <= task.levels or row.language not in task.languages:
        raise PublishError(
            f"a score of {row.task}, level {row.level}, {row.language} is not part of this round",
            where=row.item,
            remedy="publish with the round's own frozen.json; its tasks are " + ", ".join(sorted(tasks)),
        )
    expected = task.chance[row.level - 1]
    if abs(row.chance - expected) > 1e-9:
        raise PublishError(
            f"scored with chance {row.chance}, but the round's card says {expected}",
            where=row.item,
            remedy="score the record again with the task's present card",
        )


def _stratum(task: TaskDesign, level: int, answers: _Answers, size: int) -> Stratum:
    ordered = sorted(answers.clusters, key=lambda cluster: (answers.clusters[cluster], cluster))
    column = {cluster: number for number, cluster in enumerate(ordered)}
    row = {language: number for number, language in enumerate(task.languages)}
    sums = np.zeros((len(row), len(ordered), size))
    counts, unscored = np.zeros_like(sums), np.zeros((len(row), size), dtype=np.int_)
    graded = np.zeros(size, dtype=np.bool_)
    for (number, item), values in answers.values.items():
        language, cluster = answers.places[item]
        scored = [value for value in values if value is not None]
        if not scored:
            unscored[row[language], number] += 1
            continue
        value = sum(scored) / len(scored)
        sums[row[language], column[cluster], number] += value
        counts[row[language], column[cluster], number] += 1
        graded[number] |= value not in (0.0, 1.0)
    chance = task.chance[level - 1]
    return Stratum(task.name, level, task.languages, chance, tuple(ordered), sums, counts, unscored, graded)
