"""Weighted sums of means with clustered errors: areas under the difficulty curve, curve points, the language gap.

Strata (one task at one level) are independent, so their variances add up; within a stratum, the languages of a cluster
are joined, so their covariance counts. Where a stratum shows no variation at all (everything right, everything wrong),
its variance is not 0 but unknown and small: the posterior variance of a proportion that never occurred among
C clusters, under Jeffreys' prior, takes its place. So an entry that fails everything has an interval too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from harness.metrics.intervals import chance_corrected, clustered_interval, student_quantile
from leaderboard.ranking.design import Weights
from leaderboard.ranking.scores import Floats, Scores, Stratum

_SAME = 1e-15  # variances below are rounding


@dataclass(frozen=True, slots=True)
class Interval:
    """Values with confidence bounds, one for each submission, (K,); NaN where a mean they need does not exist."""

    value: Floats
    low: Floats
    high: Floats
    se: Floats


def unseen_variance(groups: Floats, chance: float) -> Floats:
    """Variance of a mean of `groups` equal clusters: that of Beta(1/2, C + 1/2), on the chance-corrected scale."""
    missed = 0.5 / (groups + 1.0)
    return np.asarray(missed * (1.0 - missed) / (groups + 2.0) / (1.0 - chance) ** 2)


def stratum_weights(stratum: Stratum, weights: Weights) -> Floats:
    """The weights of a stratum's languages, (L,)."""
    return np.array([weights.get((stratum.task, stratum.level, name), 0.0) for name in stratum.languages])


def reach(weights: Floats) -> float:
    """By how much of the scale one cluster's change of heart can move a weighted sum of its languages."""
    return float(max(abs(weights.sum()), np.abs(weights).max()))


def unbiased(groups: Floats) -> Floats:
    """C / (C - 1), and 1 for a single cluster, whose variance is 0 and therefore taken from `unseen_variance`."""
    return np.asarray(groups / np.maximum(groups - 1.0, 1.0))


def contrast(scores: Scores, weights: Weights, confidence: float = 0.95) -> Interval:
    """The sum of weight times mean over cells, with a t interval on the clustered error, held to the feasible range.

    Degrees of freedom are clusters less strata. Bounds are clipped, the value never is.
    """
    value, square, freedom = np.zeros(scores.size), np.zeros(scores.size), np.zeros(scores.size)
    bottom = top = 0.0
    for stratum in scores.strata:
        share = stratum_weights(stratum, weights)
        if not share.any():
            continue
        used = share != 0
        value += share[used] @ stratum.means[used]
        square += _variance(stratum, share)
        freedom += np.maximum(stratum.groups - 1.0, 0.0)
        least = float(chance_corrected(0.0, stratum.chance))
        bottom += float(np.where(share > 0, share * least, share).sum())
        top += float(np.where(share > 0, share, share * least).sum())
    se = np.sqrt(square)
    half = student_quantile((1.0 + confidence) / 2.0, np.maximum(freedom, 1.0)) * se
    low, high = np.maximum(value - half, bottom), np.minimum(value + half, top)
    return Interval(value, np.minimum(low, value), np.maximum(high, value), np.where(np.isnan(value), np.nan, se))


def _variance(stratum: Stratum, share: Floats) -> Floats:
    moved = np.einsum("l,lck->ck", share, stratum.influence)
    seen = np.sum(moved**2, axis=0) * unbiased(stratum.groups)
    unseen = unseen_variance(stratum.groups, stratum.chance) * reach(share) ** 2
    return np.asarray(np.where(seen > _SAME * reach(share) ** 2, seen, unseen))


def curve(stratum: Stratum, confidence: float = 0.95) -> Mapping[str, Interval]:
    """One point of the difficulty curves: "all" languages weighted equally, and each language, chance-corrected."""
    points = {}
    names = ("all", *stratum.languages) if len(stratum.languages) > 1 else stratum.languages
    for name in names:
        chosen = [n for n, language in enumerate(stratum.languages) if name in ("all", language)]
        points[name] = _point(stratum, chosen, confidence)
    points.setdefault("all", points[stratum.languages[0]])
    return points


def _point(stratum: Stratum, chosen: list[int], confidence: float) -> Interval:
    share = np.zeros(len(stratum.languages))
    share[chosen] = 1.0 / len(chosen)
    scale, counts = 1.0 - stratum.chance, stratum.counts[chosen]
    value = share[chosen] @ stratum.means[chosen]
    groups = np.asarray((counts.sum(axis=0) > 0).sum(axis=0), dtype=np.float64)
    moved = np.einsum("l,lck->ck", share, stratum.influence)
    se = np.sqrt(np.sum(moved**2, axis=0) * unbiased(groups)) * scale
    raw = np.clip(np.nan_to_num(value * scale + stratum.chance), 0.0, 1.0)
    items = np.maximum(counts.sum(axis=(0, 1)), 1.0)
    bounds = clustered_interval(raw, se, np.maximum(groups, 1.0), items, confidence)
    low, high = (np.where(np.isnan(value), np.nan, chance_corrected(bound, stratum.chance)) for bound in bounds)
    return Interval(value, np.fmin(low, value), np.fmax(high, value), se / scale)
