"""Level cleared at a fixed number of items: how often a level too many is claimed, and how often a right one is found.

The existing tests, at their worst: every level below is all right, the next has a true mean of exactly the threshold.
Beside them, what is often done instead: "the mean is above the threshold".
"""

from __future__ import annotations

import numpy as np

from leaderboard.ranking import Design, LevelTest, Scores, Stratum, TaskDesign, overall_levels, task_levels
from simulate.stopping import KINDS, SEED, THRESHOLDS, Draw, Kind
from simulate.tables import Claim, show

COUNTS = (20, 50, 200)
_TASKS = ("problem_solving/a", "problem_solving/b", "understanding/c")
_BY_NAME = {kind.name: kind for kind in KINDS}


def scores(kind: Kind, mean: float, count: int, size: int, rng: np.random.Generator, chance: float = 0.0) -> Scores:
    """Three tasks of two levels, `size` entries: all right at the first, `mean` (chance-corrected) at the second."""
    spoken = ("fr", "en")[: kind.tellings]
    parts = [TaskDesign(name, name.partition("/")[0], spoken, (chance,) * 2, (count,) * 2) for name in _TASKS]
    design = Design(tuple(parts), spoken, (0.5, 0.5))
    raw = chance + (1 - chance) * mean
    strata = [
        stratum(task, level, _values(kind.draw, value, (len(spoken), count, size), rng))
        for task in parts
        for level, value in ((1, 1.0 - 1e-12), (2, raw))
    ]
    return Scores(design, tuple(strata), size)


def _values(draw: Draw, mean: float, shape: tuple[int, int, int], rng: np.random.Generator) -> np.ndarray:
    """Raw scores, (L, C, K): one telling as it is drawn, or two that share their luck half of the time."""
    spoken, count, size = shape
    if spoken == 1:
        return draw(np.full(size, mean), count, rng)[None]
    first, second = rng.random((2, count, size))
    second = np.where(rng.random((count, size)) < 0.5, first, second)
    return np.stack([first < mean, second < mean]).astype(float)


def stratum(task: TaskDesign, level: int, values: np.ndarray) -> Stratum:
    """One level of which everything is scored."""
    size = values.shape[2]
    clusters, chance = tuple(map(str, range(values.shape[1]))), task.chance[level - 1]
    graded = ((values != 0) & (values != 1)).any(axis=(0, 1))
    nothing = np.zeros((len(task.languages), size), dtype=np.int_)
    return Stratum(task.name, level, task.languages, chance, clusters, values, np.ones_like(values), nothing, graded)


def main(size: int = 2000) -> bool:
    """Print and publish."""
    rng, rows, worst = np.random.default_rng(SEED), [], 0.0
    for kind in KINDS:
        for tau in THRESHOLDS:
            for count in COUNTS:
                test, n = LevelTest(tau), count // kind.tellings
                border, above = (scores(kind, p, n, size, rng) for p in (tau, tau + 0.1))
                over = [float((task_levels(border, _TASKS[0], test) > 1).mean()), _round(border, test, size // 4)]
                found = [float((task_levels(above, _TASKS[0], test) > 1).mean()), _round(above, test, size // 4)]
                naive = float((border.strata[1].means.mean(axis=0) > tau).mean())
                worst = max(worst, *over)
                figures = [over[0], found[0], over[1], found[1], naive]
                rows.append([kind.name, str(tau), str(count), *(f"{figure:.1%}" for figure in figures)])
    head = ["items", "threshold", "items a level", "task: overclaims", "task: found at +0.1"]
    head += ["round: overclaims", "round: found at +0.1", "mean above it (wrong)"]
    claims = [Claim("level-overclaims", "share of submissions", worst, 0.05)]
    return show("Level cleared, at a mean of exactly the threshold", head, rows, claims, size=size)


def _round(found: Scores, test: LevelTest, size: int) -> float:
    """Share of the first submissions that clear both levels of the whole round."""
    return float((overall_levels(found.select(range(size)), test) > 1).mean())
