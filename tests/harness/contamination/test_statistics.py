"""Randomisation tests: worked by hand, exact under their null hypothesis, strong where something is there."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from harness.contamination.statistics import holm, min_k_plus_plus, order_test, permutation, rank_test, sign_flip


def test_sign_flip_is_the_share_of_all_flips() -> None:
    """Six pairs, all won by 1: 1 of 64 flips does as well; five won and one lost: 7 of 64."""
    assert sign_flip([1.0] * 6) == pytest.approx(1 / 64, abs=0.004)
    assert sign_flip([1.0] * 5 + [-1.0]) == pytest.approx(7 / 64, abs=0.01)


def test_sign_flip_flips_clusters_as_wholes() -> None:
    """Six pairs in two clusters have four flips, not sixty-four."""
    assert sign_flip([1.0] * 6, ["a"] * 3 + ["b"] * 3) == pytest.approx(1 / 4, abs=0.02)


def test_sign_flip_forgives_the_allowance() -> None:
    """What an honest model may lose is no evidence: a gap equal to the allowance has p about one half."""
    rng = np.random.default_rng(0)
    differences = 0.05 + rng.normal(0, 0.3, 200)
    assert sign_flip(differences - differences.mean() + 0.05, allowance=0.05) == pytest.approx(0.5, abs=0.05)


def test_permutation_is_the_share_of_all_labellings() -> None:
    """Three against three: the same p-value as going through all twenty labellings."""
    own, other = [0.9, 0.7, 0.8], [0.2, 0.75, 0.1]
    both = own + other
    seen = sum(own)
    share = np.mean([sum(both[n] for n in taken) >= seen - 1e-9 for taken in itertools.combinations(range(6), 3)])
    gap, p = permutation(own, other)
    assert gap == pytest.approx(0.8 - 0.35)
    assert p == pytest.approx(share, abs=0.01)


def test_permutation_stays_within_strata() -> None:
    """An easy level among the suspected and a hard one among the fresh make no gap where levels are kept apart."""
    own, other = [1.0] * 9 + [0.0], [1.0] + [0.0] * 9
    strata = (["easy"] * 9 + ["hard"], ["easy"] + ["hard"] * 9)
    assert permutation(own, other)[1] < 0.01
    assert permutation(own, other, strata) == (0.0, 1.0)
    with pytest.raises(ValueError, match="no task and level"):
        permutation(own, other, (["a"] * 10, ["b"] * 10))


def test_permutation_takes_clusters_as_wholes() -> None:
    """Doubling every value with its cluster changes nothing: two tellings of one structure are no second proof."""
    rng = np.random.default_rng(1)
    own, other = list(rng.random(8) + 0.3), list(rng.random(8))
    names = [f"c{n}" for n in range(8)]
    single = permutation(own, other, seed=3)
    double = permutation(own * 2, other * 2, (["l"] * 16, ["l"] * 16), (names * 2, names * 2), seed=3)
    assert double == pytest.approx(single)


def false_alarms(test: object, draws: int = 400) -> float:
    """Share of p-values at most 0.1 over draws of the null hypothesis."""
    return float(np.mean([test(np.random.default_rng(seed), seed) <= 0.1 for seed in range(draws)]))  # type: ignore[operator]


@pytest.mark.parametrize(
    "test",
    [
        pytest.param(lambda rng, seed: sign_flip(rng.integers(-1, 2, 15), seed=seed), id="sign flip, many ties"),
        pytest.param(
            lambda rng, seed: permutation(rng.exponential(size=10), rng.exponential(size=14), seed=seed)[1],
            id="permutation",
        ),
        pytest.param(lambda rng, seed: order_test(rng.standard_t(2, (5, 25)), seed)[1], id="order, heavy tails"),
        pytest.param(lambda rng, seed: rank_test(rng.normal(), rng.normal(size=199)), id="rank"),
    ],
)  # fmt: skip
def test_the_false_positive_rate_is_the_stated_one(test: object) -> None:
    """Under the null hypothesis p <= 0.1 in at most 10 % of 400 draws (with four standard errors of room)."""
    rate = false_alarms(test)
    assert rate <= 0.1 + 4 * np.sqrt(0.09 / 400)
    assert rate >= 0.02  # and it is not idle


def test_order_finds_a_published_order() -> None:
    """Ten shards whose published order is a little likelier: found; columns in another order: not."""
    rng = np.random.default_rng(2)
    table = rng.normal(size=(10, 25))
    table[:, 0] += 1.5
    excess, exact, student = order_test(table)
    assert excess == pytest.approx(float(np.mean(table[:, 0] - table[:, 1:].mean(axis=1))))
    assert exact < 0.001
    assert student < 0.01
    assert order_test(np.roll(table, 1, axis=1))[1] > 0.05


def test_order_agrees_with_students_test_of_scipy() -> None:
    """The paper's p-value is scipy's one-sided one-sample t test over the shards."""
    from scipy import stats

    table = np.random.default_rng(3).normal(size=(8, 25))
    peer = stats.ttest_1samp(table[:, 0] - table[:, 1:].mean(axis=1), 0, alternative="greater")
    assert order_test(table)[2] == pytest.approx(float(peer.pvalue))


def test_rank_by_hand() -> None:
    """Second of 1 + 9: p = 2/10; a tie counts against."""
    assert rank_test(5.0, [9.0, *range(-4, 4)]) == 0.2
    assert rank_test(3.0, [3.0, 1.0]) == pytest.approx(2 / 3)


def test_min_k_plus_plus_by_hand() -> None:
    """Ten tokens, K = 20 %: the mean of the two lowest (log p - mu) / sigma; no sigma counts 0."""
    logprob = np.array([-1.0, -8.0, -2.0, -5.0, *[-1.0] * 6])
    mean, spread = np.full(10, -3.0), np.full(10, 2.0)
    assert min_k_plus_plus(logprob, mean, spread) == pytest.approx((-2.5 - 1.0) / 2)
    assert min_k_plus_plus([-0.0], [0.0], [0.0]) == 0.0


@settings(max_examples=50)
@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=8))
def test_holm_agrees_with_statsmodels(values: list[float]) -> None:
    """Adjusted p-values are statsmodels'."""
    assert holm(values) == pytest.approx(multipletests(values, method="holm")[1])
