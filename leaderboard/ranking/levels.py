"""Level cleared: the highest level such that every level up to it is shown to be above the threshold.

Levels are tested upwards and testing stops at the first that fails: a fixed sequence, so the chance of claiming any
level too many is at most 1 - confidence with no further correction. "Above" is on the chance-corrected scale: s' > tau
where s > g + (1 - g) tau. Which test, and why it holds:

- one task, one language: its items are independent. All of a submission's scores of the task 0 or 1: exact
  (Clopper-Pearson). Otherwise, or where a cluster holds several items: betting on the clusters' means.
- one task, all languages: the tellings of a structure are not independent, their cluster is. Betting on the means
  of the clusters whose every language is scored.
- the whole round: clusters of all tasks are dealt, in their seeded order, into as many hands as the task with the
  fewest has clusters; a hand's value is the weighted mean over tasks of its clusters' chance-corrected means. Hands
  are independent, bounded, and each expects the weighted mean over tasks, however many clusters it holds of
  each; that their variances differ is no matter to the bet (see `betting_log_capital`). A submission that lacks a
  whole task at a level has no hand, so it clears nothing there.

Unscored items leave the denominator and take their cluster along: fewer observations, wider bounds, never a zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.metrics.intervals import (
    BINARY_SPREAD,
    betting_rejects,
    chance_corrected,
    clopper_pearson_lower,
    raw_threshold,
)
from leaderboard.ranking.design import Design, TaskDesign
from leaderboard.ranking.scores import Bools, Floats, Scores, Stratum

_ALIKE = 0.5  # guessed correlation of a structure's tellings; a wrong guess costs power, never validity


@dataclass(frozen=True, slots=True)
class LevelTest:
    """What a level must be shown to exceed, on the chance-corrected scale, and how surely."""

    tau: float = 0.5
    confidence: float = 0.95


def highest(passed: Sequence[Bools]) -> np.ndarray[tuple[int, ...], np.dtype[np.int_]]:
    """From one array (K,) for each level, upwards: the number of levels before the first that fails, (K,)."""
    return np.asarray(np.cumprod(np.asarray(passed, dtype=np.int_), axis=0).sum(axis=0), dtype=np.int_)


def task_levels(
    scores: Scores, task: str, test: LevelTest, language: str | None = None
) -> np.ndarray[tuple[int, ...], np.dtype[np.int_]]:
    """Level cleared of one task, in one language or over all of its languages, (K,)."""
    strata = [stratum for stratum in scores.strata if stratum.task == task]
    graded = np.any([stratum.graded for stratum in strata], axis=0)
    return highest([_passes(stratum, test, language, graded) for stratum in strata])


def overall_levels(scores: Scores, test: LevelTest) -> np.ndarray[tuple[int, ...], np.dtype[np.int_]]:
    """Level cleared of the whole round: tasks of a track weigh the same, tracks weigh the same, (K,)."""
    passed = []
    for level in range(1, scores.design.levels + 1):
        strata = [stratum for stratum in scores.strata if stratum.level == level]
        passed.append(_round_passes(scores, level, strata, test))
    return highest(passed) if passed else np.zeros(scores.size, dtype=np.int_)


def certifiable(design: Design, test: LevelTest) -> int:
    """The level of the whole round that answers right everywhere clear: with few questions, not every level."""
    strata = [_all_right(task, level) for task in design.tasks for level in range(1, task.levels + 1)]
    return int(overall_levels(Scores(design, tuple(strata), 1), test)[0])


def _all_right(task: TaskDesign, level: int) -> Stratum:
    """What one submission that is right everywhere has at a level."""
    number, spoken = task.counts[level - 1], len(task.languages)
    clusters = tuple(str(index) for index in range(number))
    ones = np.ones((spoken, number, 1))
    nothing, binary = np.zeros((spoken, 1), dtype=np.int_), np.zeros(1, dtype=np.bool_)
    return Stratum(task.name, level, task.languages, task.chance[level - 1], clusters, ones, ones, nothing, binary)


def _passes(stratum: Stratum, test: LevelTest, language: str | None, graded: Bools) -> Bools:
    chosen = [n for n, name in enumerate(stratum.languages) if language in (None, name)]
    if not chosen:
        return np.zeros(len(graded), dtype=np.bool_)
    threshold = raw_threshold(test.tau, stratum.chance)
    means, scored = _cluster_means(stratum, chosen)
    number = scored.sum(axis=0)
    spread = threshold * (1.0 - threshold) * _shared(len(chosen))
    bet = betting_rejects(means, threshold, test.confidence, max(spread, 1e-6), scored)
    right = np.where(scored, means, 0.0).sum(axis=0)
    exact = clopper_pearson_lower(right, np.maximum(number, 1), test.confidence) > threshold
    single = (stratum.counts[chosen].max(axis=(0, 1), initial=0) <= 1) & (len(chosen) == 1) & ~graded
    return np.asarray(np.where(single, exact, bet) & (number > 0), dtype=np.bool_)


def _cluster_means(stratum: Stratum, chosen: list[int]) -> tuple[Floats, Bools]:
    """Raw mean of each cluster, languages equal, and whether each of them is scored, (C, K)."""
    counts = stratum.counts[chosen]
    means = (stratum.sums[chosen] / np.maximum(counts, 1.0)).mean(axis=0)
    return np.asarray(means), np.asarray((counts > 0).all(axis=0))


def _shared(languages: int) -> float:
    """Variance of a mean of equally correlated tellings, relative to one telling's."""
    return (1.0 + (languages - 1) * _ALIKE) / languages


def _round_passes(scores: Scores, level: int, strata: list[Stratum], test: LevelTest) -> Bools:
    weights = scores.design.task_weights(level)
    parts = [(stratum, weights[stratum.task], *_all_languages(stratum)) for stratum in strata]
    bottom = sum(weight * float(chance_corrected(0.0, stratum.chance)) for stratum, weight, _, _ in parts)
    passed = np.zeros(scores.size, dtype=np.bool_)
    for number in range(scores.size):
        values = [(weight, means[scored[:, number], number]) for _, weight, means, scored in parts]
        hands = min(len(kept) for _, kept in values)
        if hands == 0:
            continue
        total = np.sum([weight * _deal(kept, hands) for weight, kept in values], axis=0)
        spread = sum(
            weight**2 * _guess(stratum, test.tau) / (len(kept) // hands)
            for (stratum, *_), (weight, kept) in zip(parts, values, strict=True)
        )
        scale = 1.0 - bottom
        unit = np.clip((total - bottom) / scale, 0.0, 1.0)
        passed[number] = betting_rejects(
            unit, (test.tau - bottom) / scale, test.confidence, max(spread / scale**2, 1e-6)
        )
    return passed


def _all_languages(stratum: Stratum) -> tuple[Floats, Bools]:
    means, scored = _cluster_means(stratum, list(range(len(stratum.languages))))
    return chance_corrected(means, stratum.chance), scored


def _guess(stratum: Stratum, tau: float) -> float:
    """The variance of a cluster's chance-corrected mean to be expected at the threshold."""
    threshold = raw_threshold(tau, stratum.chance)
    return (
        min(threshold * (1.0 - threshold), BINARY_SPREAD) * _shared(len(stratum.languages)) / (1 - stratum.chance) ** 2
    )


def _deal(values: Floats, hands: int) -> Floats:
    """Mean of the values that each hand gets when they are dealt one by one."""
    seat = np.arange(len(values)) % hands
    return np.asarray(np.bincount(seat, weights=values) / np.bincount(seat))
