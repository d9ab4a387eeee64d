"""The quality of items: which of them tell submissions apart, which do not, and whose key may be wrong.

discrimination   correlation of the item with the rest of its task (its own cluster left out, chance corrected)
too easy         everybody is right; too hard: nobody does better than guessing. Neither tells anybody apart.
negative         the better a submission is elsewhere, the worse it does here: a rank test, one-sided
key suspected    negative, or missed: the stronger half does no better than guessing here, where it solves the level

Both tests of the key are made on every item, so p values are doubled, and the suspects are those of Benjamini &
Hochberg (1995) at a false discovery rate of 5 %. The rank test is Mann & Whitney's with its normal approximation, ties
and graded scores allowed; "no relation" is its null, so an item that works as it should is flagged less often yet. The
other compares with the other items of the level, beta-binomially, centre and spread taken from quartiles, which a few
wrong keys do not move. A suspicion is a reason to look at the item. Submissions that are copies of each other make it
weaker evidence than it seems.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy import special, stats

from harness.errors import PublishError
from harness.types import Json
from leaderboard.ranking.responses import Codes, Responses
from leaderboard.ranking.scores import Floats

MINIMUM = 5  # submissions, baselines not counted
RATE = 0.05
_SIBLINGS = 5  # items of a level, fewer than which say nothing of its centre and spread
_TOWARDS = 0.5  # of an item, added right and wrong when a level's centre is estimated


@dataclass(frozen=True, slots=True)
class ItemQuality:
    """One item: how many answered, its chance-corrected mean, and what speaks against it."""

    item: str
    task: str
    level: int
    language: str
    cluster: str
    submissions: int
    mean: float | None
    discrimination: float | None  # None where all scores, or all rests, are the same
    slope: float | None  # of the two-parameter model, where there are submissions enough
    p_negative: float
    p_missed: float
    flags: tuple[str, ...]  # too_easy, too_hard, negative, key


@dataclass(frozen=True, slots=True)
class GroupQuality:
    """A level of a task, or a cluster: its items together."""

    task: str
    level: int
    cluster: str  # empty for the whole level
    items: int
    mean: float | None
    discrimination: float | None
    too_easy: int
    too_hard: int
    negative: int
    key: int


def item_report(responses: Responses, slopes: Floats | None = None, rate: float = RATE) -> tuple[ItemQuality, ...]:
    """Judge every item by the submissions' scores; PublishError with fewer than MINIMUM submissions."""
    number = len(responses.values)
    if number < MINIMUM:
        what = f"{number} submissions are too few to judge items by: {MINIMUM} are needed, baselines not counted"
        raise PublishError(what, remedy="judge the items when more submissions have been scored")
    rest = rest_scores(responses)
    discrimination, negative = _discrimination(responses, rest), _negative(responses, rest)
    missed = _missed(responses, rest)
    flags = {
        "too_easy": _all(responses, 1.0),
        "too_hard": _hopeless(responses),
        "negative": benjamini_hochberg(negative, rate),
        "key": benjamini_hochberg(np.minimum(1.0, 2.0 * np.minimum(negative, missed)), rate),
    }
    mean, counts = _mean(responses), responses.scored.sum(axis=0)
    return tuple(
        ItemQuality(
            *(key.item, key.task, key.level, key.language, key.cluster),
            submissions=int(counts[i]),
            mean=_known(mean[i]),
            discrimination=_known(discrimination[i]),
            slope=None if slopes is None else _known(slopes[i]),
            p_negative=float(negative[i]),
            p_missed=float(missed[i]),
            flags=tuple(name for name, flagged in flags.items() if flagged[i]),
        )
        for i, key in enumerate(responses.items)
    )


def by_group(report: Sequence[ItemQuality], *, clusters: bool = False) -> tuple[GroupQuality, ...]:
    """The report by task and level, or by cluster (the items of one template or document)."""
    groups: dict[tuple[str, int, str], list[ItemQuality]] = {}
    for item in report:
        groups.setdefault((item.task, item.level, item.cluster if clusters else ""), []).append(item)
    return tuple(_group(key, members) for key, members in sorted(groups.items()))


def to_json(report: Sequence[ItemQuality]) -> dict[str, Json]:
    """The whole report as a JSON value."""
    return {
        "items": [asdict(item) for item in report],
        "levels": [asdict(group) for group in by_group(report)],
        "clusters": [asdict(group) for group in by_group(report, clusters=True)],
    }


def benjamini_hochberg(p: Floats, rate: float = RATE) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which hypotheses are rejected at this false discovery rate (Benjamini & Hochberg 1995, procedure 1)."""
    if not len(p):
        return np.zeros(0, dtype=np.bool_)
    ordered = np.sort(p)
    below = np.flatnonzero(ordered <= rate * np.arange(1, len(p) + 1) / len(p))
    return np.asarray(p <= ordered[below[-1]] if len(below) else np.zeros(len(p), dtype=np.bool_))


def rest_scores(responses: Responses) -> Floats:
    """Chance-corrected mean of each submission on its task without the item's cluster, (K, I); NaN where none is left.

    Clusters count the same, whatever their number of tellings.
    """
    corrected = _corrected(responses)
    worth = responses.scored * responses.weights
    rest = np.full(responses.values.shape, np.nan)
    tasks = np.array([key.task for key in responses.items])
    for task in dict.fromkeys(tasks.tolist()):
        own = np.flatnonzero(tasks == task)
        earned, number = worth[:, own] * np.nan_to_num(corrected[:, own]), worth[:, own]
        codes = np.unique(responses.clusters[own], return_inverse=True)[1]
        left = earned.sum(axis=1, keepdims=True) - _shared(earned, codes)
        counted = number.sum(axis=1, keepdims=True) - _shared(number, codes)
        rest[:, own] = np.divide(left, counted, out=np.full_like(left, np.nan), where=counted > 1e-9)
    return rest


def _shared(values: Floats, codes: Codes) -> Floats:
    """The sum over an item's cluster, for each item, (K, I)."""
    membership = np.zeros((len(codes), codes.max() + 1))
    membership[np.arange(len(codes)), codes] = 1.0
    return np.asarray((values @ membership)[:, codes])


def _corrected(responses: Responses) -> Floats:
    return np.asarray((responses.values - responses.chance) / (1.0 - responses.chance))


def _mean(responses: Responses) -> Floats:
    counts = responses.scored.sum(axis=0)
    total = np.nansum(_corrected(responses), axis=0)
    return np.asarray(np.divide(total, counts, out=np.full(len(counts), np.nan), where=counts > 0))


def _centred(values: Floats, used: Floats) -> Floats:
    number = np.maximum(used.sum(axis=0), 1.0)
    kept = np.where(used > 0, values, 0.0)
    return np.asarray(np.where(used > 0, kept - kept.sum(axis=0) / number, 0.0))


def _correlation(first: Floats, second: Floats, used: Floats) -> Floats:
    """Column by column, over the submissions used; NaN where one of the two is constant."""
    a, b = _centred(first, used), _centred(second, used)
    scale = np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))
    return np.asarray(np.divide((a * b).sum(axis=0), scale, out=np.full(a.shape[1], np.nan), where=scale > 1e-12))


def _used(responses: Responses, rest: Floats) -> Floats:
    return np.asarray(responses.scored & ~np.isnan(rest), dtype=np.float64)


def _discrimination(responses: Responses, rest: Floats) -> Floats:
    return _correlation(responses.values, rest, _used(responses, rest))


def _negative(responses: Responses, rest: Floats) -> Floats:
    """One-sided p value of a falling relation; 1 where there is none to be seen."""
    used = _used(responses, rest)
    own = stats.rankdata(np.where(used > 0, np.round(responses.values, 9), np.inf), axis=0)
    others = stats.rankdata(np.where(used > 0, np.round(rest, 9), np.inf), axis=0)
    z = _correlation(own, others, used) * np.sqrt(np.maximum(used.sum(axis=0) - 1.0, 0.0))
    return np.asarray(np.where(np.isnan(z), 1.0, special.ndtr(np.nan_to_num(z))))


def _missed(responses: Responses, rest: Floats) -> Floats:
    """The p value of so few of the stronger half right, among the items of the level; 1 where they beat guessing."""
    used = _used(responses, rest)
    middle = np.nanmedian(np.where(used.any(axis=0), np.where(used > 0, rest, np.nan), 0.0), axis=0)
    strong = (used > 0) & (np.nan_to_num(rest, nan=-np.inf) >= middle)
    number = strong.sum(axis=0)
    right = np.where(strong, np.nan_to_num(responses.values), 0.0).sum(axis=0)
    p = np.ones(len(number))
    for stratum in np.unique(responses.strata):
        own = np.flatnonzero((responses.strata == stratum) & (number > 0))
        if len(own) < _SIBLINGS:
            continue
        centre, alike = _level_spread(right[own] / number[own], float(np.median(number[own])))
        a, b = centre * (1.0 / alike - 1.0), (1.0 - centre) * (1.0 / alike - 1.0)
        suspect = right[own] <= number[own] * responses.chance[own]
        tail = stats.betabinom.cdf(np.ceil(right[own]), number[own], a, b)
        p[own] = np.where(suspect, tail, 1.0)
    return p


def _level_spread(shares: Floats, number: float) -> tuple[float, float]:
    """Centre of the items' shares and their intra-class correlation, from quartiles."""
    low, middle, high = np.quantile(shares, [0.25, 0.5, 0.75])
    size = len(shares)
    centre = (float(middle) * size + _TOWARDS) / (size + 2.0 * _TOWARDS)
    spread = ((float(high) - float(low)) / 1.349) ** 2  # the interquartile range of a normal is 1.349 deviations
    alike = (spread * number / (centre * (1.0 - centre)) - 1.0) / max(number - 1.0, 1.0)
    return centre, float(np.clip(alike, 1.0 / (size + 1.0), 0.95))


def _all(responses: Responses, value: float) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    enough = responses.scored.sum(axis=0) >= MINIMUM
    return np.asarray(enough & (~responses.scored | (responses.values == value)).all(axis=0))


def _hopeless(responses: Responses) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    enough = responses.scored.sum(axis=0) >= MINIMUM
    return np.asarray(enough & (np.nan_to_num(_mean(responses), nan=1.0) <= 0.0))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _average(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _group(key: tuple[str, int, str], members: Sequence[ItemQuality]) -> GroupQuality:
    counts = [sum(flag in item.flags for item in members) for flag in ("too_easy", "too_hard", "negative", "key")]
    mean, discrimination = _average([i.mean for i in members]), _average([i.discrimination for i in members])
    return GroupQuality(*key, len(members), mean, discrimination, *counts)
