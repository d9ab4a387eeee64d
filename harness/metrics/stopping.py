"""When a level has told enough: a test that is valid whenever one looks.

A level of a task is tested on its clusters in the seeded order. Someone bets, cluster after cluster, that its mean is
above the threshold; another, in the mirror, that it is below. *Cleared* at the first cluster where the first one's
capital reaches 1 / alpha, *failed* where the other's does, *undetermined* where neither has and, were every answer up
to the cap right, the level could not be cleared any more; *open* before. At a true mean of the threshold or less,
"cleared" is ever said with probability at most alpha (Ville's inequality).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from harness.metrics.intervals import Array, Numbers

Counts = npt.NDArray[np.int_]
Outcome = Literal["cleared", "failed", "undetermined", "open"]

_STAKES = 128  # bets mixed: their mean is the integral itself up to 255 clusters, and a fair mixture of bets beyond
_BLOCK = 512  # series taken together: their capitals stay in a core's cache
_RESCALE = 64  # steps between two rescalings: no capital grows past the largest float in so few


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a level's prefix says, and how many places of the seeded order it took to say so."""

    outcome: Outcome
    at: int


def binomial_log_capital(right: Numbers, items: Numbers, tau: float) -> Array:
    """Log of E_n = int_tau^1 (q/tau)^x ((1-q)/(1-tau))^(n-x) dq / (1-tau), for x right of n independent 0/1 items.

    By the regularised incomplete beta function: the integral is B(x+1, n-x+1) (1 - I_tau(x+1, n-x+1)). A mixture of
    likelihood ratios (Robbins 1970; Howard, Ramdas, McAuliffe & Sekhon 2021). Minus infinity where the upper tail is
    below the smallest float, hundreds of wrong answers from any verdict.
    """
    x, n = np.broadcast_arrays(np.asarray(right, dtype=np.float64), np.asarray(items, dtype=np.float64))
    a, b = x + 1.0, n - x + 1.0
    with np.errstate(divide="ignore"):
        tail = np.log(special.betaincc(a, b, tau))
    known = x * math.log(tau) + (n - x + 1.0) * math.log1p(-tau)
    return np.asarray(special.betaln(a, b) + tail - known, dtype=np.float64)


def mixture_log_capital(values: Numbers, mean: float) -> Array:
    """Log capital after each of the values in [0, 1] of one who bets that they average above `mean`, (n, ...).

    Axis 0 is time. The same mixture for graded values: a stake q multiplies capital by 1 + lambda (s - m) with
    lambda = (q - m) / (m (1 - m)), which is q/m at s = 1 and (1-q)/(1-m) at s = 0, so on 0/1 values this is
    `binomial_log_capital`. Never negative and, if each value expects at most m given those before, never expected to
    grow (Waudby-Smith & Ramdas 2024, section 4); stakes are spread uniformly over (m, 1) by Gauss-Legendre nodes,
    whose weights are positive: any mixture of fair bets is fair.
    """
    return _capital(np.asarray(values, dtype=np.float64), mean)[0]


def _capital(values: Array, mean: float, cap: int = 0) -> tuple[Array, Array]:
    """Log capital after each value, and what it would be at the cap if every later value were 1, (n, ...) each."""
    if not values.size:
        return np.zeros(values.shape), np.zeros(values.shape)
    flat = values.reshape(len(values), -1)
    parts = [_block(flat[:, start : start + _BLOCK], mean, cap) for start in range(0, flat.shape[1], _BLOCK)]
    now, best = (np.concatenate([part[k] for part in parts], axis=1).reshape(values.shape) for k in (0, 1))
    return now, best


def _block(values: Array, mean: float, cap: int) -> tuple[Array, Array]:
    nodes, weights = _stakes()
    stakes = mean + (1.0 - mean) * nodes
    bets, growth = (stakes - mean) / (mean * (1.0 - mean)), np.log(stakes / mean)
    capital = np.ones((values.shape[1], len(nodes)))  # over exp(scale)
    scale, now, best = np.zeros(values.shape[1]), np.empty_like(values), np.empty_like(values)
    for place, value in enumerate(values):
        capital *= 1.0 + bets * (value - mean)[:, None]
        if place % _RESCALE == _RESCALE - 1:
            largest = capital.max(axis=1)
            capital /= largest[:, None]
            scale += np.log(largest)
        rest = max(cap - place - 1, 0) * growth
        now[place] = np.log(capital @ weights) + scale
        best[place] = np.log(capital @ (weights * np.exp(rest - rest.max()))) + scale + rest.max()
    return now, best


@cache
def _stakes() -> tuple[Array, Array]:
    """Nodes in (0, 1) and weights that add up to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(_STAKES)
    return (nodes + 1.0) / 2.0, weights / 2.0


def decisions(values: Numbers, threshold: float, cap: int, alpha: float = 0.05) -> tuple[Counts, Counts]:
    """What values (n, ...) decide of a raw threshold: 1 cleared, -1 failed, 0 neither; and at which of them, from 1.

    Where neither is decided, the second number is that of the value from which on nothing could clear the level by the
    cap, were all the rest right; 0 where it still could. The first decision stands. NaN is a value that is not scored:
    nothing is bet on it.
    """
    x = np.asarray(values, dtype=np.float64)
    x = np.where(np.isnan(x), threshold, x)  # a bet on a value at the threshold wins and loses nothing
    bar = -math.log(alpha)
    now, best = _capital(x, threshold, cap)
    up, hopeless = _first(now >= bar), _first(best < bar)
    down = _first(mixture_log_capital(1.0 - x, 1.0 - threshold) >= bar)
    cleared = (up > 0) & ((down == 0) | (up < down))
    failed = ~cleared & (down > 0) & ((hopeless == 0) | (down <= hopeless))
    outcome = np.where(cleared, 1, np.where(failed, -1, 0))
    return outcome.astype(np.int_), np.where(cleared, up, np.where(failed, down, hopeless)).astype(np.int_)


def _first(reached: npt.NDArray[np.bool_]) -> Counts:
    """The number, from 1, of the first that is reached along axis 0; 0 where none is."""
    if not len(reached):
        return np.zeros(reached.shape[1:], dtype=np.int_)
    return np.asarray(np.where(reached.any(axis=0), reached.argmax(axis=0) + 1, 0), dtype=np.int_)


def verdict(values: Sequence[float | None], threshold: float, cap: int, alpha: float = 0.05) -> Verdict:
    """What a prefix of the seeded order says of a raw threshold; None is unscored."""
    return _verdict(tuple(math.nan if value is None else value for value in values), threshold, cap, alpha)


@lru_cache(maxsize=4096)  # a run asks again and again what its finished levels said
def _verdict(values: tuple[float, ...], threshold: float, cap: int, alpha: float) -> Verdict:
    outcome, at = decisions(values, threshold, cap, alpha)
    if not at:
        return Verdict("open" if len(values) < cap else "undetermined", len(values))
    return Verdict("cleared" if outcome > 0 else "failed" if outcome < 0 else "undetermined", int(at))
