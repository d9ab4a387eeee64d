"""Weighted sums of means with clustered errors: areas under the difficulty curve, curve points, the language gap.

Strata (one task at one level) are independent, so their variances add up; within a stratum, the languages of a cluster
are joined, so their covariance counts. Where a stratum shows no variation at all (everything right, everything wrong),
its variance is not 0 but unknown and small: the posterior variance of a proportion that never occurred among
C clusters, under Jeffreys' prior, takes its place. So an entry that fails everything has an interval too.

Near 0 and 1 a sum of few clusters is skewed and Student's t covers as little as 79 % (`simulate/intervals.py`). So an
area of one stratum has the interval of its curve point, and one over several the same kind of interval: Clopper and
Pearson's at the effective number of items (Korn & Graubard 1998), the sum of a stratified sample being a mean as well.
Where ten clusters or more are expected of the rarer answer, the narrower of this and Student's t is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from harness.metrics.intervals import chance_corrected, clustered_interval, student_quantile
from leaderboard.ranking.design import Weights
from leaderboard.ranking.scores import Floats, Scores, Stratum

_SAME = 1e-15  # variances below are rounding
_MANY = 10.0  # expected clusters of the rarer answer from which a sum is no longer skewed

Bounds = tuple[Floats, Floats]


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
    """The sum of weight times mean over cells, held to the feasible range; the value never is.

    NaN where nothing weighs: there is no such sum.
    """
    parts = [(stratum, stratum_weights(stratum, weights)) for stratum in scores.strata]
    parts = [(stratum, share) for stratum, share in parts if share.any()]
    if not parts:
        nothing = np.full(scores.size, np.nan)
        return Interval(nothing, nothing, nothing, nothing)
    positive = all((share >= 0).all() for _, share in parts)
    if positive and len(parts) == 1:
        return _alone(*parts[0], confidence)
    value = np.sum([share[share != 0] @ stratum.means[share != 0] for stratum, share in parts], axis=0)
    both = [_variance(stratum, share) for stratum, share in parts]
    seen, whole = np.sum([one for one, _ in both], axis=0), np.sum([one for _, one in both], axis=0)
    freedom = np.sum([np.maximum(stratum.groups - 1.0, 0.0) for stratum, _ in parts], axis=0)
    bottom, top = (sum(bounds) for bounds in zip(*(_feasible(*part) for part in parts), strict=True))
    half = student_quantile((1.0 + confidence) / 2.0, np.maximum(freedom, 1.0)) * np.sqrt(whole)
    low, high = np.maximum(value - half, bottom), np.minimum(value + half, top)
    if positive:
        low, high = _skewed(value, np.sqrt(seen), freedom + 1.0, (bottom, top), (low, high), confidence)
    se = np.where(np.isnan(value), np.nan, np.sqrt(whole))
    return Interval(value, np.minimum(low, value), np.maximum(high, value), se)


def _alone(stratum: Stratum, share: Floats, confidence: float) -> Interval:
    """A sum over the languages of one stratum: the point of its curve."""
    point, total = _point(stratum, share / share.sum(), confidence), float(share.sum())
    se = np.where(np.isnan(point.value), np.nan, np.sqrt(_variance(stratum, share)[1]))
    return Interval(point.value * total, point.low * total, point.high * total, se)


def _feasible(stratum: Stratum, share: Floats) -> tuple[float, float]:
    """The least and the most that a stratum can add."""
    least = float(chance_corrected(0.0, stratum.chance))
    ends = np.sort(np.stack([share, share * least]), axis=0)
    return float(ends[0].sum()), float(ends[1].sum())


def _skewed(
    value: Floats, se: Floats, clusters: Floats, ends: tuple[float, float], plain: Bounds, confidence: float
) -> Bounds:
    """The interval of a mean between `ends`; the narrower of it and the plain one where the rarer answer is not rare.

    Stratified means may vary less than so many independent items would, so their number has no limit here.
    """
    width = ends[1] - ends[0]
    share = np.clip((np.nan_to_num(value) - ends[0]) / width, 0.0, 1.0)
    exact = clustered_interval(share, se / width, np.maximum(clusters, 1.0), np.inf, confidence)
    low, high = (np.where(np.isnan(value), np.nan, ends[0] + width * bound) for bound in exact)
    keep = (np.minimum(share, 1.0 - share) * clusters >= _MANY) & (plain[1] - plain[0] < high - low)
    return np.where(keep, plain[0], low), np.where(keep, plain[1], high)


def _variance(stratum: Stratum, share: Floats) -> tuple[Floats, Floats]:
    """What the clusters show, and that with what they cannot show where they do not vary."""
    moved = np.einsum("l,lck->ck", share, stratum.influence)
    seen = np.sum(moved**2, axis=0) * unbiased(stratum.groups)
    varies = seen > _SAME * reach(share) ** 2
    unseen = unseen_variance(stratum.groups, stratum.chance) * reach(share) ** 2
    return np.where(varies, seen, 0.0), np.where(varies, seen, unseen)


def curve(stratum: Stratum, confidence: float = 0.95) -> Mapping[str, Interval]:
    """One point of the difficulty curves: "all" languages weighted equally, and each language, chance-corrected."""
    points = {}
    names = ("all", *stratum.languages) if len(stratum.languages) > 1 else stratum.languages
    for name in names:
        chosen = np.array([name in ("all", language) for language in stratum.languages], dtype=np.float64)
        points[name] = _point(stratum, chosen / chosen.sum(), confidence)
    points.setdefault("all", points[stratum.languages[0]])
    return points


def _point(stratum: Stratum, share: Floats, confidence: float) -> Interval:
    """The mean of languages with these shares, which add up to 1."""
    chosen = share != 0
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
