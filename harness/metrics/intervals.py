"""Means of scores and how sure they are: pure functions on arrays, with the source of each formula.

Two facts shape them. Items of one cluster (the French and English tellings of one structure) are not independent,
so a cluster counts as one observation. And small models stand near 0 or 1 with few items, where "mean plus or minus
two standard errors" fails, so bounds are exact or hold at any number of items.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
from scipy import special

from harness.types import Estimate

Array = npt.NDArray[np.float64]
Numbers = npt.ArrayLike

PROVISIONAL = 0.01  # share of unscored items above which an estimate is provisional
BINARY_SPREAD = 0.25  # the largest variance a value in [0, 1] can have
_BOLDEST = 0.9  # share of the capital that one bet may risk (the constant c of Waudby-Smith & Ramdas, below 1)
_ADDED = 0.5  # clusters all right, and clusters all wrong, that join the others to tell how alike items of one are
_STEPS = 60  # halvings when a bound is searched: more than the digits of a float


def chance_corrected(score: Numbers, chance: Numbers) -> Array:
    """Scores less guessing, (s - g) / (1 - g): 0 is blind guessing, 1 all right. Not clipped, as clipping biases."""
    guess = np.asarray(chance, dtype=np.float64)
    return np.asarray((np.asarray(score, dtype=np.float64) - guess) / (1.0 - guess), dtype=np.float64)


def raw_threshold(tau: float, chance: float) -> float:
    """The raw score g + (1 - g) tau whose chance-corrected value is `tau`."""
    return chance + (1.0 - chance) * tau


def clustered_se(values: Numbers, clusters: Sequence[Hashable], *, corrected: bool = False) -> float:
    """Standard error of a clustered mean: SE^2 = n^-2 sum_c (sum_{i in c} (s_i - mean))^2 (Liang & Zeger 1986).

    `corrected` multiplies SE^2 by C / (C - 1), unbiased for C clusters of equal size; one cluster then gives infinity.
    """
    scores = np.asarray(values, dtype=np.float64)
    sums = np.bincount(_codes(clusters), weights=scores - scores.mean())
    square = float(np.sum(sums**2)) / len(scores) ** 2
    if corrected:
        square = square * len(sums) / (len(sums) - 1) if len(sums) > 1 else math.inf
    return math.sqrt(square)


def paired_difference(
    first: Numbers, second: Numbers, clusters: Sequence[Hashable], *, corrected: bool = False
) -> tuple[float, float]:
    """Mean of d_i = s_1i - s_2i over the items both answered, and its clustered standard error."""
    differences = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    return float(differences.mean()), clustered_se(differences, clusters, corrected=corrected)


def clopper_pearson(right: Numbers, items: Numbers, confidence: float = 0.95) -> tuple[Array, Array]:
    """Exact two-sided interval of a proportion (Clopper & Pearson 1934), by beta quantiles; counts may be fractions."""
    tail = (1.0 - confidence) / 2.0
    return clopper_pearson_lower(right, items, 1.0 - tail), 1.0 - clopper_pearson_lower(
        np.asarray(items, dtype=np.float64) - np.asarray(right, dtype=np.float64), items, 1.0 - tail
    )


def clopper_pearson_lower(right: Numbers, items: Numbers, confidence: float = 0.95) -> Array:
    """Exact one-sided lower bound of a proportion: the p at which `right` or more has chance 1 - confidence."""
    x, n = np.broadcast_arrays(np.asarray(right, dtype=np.float64), np.asarray(items, dtype=np.float64))
    some = x > 0
    bound = special.betaincinv(np.where(some, x, 1.0), np.where(some, n - x + 1.0, 1.0), 1.0 - confidence)
    return np.asarray(np.where(some, bound, 0.0), dtype=np.float64)


def clearing_count(items: int, threshold: float, confidence: float = 0.95) -> int | None:
    """Fewest right answers of `items` whose exact lower bound is above `threshold`; None when even all are too few."""
    bounds = clopper_pearson_lower(np.arange(items + 1), items, confidence)
    enough = np.flatnonzero(bounds > threshold)
    return int(enough[0]) if len(enough) else None


def betting_log_capital(
    values: Numbers, mean: float, confidence: float = 0.95, spread: float = BINARY_SPREAD, scored: Numbers | None = None
) -> Array:
    """Log of the wealth of one who bets that values in [0, 1] average above `mean`; axis 0 runs over the values.

    The one-sided capital process K+ of Waudby-Smith & Ramdas (2024, JRSS B 86), theorem 3, with the bet for a fixed
    number n of values, lambda = sqrt(2 log(1/alpha) / (n v)), held below c / mean. Theirs estimates v as values come
    in; here v is `spread`, guessed before any value is seen (it changes power, never validity), so lambda is constant.
    This buys two things: the order of values does not matter, and they need not share one mean. If they are
    independent with an average expectation e <= `mean`, then the expected capital, the product over i of
    1 + lambda (e_i - mean), is at most (1 + lambda (e - mean))^n <= 1 (geometric and arithmetic mean), so by Markov
    capital reaches 1 / alpha with probability at most alpha. `scored` marks the values that count (default all).
    """
    x = np.asarray(values, dtype=np.float64)
    counted = np.ones(x.shape, dtype=bool) if scored is None else np.asarray(scored, dtype=bool)
    number = np.maximum(counted.sum(axis=0), 1)
    bet = np.sqrt(2.0 * math.log(1.0 / (1.0 - confidence)) / (number * spread))
    bet = np.minimum(bet, _BOLDEST / mean) if mean > 0 else bet
    return np.asarray(np.sum(np.log1p(np.where(counted, bet * (x - mean), 0.0)), axis=0), dtype=np.float64)


def betting_rejects(
    values: Numbers, mean: float, confidence: float = 0.95, spread: float = BINARY_SPREAD, scored: Numbers | None = None
) -> npt.NDArray[np.bool_]:
    """Whether independent values in [0, 1] show that they average above `mean` (axis 0 runs over the values)."""
    capital = betting_log_capital(values, mean, confidence, spread, scored)
    return np.asarray(capital >= -math.log(1.0 - confidence), dtype=np.bool_)


def betting_lower(values: Numbers, confidence: float = 0.95, spread: float = BINARY_SPREAD) -> float:
    """One-sided lower confidence bound for the mean of independent values in [0, 1]: the largest mean still rejected.

    Capital falls as the mean it bets against grows (theorem 3 of Waudby-Smith & Ramdas), so halving finds the bound.
    """
    low, high = 0.0, float(np.mean(np.asarray(values, dtype=np.float64)))
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        if betting_rejects(values, middle, confidence, spread):
            low = middle
        else:
            high = middle
    return low


def student_quantile(level: float, freedom: Numbers) -> Array:
    """Quantile of Student's t; infinite degrees of freedom give the normal's."""
    return np.asarray(special.stdtrit(np.asarray(freedom, dtype=np.float64), level), dtype=np.float64)


def clustered_interval(
    mean: Numbers, se: Numbers, clusters: Numbers, items: Numbers, confidence: float = 0.95
) -> tuple[Array, Array]:
    """Interval of a mean of clustered values in [0, 1], honest for few clusters and near 0 or 1 (Korn & Graubard 1998).

    Clopper-Pearson at the effective number of items (`_effective`), lowered by the ratio of squared t quantiles for
    estimating SE from few clusters. That ratio takes it no lower than the number of clusters (values of one cluster
    all equal), and it is never above that of items (all independent). Where SE is 0 nothing tells it and clusters alone
    count. `se` is the corrected one.
    """
    p, error, groups, number = np.broadcast_arrays(
        *(np.asarray(v, dtype=np.float64) for v in (mean, se, clusters, items))
    )
    told = (error > 0) & np.isfinite(error) & (groups > 1) & (number > 1)
    level = (1.0 + confidence) / 2.0
    fewer = student_quantile(level, np.where(told, number - 1, 1)) / student_quantile(
        level, np.where(told, groups - 1, 1)
    )
    alike = _effective(p, np.where(told, error, 0.0), groups)
    effective = np.maximum(alike * fewer**2, np.minimum(alike, groups))
    effective = np.where(told, np.minimum(effective, number), groups)
    low, high = clopper_pearson(np.clip(p, 0.0, 1.0) * effective, effective, confidence)
    return np.minimum(low, p), np.maximum(high, p)


def _effective(mean: Array, se: Array, clusters: Array) -> Array:
    """How many independent items would tell as much: mean (1 - mean) / SE^2 of C clusters, with two halves added.

    Near 0 or 1 a handful of clusters tells SE, and where these happen to hold lone answers SE is far too small. So half
    a cluster all right and half a cluster all wrong join the C for this number alone, as Agresti & Coull (1998) add
    items, as many as Jeffreys' prior has. Clusters of one 0/1 item, or of equal ones, still count as C; only clusters
    that differ in size can count as fewer. Of 50 clusters of five that correlate by a half, mean 0.05, intervals cover
    92 % without this and 99 % with it (`simulate/intervals.py`).
    """
    whole = clusters + 2.0 * _ADDED
    centre = (clusters * mean + _ADDED) / whole
    square = (clusters * ((clusters - 1.0) * se**2 + mean**2) + _ADDED) / whole
    return np.asarray(clusters * centre * (1.0 - centre) / (square - centre**2), dtype=np.float64)


def estimate(
    values: Sequence[float | None], clusters: Sequence[Hashable], *, chance: float = 0.0, confidence: float = 0.95
) -> Estimate:
    """Chance-corrected mean of clustered scores with its interval; None is unscored: counted, out of the denominator.

    ValueError when nothing is scored: a mean of nothing is not 0.
    """
    scored = [(value, cluster) for value, cluster in zip(values, clusters, strict=True) if value is not None]
    if not scored:
        raise ValueError("no scored item to estimate from")
    numbers, labels = np.array([value for value, _ in scored]), [cluster for _, cluster in scored]
    groups, mean = len(set(labels)), float(numbers.mean())
    low, high = clustered_interval(mean, clustered_se(numbers, labels, corrected=True), groups, len(scored), confidence)
    value, bottom, top = (float(chance_corrected(bound, chance)) for bound in (mean, low, high))
    unscored = len(values) - len(scored)
    provisional = unscored > PROVISIONAL * len(values)
    return Estimate(value, bottom, top, len(scored), groups, unscored, provisional)


def _codes(labels: Sequence[Hashable]) -> npt.NDArray[np.intp]:
    """Each label's number, in order of first appearance."""
    seen: dict[Hashable, int] = {}
    return np.array([seen.setdefault(label, len(seen)) for label in labels], dtype=np.intp)
