"""Item response theory: against a package's worked example, a direct maximisation, and simulated truths."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, special

from harness.errors import PublishError
from leaderboard.ranking.ability import MINIMUM, Prior, calibrate, measure, probability
from leaderboard.ranking.responses import ItemKey, Responses

FLAT = Prior(1e3, 1e3)


def responses(values: np.ndarray, chance: float = 0.0, per_level: int = 1_000_000, tellings: int = 1) -> Responses:
    """One task; its levels hold `per_level` items each, its clusters `tellings`."""
    keys = tuple(
        ItemKey(str(i), "understanding/a", 1 + i // per_level, "fr", str(i // tellings), chance)
        for i in range(values.shape[1])
    )
    return Responses(keys, np.asarray(values, dtype=np.float64))


def draw(
    theta: np.ndarray, slope: np.ndarray | float, hard: np.ndarray, rng: np.random.Generator, chance: float = 0.0
) -> np.ndarray:
    """0/1 answers of the three-parameter model."""
    p = chance + (1 - chance) * special.expit(slope * (theta[:, None] - hard))
    return (rng.random(p.shape) < p).astype(float)


@pytest.fixture(scope="module")
def example() -> np.ndarray:
    """The answers on which the package mirt 1.2.0 was run."""
    rng = np.random.default_rng(0)
    theta, slope, hard = rng.normal(size=500), rng.lognormal(0, 0.3, 40), rng.normal(size=40)
    return draw(theta, slope, hard, rng)


def test_two_parameters_agree_with_a_package(example: np.ndarray) -> None:
    """Without priors: slopes, difficulties and likelihood are those of mirt 1.2.0, whose 21 nodes are coarser."""
    found = calibrate(responses(example), "2pl", FLAT)
    assert found.converged
    assert found.slope[:4] == pytest.approx([1.2150, 1.2233, 0.6976, 0.6778], abs=0.02)
    assert found.difficulty[:4] == pytest.approx([-0.2578, 0.1876, 1.0741, 0.2022], abs=0.03)
    assert found.log_likelihood == pytest.approx(-11266.06, abs=1.0)
    assert found.log_likelihood > -11266.06


@pytest.mark.parametrize("chance", [0.0, 0.25])
def test_the_fit_is_the_maximum_of_the_marginal_likelihood(chance: float) -> None:
    """EM ends where a general optimiser of the Gauss-Hermite likelihood ends (Bock & Aitkin's own nodes)."""
    rng = np.random.default_rng(3)
    hard = np.linspace(-1.5, 1.5, 6)
    y = draw(rng.normal(size=800), 1.3, hard, rng, chance)
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)

    def loss(x: np.ndarray) -> float:
        line = np.outer(nodes, x[:6]) + x[6:]
        right = np.log(np.maximum(chance + (1 - chance) * special.expit(line), 1e-300))
        wrong = np.log1p(-chance) + special.log_expit(-line)
        joint = y @ right.T + (1 - y) @ wrong.T + np.log(weights / weights.sum())
        return -float(special.logsumexp(joint, axis=1).mean())

    best = optimize.minimize(loss, np.r_[np.ones(6), np.zeros(6)], method="L-BFGS-B", tol=1e-10)
    found = calibrate(responses(y, chance), "2pl", FLAT)
    assert -found.log_likelihood / 800 == pytest.approx(best.fun, abs=1e-5)
    assert found.slope == pytest.approx(best.x[:6], abs=0.03)
    assert found.intercept == pytest.approx(best.x[6:], abs=0.03)


def test_one_slope_is_the_rasch_model() -> None:
    """With one slope, the number right says all: equal totals have equal abilities."""
    rng = np.random.default_rng(5)
    y = draw(rng.normal(size=60), 1.0, np.linspace(-2, 2, 30), rng)
    table = responses(y)
    found = calibrate(table, "1pl", FLAT)
    assert np.ptp(found.slope) == 0
    ability = measure(found, table).value
    totals = y.sum(axis=1)
    for total in np.unique(totals):
        assert np.ptp(ability[totals == total]) < 1e-9
    order = np.argsort(totals, kind="stable")
    assert (np.diff(ability[order]) >= -1e-9).all()


def test_parameters_are_recovered_where_a_coarse_grid_fails() -> None:
    """200 submissions on 1,000 items: the mean slope is within 5 % of the truth (21 nodes give 0.88 for 1.5)."""
    rng = np.random.default_rng(0)
    theta, hard = rng.normal(size=200), np.sort(rng.uniform(-2, 2, 1000))
    table = responses(draw(theta, 1.5, hard, rng), per_level=100)
    found = calibrate(table, "2pl")
    assert found.slope.mean() == pytest.approx(1.5, rel=0.05)
    assert np.corrcoef(found.difficulty, hard)[0, 1] > 0.98
    able = measure(found, table)
    true = (theta - theta.mean()) / theta.std()
    assert np.sqrt(np.mean((able.value - true) ** 2)) < 0.1
    assert 0.8 < np.std((able.value - true) / able.se) < 1.3


def test_a_wrong_key_has_a_negative_slope() -> None:
    """Nothing holds slopes above zero: where the able fail and the others succeed, the slope says so."""
    rng = np.random.default_rng(1)
    theta = rng.normal(size=250)
    y = draw(theta, 1.2, np.zeros(30), rng)
    y[:, 7] = 1 - y[:, 7]
    slope = calibrate(responses(y), "2pl").slope
    assert slope[7] < -0.4
    assert (np.delete(slope, 7) > 0.4).all()


def test_items_of_a_level_are_drawn_to_each_other() -> None:
    """With few submissions an item that all got right is hard to place: the prior keeps it near its level."""
    rng = np.random.default_rng(2)
    y = draw(rng.normal(size=40), 1.2, np.zeros(20), rng)
    y[:, 3] = 1.0
    table = responses(y)
    loose, held = calibrate(table, "1pl", FLAT, 1e-3), calibrate(table, "1pl")
    assert held.difficulty[3] > loose.difficulty[3] + 1
    assert np.isfinite(held.difficulty).all()


def test_tellings_do_not_count_twice() -> None:
    """An item told a second time, word for word, narrows no standard error."""
    rng = np.random.default_rng(4)
    y = draw(rng.normal(size=80), 1.0, np.linspace(-1, 1, 15), rng)
    once, twice = responses(y), responses(np.repeat(y, 2, axis=1), tellings=2)
    first, second = measure(calibrate(once), once), measure(calibrate(twice), twice)
    assert second.se == pytest.approx(first.se, rel=0.02)
    assert second.value == pytest.approx(first.value, abs=0.02)


def test_missing_answers_leave_the_fit() -> None:
    """A tenth of the answers missing at random moves difficulties by no more than their errors."""
    rng = np.random.default_rng(6)
    y = draw(rng.normal(size=300), 1.2, np.linspace(-1.5, 1.5, 12), rng)
    whole = calibrate(responses(y), "2pl")
    some = calibrate(responses(np.where(rng.random(y.shape) < 0.1, np.nan, y)), "2pl")
    errors = np.sqrt(whole.covariance[:, 1, 1])
    assert (np.abs(whole.intercept - some.intercept) < 2 * errors).all()


@pytest.mark.parametrize("model", ["1pl", "2pl"])
def test_too_few_submissions_are_refused(model: str) -> None:
    """A calibration from fewer submissions than the model needs says how many it needs."""
    rng = np.random.default_rng(7)
    few = responses(draw(rng.normal(size=MINIMUM[model] - 1), 1.0, np.zeros(5), rng))  # type: ignore[index]
    with pytest.raises(PublishError, match=f"needs {MINIMUM[model]}"):  # type: ignore[index]
        calibrate(few, model)  # type: ignore[arg-type]


def test_an_item_without_a_score_is_refused() -> None:
    """Nothing can be said of an item that nobody answered, so it is named."""
    y = np.ones((40, 3))
    y[:, 1] = np.nan
    with pytest.raises(PublishError, match="nobody has a score"):
        calibrate(responses(y))


def test_probabilities_start_at_chance() -> None:
    """P(right) is the chance level far below an item, 1 far above, half of the way at its difficulty."""
    rng = np.random.default_rng(8)
    found = calibrate(responses(draw(rng.normal(size=100), 1.0, np.zeros(6), rng, 0.25), 0.25))
    ends = probability(found, np.array([-50.0, 50.0]))
    assert ends[0] == pytest.approx(0.25)
    assert ends[1] == pytest.approx(1.0)
    middle = probability(found, found.difficulty)
    assert np.diagonal(middle) == pytest.approx(0.625)
