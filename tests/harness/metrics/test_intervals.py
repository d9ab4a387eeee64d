"""Intervals: worked examples, agreement with scipy, and coverage by simulation with a fixed seed."""

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from harness.metrics.intervals import (
    betting_log_capital,
    betting_lower,
    betting_rejects,
    chance_corrected,
    clearing_count,
    clopper_pearson,
    clopper_pearson_lower,
    clustered_interval,
    clustered_se,
    estimate,
    paired_difference,
    raw_threshold,
)

UNIT = st.floats(0, 1)
COVERAGE = [(clusters, p) for clusters in (8, 12, 20, 50) for p in (0.02, 0.5, 0.98)]


@given(st.floats(-1, 1), st.floats(0, 0.9))
def test_threshold_and_correction_are_inverse(tau: float, chance: float) -> None:
    """The corrected score of the raw threshold g + (1 - g) tau is tau."""
    assert chance_corrected(raw_threshold(tau, chance), chance) == pytest.approx(tau, abs=1e-9)


def test_chance_correction_is_not_clipped() -> None:
    """A score below chance stays below 0, so that the mean of guesses is 0 and not more."""
    assert chance_corrected([0.0, 0.25, 1.0], 0.25).tolist() == pytest.approx([-1 / 3, 0.0, 1.0])


def test_clustered_se_by_hand() -> None:
    """Clusters (1, 1), (0, 1), (0, 0) around their mean 1/2 deviate by 1, 0 and -1: SE^2 = 2 / 36."""
    values, clusters = [1, 1, 0, 1, 0, 0], "aabbcc"
    assert clustered_se(values, clusters) == pytest.approx(math.sqrt(2) / 6)
    assert clustered_se(values, clusters, corrected=True) == pytest.approx(math.sqrt(2 / 36 * 3 / 2))
    assert clustered_se([0.2, 0.9], "aa", corrected=True) == math.inf


@given(st.lists(UNIT, min_size=2, max_size=30))
def test_clustered_se_of_single_items_is_the_textbook_one(values: list[float]) -> None:
    """With one item a cluster, the corrected SE is the standard error of the mean."""
    expected = np.std(values, ddof=1) / math.sqrt(len(values))
    assert clustered_se(values, range(len(values)), corrected=True) == pytest.approx(expected, abs=1e-12)


def test_bootstrap_replicates_are_not_divided_by_their_number() -> None:
    """Pins "wrong error bars": the SE agrees with the SD of bootstrap means, not with that over the root of B."""
    rng = np.random.default_rng(0)
    values = rng.random(200)
    means = rng.choice(values, (2000, 200)).mean(axis=1)
    assert clustered_se(values, range(200)) == pytest.approx(means.std(), rel=0.06)


def test_paired_difference_uses_the_pairing() -> None:
    """Two submissions that differ by the same on every item differ surely, however varied the items."""
    first = np.random.default_rng(0).random(50)
    difference, se = paired_difference(first, first - 0.1, range(50))
    assert difference == pytest.approx(0.1)
    assert se == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(("right", "items"), [(0, 10), (3, 10), (10, 10), (1, 1), (113, 200)])
def test_clopper_pearson_is_scipys(right: int, items: int) -> None:
    """The exact interval and one-sided bound are those of scipy.stats.binomtest."""
    two, one = stats.binomtest(right, items), stats.binomtest(right, items, alternative="greater")
    assert [float(b) for b in clopper_pearson(right, items)] == pytest.approx([*two.proportion_ci(0.95)], abs=1e-9)
    assert float(clopper_pearson_lower(right, items)) == pytest.approx(one.proportion_ci(0.95).low, abs=1e-9)


@pytest.mark.parametrize(
    ("tau", "items", "needed"),
    [
        *[(0.5, 50, 32), (0.5, 100, 59), (0.5, 200, 113), (0.5, 400, 217)],
        *[(0.8, 50, 45), (0.8, 100, 87), (0.8, 200, 170), (0.8, 400, 334)],
    ],
)
def test_published_thresholds(tau: float, items: int, needed: int) -> None:
    """The numbers of right answers that STATISTICS.md publishes as clearing a level."""
    assert clearing_count(items, tau) == needed


@pytest.mark.parametrize(("items", "power"), [(50, 0.34), (100, 0.62), (200, 0.86), (400, 0.99)])
def test_published_powers(items: int, power: float) -> None:
    """The chance that a model right 60 % of the time clears 0.5, as STATISTICS.md publishes it."""
    needed = clearing_count(items, 0.5)
    assert needed is not None
    assert stats.binom.sf(needed - 1, items, 0.6) == pytest.approx(power, abs=0.0051)


def test_too_few_items_clear_nothing() -> None:
    """Four of four leave a chance of 1/16 at one half: no count of four is enough."""
    assert clearing_count(4, 0.5) is None
    assert clearing_count(5, 0.5) == 5


def test_betting_needs_little_more_than_the_exact_test() -> None:
    """For 0/1 items betting needs 34 of 50 where the exact test needs 32, and 9 of 10 like it."""
    for items, needed in ((50, 34), (10, 9)):
        cleared = [bool(betting_rejects(np.arange(items) < k, 0.5)) for k in range(items + 1)]
        assert cleared.index(True) == needed
        assert all(cleared[needed:])


@given(st.lists(UNIT, min_size=1, max_size=40), st.floats(0.05, 0.95), st.randoms())
def test_betting_ignores_order_and_agrees_with_its_bound(values: list[float], mean: float, rng: Random) -> None:
    """A mean is rejected exactly below the lower bound, and the order of values changes nothing."""
    bound, shuffled = betting_lower(values), rng.sample(values, len(values))
    assert bound <= np.mean(values) + 1e-12
    assert betting_lower(shuffled) == pytest.approx(bound, abs=1e-9)
    if abs(mean - bound) > 1e-6:
        assert bool(betting_rejects(values, mean)) == (mean < bound)


@given(st.lists(UNIT, min_size=1, max_size=30), st.integers(0, 29), UNIT)
def test_betting_bound_never_falls_when_a_value_rises(values: list[float], place: int, raised: float) -> None:
    """A better score cannot make a submission look worse."""
    better = list(values)
    better[place % len(values)] = max(better[place % len(values)], raised)
    assert betting_lower(better) >= betting_lower(values) - 1e-9


def test_values_left_out_of_a_bet_count_for_nothing() -> None:
    """An unscored value neither wins nor loses, and is not among the number the bet is sized for."""
    values, scored = np.array([1.0, 0.0, 1.0, 1.0]), np.array([True, False, True, True])
    assert betting_log_capital(values, 0.5, scored=scored) == pytest.approx(betting_log_capital([1.0, 1.0, 1.0], 0.5))


@pytest.mark.parametrize("mean", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("count", [10, 50])
def test_betting_rarely_rejects_the_truth(mean: float, count: int) -> None:
    """At most 5 % of the time, even where values have different means that average to it (graded, and 0/1)."""
    rng = np.random.default_rng(7)
    means = mean + (np.arange(count) % 2 * 2 - 1)[:, None] * min(mean, 1 - mean)
    binary = rng.random((count, 4000)) < mean
    mixed = rng.random((count, 4000)) < means
    graded = rng.beta(0.5 * mean / (1 - mean), 0.5, (count, 4000))
    for values in (binary, mixed, graded):
        assert betting_rejects(values, mean, spread=mean * (1 - mean) * 0.75).mean() <= 0.05


@pytest.mark.parametrize(("clusters", "p"), COVERAGE)
@pytest.mark.parametrize("alike", [0.0, 0.6, 1.0])
def test_display_interval_covers(clusters: int, p: float, alike: float) -> None:
    """At least 94 % of the intervals of pairs hold the truth, from independent pairs to identical ones."""
    rng = np.random.default_rng(11)
    shape = (4000, clusters)
    first = rng.random(shape) < p
    second = np.where(rng.random(shape) < alike, first, rng.random(shape) < p)
    pairs = first.astype(float) + second
    mean = pairs.mean(axis=1) / 2
    square = ((pairs - 2 * mean[:, None]) ** 2).sum(axis=1) / (2 * clusters) ** 2 * clusters / (clusters - 1)
    low, high = clustered_interval(mean, np.sqrt(square), clusters, 2 * clusters)
    assert np.mean((low <= p) & (p <= high)) >= 0.94


LARGE = [(0.05, 50, 5), (0.95, 50, 5), (0.1, 20, 5), (0.05, 20, 10), (0.3, 6, 10), (0.5, 50, 5)]


@pytest.mark.parametrize(("p", "clusters", "size"), LARGE)
def test_display_interval_covers_for_large_clusters_near_the_borders(p: float, clusters: int, size: int) -> None:
    """At least 94 % where a few of the clusters tell how alike items are, and in the middle at most 97 %."""
    rng = np.random.default_rng(13)
    shape = (4000, clusters, size)
    values = np.where(rng.random(shape) < math.sqrt(0.5), rng.random((4000, clusters, 1)), rng.random(shape)) < p
    sums = values.sum(axis=2)
    mean = sums.mean(axis=1) / size
    error = sums.std(axis=1, ddof=1) / size / math.sqrt(clusters)
    low, high = clustered_interval(mean, error, clusters, clusters * size)
    covered = np.mean((low <= p) & (p <= high))
    assert covered >= 0.94
    assert covered <= 0.97 or (p, clusters) != (0.5, 50)


@given(st.lists(st.booleans(), min_size=2, max_size=40).filter(lambda v: 0 < sum(v) < len(v)), st.integers(1, 6))
def test_items_of_a_cluster_all_alike_count_as_one(right: list[bool], size: int) -> None:
    """Copies add nothing: the interval of C clusters of equal answers is Clopper and Pearson's of C items."""
    answers, clusters = np.repeat(np.array(right, dtype=float), size), np.repeat(np.arange(len(right)), size)
    result = estimate(answers.tolist(), clusters.tolist())
    exact = [float(bound) for bound in clopper_pearson(sum(right), len(right))]
    assert (result.low, result.high) == pytest.approx(exact, abs=1e-9)


@given(st.floats(0.02, 0.98), st.floats(0.001, 0.2), st.floats(1, 3), st.integers(2, 60), st.integers(1, 8))
def test_a_larger_error_never_narrows_and_sides_are_alike(
    p: float, error: float, more: float, clusters: int, size: int
) -> None:
    """The interval widens with the error it is made of, and that of failures is that of successes turned round."""
    items = clusters * size
    low, high = clustered_interval(p, error, clusters, items)
    wider_low, wider_high = clustered_interval(p, error * more, clusters, items)
    assert wider_low <= low + 1e-9
    assert wider_high >= high - 1e-9
    assert [*clustered_interval(1 - p, error, clusters, items)] == pytest.approx([1 - high, 1 - low], abs=1e-9)


def test_an_error_beyond_that_of_the_clusters_is_believed() -> None:
    """Where one large cluster outweighs the others, fewer than C answers were given, and the interval says so."""
    values, clusters = [1.0] * 12 + [0.0, 1.0] * 6, [0] * 12 + list(range(1, 13))
    low, high = clustered_interval(np.mean(values), clustered_se(values, clusters, corrected=True), 13, 24)
    exact_low, exact_high = clopper_pearson(0.75 * 13, 13)
    assert low < exact_low - 0.02
    assert high > exact_high


def test_independent_items_get_the_exact_interval() -> None:
    """With one item a cluster the display interval is Clopper and Pearson's."""
    result = estimate([1.0] * 7 + [0.0] * 3, range(10))
    assert (result.low, result.high) == pytest.approx([float(b) for b in clopper_pearson(7, 10)], abs=1e-9)


def test_estimate_leaves_unscored_out_and_says_so() -> None:
    """Unscored items leave the denominator, are counted, and above 1 % make the estimate provisional."""
    result = estimate([1.0, None, 0.25, 0.25, 1.0], "aabbc", chance=0.25)
    assert (result.value, result.items, result.clusters, result.unscored) == (0.5, 4, 3, 1)
    assert result.provisional
    assert not estimate([1.0] * 99 + [None], range(100)).provisional
    with pytest.raises(ValueError, match="no scored item"):
        estimate([None], "a")
