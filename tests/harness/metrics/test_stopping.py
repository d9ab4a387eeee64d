"""The test that stops a level: fair bets, honest at any stopping time, and as quick as published."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from harness.metrics.stopping import binomial_log_capital, decisions, mixture_log_capital, verdict

BAR = math.log(20)  # alpha 5 %
Bits = st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=120)
Graded = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def operating(p: float, tau: float, cap: int, every: int = 1) -> tuple[float, float, float]:
    """Exact chances of clearing and of failing, and mean items, when one looks after every so many 0/1 items."""
    alive, up, down, spent = np.array([1.0]), 0.0, 0.0, 0.0
    for n in range(1, cap + 1):
        alive = np.convolve(alive, [1 - p, p])
        spent += alive.sum()
        if n % every == 0:
            x = np.arange(n + 1)
            clears = binomial_log_capital(x, n, tau) >= BAR
            fails = ~clears & (binomial_log_capital(n - x, n, 1 - tau) >= BAR)
            up, down = up + alive[clears].sum(), down + alive[fails].sum()
            alive = np.where(clears | fails, 0.0, alive)
    return float(up), float(down), float(spent)


@pytest.mark.parametrize(("x", "n", "tau"), [(0, 0, 0.5), (7, 10, 0.5), (3, 30, 0.8), (30, 32, 0.625)])
def test_the_closed_form_is_the_integral(x: int, n: int, tau: float) -> None:
    """E_n is the likelihood ratio mixed uniformly over (tau, 1), as it is written down."""
    ratio = integrate.quad(lambda q: (q / tau) ** x * ((1 - q) / (1 - tau)) ** (n - x), tau, 1)[0] / (1 - tau)
    assert math.exp(binomial_log_capital(x, n, tau)) == pytest.approx(ratio, rel=1e-9)


@given(Bits, st.sampled_from([0.2, 0.5, 0.625, 0.8, 0.95]))
def test_graded_values_use_the_same_bets(values: list[float], tau: float) -> None:
    """On 0/1 values the martingale is the closed form, after every value."""
    right, items = np.cumsum(values), np.arange(1, len(values) + 1)
    assert mixture_log_capital(values, tau) == pytest.approx(binomial_log_capital(right, items, tau), abs=1e-8)


@pytest.mark.parametrize("n", [1, 10, 100, 200])
@pytest.mark.parametrize("tau", [0.2, 0.5, 0.8])
def test_bets_are_fair(n: int, tau: float) -> None:
    """At a mean of the threshold the expected capital is exactly 1, below it at most 1."""
    x = np.arange(n + 1)
    capital = np.exp(binomial_log_capital(x, n, tau))
    assert stats.binom.pmf(x, n, tau) @ capital == pytest.approx(1.0, rel=1e-9)
    assert stats.binom.pmf(x, n, tau - 0.1) @ capital < 1.0


@pytest.mark.parametrize("tau", [0.5, 0.625, 0.8])
def test_no_time_to_stop_deceives(tau: float) -> None:
    """Looking after every single item, up to 400, a level at the threshold is cleared, or failed, in under 5 %."""
    up, down, _ = operating(tau, tau, 400)
    assert 0.01 < up < 0.05
    assert 0.01 < down < 0.05


@pytest.mark.parametrize(("p", "published"), [(0.8, 23), (0.2, 23), (0.7, 51), (0.3, 51), (0.6, 200), (0.4, 200)])
def test_it_takes_as_many_items_as_published(p: float, published: int) -> None:
    """STATISTICS.md: about 23, 51 and 200 items with a cap of 400, when one looks after every five."""
    assert operating(p, 0.5, 400, every=5)[2] == pytest.approx(published, rel=0.03)


def test_wrong_verdicts_are_as_rare_as_published() -> None:
    """STATISTICS.md: about 2 % a side at the threshold, when one looks after every five."""
    up, down, _ = operating(0.5, 0.5, 400, every=5)
    assert up == pytest.approx(down)
    assert up == pytest.approx(0.02, abs=0.005)


@given(Graded, st.floats(0.1, 0.9))
def test_failing_is_the_mirror_of_clearing(values: list[float], tau: float) -> None:
    """What clears a threshold fails the mirror's, after as many values; a cap far away makes nothing hopeless."""
    seen, mirrored = verdict(values, tau, 10_000), verdict([1 - v for v in values], 1 - tau, 10_000)
    assert {seen.outcome, mirrored.outcome} in ({"cleared", "failed"}, {"open"})
    assert seen.at == mirrored.at


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, None]), max_size=60), st.sampled_from([0.5, 0.8]))
def test_unscored_clusters_bet_nothing(values: list[float | None], tau: float) -> None:
    """Leaving unscored clusters out changes no outcome, only how many places it took."""
    with_gaps, scored = verdict(values, tau, 10_000), [value for value in values if value is not None]
    assert with_gaps.outcome == verdict(scored, tau, 10_000).outcome
    if with_gaps.outcome != "open":
        assert len([v for v in values[: with_gaps.at] if v is not None]) == verdict(scored, tau, 10_000).at


@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=1, max_size=60), st.integers(0, 60), st.sampled_from([0.5, 0.8])
)
def test_giving_up_loses_nothing(values: list[float], more: int, tau: float) -> None:
    """A level is undetermined before its cap only where all right from there on would not have cleared it."""
    cap = len(values) + more
    found = verdict(values, tau, cap)
    best = verdict(values + [1.0] * more, tau, cap)
    if found.outcome == "undetermined":
        assert best.outcome != "cleared"
    if found.outcome == "open":
        assert best.outcome == "cleared"


@given(Graded, Graded)
def test_a_verdict_is_final(values: list[float], later: list[float]) -> None:
    """More answers never change a verdict, nor where it fell."""
    cap = len(values) + len(later)
    found = verdict(values, 0.5, cap)
    if found.outcome != "open":
        assert verdict(values + later, 0.5, cap) == found


def test_long_series_stay_finite() -> None:
    """Two thousand right answers at a low threshold: capital is rescaled, and never overflows."""
    capital = mixture_log_capital(np.ones(2000), 0.05)
    assert np.isfinite(capital).all()
    assert capital[-1] == pytest.approx(float(binomial_log_capital(2000, 2000, 0.05)), rel=1e-2)


def test_many_series_are_many_verdicts() -> None:
    """Series side by side, more than a block of them, decide as each alone does; NaN is unscored."""
    rng = np.random.default_rng(3)
    values = (rng.random((60, 30, 20)) < np.linspace(0, 1, 30)[:, None]).astype(float)
    values[rng.random(values.shape) < 0.1] = np.nan
    outcome, at = decisions(values, 0.5, 60)
    words = {1: "cleared", -1: "failed", 0: "undetermined"}
    for i, j in ((0, 0), (29, 19), (15, 7), (18, 11), (12, 4)):
        alone = verdict([None if np.isnan(v) else v for v in values[:, i, j]], 0.5, 60)
        assert (words[int(outcome[i, j])], int(at[i, j])) == (alone.outcome, alone.at)
