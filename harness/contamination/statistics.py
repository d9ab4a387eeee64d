"""Exact one-sided tests by randomisation: what would chance alone have done with these very numbers?

Each null hypothesis says that labels could be exchanged: which of two items was suspected, which of several orders was
the published one, which of many strings is the canary. A p-value is (1 + how many randomisations are at least as
extreme) / (1 + how many there were), which is at most alpha with probability at most alpha for any sample size and any
distribution (Phipson & Smyth 2010). No normal approximation, so that thirty items are enough.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
DRAWS = 9999
MIN_K = 0.2  # share of a text's least likely tokens (Zhang et al. 2024 find 0.1 to 0.3 alike)
_ROUNDING = 1e-9


def sign_flip(
    differences: npt.ArrayLike, clusters: Sequence[Hashable] = (), *, allowance: float = 0.0, seed: int = 0
) -> float:
    """Chance of so large a mean difference if either of each pair could have been the suspected one (Fisher 1935).

    Pairs of one cluster are flipped together. `allowance` is taken off every difference first: what an honest model may
    lose by the change itself. The test is exact at 0, and for differences that are symmetric about the allowance.
    """
    shifted = np.asarray(differences, dtype=np.float64) - allowance
    sums = _by_cluster(shifted, clusters)
    signs = np.random.default_rng(seed).choice((-1.0, 1.0), size=(DRAWS, len(sums)))
    return _share(signs @ sums, float(sums.sum()))


def permutation(
    suspected: Sequence[float],
    fresh: Sequence[float],
    strata: tuple[Sequence[Hashable], Sequence[Hashable]] = ((), ()),
    clusters: tuple[Sequence[Hashable], Sequence[Hashable]] = ((), ()),
    seed: int = 0,
) -> tuple[float, float]:
    """How much more the suspected have than the fresh, and the chance of that if nobody could tell which is which.

    Labels are permuted within strata (a task's level), clusters (with all their languages) as wholes; the statistic is
    the difference of cluster means, averaged over the strata by their number of clusters.

    Args:
        suspected: (n,) values.
        fresh: (m,) values of items that the model cannot have seen, drawn alike.
        strata: of the suspected and of the fresh; none: all are one.
        clusters: of both; none: every item is its own.
        seed: of the permutations.

    Raises:
        ValueError: no stratum has both kinds.
    """
    rng = np.random.default_rng(seed)
    found, drawn, total = 0.0, np.zeros(DRAWS), 0
    groups = [_strata(values, *more) for values, *more in zip((suspected, fresh), strata, clusters, strict=True)]
    for stratum in sorted(groups[0].keys() & groups[1].keys(), key=repr):
        own, other = (np.array(side[stratum]) for side in groups)
        both, weight = np.concatenate([own, other]), len(own) + len(other)
        total += weight
        found += weight * float(own.mean() - other.mean())
        places = np.argsort(rng.random((DRAWS, weight)), axis=1)[:, : len(own)]
        taken = both[places].sum(axis=1)
        drawn += weight * (taken / len(own) - (both.sum() - taken) / len(other))
    if not total:
        raise ValueError("no task and level has both suspected and fresh items")
    return found / total, _share(drawn, found)


def order_test(likelihoods: npt.ArrayLike, seed: int = 0) -> tuple[float, float, float]:
    """Whether a set's published order is more likely to a model than other orders (Oren et al. 2023, sharded).

    Args:
        likelihoods: (S, 1 + P) log-likelihoods of S shards, each in the published order (column 0) and in P others.
        seed: of the draws.

    Returns:
        the mean excess of the published order, its exact p-value (each shard's published order could have been any of
        its columns), and the paper's p-value by Student's t over the shards, which needs many shards to hold.
    """
    table = np.asarray(likelihoods, dtype=np.float64)
    shards, orders = table.shape
    centred = table - table.mean(axis=1, keepdims=True)
    columns = np.random.default_rng(seed).integers(orders, size=(DRAWS, shards))
    exact = _share(centred[np.arange(shards), columns].sum(axis=1), float(centred[:, 0].sum()))
    excess = table[:, 0] - table[:, 1:].mean(axis=1)
    spread = float(excess.std(ddof=1)) if shards > 1 else 0.0
    student = float(special.stdtr(shards - 1, -excess.mean() / spread * np.sqrt(shards))) if spread > 0 else 1.0
    return float(excess.mean()), exact, student


def rank_test(own: float, controls: npt.ArrayLike) -> float:
    """Chance that one of equal standing ranks so high among `controls` (exposure, Carlini et al. 2019)."""
    others = np.asarray(controls, dtype=np.float64)
    return float((1 + np.count_nonzero(others >= own - _ROUNDING)) / (1 + len(others)))


def min_k_plus_plus(logprob: npt.ArrayLike, mean: npt.ArrayLike, spread: npt.ArrayLike, share: float = MIN_K) -> float:
    """Min-K%++ of one text: mean of the lowest share of (log p - mu) / sigma (Zhang et al. 2024, equation 3).

    mu and sigma are the mean and the standard deviation of log p over the vocabulary, weighted by p. Where the model is
    sure of a token there is no sigma, and the value is 0.
    """
    own, middle, width = (np.asarray(values, dtype=np.float64) for values in (logprob, mean, spread))
    scaled = np.divide(own - middle, width, out=np.zeros_like(own), where=width > _ROUNDING)
    kept = max(1, int(len(scaled) * share))
    return float(np.sort(scaled)[:kept].mean())


def holm(values: Sequence[float]) -> list[float]:
    """P-values adjusted so that the chance of any false alarm stays below alpha, however they depend (Holm 1979)."""
    order, adjusted, highest = np.argsort(values), [1.0] * len(values), 0.0
    for place, number in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - place) * values[number]))
        adjusted[number] = highest
    return adjusted


def _share(drawn: Floats, found: float) -> float:
    slack = _ROUNDING * max(1.0, abs(found))
    return float((1 + np.count_nonzero(drawn >= found - slack)) / (1 + len(drawn)))


def _by_cluster(values: Floats, clusters: Sequence[Hashable]) -> Floats:
    """Sums by cluster."""
    sums: dict[Hashable, float] = defaultdict(float)
    for value, cluster in zip(values, clusters or range(len(values)), strict=True):
        sums[cluster] += float(value)
    return np.array(list(sums.values()))


def _strata(
    values: Sequence[float], strata: Sequence[Hashable], clusters: Sequence[Hashable]
) -> dict[Hashable, list[float]]:
    """Cluster means by stratum."""
    found: dict[Hashable, dict[Hashable, list[float]]] = defaultdict(lambda: defaultdict(list))
    keys = zip(strata or [""] * len(values), clusters or range(len(values)), strict=True)
    for value, (stratum, cluster) in zip(values, keys, strict=True):
        found[stratum][cluster].append(value)
    return {stratum: [sum(own) / len(own) for own in groups.values()] for stratum, groups in found.items()}
