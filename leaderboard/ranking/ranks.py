"""Simultaneous rank intervals (Mogstad, Romano, Shaikh & Wilhelm 2024).

The clusters are resampled jointly for all submissions, within each task and level. The critical value c is a quantile
of the largest, over pairs, of |d* - d| / se; i beats j where d_ij > c se_ij; the rank interval of i is [1 + how many
beat it, K - how many it beats]. All intervals hold at once with the stated confidence.

Choices beyond the paper, each on the cautious side (`simulate/ranks.py` shows what they are worth):

- a draw takes C - 1 of C clusters, weighted C / (C - 1) (Rao & Wu 1988): with ten clusters a stratum, the plain
  bootstrap's variance is 10 % too small;
- c says at which level each pair is tested, and the pair is tested at that level by Student's t, each pair having an
  error of its own estimated from few clusters (Dunnett 1980, T3). The level is never above Bonferroni's: resampling
  few clusters yields few different values and no large ones, so alone it lets the tied beat each other. Clones
  count once among the pairs, lest a model entered many times widen everyone's intervals;
- a pair that differs by the same amount in every cluster of a stratum has an unknown, small variance there, not 0 (see
  `contrasts`): an oracle still beats a null at once, two clones never beat each other, and a lead resting on one
  or two lucky clusters does not count as certain. Resampling cannot show that variance, so deviations are studentised
  by what can be seen (or half of the whole, lest two near clones widen everyone's intervals). The same variance, of
  all clusters together, is added to every pair's, as scores of 0 and 1 have coarse differences and t is for smooth;
- nobody beats anybody with fewer than log2(2 m / (1 - confidence)) clusters, m being the pairs compared: six for two
  submissions, 12 for 12, 16 for 50, 20 for 200. Between equals each cluster falls to either side by a coin, so with
  fewer the best thinkable, a win in every one, is no rarity among so many pairs (sign test): no data could convince.

Clusters and degrees of freedom are counted as the weights count them: a stratum that weighs little adds little.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from harness.metrics.intervals import student_quantile
from leaderboard.ranking.contrasts import reach, stratum_weights, unbiased, unseen_variance
from leaderboard.ranking.design import Weights
from leaderboard.ranking.deviations import largest_against, largest_of_pairs
from leaderboard.ranking.scores import Bools, Floats, Scores, Stratum

_ROUNDING = 1e-12  # differences below are the same number computed twice
_DIGITS = 9  # of an area by which clones are known, and
_TELLING = 16  # resamples by which they are


@dataclass(frozen=True, slots=True)
class Ranking:
    """Where each of K submissions stands among the contestants, and every paired difference."""

    area: Floats  # (K,)
    low: npt.NDArray[np.int_]  # (K,) best rank
    high: npt.NDArray[np.int_]  # (K,) worst rank
    difference: Floats  # (K, K) area of the row's less the column's
    margin: Floats  # (K, K) half-width of each difference's simultaneous interval
    beats: Bools  # (K, K) the row's is shown to be ahead of the column's


@dataclass(frozen=True, slots=True)
class Evidence:
    """What rank intervals follow from. Kept, an entry that arrives costs its own pairs only (`increment.add`)."""

    area: Floats  # (K,)
    contestants: Bools  # (K,)
    moved: Floats  # (replicates, K) how far each resampling moves each area
    se: Floats  # (K, K) error of every difference
    seen: Floats  # (K, K) the part of it that resampling can show
    worst: Floats  # (replicates,) largest studentised deviation over pairs of contestants
    apart: Mapping[int, Floats]  # the same of a baseline against the contestants, by its place
    freedom: int  # clusters less strata, by their weights
    clusters: int  # by their weights
    seed: int


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
    return settle(gather(scores, weights, contestants, replicates=replicates, seed=seed), confidence)


def gather(scores: Scores, weights: Weights, contestants: Bools, *, replicates: int = 1000, seed: int = 0) -> Evidence:
    """Areas, errors and joint resamples of everyone; ValueError where a submission lacks a mean it needs."""
    area = areas(scores, weights)
    if np.isnan(area).any():
        raise ValueError(
            "a submission with a cell in which nothing is scored cannot be ranked; select the whole ones first"
        )
    se, seen = pair_errors(scores, weights)
    moved = bootstrap(scores, weights, replicates, seed)
    chosen = np.flatnonzero(contestants)
    worst = largest_of_pairs(moved[:, chosen], seen[np.ix_(chosen, chosen)])
    apart = {int(one): largest_against(moved, seen[one], int(one), chosen) for one in np.flatnonzero(~contestants)}
    return Evidence(area, contestants, moved, se, seen, worst, apart, *_freedom(scores, weights), seed)


def settle(evidence: Evidence, confidence: float = 0.95) -> Ranking:
    """Who beats whom, each pair tested at one level, and the rank intervals that follow."""
    area, contestants = evidence.area, evidence.contestants
    difference = area[:, None] - area[None, :]
    critical = _critical(evidence, confidence)
    margin = critical * np.sqrt(evidence.se**2 + unseen_variance(np.asarray(float(evidence.clusters)), 0.0))
    margin = np.where(np.isfinite(margin), margin, np.maximum(1.0, np.abs(difference)))  # too few clusters: all is open
    beats = difference > margin + _ROUNDING
    rivals = contestants[:, None] & ~np.eye(area.size, dtype=np.bool_)
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


def pair_errors(scores: Scores, weights: Weights, rows: slice = slice(None)) -> tuple[Floats, Floats]:
    """Clustered standard error of the paired differences of `rows` from all, and the part of it that resampling shows.

    (K, K) each, or (R, K).
    """
    total, shown = np.zeros((2, len(range(*rows.indices(scores.size))), scores.size))
    for stratum in scores.strata:
        share = stratum_weights(stratum, weights)
        if not share.any():
            continue
        seen, groups = _seen_variance(stratum, share, rows)
        unseen = unseen_variance(groups, stratum.chance) * reach(share) ** 2
        varies = seen > _ROUNDING * reach(share) ** 2
        shown += np.where(varies, seen, 0.0)
        total += np.where(varies, seen, unseen)
    return np.sqrt(total), np.sqrt(np.maximum(shown, total / 2.0))


def _seen_variance(stratum: Stratum, share: Floats, rows: slice) -> tuple[Floats, Floats]:
    """Variance of each difference in one stratum, and the clusters both have, (R, K), or (1, 1) where all the same."""
    moved = np.einsum("l,lck->ck", share, stratum.influence)
    own = np.sum(moved**2, axis=0)
    square = moved[:, rows].T @ moved
    square *= -2.0
    square += own[rows, None]
    square += own[None, :]
    same = bool((stratum.groups == stratum.groups[:1]).all())
    groups = stratum.groups[:1, None] if same else np.minimum(stratum.groups[rows, None], stratum.groups[None, :])
    square *= unbiased(groups)
    return square, groups


def bootstrap(scores: Scores, weights: Weights, replicates: int, seed: int) -> Floats:
    """How far each submission's area moves in each joint resampling of the clusters, (replicates, K)."""
    moved = np.zeros((replicates, scores.size))
    plain: list[tuple[Floats, Floats]] = []  # strata of which nothing lacks: one product for all of them
    for number, stratum in enumerate(scores.strata):
        share, size = stratum_weights(stratum, weights), len(stratum.clusters)
        if not share.any() or size < 2:
            continue
        draws = np.random.default_rng([seed, number]).multinomial(size - 1, np.full(size, 1.0 / size), size=replicates)
        times: Floats = np.asarray(draws * (size / (size - 1.0)), dtype=np.float64)
        if (stratum.counts == stratum.counts[:, :1, :1]).all():
            plain.append((times, np.einsum("l,lck->ck", share, stratum.influence)))
            continue
        for row in np.flatnonzero(share):
            moved += share[row] * _resampled(times, stratum.influence[row], stratum.counts[row], stratum.items[row])
    if plain:
        moved += np.concatenate([t for t, _ in plain], axis=1) @ np.concatenate([i for _, i in plain], axis=0)
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


def _critical(evidence: Evidence, confidence: float) -> Floats:
    """The critical value of every pair, (K, K): one for the contestants, one for each baseline against them."""
    chosen = np.flatnonzero(evidence.contestants)
    critical = np.full(evidence.se.shape, _student(evidence, 0.0, 1, confidence))
    entries = _distinct(evidence, chosen)
    pairs = entries * (entries - 1) // 2
    critical[np.ix_(chosen, chosen)] = _student(evidence, _quantile(evidence.worst, confidence), pairs, confidence)
    for one, worst in evidence.apart.items():
        value = _student(evidence, _quantile(worst, confidence), entries, confidence)
        critical[one, chosen] = critical[chosen, one] = value
    return critical


def _distinct(evidence: Evidence, chosen: npt.NDArray[np.intp]) -> int:
    """Submissions less the clones among them: entering one model many times must not widen the others' intervals."""
    told = np.vstack([evidence.area, evidence.moved[:_TELLING]])[:, chosen].round(_DIGITS)
    return len(np.unique(told, axis=1).T)


def _student(evidence: Evidence, resampled: float, pairs: int, confidence: float) -> float:
    """Student's t at the level that the resampled critical value says, or at Bonferroni's; infinite if none can do."""
    if evidence.clusters < least_clusters(pairs, confidence):
        return np.inf
    tail = min(float(special.ndtr(-resampled)), (1.0 - confidence) / 2.0 / max(pairs, 1))
    return -float(student_quantile(tail, max(evidence.freedom, 1)))


def least_clusters(pairs: int, confidence: float = 0.95) -> int:
    """Clusters below which even a win in every one of them, in one of so many pairs, may be chance (sign test)."""
    return math.ceil(math.log2(2.0 * max(pairs, 1) / (1.0 - confidence)))


def _quantile(values: Floats, confidence: float) -> float:
    return float(np.quantile(values, confidence, method="higher"))


def _freedom(scores: Scores, weights: Weights) -> tuple[int, int]:
    """Clusters less strata, and clusters: as many of equal weight as are worth the same (Satterthwaite; Kish)."""
    shares = [(reach(stratum_weights(stratum, weights)), len(stratum.clusters)) for stratum in scores.strata]
    weight, size = np.array([share for share in shares if share[0] > 0 and share[1] > 0]).reshape(-1, 2).T
    if not weight.size:
        return 0, 0
    part = weight**2 / size
    freedom = part.sum() ** 2 / (part**2 / np.maximum(size - 1.0, 1.0)).sum() if (size > 1).any() else 0.0
    return round(freedom), round(weight.sum() ** 2 / part.sum())
