"""Areas, curves and the language gap: worked examples, agreement with the plain formulas, coverage."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.metrics.intervals import clopper_pearson, clustered_se, student_quantile
from leaderboard.ranking import Scores, Stratum, area_weights, assemble, contrast, curve, gap_weights

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


@pytest.mark.parametrize("languages", [("en",), ("fr", "en")])
@pytest.mark.parametrize(
    ("count", "levels"), [(18, (0.9,)), (50, (0.97,)), (200, (0.99,)), (10, (0.9, 0.9)), (40, (0.99, 0.97, 0.9))]
)
def test_skewed_areas_are_covered(
    builder: Any, languages: tuple[str, ...], count: int, levels: tuple[float, ...]
) -> None:
    """Areas of one task near 1, at one to three levels: at least 93 % of intervals hold the truth (t alone: 78 %)."""
    rng, size = np.random.default_rng(count), 2000
    design = builder.design(len(levels), count, ["understanding/c"], languages=languages)
    flat = builder.simulate(design, np.zeros(size), rng)
    strata = [_drawn(one, share, rng) for one, share in zip(flat.strata, levels, strict=True)]
    area = contrast(Scores(design, tuple(strata), size), area_weights(design))
    true = np.mean(levels)
    assert ((area.low <= true + 1e-9) & (area.high >= true - 1e-9)).mean() >= 0.93


def test_areas_of_many_strata_are_no_wider_than_students(builder: Any) -> None:
    """Fifteen strata and more: never 5 % wider than t alone, and narrower where most levels do not vary."""
    design = builder.design(levels=5)
    area = contrast(builder.simulate(design, ABILITIES, np.random.default_rng(8)), area_weights(design))
    half = student_quantile(0.975, 15 * 9) * area.se
    plain = np.minimum(area.value + half, 1) - np.maximum(area.value - half, 0)
    assert (area.high - area.low <= 1.05 * plain).all()
    assert (area.high - area.low)[0] < 0.9 * plain[0]


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20), st.floats(0, 0.5))
def test_an_area_of_one_level_is_its_curve_point(builder: Any, values: list[float], chance: float) -> None:
    """One task at one level: the area and the only point of the curve are one number, so they have one interval."""
    design = builder.design(levels=1, count=len(values), tasks=["understanding/c"], chance=chance)
    rows = builder.rows(design, lambda t, lv, language, i: values[i] if language == "fr" else values[-1 - i])
    table = assemble(design, [rows])
    area, point = contrast(table, area_weights(design)), curve(table.strata[0])["all"]
    for name in ("value", "low", "high"):
        assert getattr(area, name) == pytest.approx(getattr(point, name), abs=1e-12)


@given(st.lists(st.floats(0, 1), min_size=12, max_size=12), st.floats(0, 0.5), st.integers(1, 3))
def test_an_area_is_inside_its_interval(builder: Any, values: list[float], chance: float, levels: int) -> None:
    """The value is between its bounds, and these between everything wrong and everything right."""
    design = builder.design(levels=levels, count=12 // levels, tasks=["understanding/c"], chance=chance)
    rows = builder.rows(design, lambda t, level, language, i: values[(level - 1) * (12 // levels) + i])
    area = contrast(assemble(design, [rows]), area_weights(design))
    bounds = [-chance / (1 - chance), area.low[0], area.value[0], area.high[0], 1.0]
    assert all(one <= other + 1e-9 for one, other in itertools.pairwise(bounds))


def test_a_sum_of_nothing_is_none(builder: Any) -> None:
    """A language that no task has: there is no area, and 0 would be a claim."""
    table = builder.simulate(builder.design(languages=("en",)), [2.0], np.random.default_rng(0))
    nothing = contrast(table, area_weights(table.design, language="fr"))
    assert np.isnan([nothing.value, nothing.low, nothing.high, nothing.se]).all()


def _drawn(stratum: Stratum, share: float, rng: np.random.Generator) -> Stratum:
    """0/1 scores of one mean; the tellings of a structure share their luck half of the time."""
    shape = stratum.sums.shape
    luck = np.where(rng.random(shape) < 0.5, rng.random((1, *shape[1:])), rng.random(shape))
    return replace(stratum, sums=(luck < share).astype(float))


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
