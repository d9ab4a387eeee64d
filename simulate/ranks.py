"""Joint coverage of the rank intervals: in how many rounds every submission's interval holds every rank it may claim.

Twelve, fifty and two hundred submissions, of whom all, a third or none are tied at one ability (tied submissions may
claim each rank of their tie; all tied is the worst case), in rounds from ten pairs of tellings in all to the
demonstration's 250. Beside ours: percentile intervals of the resampled ranks, as several leaderboards publish them.
Their marginal coverage looks right, and rounds in which all of them hold are the exception.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from leaderboard.ranking import Design, Scores, TaskDesign, area_weights
from leaderboard.ranking.ranks import Evidence, gather, settle
from simulate.levels import stratum
from simulate.stopping import SEED
from simulate.tables import Claim, show

Floats = npt.NDArray[np.float64]
Shape = tuple[int, int, int]  # tasks, levels, pairs of tellings a level

SHAPES: tuple[Shape, ...] = ((1, 1, 10), (1, 1, 20), (1, 1, 50), (3, 3, 2), (3, 4, 4), (3, 4, 12), (5, 5, 10))
ROUNDS = {12: 250, 50: 100, 200: 30}
TIED = {"all": 1.0, "a third": 1 / 3, "none": 0.0}
REPLICATES, SLOPE = 200, 1.2


@dataclass(frozen=True, slots=True)
class Covered:
    """Shares of rounds in which all our intervals hold, in which all percentile intervals do, and our mean width."""

    ours: float
    percentile: float
    width: float  # of all places


def design(shape: Shape) -> Design:
    """A round of equal tasks in two languages, one track each three."""
    tasks, levels, count = shape
    names = [f"{number // 3}/{number}" for number in range(tasks)]
    parts = [TaskDesign(n, n.partition("/")[0], ("fr", "en"), (0.0,) * levels, (count,) * levels) for n in names]
    return Design(tuple(parts), ("fr", "en"), (1 / levels,) * levels)


def abilities(size: int, tied: float, levels: int) -> Floats:
    """Some at the middle of the ladder, the others spread around it."""
    equal = round(size * tied)
    return np.concatenate([np.full(equal, (1 + levels) / 2), np.linspace(0.0, 1.0 + levels, size - equal)])


def scores(shape: Shape, ability: Floats, rng: np.random.Generator) -> Scores:
    """A round of 0/1 scores; the tellings of a structure correlate, and so do submissions, through hard items."""
    made = design(shape)
    parts = [(task, level) for task in made.tasks for level in range(1, shape[1] + 1)]
    strata = tuple(stratum(t, level, _right(level, shape[2], ability, rng)) for t, level in parts)
    return Scores(made, strata, len(ability))


def _right(level: int, count: int, ability: Floats, rng: np.random.Generator) -> Floats:
    shape = (2, count, len(ability))
    luck = np.where(rng.random(shape) < 0.5, rng.random((1, *shape[1:])), rng.random(shape))
    luck = np.where(rng.random((2, count, 1)) < 0.3, rng.random((2, count, 1)), luck)
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


def covered(shape: Shape, ability: Floats, rounds: int, rng: np.random.Generator) -> Covered:
    """How often intervals hold together over so many rounds."""
    (best, worst), size = truth(ability), len(ability)
    ours, theirs, width = 0, 0, 0.0
    for seed in range(rounds):
        drawn, everyone = scores(shape, ability, rng), np.ones(size, dtype=np.bool_)
        evidence = gather(drawn, area_weights(drawn.design), everyone, replicates=REPLICATES, seed=seed)
        ranking, (low, high) = settle(evidence), percentile(evidence)
        ours += bool(((ranking.low <= best) & (ranking.high >= worst)).all())
        theirs += bool(((low <= best) & (high >= worst)).all())
        width += float((ranking.high - ranking.low + 1).mean()) / size
    return Covered(ours / rounds, theirs / rounds, width / rounds)


def beyond(miss: float, rounds: int) -> float:
    """A share of rounds less two standard errors of one that is 5 %: what a cell of few rounds surely misses."""
    return miss - 2 * float(np.sqrt(0.05 * 0.95 / rounds))


def main(rounds: dict[int, int] | None = None, shapes: tuple[Shape, ...] = SHAPES) -> bool:
    """Print and publish: the worst cell less what is chance, and the rounds of all cells together."""
    rng, rows, surely, missed, played = np.random.default_rng(SEED), [], 0.0, dict.fromkeys(TIED, 0.0), 0
    for shape, (size, number) in itertools.product(shapes, (rounds or ROUNDS).items()):
        found = {n: covered(shape, abilities(size, t, shape[1]), number, rng) for n, t in TIED.items()}
        surely = max(surely, *(beyond(1 - cell.ours, number) for cell in found.values()))
        missed = {name: missed[name] + (1 - cell.ours) * number for name, cell in found.items()}
        played += number
        figures = [*(cell.ours for cell in found.values()), found["a third"].width, found["a third"].percentile]
        rows.append(["×".join(map(str, shape)), str(size), str(number), *(f"{figure:.1%}" for figure in figures)])
    head = ["tasks×levels×pairs", "submissions", "rounds", *(f"{name} tied" for name in TIED)]
    head += ["mean width, of places (a third)", "percentile intervals (a third; wrong)"]
    claims = [
        Claim("rank-misses", "share of rounds less two standard errors, worst cell", surely, 0.05),
        Claim("rank-misses-tied", "share of all rounds with everybody tied", missed["all"] / played, 0.05),
    ]
    return show("Joint coverage of 95 % rank intervals", head, rows, claims, replicates=REPLICATES)
