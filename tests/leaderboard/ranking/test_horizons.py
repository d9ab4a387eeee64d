"""Horizons: against logistic regression, at the ends of the ladder, and their coverage."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from leaderboard.ranking import Scores, assemble
from leaderboard.ranking.horizons import ABOVE, BELOW, crossing, fit_curves, horizons


def test_the_curve_is_that_of_logistic_regression() -> None:
    """Many questions a level: intercept and slope solve the likelihood equations, but for a weak prior."""
    level = np.arange(1.0, 11.0)
    right, asked = np.round(4000 * special.expit(1.7 * (4.3 - level))), np.full(10, 4000.0)
    (intercept,), (slope,) = fit_curves((right / asked)[:, None], asked[:, None])
    error = right - asked * special.expit(intercept - slope * level)
    assert abs(error.sum()) < 2
    assert abs((error * level).sum()) < 2
    assert crossing(np.array(intercept), np.array(slope), 0.5, 10) == pytest.approx(4.3, abs=0.01)
    assert crossing(np.array(intercept), np.array(slope), 0.8, 10) == pytest.approx(4.3 - np.log(4) / 1.7, abs=0.01)


@pytest.mark.parametrize("chance", [0.25, 0.5])
def test_guessing_moves_no_horizon(chance: float) -> None:
    """Exact chance-corrected means give the curve they were drawn from; nothing but guessing is below level 1."""
    level = np.arange(1.0, 9.0)[:, None]
    true, weights, odds = (
        special.expit(1.2 * (np.array([[2.5, 5.0]]) - level)),
        np.full((8, 2), 1e5),
        chance / (1 - chance),
    )
    intercept, slope = fit_curves(true, weights, odds)
    assert crossing(intercept, slope, 0.5, 8) == pytest.approx([2.5, 5.0], abs=0.01)
    unlucky = np.random.default_rng(0).normal(0, 0.08, (8, 200))
    assert (crossing(*fit_curves(unlucky, np.full((8, 200), 100.0), odds), 0.5, 8) == BELOW).all()


def test_all_right_and_then_all_wrong_ends_between_the_two() -> None:
    """Levels 1 to 4 all right and 5 to 10 all wrong: separable, and the horizon is still finite and between them."""
    means = np.array([1.0] * 4 + [0.0] * 6)[:, None]
    intercept, slope = fit_curves(means, np.full((10, 1), 50.0))
    for share in (0.5, 0.8):
        assert 4 < crossing(intercept, slope, share, 10)[0] < 5


@given(
    st.lists(st.floats(0.0, 1.0), min_size=3, max_size=8),
    st.integers(1, 500),
    st.floats(0.05, 0.95),
    st.floats(0.0, 0.04),
)
def test_any_curve_has_a_fit(means: list[float], asked: int, share: float, more: float) -> None:
    """The fitted curve never rises, is right as often as the answers are, and is shorter when more is asked of it."""
    y, weights = np.array(means)[:, None], np.full((len(means), 1), float(asked))
    intercept, slope = fit_curves(y, weights)
    assert np.isfinite([intercept, slope]).all()
    assert slope[0] > 0
    here = crossing(intercept, slope, share, len(means))[0]
    assert crossing(intercept, slope, share + more, len(means))[0] <= here
    level, centre = np.arange(1.0, len(means) + 1.0)[:, None], (len(means) + 1) / 2
    excess = (weights * (y - special.expit(intercept - slope * level))).sum()
    assert excess == pytest.approx((intercept - slope * centre)[0] / 100, abs=1e-4)  # the prior's share


def test_the_ends_of_the_ladder_are_said(builder: Any) -> None:
    """Nothing right is below level 1, everything right above the last; neither is a number."""
    design = builder.design(levels=6, count=15, chance=0.25)
    scores = builder.simulate(design, [-20.0, 3.5, 40.0], np.random.default_rng(0))
    found = horizons(scores, replicates=200)[0.5]
    assert found.to_json(0) == {"value": "below", "low": "below", "high": "below"}
    assert found.to_json(2) == {"value": "above", "low": "above", "high": "above"}
    assert found.value[1] == pytest.approx(3.5, abs=0.6)
    assert found.low[1] <= found.value[1] <= found.high[1]


def test_a_submission_without_scores_has_no_horizon(builder: Any) -> None:
    """Nothing scored is None, neither below nor above; a level that lacks is left out of the curve."""
    design = builder.design(levels=4, count=12, tasks=["understanding/c"])
    none = builder.rows(design, lambda *_: None)
    gap = builder.rows(design, lambda task, level, language, index: None if level == 2 else float(level <= 2))
    found = horizons(assemble(design, [none, gap]), replicates=50)[0.5]
    assert found.to_json(0) is None
    assert 1 < found.value[1] < 3


def test_blocks_of_submissions_change_nothing(builder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission's horizon is the same alone, among others, and when memory splits them."""
    design = builder.design(levels=5, count=10)
    scores = builder.simulate(design, [2.0, 3.0, 4.0], np.random.default_rng(1))
    whole = horizons(scores, replicates=100)[0.5]
    monkeypatch.setattr("leaderboard.ranking.horizons._BLOCK", 1)
    split = horizons(scores, replicates=100)[0.5]
    alone = horizons(scores.select([1]), replicates=100)[0.5]
    for name in ("value", "low", "high"):
        assert getattr(split, name) == pytest.approx(getattr(whole, name))
        assert getattr(alone, name)[0] == pytest.approx(getattr(whole, name)[1])


def test_intervals_cover_the_truth(builder: Any) -> None:
    """One task: 95 % intervals hold the true horizon about that often; a round's hold it at least as often."""
    rng = np.random.default_rng(2)
    design = builder.design(levels=8, count=20, chance=0.25)
    ability = rng.uniform(0.5, 8.5, 40)
    for task, least, most in (("understanding/c", 0.9, 0.99), (None, 0.95, 1.0)):
        held: dict[float, list[np.ndarray]] = {0.5: [], 0.8: []}
        for seed in range(6):
            scores = builder.simulate(design, ability, rng)
            for share, found in horizons(scores, task=task, replicates=200, seed=seed).items():
                true = ability - special.logit(share) / 1.2
                true = np.where(true < 1, BELOW, np.where(true > 8, ABOVE, true))
                held[share].append((found.low <= true) & (true <= found.high))
        assert all(least <= np.mean(one) <= most for one in held.values()), task


def test_a_step_says_between_which_levels(builder: Any) -> None:
    """All right to level 3 and all wrong from 4: the bounds are levels, not a point that nothing was asked about."""
    design = builder.design(levels=6, count=10, tasks=["understanding/c"])
    rows = [
        builder.rows(design, lambda task, level, *_, last=last: float(level <= last)) for last in (3, 1, 5)
    ]  # fmt: skip
    found = horizons(assemble(design, rows), replicates=50)
    assert [found[0.5].to_json(place) for place in range(3)] == [
        {"value": pytest.approx(3.5, abs=0.05), "low": 3.0, "high": 4.0},
        {"value": pytest.approx(1.5, abs=0.1), "low": 1.0, "high": 2.0},
        {"value": pytest.approx(5.5, abs=0.1), "low": 5.0, "high": 6.0},
    ]


@pytest.mark.parametrize("right", [(0.98, 0.85, 0.03, 0.01), (0.99, 0.99, 0.01, 0.01, 0.01)])
@pytest.mark.parametrize("count", [6, 10])
def test_steep_curves_are_covered(builder: Any, right: tuple[float, ...], count: int) -> None:
    """Nine intervals of ten, at least, hold the horizon of a curve that drops within a level; many pairs narrow it."""
    rng, size = np.random.default_rng(count), 200
    design = builder.design(levels=len(right), count=count, tasks=["understanding/c"])
    flat = builder.simulate(design, np.zeros(size), rng)
    strata = [
        replace(one, sums=(rng.random(one.sums.shape) < share).astype(float))
        for one, share in zip(flat.strata, right, strict=True)
    ]
    curve = fit_curves(np.array(right)[:, None], np.full((len(right), 1), 1e5))
    for share, found in horizons(Scores(design, tuple(strata), size), replicates=100).items():
        true = crossing(*curve, share, len(right))
        assert ((found.low <= true) & (true <= found.high)).mean() >= 0.9


def test_the_round_varies_more_than_one_task_of_it(builder: Any) -> None:
    """Tasks that differ widen the interval of the round: they are a sample of skills, not the whole of them."""
    rng = np.random.default_rng(3)
    design = builder.design(levels=8, count=20)
    alike = builder.simulate(design, [4.0], rng)
    parts = [builder.simulate(design, [ability], rng) for ability in (2.0, 4.0, 6.0)]
    own = zip(parts, design.tasks, strict=True)
    mixed = Scores(design, tuple(s for part, task in own for s in part.strata if s.task == task.name), 1)
    same, differing = horizons(alike, [0.5])[0.5], horizons(mixed, [0.5])[0.5]
    assert (differing.high - differing.low)[0] > 1.5 * (same.high - same.low)[0]


def test_few_tasks_are_known_to_be_few(builder: Any) -> None:
    """Four tasks drawn from many that differ: nine intervals of ten, at least, hold the horizon over all tasks."""
    rng, held = np.random.default_rng(4), []
    design = builder.design(levels=8, count=20, tasks=[f"problem_solving/{name}" for name in "abcd"])
    for seed in range(80):
        strata = []
        for task in design.tasks:
            part = builder.simulate(design, [4.5 + rng.normal()], rng)
            strata += [stratum for stratum in part.strata if stratum.task == task.name]
        found = horizons(Scores(design, tuple(strata), 1), [0.5], replicates=100, seed=seed)[0.5]
        held.append(found.low[0] <= 4.5 <= found.high[0])
    assert np.mean(held) > 0.9
