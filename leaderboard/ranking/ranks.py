"""Simultaneous rank intervals (Mogstad, Romano, Shaikh & Wilhelm 2024).

The clusters are resampled jointly for all submissions, within each task and level. The critical value c is a quantile
of the largest, over pairs, of |d* - d| / se; i beats j where d_ij > c se_ij; the rank interval of i is [1 + how many
beat it, K - how many it beats]. All intervals hold at once with the stated confidence.

Choices beyond the paper, each on the cautious side:

- a draw takes C - 1 of C clusters, weighted C / (C - 1) (Rao & Wu 1988): with ten clusters a stratum, the plain
  bootstrap's variance is 10 % too small;
- c is at least the normal quantile of a single pair, and is stretched by the ratio of Student's to the normal quantile;
- a pair that differs by the same amount in every cluster of a stratum has an unknown, small variance there, not 0 (see
  `contrasts`): an oracle still beats a null at once, two clones never beat each other, and a lead resting on one
  or two lucky clusters does not count as certain. Resampling cannot show that variance, so deviations are studentised
  by what can be seen (or half of the whole, lest two near clones widen everyone's intervals);
- with fewer than six clusters in all nobody beats anybody: under equality, five wins of five happen in 6 % of rounds
  (two-sided sign test), so no data could be convincing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.metrics.intervals import student_quantile
from leaderboard.ranking.contrasts import reach, stratum_weights, unbiased, unseen_variance
from leaderboard.ranking.design import Weights
from leaderboard.ranking.scores import Bools, Floats, Scores

MIN_CLUSTERS = 6
_ROUNDING = 1e-12  # differences below are the same number computed twice


@dataclass(frozen=True, slots=True)
class Ranking:
    """Where each of K submissions stands among the contestants, and every paired difference."""

    area: Floats  # (K,)
    low: npt.NDArray[np.int_]  # (K,) best rank
    high: npt.NDArray[np.int_]  # (K,) worst rank
    difference: Floats  # (K, K) area of the row's less the column's
    margin: Floats  # (K, K) half-width of each difference's simultaneous interval
    beats: Bools  # (K, K) the row's is shown to be ahead of the column's


def rank(
    scores: Scores,
    weights: Weights,
    contestants: Bools,
    *,
    replicates: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Ranking:
    """Rank intervals of everyone among the contestants, (K,).

    A baseline stands where it would stand if it entered: its pairs have a critical value of their own, so that
    baselines change nobody's rank. ValueError where a submission lacks a mean that the weights need.
    """
    area = areas(scores, weights)
    if np.isnan(area).any():
        raise ValueError("a submission without every mean cannot be ranked; select the whole ones first")
    difference, (se, seen) = area[:, None] - area[None, :], pair_errors(scores, weights)
    critical = _critical(bootstrap(scores, weights, replicates, seed), seen, contestants, confidence)
    freedom, clusters = _freedom(scores, weights)
    level = (1.0 + confidence) / 2.0
    margin = critical * se * float(student_quantile(level, max(freedom, 1)) / student_quantile(level, np.inf))
    beats = (difference > margin + _ROUNDING) & (clusters >= MIN_CLUSTERS)
    rivals = contestants[:, None] & ~np.eye(scores.size, dtype=np.bool_)
    low = 1 + (beats & rivals).sum(axis=0)
    high = 1 + (~beats.T & rivals).sum(axis=0)
    return Ranking(area, low, high, difference, margin, beats)


def areas(scores: Scores, weights: Weights) -> Floats:
    """The weighted sum of means, (K,)."""
    total = np.zeros(scores.size)
    for stratum in scores.strata:
        share = stratum_weights(stratum, weights)
        if share.any():
            total += share[share != 0] @ stratum.means[share != 0]
    return total


def pair_errors(scores: Scores, weights: Weights) -> tuple[Floats, Floats]:
    """Clustered standard error of every paired difference, and the part of it that resampling can show, (K, K) each."""
    total, shown = np.zeros((2, scores.size, scores.size))
    for stratum in scores.strata:
        share = stratum_weights(stratum, weights)
        if not share.any():
            continue
        moved = np.einsum("l,lck->ck", share, stratum.influence)
        products = moved.T @ moved
        own = np.diagonal(products)
        groups = np.minimum(stratum.groups[:, None], stratum.groups[None, :])
        seen = (own[:, None] + own[None, :] - 2.0 * products) * unbiased(groups)
        unseen = unseen_variance(groups, stratum.chance) * reach(share) ** 2
        varies = seen > _ROUNDING * reach(share) ** 2
        total += np.where(varies, seen, unseen)
        shown += np.where(varies, seen, 0.0)
    return np.sqrt(total), np.sqrt(np.maximum(shown, total / 2.0))


def bootstrap(scores: Scores, weights: Weights, replicates: int, seed: int) -> Floats:
    """How far each submission's area moves in each joint resampling of the clusters, (replicates, K)."""
    moved = np.zeros((replicates, scores.size))
    for number, stratum in enumerate(scores.strata):
        share, size = stratum_weights(stratum, weights), len(stratum.clusters)
        if not share.any() or size < 2:
            continue
        draws = np.random.default_rng([seed, number]).multinomial(size - 1, np.full(size, 1.0 / size), size=replicates)
        times: Floats = np.asarray(draws * (size / (size - 1.0)), dtype=np.float64)
        for row in np.flatnonzero(share):
            moved += share[row] * _resampled(times, stratum.influence[row], stratum.counts[row], stratum.items[row])
    return moved


def _resampled(times: Floats, influence: Floats, counts: Floats, items: Floats) -> Floats:
    """Resampled means less the means: deviations added up, over the resampled share of items (some may lack)."""
    moved = times @ influence
    if (counts == counts[:1, :1]).all():
        return np.asarray(moved)
    if (counts == counts[:, :1]).all():
        counts, items = counts[:, :1], items[:1]
    share = times @ (counts / items)
    return np.asarray(np.divide(moved, share, out=np.zeros_like(moved), where=np.broadcast_to(share > 0, moved.shape)))


def _critical(moved: Floats, se: Floats, contestants: Bools, confidence: float) -> Floats:
    """The critical value of every pair, (K, K): one for the contestants, one for each baseline against them."""
    chosen = np.flatnonzero(contestants)
    least = float(student_quantile((1.0 + confidence) / 2.0, np.inf))
    critical = np.full(se.shape, least)
    worst = np.zeros(len(moved))
    for place, one in enumerate(chosen[:-1]):
        others = chosen[place + 1 :]
        np.maximum(worst, _largest(moved, se, one, others), out=worst)
    critical[np.ix_(chosen, chosen)] = max(least, _quantile(worst, confidence))
    if len(chosen):
        for one in np.flatnonzero(~contestants):
            value = max(least, _quantile(_largest(moved, se, one, chosen), confidence))
            critical[one, chosen] = critical[chosen, one] = value
    return critical


def _largest(moved: Floats, se: Floats, one: np.intp, others: npt.NDArray[np.intp]) -> Floats:
    """Largest studentised deviation of one submission's differences from the others', by replicate."""
    return np.asarray((np.abs(moved[:, [one]] - moved[:, others]) / np.maximum(se[one, others], _ROUNDING)).max(axis=1))


def _quantile(values: Floats, confidence: float) -> float:
    return float(np.quantile(values, confidence, method="higher"))


def _freedom(scores: Scores, weights: Weights) -> tuple[int, int]:
    """Clusters less strata, and clusters."""
    sizes = [len(s.clusters) for s in scores.strata if stratum_weights(s, weights).any()]
    return sum(sizes) - len(sizes), sum(sizes)
