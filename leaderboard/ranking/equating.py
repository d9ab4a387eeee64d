"""Linking rounds: sealed anchor items, asked in both, put the abilities of two rounds on one scale.

Each round is calibrated by itself (`ability.calibrate`), so that its abilities have mean 0 and variance 1. The anchors
tell the line between the two scales, old = scale * new + shift: by the mean and spread of their difficulties
(mean/sigma: Marco 1977) or, as a rule, by the curves themselves (Stocking & Lord 1983, or Haebara 1980; Kolen & Brennan
2014, chapter 6). An anchor that became easier between rounds (it leaked, or was trained on) or harder (its text or its
judging changed) drifts: its z is its change over the error of the change, divided by the spread of all anchors' z where
that is larger than 1 (a robust z, from medians; Huynh & Meyer 2010). Anchors that drift (at a false discovery rate of
5 %) leave the link, which is then made again until no more are found. At most 15 % of a round may be anchors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy import optimize, special

from harness.errors import PublishError, RoundError
from leaderboard.ranking.ability import Abilities, Calibration, probability
from leaderboard.ranking.items import benjamini_hochberg
from leaderboard.ranking.responses import Responses
from leaderboard.ranking.scores import Bools, Floats

Method = Literal["stocking-lord", "haebara", "mean-sigma"]
MOST_ANCHORS = 0.15
FEWEST = 5  # anchors; textbooks ask for 20 or more (Kolen & Brennan 2014, section 8.1)
RATE = 0.05
_GRID = np.linspace(-4.0, 4.0, 81)
_NORMAL = 1.4826  # a normal's deviation over its median absolute deviation


@dataclass(frozen=True, slots=True)
class Line:
    """old = scale * new + shift, for abilities and difficulties."""

    scale: float
    shift: float

    def ability(self, new: Abilities) -> Abilities:
        """Abilities of the new round on the old round's scale."""
        return Abilities(self.scale * new.value + self.shift, self.scale * new.se)


@dataclass(frozen=True, slots=True)
class Linking:
    """The line, and what each anchor says, (A,): its change of difficulty in the old scale's units, z and p."""

    line: Line
    anchors: tuple[str, ...]
    change: Floats
    z: Floats
    p: Floats
    drifts: Bools  # the alarm: out of the link

    @property
    def kept(self) -> int:
        """Anchors that make the link."""
        return int((~self.drifts).sum())


def check_anchors(anchors: Sequence[str], items: int) -> None:
    """RoundError when more than 15 % of a round's items are anchors, or when they are too few to link by."""
    if len(set(anchors)) > MOST_ANCHORS * items:
        what = f"{len(set(anchors))} of {items} items are anchors, more than {MOST_ANCHORS:.0%}"
        remedy = f"seal at most {int(MOST_ANCHORS * items)}, or ask more fresh items"
        raise RoundError(what, where="anchors", remedy=remedy)
    if len(set(anchors)) < FEWEST:
        what = f"{len(set(anchors))} anchors cannot link two rounds: {FEWEST} at least, 20 for a good link"
        raise RoundError(what, where="anchors", remedy="share more sealed items between the rounds")


def link(
    old: tuple[Responses, Calibration],
    new: tuple[Responses, Calibration],
    anchors: Sequence[str],
    method: Method = "stocking-lord",
    rate: float = RATE,
) -> Linking:
    """Put the new round on the old one's scale by the items called `anchors`, without those that drift.

    RoundError where anchors are too many or too few; PublishError where an anchor was not asked in both rounds, or so
    many drift that no link is left.
    """
    for responses, _ in (old, new):
        check_anchors(anchors, len(responses.items))
    names = tuple(dict.fromkeys(anchors))
    first, second = _pick(*old, names), _pick(*new, names)
    drifts, found = np.zeros((2, len(names)), dtype=np.bool_)
    while True:
        drifts = drifts | found
        if (~drifts).sum() < FEWEST:
            what = f"{int(drifts.sum())} of {len(names)} anchors drift, and too few are left to link by"
            raise PublishError(what, remedy="look at what changed between the rounds; do not compare their abilities")
        line = fit_line(_subset(first, ~drifts), _subset(second, ~drifts), method)
        change, z = _drift(first, second, line, ~drifts)
        p = np.asarray(2.0 * special.ndtr(-np.abs(z)))
        found = benjamini_hochberg(p, rate)
        if not (found & ~drifts).any():
            break
    return Linking(line, names, change, z, p, drifts)


def fit_line(old: Calibration, new: Calibration, method: Method = "stocking-lord") -> Line:
    """The line from the same items calibrated twice."""
    start = _mean_sigma(old, new)
    if method == "mean-sigma":
        return start
    there = probability(old, _GRID)
    weights = np.exp(-0.5 * _GRID**2)

    def loss(line: Floats) -> float:
        gap = there - probability(moved(new, Line(float(np.exp(line[0])), float(line[1]))), _GRID)
        square = gap.sum(axis=1) ** 2 if method == "stocking-lord" else (gap**2).sum(axis=1)
        return float(weights @ square)

    free = slice(1, 2) if old.model == "1pl" and new.model == "1pl" else slice(0, 2)
    point = np.array([np.log(start.scale), start.shift])

    def partial(values: Floats) -> float:
        full = point.copy()
        full[free] = values
        return loss(full)

    options = {"xatol": 1e-7, "fatol": 1e-12, "maxiter": 2000}
    point[free] = optimize.minimize(partial, point[free], method="Nelder-Mead", options=options).x
    return Line(float(np.exp(point[0])), float(point[1]))


def moved(calibration: Calibration, line: Line) -> Calibration:
    """The same items in the old scale's units: a / scale, and d - a shift / scale."""
    slope = calibration.slope / line.scale
    turn = np.array([[1.0 / line.scale, 0.0], [-line.shift / line.scale, 1.0]])
    covariance = turn @ calibration.covariance @ turn.T
    intercept = calibration.intercept - slope * line.shift
    return replace(calibration, slope=slope, intercept=intercept, covariance=covariance)


def _mean_sigma(old: Calibration, new: Calibration) -> Line:
    """From difficulties; with one slope for all items, the ratio of the slopes is the scale."""
    both = (old.slope > 0) & (new.slope > 0)
    first, second = old.difficulty[both], new.difficulty[both]
    if len(first) < 2:
        raise PublishError("fewer than two anchors discriminate in both rounds", remedy="seal better anchor items")
    one = old.model == new.model == "1pl"
    scale = float(new.slope[0] / old.slope[0]) if one else float(first.std() / second.std())
    return Line(scale, float(first.mean() - scale * second.mean()))


def _drift(old: Calibration, new: Calibration, line: Line, kept: Bools) -> tuple[Floats, Floats]:
    """Change of each anchor where it mattered, at its old difficulty, in ability units, and its robust z.

    The change of the logit at the old difficulty b is (a' - a) b + (d' - d), its variance that of both calibrations.
    """
    now = moved(new, line)
    place = np.clip(old.difficulty, -4.0, 4.0)
    logit = (now.slope - old.slope) * place + (now.intercept - old.intercept)
    at = np.stack([place, np.ones_like(place)], axis=1)
    variance = np.einsum("ai,aij,aj->a", at, old.covariance + now.covariance, at)
    z = logit / np.sqrt(variance)
    z = z - np.median(z[kept])
    z = z / max(1.0, _NORMAL * float(np.median(np.abs(z[kept]))))
    return np.asarray(-logit / np.where(np.abs(old.slope) > 1e-6, old.slope, np.nan)), np.asarray(z)


def _pick(responses: Responses, calibration: Calibration, names: Sequence[str]) -> Calibration:
    place = {key.item: number for number, key in enumerate(responses.items)}
    if lacking := [name for name in names if name not in place]:
        what = f"{len(lacking)} anchors were not asked in one of the rounds"
        raise PublishError(what, where=lacking[0], remedy="name only items that both rounds asked")
    return _subset(calibration, np.array([place[name] for name in names]))


def _subset(calibration: Calibration, chosen: Bools | np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> Calibration:
    names = ("slope", "intercept", "chance", "covariance")
    return replace(calibration, **{name: getattr(calibration, name)[chosen] for name in names})
