"""Linking two rounds by anchor items: exact lines, simulated rounds, drift alarms, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from harness.errors import PublishError, RoundError
from leaderboard.ranking.ability import Abilities, Calibration, calibrate, probability
from leaderboard.ranking.equating import Line, check_anchors, fit_line, link, moved
from leaderboard.ranking.responses import ItemKey, Responses

ANCHORS = [f"anchor {i}" for i in range(30)]
METHODS = ("stocking-lord", "haebara", "mean-sigma")
Round = tuple[Responses, Calibration]


def items(number: int, rng: np.random.Generator) -> Calibration:
    """Made-up items of the two-parameter model."""
    slope, hard = rng.lognormal(0, 0.2, number), rng.normal(0, 1, number)
    errors = np.tile(np.eye(2) * 0.01, (number, 1, 1))
    return Calibration("2pl", slope, -slope * hard, np.zeros(number), errors, 0.0, 1, True)


def rounds(seed: int, submissions: int = 150, drifting: int = 0, by: float = 1.5) -> tuple[Round, Round, Line]:
    """Two rounds of 210 items, 30 of them shared; the second's field is abler and more spread; and the true line."""
    rng = np.random.default_rng(seed)
    hard = rng.normal(0, 0.9, 30)
    made, fields = [], []
    for number, (mean, spread) in enumerate(((0.0, 1.0), (0.7, 1.2))):
        ability = mean + spread * rng.normal(size=submissions)
        shared = hard - (by * number) * (np.arange(30) < drifting)
        every = np.r_[shared, rng.normal(0.3 * number, 0.9, 180)]
        values = (rng.random((submissions, 210)) < special.expit(1.2 * (ability[:, None] - every))).astype(float)
        names = ANCHORS + [f"round {number} item {i}" for i in range(180)]
        data = Responses(tuple(ItemKey(name, "understanding/a", 1, "fr", name, 0.0) for name in names), values)
        made.append((data, calibrate(data)))
        fields.append(ability)
    scale = fields[1].std() / fields[0].std()
    return made[0], made[1], Line(scale, (fields[1].mean() - fields[0].mean()) / fields[0].std())


@given(st.floats(0.5, 2.0), st.floats(-1.5, 1.5), st.sampled_from(METHODS), st.integers(0, 5))
def test_every_method_finds_an_exact_line(scale: float, shift: float, method: str, seed: int) -> None:
    """Where the anchors agree without error, all three methods give the line itself, and it can be undone."""
    old = items(12, np.random.default_rng(seed))
    new = moved(old, Line(1 / scale, -shift / scale))
    found = fit_line(old, new, method)  # type: ignore[arg-type]
    assert found.scale == pytest.approx(scale, rel=1e-3)
    assert found.shift == pytest.approx(shift, abs=2e-3)
    assert moved(new, Line(scale, shift)).slope == pytest.approx(old.slope)
    assert moved(new, Line(scale, shift)).covariance == pytest.approx(old.covariance)


def test_a_move_changes_no_prediction() -> None:
    """Items and abilities moved together give the same probabilities: the scale is a matter of units."""
    new, line = items(9, np.random.default_rng(1)), Line(1.4, -0.6)
    ability = np.linspace(-2, 2, 5)
    there = line.ability(Abilities(ability, np.full(5, 0.1)))
    assert probability(moved(new, line), there.value) == pytest.approx(probability(new, ability))
    assert there.se == pytest.approx(0.14)


def test_two_rounds_are_put_on_one_scale() -> None:
    """150 submissions and 30 anchors: scale within 6 %, shift within 0.12 of the true line; nobody drifts."""
    old, new, true = rounds(0)
    for method in METHODS:
        found = link(old, new, ANCHORS, method)  # type: ignore[arg-type]
        assert found.line.scale == pytest.approx(true.scale, rel=0.06)
        assert found.line.shift == pytest.approx(true.shift, abs=0.12)
        assert found.kept == 30


def test_an_anchor_that_leaked_is_found_and_leaves_the_link() -> None:
    """Four of 30 anchors easier by 1.5: most are found, hardly another is, and the shift stays what it was."""
    hits = false = 0
    for seed in range(4):
        old, new, true = rounds(seed, drifting=4)
        found = link(old, new, ANCHORS)
        hits, false = hits + found.drifts[:4].sum(), false + found.drifts[4:].sum()
        assert (found.change[:4] < -0.5).all()
        assert np.median(found.z[~found.drifts]) == pytest.approx(0, abs=1e-9)
        assert found.line.shift == pytest.approx(true.shift, abs=0.15)
    assert hits >= 11
    assert false <= 2


def test_the_alarm_is_rarely_false() -> None:
    """No drift: |z| is above 1.96 for about 5 % of the anchors, and hardly a round raises an alarm."""
    z, alarms = [], 0
    for seed in range(8):
        old, new, _ = rounds(100 + seed, submissions=60)
        found = link(old, new, ANCHORS)
        z.append(found.z)
        alarms += bool(found.drifts.any())
    assert 0.01 < np.mean(np.abs(z) > 1.96) < 0.08
    assert alarms <= 1


def test_anchors_are_at_most_fifteen_per_cent() -> None:
    """15 of 100 items may be anchors and 16 may not; four link nothing."""
    check_anchors([str(i) for i in range(15)], 100)
    with pytest.raises(RoundError, match="more than 15%"):
        check_anchors([str(i) for i in range(16)], 100)
    with pytest.raises(RoundError, match="5 at least"):
        check_anchors(["a", "b", "c", "d", "d"], 100)


def test_an_anchor_that_was_not_asked_is_named() -> None:
    """Only what both rounds asked can link them."""
    old, new, _ = rounds(1, submissions=40)
    with pytest.raises(PublishError, match="1 anchors were not asked") as error:
        link(old, new, [*ANCHORS[:10], "nowhere"])
    assert error.value.where == "nowhere"


def test_a_round_whose_anchors_all_changed_is_not_linked() -> None:
    """When too few anchors are left, there is no link rather than a wrong one."""
    old, new, _ = rounds(2, submissions=40)
    shaken = new[1].intercept.copy()
    shaken[:30] += np.where(np.arange(30) < 3, 0.0, np.linspace(-200, 200, 30))
    exact = replace(new[1], intercept=shaken, covariance=new[1].covariance * 1e-9)
    sure = replace(old[1], covariance=old[1].covariance * 1e-9)
    with pytest.raises(PublishError, match="anchors drift"):
        link((old[0], sure), (new[0], exact), ANCHORS[:6], rate=0.9)
