"""What a round asks, and how much each part of it weighs.

Tracks weigh the same, tasks of a track the same, languages of a task the same; levels weigh what the round's
configuration says, fixed before it opens. A task with fewer levels than the round shares its weight among the
levels it has, so that it counts as much as its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.errors import RoundError

Cell = tuple[str, int, str]  # task, level, language
Weights = Mapping[Cell, float]  # how much each cell's mean counts in a weighted sum; absent cells count nothing


@dataclass(frozen=True, slots=True)
class TaskDesign:
    """One task's part in a round."""

    name: str  # "track/task"
    track: str
    languages: tuple[str, ...]
    chance: tuple[float, ...]  # one number a level
    counts: tuple[int, ...]  # items per level and language

    @property
    def levels(self) -> int:
        """Number of levels, from 1."""
        return len(self.counts)


@dataclass(frozen=True, slots=True)
class Design:
    """Every task of a round, its languages, and the weights of its levels."""

    tasks: tuple[TaskDesign, ...]
    languages: tuple[str, ...]
    level_weights: tuple[float, ...]

    def __post_init__(self) -> None:
        """RoundError when the weights do not reach, or a task's numbers do not fit."""
        for task in self.tasks:
            if task.levels > len(self.level_weights) or sum(self.level_weights[: task.levels]) <= 0:
                what = f"{task.levels} levels need as many level weights, some of them above 0"
                raise RoundError(what, where=task.name, remedy=f"level_weights has {len(self.level_weights)} numbers")
            if len(task.chance) < task.levels or not task.languages or min(task.counts, default=0) < 1:
                what = "the task needs a language, and each of its levels a chance level and at least one item"
                detail = (
                    f"it has {len(task.languages)} languages, {len(task.chance)} chance levels, counts {task.counts}"
                )
                raise RoundError(what, where=task.name, remedy=detail)

    @property
    def levels(self) -> int:
        """The highest level that any task has."""
        return max((task.levels for task in self.tasks), default=0)

    @property
    def tracks(self) -> tuple[str, ...]:
        """Tracks that have a task, in the order of the tasks."""
        return tuple(dict.fromkeys(task.track for task in self.tasks))

    def task_weights(self, level: int = 1, track: str | None = None, language: str | None = None) -> dict[str, float]:
        """Weight of each task that has this level (of one track, in one language): tracks equal, its tasks equal."""
        chosen = [
            task
            for task in self.tasks
            if task.levels >= level and track in (None, task.track) and (language is None or language in task.languages)
        ]
        tracks = {task.track for task in chosen}
        size = {name: sum(task.track == name for task in chosen) for name in tracks}
        return {task.name: 1.0 / (len(tracks) * size[task.track]) for task in chosen}


def area_weights(
    design: Design, *, task: str | None = None, track: str | None = None, language: str | None = None
) -> dict[Cell, float]:
    """Weights whose sum of means is an area under the difficulty curve: overall, or of a task, track or language."""
    shares = {task: 1.0} if task else design.task_weights(track=track, language=language)
    weights: dict[Cell, float] = {}
    for part in design.tasks:
        spoken = [name for name in part.languages if language in (None, name)]
        if part.name not in shares or not spoken:
            continue
        levels = design.level_weights[: part.levels]
        for level, weight in enumerate(levels, 1):
            for name in spoken:
                weights[part.name, level, name] = shares[part.name] * weight / sum(levels) / len(spoken)
    return weights


def gap_weights(design: Design, first: str, second: str) -> dict[Cell, float]:
    """Weights of the area in the first language minus the second, over the tasks told in both: a paired difference."""
    both = tuple(task for task in design.tasks if {first, second} <= set(task.languages))
    paired = Design(both, design.languages, design.level_weights)
    minus = {cell: -weight for cell, weight in area_weights(paired, language=second).items()}
    return {**area_weights(paired, language=first), **minus}
