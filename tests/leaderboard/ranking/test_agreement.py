"""Agreement of a judge with people, and its leanings."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from leaderboard.ranking.agreement import cohen_kappa, position_lean, side_lean


def test_kappa_agrees_with_statsmodels() -> None:
    """Value and interval of a table of three kinds of verdict are those of statsmodels."""
    rng = np.random.default_rng(0)
    one = rng.choice([0.0, 0.5, 1.0], size=300, p=[0.3, 0.2, 0.5])
    other = np.where(rng.random(300) < 0.6, one, rng.choice([0.0, 0.5, 1.0], size=300))
    table = np.array([[np.sum((one == a) & (other == b)) for b in (0, 0.5, 1)] for a in (0, 0.5, 1)])
    peer, found = cohens_kappa(table), cohen_kappa(list(one), list(other))
    assert (found.value, found.low, found.high) == pytest.approx((peer.kappa, peer.kappa_low, peer.kappa_upp), abs=1e-9)


def test_kappa_worked_by_hand() -> None:
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: agreement 0.7, chance 0.5, kappa 0.4."""
    first, second = [1] * 25 + [0] * 25, [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    found = cohen_kappa(first, second)
    assert (found.agreement, found.value) == pytest.approx((0.7, 0.4))
    with pytest.raises(ValueError, match="always say the same"):
        cohen_kappa([1, 1, 1], [1, 1, 1])


def test_position_is_even_where_order_changes_nothing() -> None:
    """A judge that contradicts itself one way leans; one that never does leans by 0."""
    clusters = list(range(60))
    assert position_lean([0.5] * 60, clusters).value == 0.0
    leaning = position_lean([1.0] * 20 + [0.5] * 40, clusters)
    assert leaning.value == pytest.approx(20 * 0.5 / 60)
    assert leaning.p < 1e-4
    assert position_lean([1.0] * 3, clusters[:3]).value is None


def judged(rng: np.random.Generator, push: float, errors: float = 0.3, number: int = 400) -> list[np.ndarray]:
    """People who prefer the longer text in 70 %, and a judge that errs, and gives length `push` on top."""
    side = rng.choice([-1.0, 1.0], size=number)
    human = np.where(rng.random(number) < 0.7, (side + 1) / 2, (1 - side) / 2)
    judge = np.where(rng.random(number) < errors, 1 - human, human)
    pushed = rng.random(number) < push
    return [np.where(pushed, (side + 1) / 2, judge), human, side]


def test_errors_are_no_leaning() -> None:
    """A judge that errs as often on either side seems to lean in about 5 % of 300 draws, though people like length."""
    rng = np.random.default_rng(1)
    found = [side_lean("length", *judged(rng, 0.0), list(range(400))) for _ in range(300)]
    assert np.mean([one.p < 0.05 for one in found]) == pytest.approx(0.05, abs=0.035)
    assert abs(np.mean([one.value for one in found])) < 0.01


def test_a_leaning_is_found() -> None:
    """A judge that follows length in a fifth of the pairs is seen to, by about a tenth of probability."""
    found = side_lean("length", *judged(np.random.default_rng(2), 0.2), list(range(400)))
    assert found.p < 0.001
    assert found.low < 0.1 < found.high
    assert found.pairs == 400
