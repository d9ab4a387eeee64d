"""Levels of a whole round that stops by itself: what the tasks' bets come to together."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.metrics.ladder import Stopping
from harness.metrics.stopping import decisions, mixture_log_capital
from leaderboard.ranking import LevelTest, assemble
from leaderboard.ranking.combined import least_log_capital
from leaderboard.ranking.stopped import stopped_certifiable, stopped_levels, stopped_overall

Floats = np.ndarray
BAR = -math.log(0.05)


def climbed(
    means: list[float], stopping: Stopping, cap: int, runs: int, seed: int, chance: float = 0.0
) -> list[Floats]:
    """One level's clusters of tasks with these chance-corrected means, each asked until both of its tests end it."""
    rng, found = np.random.default_rng(seed), []
    for mean in means:
        values = (rng.random((cap, runs)) < chance + (1 - chance) * mean).astype(float)
        needed = np.full(runs, stopping.core)
        for tau in stopping.thresholds:
            at = decisions(values, chance + (1 - chance) * tau, cap)[1]
            needed = np.maximum(needed, np.where(at > 0, at, cap))
        batches = -(-(needed - stopping.core) // stopping.step)
        asked = np.minimum(stopping.core + batches * stopping.step, cap)
        found.append(np.where(np.arange(cap)[:, None] < asked, values, np.nan))
    return found


@pytest.mark.parametrize("chance", [0.0, 0.25])
@pytest.mark.parametrize(
    ("means", "tau"),
    [([0.5] * 4, 0.5), ([1.0, 0.0], 0.5), ([1.0, 0.75, 0.25, 0.0], 0.5), ([0.8] * 3, 0.8), ([1.0, 1.0, 0.4], 0.8)],
)
def test_overclaims_are_rare_wherever_the_mean_comes_from(means: list[float], tau: float, chance: float) -> None:
    """Tasks alike or as different as can be, of mean tau, each stopping by itself: at most 5 % are said to be above."""
    values = climbed(means, Stopping(10, 5), 100, 800, 3, chance)
    (capital,) = least_log_capital(values, [1 / len(means)] * len(means), [chance] * len(means), [tau])
    assert (capital >= BAR).mean() <= 0.05


def test_averages_and_products_of_the_tasks_bets_overclaim() -> None:
    """Why the least product: one easy task makes the average, and the product, of the bets against tau large."""
    values = climbed([1.0, 0.0], Stopping(10, 5), 100, 200, 5)
    alone = np.stack([np.nanmax(mixture_log_capital(np.nan_to_num(one, nan=0.5), 0.5), axis=0) for one in values])
    average = np.logaddexp(*alone) - math.log(2)
    assert (average >= BAR).mean() > 0.5
    easy = climbed([1.0, 1.0, 1.0, 0.2], Stopping(20, 5), 100, 200, 6)
    product = np.sum([mixture_log_capital(np.nan_to_num(one, nan=0.8), 0.8)[-1] for one in easy], axis=0)
    assert (product >= BAR).mean() > 0.5


def test_clear_answers_are_seen() -> None:
    """Where the hands of a core are too few for the higher threshold, all answers together clear it."""
    values = climbed([0.97, 0.95, 0.9, 0.98], Stopping(10, 5), 200, 200, 4)
    low, high = least_log_capital(values, [0.25] * 4, [0.0] * 4, [0.5, 0.8])
    assert (low >= BAR).mean() == 1.0
    assert (high >= BAR).mean() > 0.9


@settings(max_examples=30)
@given(st.lists(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=1, max_size=30), min_size=2, max_size=3))
def test_the_bound_is_below_every_product(series: list[list[float]]) -> None:
    """However the tasks' means are chosen with mean tau, the product of the capitals against them is no less."""
    values = [np.array(one)[:, None] for one in series]
    found = least_log_capital(values, [1 / len(values)] * len(values), [0.0] * len(values), [0.6])[0, 0]
    rng = np.random.default_rng(len(series[0]))
    for _ in range(20):
        means = rng.dirichlet(np.ones(len(values))) * 0.6 * len(values)
        if means.max() < 0.999:
            exact = sum(_capital(np.array(one), mean) for one, mean in zip(series, means, strict=True))
            assert found <= exact + 1e-6


def _capital(values: Floats, mean: float) -> float:
    """Log of the mixture against one mean, its stakes spread evenly, by brute force with the same 32 bets."""
    nodes, weights = np.polynomial.legendre.leggauss(32)
    bets = (nodes + 1) / 2
    gains = np.log1p(bets[:, None] * (values / max(mean, 1e-12) - 1))
    return float(np.log(np.exp(gains.sum(axis=1)) @ (weights / 2)))


@settings(max_examples=20)
@given(st.integers(0, 2), st.integers(0, 29))
def test_a_better_answer_never_lowers_the_evidence(task: int, place: int) -> None:
    """Raising one cluster's value raises the capital, or leaves it."""
    rng = np.random.default_rng(8)
    values = [(rng.random((30, 1)) < 0.7).astype(float) for _ in range(3)]
    before = least_log_capital(values, [0.5, 0.3, 0.2], [0.0, 0.25, 0.0], [0.5])[0, 0]
    values[task][place] = 1.0
    assert least_log_capital(values, [0.5, 0.3, 0.2], [0.0, 0.25, 0.0], [0.5])[0, 0] >= before - 1e-9


def test_graded_values_are_rounded_against_the_one_who_bets() -> None:
    """Scores of any degree are allowed and are worth a little less than they are, never more."""
    rng = np.random.default_rng(9)
    values = [rng.random((90, 3)) ** 0.3 for _ in range(2)]
    coarse = least_log_capital(values, [0.5, 0.5], [0.0, 0.0], [0.5])
    fine = least_log_capital([np.ceil(one * 64) / 64 for one in values], [0.5, 0.5], [0.0, 0.0], [0.5])
    assert (coarse <= fine + 1e-9).all()
    assert (coarse > BAR).all()


def test_levels_of_the_round(builder: Any) -> None:
    """All right up to level 2 clears 2; a task without an answer clears nothing; one task alone is its own level."""
    design = builder.design(levels=3, count=30, chance=0.25)
    rows = builder.rows(design, lambda task, level, language, index: float(level <= 2))
    levels = stopped_overall(assemble(design, [rows]), (0.5, 0.8), 0.95)
    assert {tau: found.tolist() for tau, found in levels.items()} == {0.5: [2], 0.8: [2]}
    wide = builder.design(levels=1, count=30, tasks=[f"understanding/{name}" for name in "abcdef"])
    rows = builder.rows(wide, lambda *_: 1.0)
    lacking = [row for row in rows if row.task != "understanding/c"]
    assert stopped_overall(assemble(wide, [rows, lacking]), (0.5,), 0.95)[0.5].tolist() == [1, 0]
    one = builder.design(levels=3, count=30, tasks=["problem_solving/a"])
    scores = builder.simulate(one, [0.5, 1.5, 2.5, 5.0], np.random.default_rng(2))
    own = stopped_levels(scores, "problem_solving/a", LevelTest(0.5))
    assert stopped_overall(scores, (0.5,), 0.95)[0.5].tolist() == own.tolist()


def test_perfect_answers_reach_what_is_certifiable(builder: Any) -> None:
    """With caps to spare every level; with two questions a level, none; of a threshold without a ladder, nothing."""
    large, small = builder.design(levels=4, count=30), builder.design(levels=4, count=1)
    both, half = Stopping(1, 1), Stopping(1, 1, thresholds=(0.5,))
    assert stopped_certifiable(large, both, (0.5, 0.8), 0.95) == {0.5: 4, 0.8: 4}
    assert stopped_certifiable(small, both, (0.5, 0.8), 0.95) == {0.5: 0, 0.8: 0}
    assert stopped_certifiable(large, half, (0.5, 0.8), 0.95) == {0.5: 4, 0.8: None}


def test_perfect_answers_are_not_asked_up_to_the_caps(builder: Any) -> None:
    """One who is asked no further at an alpha of one half has shown nothing at one twentieth, whatever the caps."""
    early = Stopping(1, 1, alpha=0.5, thresholds=(0.5,))
    assert stopped_certifiable(
        builder.design(levels=2, count=50, tasks=["problem_solving/a"]), early, (0.5,), 0.95
    ) == {0.5: 0}
