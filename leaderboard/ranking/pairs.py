"""Two submissions side by side: paired differences with intervals, and the items it takes to tell them apart.

Everyone answers the same items, so a difference is of pairs: what makes an item hard for both cancels out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.metrics.intervals import student_quantile
from leaderboard.ranking.contrasts import stratum_weights
from leaderboard.ranking.design import Cell, Design, Weights, area_weights
from leaderboard.ranking.ranks import Ranking, areas, pair_errors
from leaderboard.ranking.scores import Bools, Floats, Scores

FEWEST = 6  # clusters: five wins of five happen in 6 % of rounds between equals (two-sided sign test), as in `ranks`


@dataclass(frozen=True, slots=True)
class Difference:
    """The first submission's weighted mean less the second's, with its interval; None where a mean does not exist."""

    value: float
    low: float
    high: float
    items: int  # scored in both, in the cells that weigh
    clusters: int
    needed: (
        int | None
    )  # items that would show such a gap, those of `FEWEST` clusters at least; None where there is none

    @property
    def real(self) -> bool:
        """Whether the interval excludes 0, of as many clusters as can show anything."""
        return self.clusters >= FEWEST and (self.low > 0 or self.high < 0)


def items_needed(gap: float, spread: float, *, power: float = 0.8, confidence: float = 0.95) -> int:
    """Items at which a paired gap is found with this probability: n = (z_(1-a/2) + z_power)^2 spread / gap^2.

    The sample size of a paired z test (Miller 2024, arXiv 2411.00640, section 5). `spread` is the variance of an item's
    paired difference (`paired_spread`), times the design effect where items are clustered.
    """
    reach = student_quantile((1.0 + confidence) / 2.0, math.inf) + student_quantile(power, math.inf)
    return math.ceil(float(reach) ** 2 * spread / gap**2)


def paired_spread(mean: float, correlation: float) -> float:
    """Variance of the difference of two 0/1 scores of one mean: 2 p (1 - p) (1 - r)."""
    return 2.0 * mean * (1.0 - mean) * (1.0 - correlation)


def design_effect(size: float, correlation: float) -> float:
    """By how many times clusters of `size` items multiply a variance: 1 + (m - 1) ICC (Kish 1965)."""
    return 1.0 + (size - 1.0) * correlation


def difference(scores: Scores, weights: Weights, confidence: float = 0.95) -> Difference | None:
    """The first of two submissions less the second; Student's t on the clustered error of the pairs.

    None where nothing weighs, as of a language that no task is told in, and where a mean does not exist.
    """
    used = [stratum for stratum in scores.strata if stratum_weights(stratum, weights).any()]
    if not used:
        return None
    value = float(np.subtract(*areas(scores, weights)))
    if math.isnan(value):
        return None
    se = float(pair_errors(scores, weights)[0][0, 1])
    chosen = [stratum.counts[stratum_weights(stratum, weights) != 0].min(axis=2) for stratum in used]
    items, clusters = (int(sum(n)) for n in zip(*[(c.sum(), (c.sum(axis=0) > 0).sum()) for c in chosen], strict=True))
    half = float(student_quantile((1.0 + confidence) / 2.0, max(clusters - len(used), 1))) * se
    low, high, most = value - half, value + half, reach(scores, weights)
    least = math.ceil(FEWEST * items / max(clusters, 1))
    needed = max(least, items_needed(value, items * se**2, confidence=confidence)) if abs(value) > 1e-9 else None
    return Difference(value, max(low, -most), min(high, most), items, clusters, needed)


def simultaneous(ranking: Ranking, columns: Sequence[int], most: float) -> tuple[Floats, Floats, Floats, Bools]:
    """Differences of some submissions, their simultaneous bounds and whether one is shown to be ahead, (K, K) each.

    Args:
        ranking: of everybody.
        columns: the submissions' places in its arrays.
        most: the largest difference there can be (`reach`): no bound is beyond it.
    """
    places = np.array(columns, dtype=np.intp)
    grid = np.ix_(places, places)
    gap, margin = ranking.difference[grid], ranking.margin[grid]
    low, high = np.maximum(gap - margin, -most), np.minimum(gap + margin, most)
    return gap, low, high, np.asarray((ranking.beats | ranking.beats.T)[grid])


def reach(scores: Scores, weights: Weights) -> float:
    """The largest difference there can be: from nothing right to everything right, on the chance-corrected scale."""
    return sum(
        float(stratum_weights(stratum, weights).sum()) / (1.0 - stratum.chance)
        for stratum in scores.strata
        if stratum_weights(stratum, weights).any()
    )


def level_weights(design: Design, level: int) -> dict[Cell, float]:
    """Weights of one level's mean: tracks, their tasks and the tasks' languages equal."""
    shares = design.task_weights(level)
    return {
        (task.name, level, language): shares[task.name] / len(task.languages)
        for task in design.tasks
        if task.name in shares
        for language in task.languages
    }


def comparison(scores: Scores, confidence: float = 0.95) -> Mapping[str, Mapping[str, Difference | None]]:
    """Differences of two submissions by part: the whole, each track, each task, each level, each language."""
    design = scores.design
    parts: dict[str, dict[str, dict[Cell, float]]] = {
        "overall": {"all": area_weights(design)},
        "track": {track: area_weights(design, track=track) for track in design.tracks},
        "task": {task.name: area_weights(design, task=task.name) for task in design.tasks},
        "level": {str(level): level_weights(design, level) for level in range(1, design.levels + 1)},
        "language": {language: area_weights(design, language=language) for language in design.languages},
    }
    return {
        kind: {name: difference(scores, weights, confidence) for name, weights in found.items()}
        for kind, found in parts.items()
    }
