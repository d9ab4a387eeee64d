"""Whether a weighted mean over tasks is above a threshold, when each task stopped asking by itself.

Of one task, someone bets that its mean is above m: the mixture of `harness.metrics.stopping`, whose capital E(m) at any
stopping time is expected to be at most 1 where the mean is m or less. Tasks are independent of each other and each
stops on its own answers alone, so the product over tasks of E_t(m_t) has that property too, for any m_t at or above the
true means. Where the weighted mean is tau or less there are such m_t with the weighted mean tau. So the least product
over all m_t of weighted mean tau reaches 1 / alpha with probability at most alpha, whatever the means of the single
tasks (Spertus, Sridhar & Stark 2024, "Sequential stratified inference for the mean": union-intersection). An average
of the E_t(tau), or their product, would not do: each is large where a single task is easy.

The least is taken from below: m_t in cells, each with its largest m in the capital and its least in the constraint,
and by Lagrangian duality, of which every multiplier gives a lower bound. What that costs is power, never validity.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from leaderboard.ranking.scores import Floats

_CELLS = 100  # of the raw means from 0 to 1
_STAKES = 32  # bets mixed: any number of them is fair
_GRADES = 64  # distinct values beyond which graded ones are rounded down, against the one who bets
_MULTIPLIERS = np.geomspace(0.5, 5000.0, 50)
_BLOCK = 200  # submissions at a time: 5 MB of capitals a task


def least_log_capital(
    values: Sequence[Floats], weights: Sequence[float], chances: Sequence[float], taus: Sequence[float]
) -> Floats:
    """Log of the least product of capitals against a weighted mean of each tau, (taus, K).

    Args:
        values: of each task (C, K) raw means of clusters in [0, 1], NaN where there is none.
        weights: of each task, adding up to 1.
        chances: of each task; taus are on the chance-corrected scale.
        taus: thresholds.
    """
    size = values[0].shape[1]
    found = np.full((len(taus), size), -np.inf)
    for start in range(0, size, _BLOCK):
        block = slice(start, start + _BLOCK)
        capitals = [_log_capitals(one[:, block]) for one in values]
        for row, tau in enumerate(taus):
            found[row, block] = _least(capitals, weights, chances, tau)
    return found


def _least(capitals: Sequence[Floats], weights: Sequence[float], chances: Sequence[float], tau: float) -> Floats:
    """The largest of the dual's lower bounds, (K,)."""
    lows = [(np.arange(_CELLS) / _CELLS - chance) / (1.0 - chance) for chance in chances]
    best = np.full(len(capitals[0]), -np.inf)
    for multiplier in _MULTIPLIERS:
        bound = np.full(len(best), -multiplier * tau)
        for capital, weight, low in zip(capitals, weights, lows, strict=True):
            bound += (capital + multiplier * weight * low).min(axis=1)
        best = np.maximum(best, bound)
    return best


def _log_capitals(values: Floats) -> Floats:
    """Log capital of one task against the upper end of every cell, (K, cells); it falls from cell to cell."""
    grades = np.unique(values[~np.isnan(values)])
    if len(grades) > _GRADES:
        values = np.floor(values * _GRADES) / _GRADES
        grades = np.unique(values[~np.isnan(values)])
    if not len(grades):
        return np.zeros((values.shape[1], _CELLS))
    times = np.stack([(values == grade).sum(axis=0) for grade in grades], axis=1).astype(np.float64)
    nodes, weights = _stakes()
    ends = np.arange(1, _CELLS + 1) / _CELLS
    gains = np.log1p(nodes * (grades[:, None, None] / ends[:, None] - 1.0))  # (grades, cells, stakes)
    logs = (times @ gains.reshape(len(grades), -1)).reshape(-1, _CELLS, _STAKES)
    top = logs.max(axis=2)
    return np.asarray(np.log(np.exp(logs - top[:, :, None]) @ weights) + top)


@cache
def _stakes() -> tuple[Floats, Floats]:
    """Bets as shares of all that may be lost, in (0, 1), and weights that add up to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(_STAKES)
    return (nodes + 1.0) / 2.0, weights / 2.0
