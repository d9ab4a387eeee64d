"""Two submissions side by side: published sample sizes, paired errors, and parts that add up."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from harness.metrics.intervals import paired_difference, student_quantile
from leaderboard.ranking import area_weights, assemble, rank
from leaderboard.ranking.pairs import (
    comparison,
    design_effect,
    difference,
    items_needed,
    paired_spread,
    reach,
    simultaneous,
)

TASK = "problem_solving/a"


@pytest.mark.parametrize(("points", "items"), [(5, 754), (3, 2_094), (2, 4_710), (1, 18_838)])
def test_published_sample_sizes(points: int, items: int) -> None:
    """STATISTICS.md: paired gaps found with 80 % power at a mean of 0.6 and a correlation of one half."""
    assert items_needed(points / 100, paired_spread(0.6, 0.5)) == items


def test_clusters_need_more_items() -> None:
    """Pairs with a correlation of a half: half as many items again."""
    spread = paired_spread(0.6, 0.5)
    assert items_needed(0.05, spread * design_effect(2, 0.5)) == math.ceil(1.5 * 753.5)
    assert design_effect(1, 0.9) == 1


def test_the_sample_size_has_the_power_it_says() -> None:
    """With 754 independent pairs a gap of five points is found in four rounds of five."""
    rng, n, found = np.random.default_rng(8), 754, 0
    for _ in range(2000):
        shared = rng.random(n) < 0.5  # of the items, which both answer with one and the same luck
        luck = rng.random((2, n))
        second = np.where(shared, luck[0], luck[1])
        gaps = (luck[0] < 0.625).astype(float) - (second < 0.575)
        found += abs(gaps.mean()) > 1.96 * gaps.std(ddof=1) / math.sqrt(n)
    assert found / 2000 == pytest.approx(0.8, abs=0.05)


def test_one_stratum_is_the_paired_formula(builder: Any) -> None:
    """One task, level and language: the mean of the differences, and its error with C / (C - 1)."""
    design, rng = builder.design(levels=1, count=30, tasks=[TASK], languages=("fr",)), np.random.default_rng(2)
    answers = (rng.random((2, 30)) < [[0.7], [0.5]]).astype(float)
    table = assemble(design, [builder.rows(design, lambda t, lv, la, i, k=k: answers[k, i]) for k in (0, 1)])
    found = difference(table, area_weights(design))
    value, se = paired_difference(*answers, range(30), corrected=True)
    assert found is not None
    assert found.value == pytest.approx(value)
    assert found.high - found.value == pytest.approx(float(student_quantile(0.975, 29)) * se)
    assert (found.items, found.clusters) == (30, 30)
    assert found.needed == items_needed(value, 30 * se**2)


def test_the_order_of_the_two_turns_the_sign(builder: Any) -> None:
    """B less A is A less B, mirrored; an entry against itself differs by nothing, and no items would show more."""
    table = builder.simulate(builder.design(), [2.5, 1.5], np.random.default_rng(6))
    weights = area_weights(table.design)
    one, other, itself = (difference(table.select(pick), weights) for pick in ([0, 1], [1, 0], [0, 0]))
    assert one is not None
    assert other is not None
    assert itself is not None
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))
    assert one.needed == other.needed
    assert (itself.value, itself.needed, itself.real) == (0.0, None, False)


def test_parts_weigh_as_the_area_does(builder: Any) -> None:
    """The mean over levels, languages, or tracks of the differences is the difference of areas."""
    table = builder.simulate(builder.design(), [2.5, 1.5], np.random.default_rng(6))
    found = comparison(table)
    overall = found["overall"]["all"]
    assert overall is not None
    assert overall.real
    for kind in ("track", "level", "language"):
        assert np.mean([one.value for one in found[kind].values()]) == pytest.approx(overall.value)  # type: ignore[union-attr]
    assert list(found["task"]) == [task.name for task in table.design.tasks]


def test_what_was_not_scored_has_no_difference(builder: Any) -> None:
    """A level of which one submission has nothing is None, the others are compared; items are those of both."""
    design = builder.design(levels=2)
    holed = builder.rows(
        design, lambda task, level, la, i: None if level == 2 or (level, la, i) == (1, "fr", 0) else 1.0
    )
    table = assemble(design, [holed, builder.rows(design, lambda *_: 0.0)])
    found = comparison(table)
    assert found["level"]["2"] is None
    assert found["overall"]["all"] is None
    first = found["level"]["1"]
    assert first is not None
    assert (first.value, first.real) == (1.0, True)
    assert first.items == 3 * 2 * 10 - 3
    assert first.high == 1.0


@pytest.mark.parametrize("seed", range(3))
def test_intervals_hold_the_truth(builder: Any, seed: int) -> None:
    """Over 300 rounds, 92 to 98 % of the paired intervals of two submissions hold the true difference."""
    design, rng = builder.design(levels=3, count=15), np.random.default_rng(seed)
    truth = float(np.subtract(*builder.truth([2.4, 1.6], area_weights(design))))
    held = 0
    for _ in range(300):
        found = difference(builder.simulate(design, [2.4, 1.6], rng), area_weights(design))
        assert found is not None
        held += found.low <= truth <= found.high
    assert 0.92 <= held / 300 <= 0.985


def test_a_language_that_no_task_is_told_in_has_no_difference(builder: Any) -> None:
    """Where nothing weighs there is None, not 0 with certainty, and the other parts are compared."""
    design = replace(builder.design(languages=("en",)), languages=("fr", "en"))
    rows = [builder.rows(design, lambda t, lv, la, i, k=k: float(i % 3 >= k)) for k in (0, 1)]
    found = comparison(assemble(design, rows))
    assert found["language"]["fr"] is None
    assert found["language"]["en"] == found["overall"]["all"] is not None


@pytest.mark.parametrize(("count", "real"), [(5, False), (6, True)])
def test_fewer_than_six_clusters_show_nothing(builder: Any, count: int, real: bool) -> None:
    """Five wins of five happen between equals too: no difference is real, and six clusters' items are needed."""
    design = builder.design(levels=1, count=count, tasks=[TASK])
    rows = [builder.rows(design, lambda *_, k=k: float(k)) for k in (1, 0)]
    found = difference(assemble(design, rows), area_weights(design))
    assert found is not None
    assert (found.value, found.clusters, found.real) == (1.0, count, real)
    assert found.needed == 12


def test_simultaneous_bounds_stay_possible(builder: Any) -> None:
    """Everything right against nothing: a difference of 1, no bound beyond it; pairs are in the order given."""
    design = builder.design(levels=1)
    rows = [builder.rows(design, lambda *_, k=k: float(k)) for k in (0, 1, 1)]
    table, weights = assemble(design, rows), area_weights(design)
    ranking = rank(table, weights, np.ones(3, dtype=bool), replicates=50)
    assert ranking.margin[0, 1] > 0
    gap, low, high, shown = simultaneous(ranking, [1, 2, 0], reach(table, weights))  # best, its clone, none
    for one in (0, 1):
        assert (gap[one, 2], high[one, 2], shown[one, 2]) == (1.0, 1.0, True)
        assert (gap[2, one], low[2, one], shown[2, one]) == (-1.0, -1.0, True)
    assert (gap[0, 1], low[0, 1], shown[0, 1]) == (0.0, -high[0, 1], False)
