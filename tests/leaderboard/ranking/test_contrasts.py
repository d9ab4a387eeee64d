"""Areas, curves and the language gap: worked examples, agreement with the plain formulas, coverage."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.metrics.intervals import clopper_pearson, clustered_se
from leaderboard.ranking import area_weights, assemble, contrast, curve, gap_weights

ABILITIES = (-4.0, -1.0, 0.5, 1.0, 2.0, 3.0, 4.5, 7.0, 14.0)


def test_area_by_hand(builder: Any) -> None:
    """Everything right at levels 1 and 2 of 4 in one of two tracks is a quarter."""
    design = builder.design(levels=4, tasks=["problem_solving/a", "understanding/c"])
    rows = builder.rows(design, lambda task, level, *_: float(level <= 2 and task.startswith("problem")))
    area = contrast(assemble(design, [rows]), area_weights(design))
    assert area.value.tolist() == pytest.approx([0.25])
    assert area.low[0] < 0.25 < area.high[0]


def test_error_of_one_stratum_is_the_clustered_formula(builder: Any) -> None:
    """One task at one level in two languages: the SE of all its items, clusters joined across languages."""
    design = builder.design(levels=1, count=12, tasks=["problem_solving/a"])
    values = np.random.default_rng(3).random((2, 12)).round(2)
    rows = builder.rows(design, lambda t, lv, language, i: float(values[("fr", "en").index(language), i]))
    area = contrast(assemble(design, [rows]), area_weights(design))
    assert area.value[0] == pytest.approx(values.mean())
    assert area.se[0] == pytest.approx(clustered_se(values.ravel(), [*range(12)] * 2, corrected=True))


def test_language_gap_is_paired(builder: Any) -> None:
    """A model that always loses a tenth in English has a certain gap, however varied its scores."""
    design = builder.design(levels=2, tasks=["problem_solving/a"])
    scores = np.random.default_rng(0).uniform(0.2, 1, 10)
    rows = builder.rows(design, lambda t, lv, language, i: float(scores[i] - 0.1 * (language == "en")))
    table = assemble(design, [rows])
    gap = contrast(table, gap_weights(design, "fr", "en"))
    assert gap.value[0] == pytest.approx(0.1)
    assert gap.se[0] < contrast(table, area_weights(design, language="fr")).se[0]
    assert gap.low[0] > 0


def test_failing_everything_has_an_interval_inside_the_feasible_range(builder: Any) -> None:
    """All wrong in a task with chance 1/4 is -1/3 at the least, and not surely so."""
    design = builder.design(chance=0.25)
    area = contrast(assemble(design, [builder.rows(design, lambda *_: 0.0)]), area_weights(design))
    assert area.value[0] == pytest.approx(-1 / 3)
    assert area.low[0] == pytest.approx(-1 / 3)
    assert -1 / 3 < area.high[0] < -0.2


def test_area_needs_every_mean_it_weighs(builder: Any) -> None:
    """With no scored item at a level there is no area over it, and other areas stay."""
    design = builder.design(levels=2)
    rows = builder.rows(design, lambda task, level, *_: None if (task, level) == ("problem_solving/a", 2) else 1.0)
    table = assemble(design, [rows])
    assert np.isnan(contrast(table, area_weights(design)).value[0])
    assert contrast(table, area_weights(design, track="understanding")).value[0] == 1
    assert not table.whole[0]


def test_area_interval_covers(builder: Any) -> None:
    """At least 94 % of area intervals hold the truth, from failing everything to solving everything."""
    design, rng = builder.design(levels=6), np.random.default_rng(21)
    weights, kept = area_weights(design), np.zeros(len(ABILITIES))
    truth = builder.truth(ABILITIES, weights)
    for _ in range(400):
        area = contrast(builder.simulate(design, ABILITIES, rng), weights)
        kept += (area.low <= truth) & (truth <= area.high)
    assert kept.mean() / 400 >= 0.95
    assert kept.min() / 400 >= 0.93  # one ability alone, within the simulation's own error


@given(st.lists(st.booleans(), min_size=12, max_size=12), st.integers(0, 11))
def test_area_rises_with_any_score(builder: Any, right: list[bool], place: int) -> None:
    """One more right answer raises the area by that item's weight, and nothing else."""
    design = builder.design(levels=2, count=3, tasks=["problem_solving/a"])
    better = [value or n == place for n, value in enumerate(right)]
    tables = [iter(map(float, answers)) for answers in (right, better)]
    rows = [builder.rows(design, lambda *_, answers=answers: next(answers)) for answers in tables]
    area = contrast(assemble(design, rows), area_weights(design)).value
    assert area[1] - area[0] == pytest.approx((better[place] - right[place]) / 12)


def test_curve_of_a_language_is_exact_and_of_all_is_their_mean(builder: Any) -> None:
    """A language's items are independent: Clopper and Pearson's interval, corrected for chance."""
    design = builder.design(levels=1, count=10, tasks=["problem_solving/a"], chance=0.2)
    rows = builder.rows(design, lambda t, lv, language, i: float(i < (8 if language == "fr" else 4)))
    points = curve(assemble(design, [rows]).strata[0])
    low, high = clopper_pearson(8, 10)
    assert points["fr"].value[0] == pytest.approx((0.8 - 0.2) / 0.8)
    assert [points["fr"].low[0], points["fr"].high[0]] == pytest.approx([(low - 0.2) / 0.8, (high - 0.2) / 0.8])
    assert points["all"].value[0] == pytest.approx((0.6 - 0.2) / 0.8)
    assert points["all"].low[0] < points["all"].value[0] < points["all"].high[0]


def test_curve_has_no_value_where_nothing_is_scored(builder: Any) -> None:
    """No scored item is NaN with no bounds, never 0."""
    design = builder.design(levels=1, tasks=["problem_solving/a"])
    rows = builder.rows(design, lambda t, lv, language, i: None if language == "en" else 1.0)
    points = curve(assemble(design, [rows]).strata[0])
    assert np.isnan([points["en"].value[0], points["en"].low[0], points["all"].high[0]]).all()
    assert points["fr"].value[0] == 1
