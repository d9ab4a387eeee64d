"""One more submission in a ranking: its own pairs are computed, everybody else's are kept.

The resampling is drawn from the seed, by stratum, so a new entry is resampled alone in the very draws that the others
had, and the result is the full computation's, at a small part of its cost.
"""

from __future__ import annotations

import numpy as np

from leaderboard.ranking.design import Weights
from leaderboard.ranking.deviations import largest_against
from leaderboard.ranking.ranks import Evidence, areas, bootstrap, pair_errors
from leaderboard.ranking.scores import Floats, Scores


def add(evidence: Evidence, scores: Scores, weights: Weights, *, contestant: bool = True) -> Evidence:
    """The evidence of everyone, the newcomer being the last of `scores`; `settle` makes it a ranking.

    ValueError where `scores` are not one more than the evidence has, or the newcomer lacks a mean that it needs.
    """
    last = scores.size - 1
    if last != len(evidence.area):
        raise ValueError(f"{len(evidence.area)} submissions are known and one arrives, but there are {scores.size}")
    alone = scores.select([last])
    area = np.append(evidence.area, areas(alone, weights))
    if np.isnan(area[last]):
        raise ValueError("a submission with a cell in which nothing is scored cannot be ranked")
    moved = np.column_stack([evidence.moved, bootstrap(alone, weights, len(evidence.moved), evidence.seed)])
    (se,), (seen,) = pair_errors(scores, weights, slice(last, None))
    chosen = np.flatnonzero(evidence.contestants)
    own = largest_against(moved, seen, last, chosen)
    worst, apart = evidence.worst, dict(evidence.apart)
    if contestant:
        worst = np.maximum(worst, own)
        for one, before in apart.items():
            apart[one] = np.maximum(before, largest_against(moved, seen, last, np.array([one])))
    else:
        apart[last] = own
    return Evidence(
        area=area,
        contestants=np.append(evidence.contestants, contestant),
        moved=moved,
        se=_bordered(evidence.se, se),
        seen=_bordered(evidence.seen, seen),
        worst=worst,
        apart=apart,
        freedom=evidence.freedom,
        clusters=evidence.clusters,
        seed=evidence.seed,
    )


def _bordered(square: Floats, row: Floats) -> Floats:
    """A symmetric matrix with one more row and column."""
    return np.block([[square, row[:-1, None]], [row[None, :]]])
