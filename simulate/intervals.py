"""Coverage of the intervals we publish at 95 % nominal, over the true mean, the number of clusters and their size.

- mean: `intervals.clustered_interval`, every point of a difficulty curve. No cell below 95 %. Above 97 % are those
  where fewer than ten of the rarer answer are expected among as many independent items (means 0.05 and 0.95 with 20 or
  50 clusters, 0.2 and 0.8 with 20). Answers are whole, so the exact interval of independent items covers 97 to 99 %
  there too, but for 50 clusters of five at 0.05 (96.3 %; ours 99.0 %, the price of the halves it adds). With ten or
  more, two cells are above 97 %: 20 clusters of two and of five at 0.5 (97.8 and 97.2 %), as Student's t for few
  clusters is added to an exact interval. Clusters of 1 to 9 items (not in the table) need that t: at least 92 % covered
  with it, 89 % without.
- area: `contrasts.contrast`, a weighted sum over twelve strata, which is nearly normal; and over one, two or three, as
  in a benchmark of one task, where it is skewed near 0 and 1 and Student's t alone covers 78 to 95 %.
- exact, betting: one-sided lower bounds of a level; conservative by construction, betting more so.

Beside them two recipes known to be wrong: clusters taken for independent items with a normal interval, and the standard
deviation of bootstrap replicates divided by the square root of their number.
"""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt

from harness.metrics.intervals import betting_rejects, clopper_pearson_lower, clustered_interval, student_quantile
from leaderboard.ranking import Design, Scores, TaskDesign, area_weights, contrast
from simulate.levels import stratum
from simulate.stopping import SEED
from simulate.tables import Claim, show

Floats = npt.NDArray[np.float64]

MEANS, CLUSTERS, SIZES = (0.05, 0.2, 0.5, 0.8, 0.95), (20, 50, 200), (1, 2, 5)
Cell = tuple[float, int, int]  # mean, clusters, items each
Few = tuple[float, float, float]  # coverage, that of Student's t, ratio of mean widths
FEW: tuple[tuple[int, tuple[float, ...]], ...] = (  # pairs a level, true means by level
    *((pairs, (mean,)) for pairs, mean in ((18, 0.9), (40, 0.9), (40, 0.95), (50, 0.97), (100, 0.98), (200, 0.99))),
    *((pairs, means) for pairs, means in ((10, (0.99, 0.5)), (10, (0.9, 0.9)), (20, (0.95, 0.8)), (20, (0.5, 0.5)))),
    *((40, means) for means in ((0.98, 0.9), (0.99, 0.99), (0.99, 0.97, 0.9))),
)
PASSES = 10  # of `size` samples for each mean: a coverage is known to a tenth of a point
MANY = 10  # expected answers of the rarer kind from which 0/1 answers are fine-grained enough to come near 95 %
_PAIR = 2
REPLICATES = 100  # of the wrong bootstrap: coverage falls with their number
_SHARED = 0.5  # share of items that have their cluster's luck: the correlation within a cluster
_Z = 1.959964


def draw(mean: float, shape: tuple[int, int, int], rng: np.random.Generator) -> Floats:
    """0/1 items (C, m, R) with a correlation of a half within clusters."""
    luck = np.where(rng.random(shape) < np.sqrt(_SHARED), rng.random((shape[0], 1, shape[2])), rng.random(shape))
    return np.asarray(luck < mean, dtype=np.float64)


def mean_covers(values: Floats, mean: float) -> float:
    """Share of R samples whose published interval of the mean holds the true one."""
    low, high = _published(values)
    return float(((low <= mean + 1e-12) & (high >= mean - 1e-12)).mean())


def _published(values: Floats) -> tuple[Floats, Floats]:
    clusters, size, _ = values.shape
    found = values.mean(axis=(0, 1))
    moved = (values - found).sum(axis=1) / (clusters * size)
    se = np.sqrt((moved**2).sum(axis=0) * clusters / (clusters - 1))
    return clustered_interval(found, se, np.full(found.shape, clusters), np.full(found.shape, clusters * size))


def normal_covers(values: Floats, mean: float) -> float:
    """The same of the mean plus or minus 1.96 standard errors of independent items."""
    found, number = values.mean(axis=(0, 1)), values.shape[0] * values.shape[1]
    return float((np.abs(found - mean) <= _Z * np.sqrt(found * (1 - found) / number)).mean())


def shrunk_covers(values: Floats, mean: float, rng: np.random.Generator) -> float:
    """The same where the standard deviation of B replicates is divided by the square root of B."""
    clusters, size, _ = values.shape
    times = rng.multinomial(clusters, np.full(clusters, 1 / clusters), size=REPLICATES)
    moved = times @ (values.sum(axis=1) / (clusters * size))
    se = moved.std(axis=0, ddof=1) / np.sqrt(REPLICATES)
    return float((np.abs(values.mean(axis=(0, 1)) - mean) <= _Z * se).mean())


def bound_covers(values: Floats, mean: float) -> float:
    """Share of R samples whose lower bound of a level is at most the true mean: exact, or betting on clusters."""
    if values.shape[1] == 1:
        return float((clopper_pearson_lower(values.sum(axis=(0, 1)), values.shape[0]) <= mean).mean())
    spread = mean * (1 - mean) * (1 + (values.shape[1] - 1) * _SHARED) / values.shape[1]
    return float((~betting_rejects(values.mean(axis=1), mean, 0.95, spread)).mean())


def area_covers(centre: float, clusters: int, size: int, rng: np.random.Generator) -> float:
    """Share of `size` submissions whose interval of the area, over three tasks of four levels, holds the true one."""
    means = 1 / (1 + np.exp(-1.2 * (np.log(centre / (1 - centre)) / 1.2 + 2.5 - np.arange(1, 5))))
    names = ("problem_solving/a", "problem_solving/b", "understanding/c")
    parts = [TaskDesign(n, n.partition("/")[0], ("fr", "en"), (0.0,) * 4, (clusters,) * 4) for n in names]
    design = Design(tuple(parts), ("fr", "en"), (0.25,) * 4)
    strata = [
        stratum(task, level, np.swapaxes(draw(float(mean), (clusters, 2, size), rng), 0, 1))
        for task in parts
        for level, mean in enumerate(means, 1)
    ]
    found = contrast(Scores(design, tuple(strata), size), area_weights(design))
    return float(((found.low <= means.mean()) & (found.high >= means.mean())).mean())


def few_cover(pairs: int, means: tuple[float, ...], languages: int, size: int, rng: np.random.Generator) -> Few:
    """The same of an area of one task, by Student's t alone too, and how much wider ours is on average."""
    spoken, levels = ("fr", "en")[:languages], len(means)
    task = TaskDesign("t/only", "t", spoken, (0.0,) * levels, (pairs,) * levels)
    drawn = [np.swapaxes(draw(mean, (pairs, languages, size), rng), 0, 1) for mean in means]
    strata = tuple(stratum(task, level, values) for level, values in enumerate(drawn, 1))
    design, true = Design((task,), spoken, (1 / levels,) * levels), float(np.mean(means))
    found = contrast(Scores(design, strata, size), area_weights(design))
    half = student_quantile(0.975, levels * (pairs - 1)) * found.se
    low, high = np.maximum(found.value - half, 0.0), np.minimum(found.value + half, 1.0)
    plain = ((low <= true + 1e-12) & (high >= true - 1e-12)).mean()
    ours = ((found.low <= true + 1e-12) & (found.high >= true - 1e-12)).mean()
    return float(ours), float(plain), float((found.high - found.low).mean() / (high - low).mean())


def means(size: int) -> dict[Cell, float]:
    """How often the published interval of a mean holds the true one, by mean, clusters and their size."""
    rng = np.random.default_rng([SEED, 1])
    cells = itertools.product(MEANS, CLUSTERS, SIZES)
    return {
        cell: float(np.mean([mean_covers(draw(cell[0], (*cell[1:], size), rng), cell[0]) for _ in range(PASSES)]))
        for cell in cells
    }


def rarer(mean: float, clusters: int, items: int) -> float:
    """Expected number of the rarer answer among as many independent items as the clusters are worth."""
    worth = clusters * items / (1 + (items - 1) * _SHARED)
    return round(min(mean, 1 - mean) * worth, 9)


def main(size: int = 4000) -> bool:
    """Print and publish."""
    rng, rows, areas, bounds, covered = np.random.default_rng(SEED), [], [], [], means(size)
    for (mean, clusters, items), own in covered.items():
        values = draw(mean, (clusters, items, size), rng)
        bounds.append(bound_covers(values, mean))
        figures = [normal_covers(values, mean), shrunk_covers(values, mean, rng)]
        area = ""
        if items == _PAIR:
            areas.append(area_covers(mean, clusters // 2, size, rng))
            area = f"{areas[-1]:.1%}"
        row = [str(mean), str(clusters), str(items), f"{own:.1%}", f"{bounds[-1]:.1%}", area]
        rows.append([*row, *(f"{figure:.1%}" for figure in figures)])
    head = ["true mean", "clusters", "items each", "mean", "level's bound", "area (half the clusters)"]
    head += ["normal, unclustered (wrong)", "SD/√B (wrong)"]
    whole = show("Coverage of 95 % intervals", head, rows, _claims(covered, areas, bounds, size), size=size)
    return whole and _few(size)


def _few(size: int) -> bool:
    rng, rows, least = np.random.default_rng([SEED, 2]), [], 1.0
    for (pairs, true), languages in itertools.product(FEW, (1, 2)):
        ours, plain, wider = few_cover(pairs, true, languages, size, rng)
        least = min(least, ours)
        figures = [f"{ours:.1%}", f"{plain:.1%}", f"{wider:.2f}"]
        rows.append([" ".join(map(str, true)), str(pairs), str(languages), *figures])
    head = ["true means by level", "clusters a level", "items each", "area", "Student's t (wrong)", "times as wide"]
    claims = [Claim("small-area-misses", "share of areas of one to three strata, worst case", 1 - least, 0.07)]
    return show("Coverage of 95 % intervals of areas of one task", head, rows, claims, size=size)


def _claims(covered: dict[Cell, float], areas: list[float], bounds: list[float], size: int) -> list[Claim]:
    noise = 3 * float(np.sqrt(0.05 * 0.95 / size))  # of the worst of many cells that are exactly at 5 %
    middle = [own for (mean, *_), own in covered.items() if 0.2 <= mean <= 0.8]
    many = [own for cell, own in covered.items() if rarer(*cell) >= MANY]
    within = f"{sum(0.93 <= own <= 0.97 for own in many)} of {len(many)} within"
    outside = 1 - float(np.mean([0.93 <= own <= 0.97 for own in many]))
    return [
        Claim("interval-misses", "share of means, worst case", 1 - min(covered.values()), 0.07),
        Claim("interval-width", "coverage of means, 0.2 to 0.8, average", float(np.mean(middle)), 0.97),
        Claim(
            "interval-range",
            f"share of cells outside 93 to 97 %, where {MANY} of the rarer answer are expected ({within})",
            outside,
            0.1,
        ),
        Claim("area-misses", "share of areas, worst case", 1 - min(areas), 0.07),
        Claim("area-width", "coverage of areas, highest", max(areas), 0.97),
        Claim("bound-misses", "share of bounds, worst case", 1 - min(bounds), 0.05 + noise),
    ]
