"""Whether a judge model agrees with people, and which way it leans where it does not."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from harness.metrics.intervals import student_quantile
from leaderboard.ranking.scores import Floats

MIN_CLUSTERS = 6  # prompts below which no error can be estimated


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement beyond chance of two raters on the same items."""

    value: float  # 1: always agree; 0: as often as by chance
    low: float
    high: float
    agreement: float  # share of items on which they agree
    items: int


@dataclass(frozen=True, slots=True)
class Lean:
    """How much more a side is given than it deserves."""

    name: str
    value: float | None  # in probability: 0 is even, 0.1 is ten points too many; None where nothing tells
    low: float
    high: float
    p: float  # two-sided, against 0
    pairs: int


def cohen_kappa(first: Sequence[float], second: Sequence[float], confidence: float = 0.95) -> Kappa:
    """Cohen's kappa (1960) with the large-sample interval of Fleiss, Cohen & Everitt (1969, equation 13).

    ValueError where fewer than two items are rated, or both raters always say one same thing: there is no chance then.
    """
    if len(first) != len(second) or len(first) < 2:
        raise ValueError("kappa needs two ratings each of two items or more")
    named = sorted({*first, *second})
    place = {value: number for number, value in enumerate(named)}
    table = np.zeros((len(named), len(named)))
    for one, other in zip(first, second, strict=True):
        table[place[one], place[other]] += 1
    table /= len(first)
    rows, columns, seen = table.sum(axis=1), table.sum(axis=0), float(np.trace(table))
    chance = float(rows @ columns)
    if chance == 1.0:
        raise ValueError("both raters always say the same: nothing to agree on")
    kappa = (seen - chance) / (1 - chance)
    diagonal = float(np.sum(np.diagonal(table) * (1 - (rows + columns) * (1 - kappa)) ** 2))
    weights = (columns[:, None] + rows[None, :]) ** 2
    off = float(np.sum(table * weights) - np.sum(np.diagonal(table * weights))) * (1 - kappa) ** 2
    square = (diagonal + off - (kappa - chance * (1 - kappa)) ** 2) / ((1 - chance) ** 2 * len(first))
    reach = float(special.ndtri((1 + confidence) / 2)) * math.sqrt(max(square, 0.0))
    return Kappa(kappa, max(-1.0, kappa - reach), min(1.0, kappa + reach), seen, len(first))


def position_lean(shown: Sequence[float], clusters: Sequence[Hashable], confidence: float = 0.95) -> Lean:
    """Whether the text shown first is preferred.

    Args:
        shown: (n,) of each pair asked in both orders, the mean of what its two first places got: 1/2 where the order
            changed nothing.
        clusters: (n,) the pairs' prompts.
        confidence: of the interval.
    """
    values = np.asarray(shown, dtype=np.float64) - 0.5
    return _effect("position", values, np.ones((len(values), 1)), clusters, confidence)


def side_lean(
    name: str,
    judge: Sequence[float],
    human: Sequence[float],
    side: Sequence[float],
    clusters: Sequence[Hashable],
    confidence: float = 0.95,
) -> Lean:
    """What a side gets from the judge beyond what people's own judgement of the pair explains.

    A judge that prefers longer texts may be right to: longer ones may be better. The model is least squares,
    judge - 1/2 = a (human - 1/2) + b side, with errors clustered by prompt. A judge that errs as often on either side,
    however often that is, has b = 0.

    Args:
        name: of the side.
        judge: (n,) 1 for the first text, 0 for the second, 1/2 for a tie.
        human: (n,) the same, of people.
        side: (n,) positive where the first text is on that side, negative where the second is, 0 where neither.
        clusters: (n,) the pairs' prompts.
        confidence: of the interval.
    """
    signs = np.sign(np.asarray(side, dtype=np.float64))
    rows = np.stack([signs, np.asarray(human, dtype=np.float64) - 0.5], axis=1)
    found = _effect(name, np.asarray(judge, dtype=np.float64) - 0.5, rows, clusters, confidence)
    return replace(found, pairs=int(np.count_nonzero(signs)))


def _effect(name: str, values: Floats, rows: Floats, clusters: Sequence[Hashable], confidence: float) -> Lean:
    """The first coefficient of least squares through the origin, with the clustered sandwich and Student's t."""
    codes = np.unique(np.array([str(cluster) for cluster in clusters]), return_inverse=True)[1]
    groups = len(set(codes.tolist()))
    if groups < MIN_CLUSTERS or np.linalg.matrix_rank(rows) < rows.shape[1]:
        return Lean(name, None, -1.0, 1.0, 1.0, len(values))
    bread = np.linalg.inv(rows.T @ rows)
    found = bread @ rows.T @ values
    sums = np.zeros((groups, rows.shape[1]))
    np.add.at(sums, codes, rows * (values - rows @ found)[:, None])
    se = math.sqrt(max(float((bread @ sums.T @ sums @ bread)[0, 0]), 0.0) * groups / (groups - 1))
    value = float(found[0])
    reach = float(student_quantile((1 + confidence) / 2, groups - 1)) * se
    p = 2 * float(special.stdtr(groups - 1, -abs(value) / se)) if se > 0 else float(value == 0)
    return Lean(name, value, max(-1.0, value - reach), min(1.0, value + reach), p, len(values))
