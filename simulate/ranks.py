"""Joint coverage of the rank intervals: in how many rounds every submission's interval holds every rank it may claim.

Twelve, fifty and two hundred submissions, a third of them tied at one ability; tied submissions may claim each rank of
their tie. Beside ours: percentile intervals of the resampled ranks, as several leaderboards publish them. Their
marginal coverage looks right, and rounds in which all of them hold are the exception.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from leaderboard.ranking import Design, Scores, TaskDesign, area_weights
from leaderboard.ranking.ranks import Evidence, gather, settle
from simulate.levels import stratum
from simulate.stopping import SEED
from simulate.tables import Claim, show

Floats = npt.NDArray[np.float64]

ROUNDS = {12: 400, 50: 200, 200: 60}
REPLICATES, LEVELS, COUNT, SLOPE = 500, 4, 12, 1.2
_NAMES = ("problem_solving/a", "problem_solving/b", "understanding/c")
_PARTS = tuple(TaskDesign(n, n.partition("/")[0], ("fr", "en"), (0.0,) * LEVELS, (COUNT,) * LEVELS) for n in _NAMES)
DESIGN = Design(_PARTS, ("fr", "en"), (1 / LEVELS,) * LEVELS)


def abilities(size: int) -> Floats:
    """A third at the middle of the ladder, the others spread around it."""
    tied = size // 3
    return np.concatenate([np.full(tied, 2.5), np.linspace(0.0, 5.0, size - tied)])


def scores(ability: Floats, rng: np.random.Generator) -> Scores:
    """A round of 0/1 scores; the tellings of a structure correlate, and so do submissions, through hard items."""
    parts = [(task, level) for task in DESIGN.tasks for level in range(1, LEVELS + 1)]
    return Scores(DESIGN, tuple(stratum(t, level, _right(level, ability, rng)) for t, level in parts), len(ability))


def _right(level: int, ability: Floats, rng: np.random.Generator) -> Floats:
    shape = (2, COUNT, len(ability))
    luck = np.where(rng.random(shape) < 0.5, rng.random((1, *shape[1:])), rng.random(shape))
    luck = np.where(rng.random((2, COUNT, 1)) < 0.3, rng.random((2, COUNT, 1)), luck)
    return np.asarray(luck < 1 / (1 + np.exp(-SLOPE * (ability - level))), dtype=np.float64)


def truth(ability: Floats) -> tuple[Floats, Floats]:
    """The best and the worst rank that each may claim."""
    best = 1 + (ability[:, None] > ability + 1e-9).sum(axis=0)
    worst = len(ability) - (ability[:, None] > ability + 1e-9).sum(axis=1)
    return best, worst


def percentile(evidence: Evidence) -> tuple[Floats, Floats]:
    """The known wrong recipe: the 2.5 % and 97.5 % quantiles of every submission's resampled rank."""
    resampled = evidence.area + evidence.moved
    ranks = 1 + (-resampled).argsort(axis=1).argsort(axis=1)
    low, high = np.quantile(ranks, [0.025, 0.975], axis=0)
    return low, high


def covered(size: int, rounds: int, rng: np.random.Generator) -> tuple[float, float, float]:
    """Share of rounds in which all our intervals hold, in which all percentile intervals do, and our mean width."""
    ability = abilities(size)
    best, worst = truth(ability)
    ours, theirs, width = 0, 0, 0.0
    for seed in range(rounds):
        everyone = np.ones(size, dtype=np.bool_)
        evidence = gather(scores(ability, rng), area_weights(DESIGN), everyone, replicates=REPLICATES, seed=seed)
        ranking, (low, high) = settle(evidence), percentile(evidence)
        ours += bool(((ranking.low <= best) & (ranking.high >= worst)).all())
        theirs += bool(((low <= best) & (high >= worst)).all())
        width += float((ranking.high - ranking.low + 1).mean()) / size
    return ours / rounds, theirs / rounds, width / rounds


def main(rounds: dict[int, int] | None = None) -> bool:
    """Print and publish."""
    rng, rows, least = np.random.default_rng(SEED), [], 1.0
    for size, number in (rounds or ROUNDS).items():
        ours, theirs, width = covered(size, number, rng)
        least = min(least, ours)
        rows.append([str(size), str(size // 3), str(number), f"{ours:.1%}", f"{width:.0%} of places", f"{theirs:.1%}"])
    head = ["submissions", "tied", "rounds", "joint coverage", "mean width", "percentile intervals (wrong)"]
    claims = [Claim("rank-misses", "share of rounds, worst case", 1 - least, 0.05)]
    return show("Joint coverage of 95 % rank intervals", head, rows, claims, replicates=REPLICATES)
