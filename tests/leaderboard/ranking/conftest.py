"""Rounds made of nothing but numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pytest

from harness.types import ScoreRow
from leaderboard.ranking import Design, Scores, Stratum, TaskDesign

TASKS = ("problem_solving/a", "problem_solving/b", "understanding/c")
Value = Callable[[str, int, str, int], float | None]  # task, level, language, index -> score


class Builder:
    """Makes designs, score rows and simulated scores."""

    def design(
        self,
        levels: int = 3,
        count: int = 10,
        tasks: Iterable[str] = TASKS,
        chance: float = 0.0,
        languages: tuple[str, ...] = ("fr", "en"),
    ) -> Design:
        """A round of equal tasks."""
        chances, counts = (chance,) * levels, (count,) * levels
        parts = [TaskDesign(name, name.partition("/")[0], languages, chances, counts) for name in tasks]
        return Design(tuple(parts), languages, (1 / levels,) * levels)

    def rows(self, design: Design, value: Value) -> tuple[ScoreRow, ...]:
        """One score for every item of the round; None is unscored."""
        return tuple(
            self._row(task, level, language, index, value(task.name, level, language, index))
            for task in design.tasks
            for level, count in enumerate(task.counts, 1)
            for language in task.languages
            for index in range(count)
        )

    def simulate(self, design: Design, ability: Iterable[float], rng: np.random.Generator) -> Scores:
        """0/1 scores at P(right) = g + (1 - g) logistic(1.2 (ability - level)); tellings and submissions correlate."""
        theta = np.array(list(ability))
        parts = [(task, level) for task in design.tasks for level in range(1, task.levels + 1)]
        return Scores(design, tuple(self._stratum(task, level, theta, rng) for task, level in parts), len(theta))

    def truth(self, ability: Iterable[float], weights: Mapping[tuple[str, int, str], float]) -> np.ndarray:
        """The weighted sum of the chance-corrected expectations that `simulate` draws from."""
        theta = np.array(list(ability))
        return sum(weight / (1 + np.exp(-1.2 * (theta - level))) for (_, level, _), weight in weights.items())

    def _row(self, task: TaskDesign, level: int, language: str, index: int, value: float | None) -> ScoreRow:
        category = "unscored" if value is None else "right" if value == 1 else "wrong"
        place, chance = f"L{level:02d}/{index:05d}", task.chance[level - 1]
        item, cluster = f"{task.name}/{language}/{place}", f"{task.name}/{place}"
        return ScoreRow(item, task.name, level, language, cluster, index, chance, value, category, capped=False)

    def _stratum(self, task: TaskDesign, level: int, theta: np.ndarray, rng: np.random.Generator) -> Stratum:
        chance, size, spoken = task.chance[level - 1], task.counts[level - 1], len(task.languages)
        luck = rng.random((spoken, size, len(theta)))
        luck = np.where(rng.random(luck.shape) < 0.5, rng.random((1, size, len(theta))), luck)  # of the structure
        luck = np.where(rng.random((spoken, size, 1)) < 0.3, rng.random((spoken, size, 1)), luck)  # same for everyone
        right = (luck < chance + (1 - chance) / (1 + np.exp(-1.2 * (theta - level)))).astype(float)
        nothing, binary = np.zeros((spoken, len(theta)), dtype=np.int_), np.zeros(len(theta), dtype=np.bool_)
        clusters = tuple(str(number) for number in range(size))
        arrays = (right, np.ones_like(right), nothing, binary)
        return Stratum(task.name, level, task.languages, chance, clusters, *arrays)


@pytest.fixture(scope="session")
def builder() -> Builder:
    """Makes rounds and scores."""
    return Builder()
