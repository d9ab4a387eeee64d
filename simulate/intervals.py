"""Coverage of the intervals we publish at 95 % nominal, over the true mean, the number of clusters and their size.

- mean: `intervals.clustered_interval`, every point of a difficulty curve. Exact for independent items, so conservative:
  near 0 or 1 no interval of a few 0/1 items can be near 95 %. The one place where it covers less is clusters of five
  near 0 or 1 (91 % at 50 clusters): too few of them differ to tell their error. No family has such clusters.
- area: `contrasts.contrast`, a weighted sum over twelve strata, which is nearly normal.
- exact, betting: one-sided lower bounds of a level; conservative by construction, betting more so.

Beside them two recipes known to be wrong: clusters taken for independent items with a normal interval, and the standard
deviation of bootstrap replicates divided by the square root of their number.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from harness.metrics.intervals import betting_rejects, clopper_pearson_lower, clustered_interval
from leaderboard.ranking import Design, Scores, TaskDesign, area_weights, contrast
from simulate.levels import stratum
from simulate.stopping import SEED
from simulate.tables import Claim, show

Floats = npt.NDArray[np.float64]

MEANS, CLUSTERS, SIZES = (0.05, 0.2, 0.5, 0.8, 0.95), (20, 50, 200), (1, 2, 5)
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


def main(size: int = 4000) -> bool:
    """Print and publish."""
    rng, rows, areas = np.random.default_rng(SEED), [], []
    least, least_bound, middle = dict.fromkeys(SIZES, 1.0), 1.0, []
    for mean in MEANS:
        for clusters in CLUSTERS:
            for items in SIZES:
                values = draw(mean, (clusters, items, size), rng)
                own, bound = mean_covers(values, mean), bound_covers(values, mean)
                least[items], least_bound = min(least[items], own), min(least_bound, bound)
                middle += [own] if 0.2 <= mean <= 0.8 else []
                figures = [own, bound, normal_covers(values, mean), shrunk_covers(values, mean, rng)]
                area = ""
                if items == 2:
                    areas.append(area_covers(mean, clusters // 2, size, rng))
                    area = f"{areas[-1]:.1%}"
                rows.append([str(mean), str(clusters), str(items), *(f"{f:.1%}" for f in figures[:2]), area])
                rows[-1] += [f"{figure:.1%}" for figure in figures[2:]]
    head = ["true mean", "clusters", "items each", "mean", "level's bound", "area (half the clusters)"]
    noise = 3 * float(np.sqrt(0.05 * 0.95 / size))  # of the worst of many cells that are exactly at 5 %
    claims = [
        Claim(
            "interval-misses",
            "share of means, one or two items a cluster, worst case",
            1 - min(least[1], least[2]),
            0.07,
        ),
        Claim("interval-misses-of-five", "share of means, five items a cluster, worst case", 1 - least[5], 0.1),
        Claim("interval-width", "coverage of means, 0.2 to 0.8, average", float(np.mean(middle)), 0.97),
        Claim("area-misses", "share of areas, worst case", 1 - min(areas), 0.07),
        Claim("area-width", "coverage of areas, highest", max(areas), 0.97),
        Claim("bound-misses", "share of bounds, worst case", 1 - least_bound, 0.05 + noise),
    ]
    head += ["normal, unclustered (wrong)", "SD/√B (wrong)"]
    return show("Coverage of 95 % intervals", head, rows, claims, size=size)
