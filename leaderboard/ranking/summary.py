"""Everything a page says of a submission, computed for all of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from leaderboard.ranking.contrasts import Interval, contrast, curve
from leaderboard.ranking.design import area_weights, gap_weights
from leaderboard.ranking.levels import LevelTest, overall_levels, task_levels
from leaderboard.ranking.scores import Scores, Stratum

Levels = npt.NDArray[np.int_]  # (K,)


@dataclass(frozen=True, slots=True)
class TaskSummary:
    """One task: levels cleared by threshold, areas, and the points of its difficulty curves."""

    cleared: Mapping[float, Levels]
    area: Interval
    language_cleared: Mapping[str, Levels]  # at the first threshold
    language_area: Mapping[str, Interval]
    points: tuple[tuple[Stratum, Mapping[str, Interval]], ...]  # by level; "all" and each language


@dataclass(frozen=True, slots=True)
class Summary:
    """A round: levels cleared by threshold, and areas overall, by track, by language and by task."""

    cleared: Mapping[float, Levels]
    area: Interval
    by_track: Mapping[str, Interval]
    by_language: Mapping[str, Interval]
    gap: Interval | None  # the round's first language less its second, paired; None with one language
    tasks: Mapping[str, TaskSummary]


def summarise(scores: Scores, thresholds: Sequence[float], confidence: float) -> Summary:
    """Estimate everything for every submission; NaN where a submission lacks what a value needs."""
    design = scores.design

    def area(**chosen: str) -> Interval:
        return contrast(scores, area_weights(design, **chosen), confidence)

    gap = gap_weights(design, *design.languages[:2]) if len(design.languages) > 1 else {}
    return Summary(
        cleared={tau: overall_levels(scores, LevelTest(tau, confidence)) for tau in thresholds},
        area=area(),
        by_track={track: area(track=track) for track in design.tracks},
        by_language={language: area(language=language) for language in design.languages},
        gap=contrast(scores, gap, confidence) if gap else None,
        tasks={task.name: _task(scores, task.name, thresholds, confidence) for task in design.tasks},
    )


def _task(scores: Scores, name: str, thresholds: Sequence[float], confidence: float) -> TaskSummary:
    design = scores.design
    strata = [stratum for stratum in scores.strata if stratum.task == name]
    first, languages = LevelTest(thresholds[0], confidence), strata[0].languages
    return TaskSummary(
        cleared={tau: task_levels(scores, name, LevelTest(tau, confidence)) for tau in thresholds},
        area=contrast(scores, area_weights(design, task=name), confidence),
        language_cleared={one: task_levels(scores, name, first, one) for one in languages},
        language_area={
            one: contrast(scores, area_weights(design, task=name, language=one), confidence) for one in languages
        },
        points=tuple((stratum, curve(stratum, confidence)) for stratum in strata),
    )
