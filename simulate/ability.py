"""Abilities and horizons: parameters recovered, and the coverage of intervals.

Calibration: 300 items on six levels, items of a level unlike by 0.6 logits. Horizons: ladders of eight levels, three
tasks, pairs of tellings that share their luck, chance 0.25 or none; the round's tasks alike, or each with a difficulty
of its own (a standard deviation of one level), the truth then being that of all tasks that might have been chosen. And
single tasks that drop from nearly all right to nearly all wrong, the truth being the crossing of the logistic curve
nearest to them.
"""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
from scipy import special

from leaderboard.ranking import Design, Scores, Stratum, TaskDesign
from leaderboard.ranking.ability import Model, calibrate, measure
from leaderboard.ranking.horizons import crossing, fit_curves, horizons
from leaderboard.ranking.responses import ItemKey, Responses
from simulate.levels import stratum
from simulate.tables import Claim, show

Floats = npt.NDArray[np.float64]

LEVELS, CLUSTERS, SLOPE, SEED = 8, 20, 1.2, 20261122
REPEATS, SUBMISSIONS = 250, 5
ROUNDS = ((1, 0.0, 0.0), (1, 0.0, 0.25), (3, 0.0, 0.25), (4, 1.0, 0.0), (6, 1.0, 0.0), (12, 1.0, 0.25))
STEPS = (
    (0.98, 0.85, 0.03, 0.01),
    (0.99, 0.6, 0.05, 0.01, 0.01),
    (0.99, 0.99, 0.01, 0.01, 0.01, 0.01),
    (0.9, 0.7, 0.4, 0.2, 0.1),
)
_MIDDLES = special.ndtri((np.arange(400) + 0.5) / 400)  # of 400 equally likely parts of a normal


def answers(ability: Floats, slope: Floats, hard: Floats, rng: np.random.Generator) -> Responses:
    """A round on six levels."""
    values = rng.random((len(ability), len(hard))) < special.expit(slope * (ability[:, None] - hard))
    size = len(hard) // 6
    keys = tuple(ItemKey(str(i), "simulated", 1 + i // size, "fr", str(i), 0.0) for i in range(len(hard)))
    return Responses(keys, values.astype(np.float64))


def ladder(tasks: int, ability: Floats, harder: Floats, chance: float, rng: np.random.Generator) -> Scores:
    """Scores of tasks whose difficulty differs by `harder` levels."""
    languages, weights = ("fr", "en"), (1 / LEVELS,) * LEVELS
    parts = [TaskDesign(f"t/{n}", "t", languages, (chance,) * LEVELS, (CLUSTERS,) * LEVELS) for n in range(tasks)]
    strata = [
        _stratum(part, level, ability - harder[n], chance, rng)
        for n, part in enumerate(parts)
        for level in range(1, LEVELS + 1)
    ]
    return Scores(Design(tuple(parts), languages, weights), tuple(strata), len(ability))


def _stratum(task: TaskDesign, level: int, ability: Floats, chance: float, rng: np.random.Generator) -> Stratum:
    shape = (2, CLUSTERS, len(ability))
    luck = np.where(rng.random(shape) < 0.5, rng.random((1, *shape[1:])), rng.random(shape))
    right = (luck < chance + (1 - chance) * special.expit(SLOPE * (ability - level))).astype(np.float64)
    nothing, graded = np.zeros((2, len(ability)), dtype=np.int_), np.zeros(len(ability), dtype=np.bool_)
    clusters = tuple(str(number) for number in range(CLUSTERS))
    return Stratum(task.name, level, task.languages, chance, clusters, right, np.ones(shape), nothing, graded)


def truth(ability: Floats, share: float, unlike: float) -> Floats:
    """The horizon over all tasks that might have been chosen: of the mean of their curves."""
    level = np.arange(1.0, LEVELS + 1.0)[:, None, None]
    means = special.expit(SLOPE * (ability[:, None] - unlike * _MIDDLES - level)).mean(axis=2)
    return crossing(*fit_curves(means, np.full(means.shape, 1e5)), share, LEVELS)


def coverage(tasks: int, unlike: float, chance: float) -> tuple[float, float]:
    """How often the 50 % and the 80 % horizon's intervals hold the truth; few submissions share one draw of tasks."""
    rng = np.random.default_rng([SEED, tasks, int(10 * unlike), int(100 * chance)])
    held: dict[float, list[float]] = {0.5: [], 0.8: []}
    for repeat in range(REPEATS):
        ability = rng.uniform(2, LEVELS - 1, SUBMISSIONS)
        scores = ladder(tasks, ability, rng.normal(0, unlike, tasks), chance, rng)
        for share, found in horizons(scores, replicates=300, seed=repeat).items():
            true = truth(ability, share, unlike)
            held[share].append(float(((found.low <= true) & (true <= found.high)).mean()))
    return float(np.mean(held[0.5])), float(np.mean(held[0.8]))


def stepped(right: tuple[float, ...], pairs: int, size: int) -> tuple[float, float]:
    """The same of one task in which the shares of right answers are given, level by level."""
    rng, levels = np.random.default_rng([SEED, pairs, len(right)]), len(right)
    task = TaskDesign("t/step", "t", ("fr", "en"), (0.0,) * levels, (pairs,) * levels)
    values = [(rng.random((2, pairs, size)) < share).astype(np.float64) for share in right]
    strata = tuple(stratum(task, level, drawn) for level, drawn in enumerate(values, 1))
    scores = Scores(Design((task,), task.languages, (1 / levels,) * levels), strata, size)
    curve = fit_curves(np.array(right)[:, None], np.full((levels, 1), 1e5))
    held = []
    for share, found in horizons(scores, replicates=300).items():
        true = crossing(*curve, share, levels)
        held.append(float(((found.low <= true) & (true <= found.high)).mean()))
    return held[0], held[1]


def _calibration() -> tuple[list[list[str]], float]:
    rows, worst = [], 0.0
    cases: tuple[tuple[Model, int], ...] = (("1pl", 30), ("1pl", 100), ("1pl", 400), ("2pl", 200), ("2pl", 600))
    for model, number in cases:
        rng = np.random.default_rng([SEED, number, len(model)])
        hard = np.repeat(np.linspace(-1.5, 1.5, 6), 50) + rng.normal(0, 0.6, 300)
        slope = 1.3 * rng.lognormal(0, 0.25 if model == "2pl" else 0.0, 300)
        ability = rng.normal(size=number)
        data = answers(ability, slope, hard, rng)
        found = calibrate(data, model)
        able, true = measure(found, data), (ability - ability.mean()) / ability.std()
        same = float(np.corrcoef(found.difficulty, hard)[0, 1])
        bias = float(found.slope.mean() / (slope.mean() * ability.std()) - 1)  # in units of this field
        inside = float((np.abs(able.value - true) < 1.96 * able.se).mean())
        worst = max(worst, 1 - inside)
        error = float(np.sqrt(np.mean((able.value - true) ** 2)))
        rows.append([model, str(number), f"{same:.3f}", f"{bias:+.1%}", f"{error:.3f}", f"{inside:.1%}"])
    return rows, worst


def main() -> bool:
    """Print both tables."""
    rows, worst = _calibration()
    head = ["model", "submissions", "difficulty r", "slope bias", "ability error", "covered (95 %)"]
    recovered = show("Calibration", head, rows, [Claim("ability-uncovered", "share of abilities", worst, 0.1)])
    rows, missed = [], []
    for tasks, unlike, chance in ROUNDS:
        half, most = coverage(tasks, unlike, chance)
        missed += [1 - half, 1 - most]
        rows.append([str(tasks), f"{unlike:.1f}", f"{chance:.2f}", f"{half:.1%}", f"{most:.1%}"])
    head = ["tasks", "unlike by", "chance", "50 % covered", "80 % covered"]
    claims = [Claim("horizons-uncovered", "share of horizons", max(missed), 0.08)]
    covered = show("Horizons, 95 % intervals", head, rows, claims, repeats=REPEATS, submissions=SUBMISSIONS)
    return recovered and covered and _steps()


def _steps(size: int = 400) -> bool:
    rows, missed = [], []
    for right, pairs in itertools.product(STEPS, (6, 10, 20)):
        half, most = stepped(right, pairs, size)
        missed += [1 - half, 1 - most]
        rows.append([" ".join(map(str, right)), str(pairs), f"{half:.1%}", f"{most:.1%}"])
    head = ["right at levels 1, 2, …", "pairs a level", "50 % covered", "80 % covered"]
    claims = [Claim("step-horizons-uncovered", "share of horizons", max(missed), 0.08)]
    return show("Horizons of one task that drops within a level or two", head, rows, claims, size=size)
