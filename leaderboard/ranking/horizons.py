"""Horizons: the level at which a submission still succeeds half, or four fifths, of the time, beyond chance.

The method of METR's time horizons (Kwa et al. 2025), with levels in the place of minutes: a logistic curve P(level) =
logistic(c - a level), fitted to the raw means g + (1 - g) P by their quasi-likelihood, and the level where P crosses.
For the whole round the chance-corrected means of the tasks are averaged as in its area, and so are the odds of
guessing. Two choices beyond the paper: a weak prior on the slope, worth one question, so that "all right up to level 4,
all wrong from 5" has a finite answer; and a slope that never turns upwards, so that a curve without a fall is said to
be below the ladder or above it, which it is, and not somewhere on it.

Intervals: a bootstrap over tasks (for the whole round) and over clusters within each task and level; the items of a
cluster stay together, as a third stage would count their noise twice (Davison & Hinkley 1997, section 3.8). For the
round the bounds are stretched by the ratio of Student's to the normal quantile, tasks less one degrees of freedom: few
tasks say little of how much tasks differ.

A curve that drops from nearly all right to nearly all wrong within a level or two says between which levels the horizon
is, and no more: nothing was asked in between, resampling such levels changes nothing, and the prior flattens what few
questions cannot. So the bounds of steep curves are the whole levels around those found (`simulate/ability.py`: without
this as few as 3 % of them hold the truth).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from harness.metrics.intervals import student_quantile
from harness.types import Json
from leaderboard.ranking.scores import Bools, Floats, Scores, Stratum

Places = npt.NDArray[np.intp]

BELOW, ABOVE = -np.inf, np.inf
_SLOPE, _SPREAD = 1.0, 1.0  # the slope's prior, in logits a level
_LEVEL_SPREAD = 10.0  # of the middle level's prior, in logits: only there so that a curve of 0 or 1 has a fit
_FLATTEST = 0.05
_STEEP = 1.5  # logits a level, from which a curve falls from four fifths to one fifth in less than two levels
_PULL = 0.2  # levels by which the prior may move a steep curve
_CLOSE = 1e-6
_ROUNDS = 100
_BLOCK = 2_000_000  # numbers held at a time


@dataclass(frozen=True, slots=True)
class Horizons:
    """Levels, (K,): BELOW where it is under level 1, ABOVE where it is over the last level; NaN with nothing scored."""

    value: Floats
    low: Floats
    high: Floats
    levels: int

    def to_json(self, place: int) -> dict[str, Json] | None:
        """One submission's: numbers, or the words "below" and "above"; None where nothing is scored."""
        if np.isnan(self.value[place]):
            return None
        return {name: _said(float(getattr(self, name)[place])) for name in ("value", "low", "high")}


def horizons(
    scores: Scores,
    shares: Sequence[float] = (0.5, 0.8),
    *,
    task: str | None = None,
    replicates: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[float, Horizons]:
    """Horizon at each share of success, of one task or of the round (its tasks weighted as the areas are)."""
    names = [part.name for part in scores.design.tasks if task in (None, part.name)]
    rng = np.random.default_rng([seed, 1])
    tasks = _draw_tasks(rng, len(names), replicates)
    levels = max(part.levels for part in scores.design.tasks if part.name in names)
    found = {share: _blank(scores.size, levels) for share in shares}
    width = max(1, _BLOCK // ((replicates + 1) * levels))
    for start in range(0, scores.size, width):
        block = np.arange(start, min(start + width, scores.size))
        means, weights, odds = _level_means(scores.select(block.tolist()), names, levels, tasks, seed)
        intercept, slope = fit_curves(means, weights, odds)
        for share, result in found.items():
            _place(result, block, crossing(intercept, slope, share, levels), confidence, len(names))
            _widen(result, block, slope[0] > _STEEP)
    return found


def fit_curves(means: Floats, weights: Floats, odds: Floats | float = 0.0) -> tuple[Floats, Floats]:
    """Intercept and slope of logistic(intercept - slope level), for many curves at once.

    `means` (chance-corrected) and `weights` are (levels, ...), level 1 first; a weight is a number of questions, and 0
    leaves a level out; `odds` are g / (1 - g). Fisher scoring with damped steps; NaN where nothing has a weight.
    """
    middle = (len(means) + 1.0) / 2.0
    offset = (np.arange(1.0, len(means) + 1.0) - middle)[:, None]
    number = weights.reshape(len(means), -1)
    chance = np.broadcast_to(np.asarray(odds / (1.0 + np.asarray(odds))), means.shape).reshape(number.shape)
    raw = np.where(number > 0, chance + (1.0 - chance) * means.reshape(number.shape), 0.0)
    height, slope = np.zeros(number.shape[1]), np.full(number.shape[1], _SLOPE)  # the line is height - slope * offset
    open_ = np.arange(number.shape[1])
    for _ in range(_ROUNDS):
        a, b = height[open_], slope[open_]
        rise, steeper = _step(raw[:, open_], chance[:, open_], number[:, open_], offset, a, b)
        reach = np.abs(rise) + np.abs(steeper) * (middle - 1.0) + 1e-300
        size = np.log1p(reach) / reach
        falls = b + size * steeper < _FLATTEST
        size = np.where(falls, np.minimum(size, (b - _FLATTEST) / np.maximum(-steeper, 1e-300)), size)
        height[open_], slope[open_] = a + size * rise, np.maximum(b + size * steeper, _FLATTEST)
        open_ = open_[np.maximum(np.abs(size * rise), np.abs(slope[open_] - b)) > _CLOSE]
        if not len(open_):
            break
    nothing = number.sum(axis=0) <= 0
    intercept = np.where(nothing, np.nan, height + slope * middle)
    return intercept.reshape(means.shape[1:]), np.where(nothing, np.nan, slope).reshape(means.shape[1:])


def _step(
    raw: Floats, chance: Floats, weights: Floats, offset: Floats, height: Floats, slope: Floats
) -> tuple[Floats, Floats]:
    """The step of height and slope; of the height alone where the slope is at its least and would fall."""
    upper = special.expit(height - slope * offset)
    right = chance + (1.0 - chance) * upper
    known = np.divide(upper, right, out=np.ones_like(right), where=right > 0)  # share of the right that is no guess
    error, curvature = weights * (raw - right) * known, weights * (1.0 - chance) * upper * (1.0 - upper) * known
    up = error.sum(axis=0) - height / _LEVEL_SPREAD**2
    turn = -(error * offset).sum(axis=0) - (slope - _SLOPE) / _SPREAD**2
    hh = curvature.sum(axis=0) + 1.0 / _LEVEL_SPREAD**2
    hs = -(curvature * offset).sum(axis=0)
    ss = (curvature * offset**2).sum(axis=0) + 1.0 / _SPREAD**2
    determinant = hh * ss - hs**2
    steeper = (hh * turn - hs * up) / determinant
    held = (slope <= _FLATTEST + _CLOSE) & (steeper < 0)
    return np.where(held, up / hh, (ss * up - hs * turn) / determinant), np.where(held, 0.0, steeper)


def crossing(intercept: Floats, slope: Floats, share: float, levels: int) -> Floats:
    """The level at which a curve falls to `share`; BELOW level 1, ABOVE the last."""
    level = (intercept - float(special.logit(share))) / slope
    return np.where(np.isnan(level), np.nan, np.where(level < 1, BELOW, np.where(level > levels, ABOVE, level)))


def _blank(size: int, levels: int) -> Horizons:
    return Horizons(np.full(size, np.nan), np.full(size, np.nan), np.full(size, np.nan), levels)


def _draw_tasks(rng: np.random.Generator, tasks: int, replicates: int) -> Floats:
    """How often each task is in each resampling (first row: once each); T - 1 of T drawn, as in `ranks`."""
    whole = np.ones((1, tasks))
    if tasks < 2:
        return np.ones((replicates + 1, tasks))
    draws = rng.multinomial(tasks - 1, np.full(tasks, 1.0 / tasks), size=replicates)
    return np.concatenate([whole, draws * (tasks / (tasks - 1.0))])


def _level_means(
    scores: Scores, names: list[str], levels: int, tasks: Floats, seed: int
) -> tuple[Floats, Floats, Floats]:
    """By level, replicate (the first is the data) and submission: mean, number of questions, odds of guessing."""
    total, weight, questions, guess = np.zeros((4, levels, len(tasks), scores.size))
    for number, stratum in enumerate(scores.strata):
        if stratum.task not in names:
            continue
        place, level = names.index(stratum.task), stratum.level - 1
        share = scores.design.task_weights(stratum.level).get(stratum.task, 0.0) if len(names) > 1 else 1.0
        means, known = _resampled_means(stratum, len(tasks) - 1, np.random.default_rng([seed, 2, number]))
        part = np.where(known > 0, share * tasks[:, [place]], 0.0)
        total[level] += part * means
        weight[level] += part
        guess[level] += part * stratum.chance / (1.0 - stratum.chance)
        questions[level] += np.where(part > 0, stratum.groups, 0.0)
    some = weight > 0
    means, odds = (np.divide(value, weight, out=np.zeros_like(value), where=some) for value in (total, guess))
    return means, np.where(some, questions, 0.0), odds


def _resampled_means(stratum: Stratum, replicates: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Mean over languages, the data's first, (replicates + 1, K), and where it exists."""
    size = len(stratum.clusters)
    times = np.ones((replicates + 1, size))
    if size > 1:
        draws = rng.multinomial(size - 1, np.full(size, 1.0 / size), size=replicates)
        times[1:] = draws * (size / (size - 1.0))
    spoken = len(stratum.languages)
    total, known = np.zeros((replicates + 1, stratum.sums.shape[2])), np.ones((replicates + 1, stratum.sums.shape[2]))
    for language in range(spoken):
        counts = times @ stratum.counts[language]
        raw = np.divide(times @ stratum.sums[language], counts, out=np.zeros_like(counts), where=counts > 0)
        total += (raw - stratum.chance) / (1.0 - stratum.chance) / spoken
        known *= counts > 0
    return total, known


def _place(
    result: Horizons,
    block: Places,
    level: Floats,
    confidence: float,
    tasks: int,
) -> None:
    """Enter a block's values and bounds, (replicates + 1, K)."""
    value = level[0]
    result.value[block] = value
    if len(level) < 2:
        return
    upper = (1.0 + confidence) / 2.0
    ratio = student_quantile(upper, tasks - 1) / student_quantile(upper, np.inf) if tasks > 1 else np.ones(())
    bounds = np.quantile(level[1:], [1.0 - upper, upper], axis=0, method="inverted_cdf")
    inside = np.isfinite(value) & np.isfinite(bounds)
    from_value = np.where(inside, bounds, 0.0) - np.where(inside, value, 0.0)
    bounds = np.where(inside, np.where(inside, value, 0.0) + ratio * from_value, bounds)
    bounds = np.where(bounds < 1.0, BELOW, np.where(bounds > result.levels, ABOVE, bounds))
    result.low[block], result.high[block] = np.minimum(bounds[0], value), np.maximum(bounds[1], value)


def _widen(result: Horizons, block: Places, steep: Bools) -> None:
    """Round the bounds of steep curves outwards, to whole levels."""
    low, high = np.floor(result.low[block] - _PULL), np.ceil(result.high[block] + _PULL)
    result.low[block] = np.where(steep, np.where(low < 1.0, BELOW, low), result.low[block])
    result.high[block] = np.where(steep, np.where(high > result.levels, ABOVE, high), result.high[block])


def _said(level: float) -> Json:
    return "below" if level == BELOW else "above" if level == ABOVE else level
