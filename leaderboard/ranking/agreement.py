"""Whether a judge model agrees with people, and which way it leans where it does not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from harness.metrics.intervals import clopper_pearson

_HALF = 0.5


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
    """How often a choice that should be even fell to one side."""

    name: str
    share: float | None  # of the trials; None where there was none
    low: float
    high: float
    p: float  # exact and two-sided, against one half
    trials: int


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


def lean(name: str, favoured: int, trials: int, confidence: float = 0.95) -> Lean:
    """The share with its exact interval, and the exact test that it is one half (sign test)."""
    if trials == 0:
        return Lean(name, None, 0.0, 1.0, 1.0, 0)
    low, high = clopper_pearson(favoured, trials, confidence)
    most = max(favoured, trials - favoured)
    p = 1.0 if 2 * most == trials else min(1.0, 2 * float(special.bdtrc(most - 1, trials, _HALF)))
    return Lean(name, favoured / trials, float(low), float(high), p, trials)


def side_lean(
    name: str, judge: Sequence[float], human: Sequence[float], side: Sequence[float], confidence: float = 0.95
) -> Lean:
    """Which side the judge takes where it and people part.

    A judge that prefers longer texts may be right to: longer ones may be better. What cannot be excused is that it errs
    towards them more than away from them. So only pairs that judge and people see differently count, and whether the
    judge moved towards the side.

    Args:
        name: of the side.
        judge: (n,) 1 for the first text, 0 for the second, 1/2 for a tie.
        human: (n,) the same, of people.
        side: (n,) positive where the first text is on that side, negative where the second is, 0 where neither.
        confidence: of the interval.
    """
    moved = (np.asarray(judge, dtype=np.float64) - np.asarray(human, dtype=np.float64)) * np.sign(side)
    return lean(name, int((moved > 0).sum()), int((moved != 0).sum()), confidence)
