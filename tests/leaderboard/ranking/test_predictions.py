"""Prediction-powered means: worked by hand, never worse than labels alone, honest about a bad judge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.ranking.predictions import powered_mean, tuned_weight


def test_worked_by_hand() -> None:
    """Labels 1 0 1 1, f = 1 0 0 1, F = 1 1 0 1 0 1: 4/6 + 1/4, SE^2 = var(F)/6 + var(y - f)/4 with n - 1."""
    found = powered_mean([1, 0, 1, 1], [1, 0, 0, 1], [1, 1, 0, 1, 0, 1], weight=1.0)
    assert found.value == pytest.approx(4 / 6 + 1 / 4)
    assert found.se**2 == pytest.approx((4 / 15) / 6 + (1 / 4) / 4)
    assert found.high - found.value == pytest.approx(3.1824463 * found.se)  # t with 3 degrees of freedom


def test_a_judge_that_knows_nothing_gets_no_weight() -> None:
    """With an unrelated judge the tuned mean is next to the labels' own; with a constant one it is exactly that."""
    rng = np.random.default_rng(0)
    y = rng.random(200)
    found = powered_mean(y, rng.random(200), rng.random(5000))
    assert found.weight < 0.2
    assert powered_mean(y, np.ones(200), np.ones(5000)).value == pytest.approx(y.mean())
    assert tuned_weight(y, np.ones(200), 5000) == 0.0


def test_a_perfect_judge_counts_as_labels() -> None:
    """With f = y and many others the error is that of all items together, far below the labels' own."""
    rng = np.random.default_rng(1)
    y = rng.random(50)
    found = powered_mean(y, y, rng.random(5000))
    assert found.weight == pytest.approx(5000 / 5050)
    assert found.se < 0.3 * y.std(ddof=1) / np.sqrt(50)


def test_intervals_cover_whatever_the_judge_is_worth() -> None:
    """A judge 20 points too kind: the interval holds the truth in 92 to 98 % of 400 draws; the judge alone never."""
    rng = np.random.default_rng(2)
    held = alone = 0
    for _ in range(400):
        truth = rng.random(1060) < 0.5
        judged = truth * 0.7 + 0.35 + 0.2 * rng.standard_normal(1060)
        found = powered_mean(truth[:60], judged[:60], judged[60:])
        held += found.low <= 0.5 <= found.high
        reach = 1.96 * judged[60:].std() / np.sqrt(1000)
        alone += abs(judged[60:].mean() - 0.5) <= reach
    assert 0.92 <= held / 400 <= 0.98
    assert alone == 0


def test_a_cluster_cannot_be_on_both_sides() -> None:
    """Judgements of one prompt are not independent: a prompt is labelled or it is not."""
    with pytest.raises(ValueError, match="labelled and not"):
        powered_mean([1, 0], [1, 0], [1, 1], clusters=["p", "q"], other_clusters=["q", "r"])
    with pytest.raises(ValueError, match="2 clusters"):
        powered_mean([1, 0], [1, 0], [1, 1], clusters=["p", "p"])


@given(st.lists(st.floats(0, 1), min_size=3, max_size=20), st.floats(-1, 1))
def test_a_constant_bias_of_the_judge_cancels(labels: list[float], bias: float) -> None:
    """Adding a constant to every judgement changes nothing at weight 1."""
    judged, others = [1 - y for y in labels], [0.2, 0.9, 0.4]
    one = powered_mean(labels, judged, others, weight=1.0)
    other = powered_mean(labels, [f + bias for f in judged], [f + bias for f in others], weight=1.0)
    assert other.value == pytest.approx(one.value, abs=1e-9)
    assert other.se == pytest.approx(one.se, abs=1e-7)
