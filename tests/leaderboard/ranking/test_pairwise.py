"""Strengths from pairs: agreement with other implementations, ties, refusals, intervals, style."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import PublishError
from leaderboard.ranking.pairwise import Comparisons, connected_parts, fit
from leaderboard.ranking.style import STYLES, counts, style_covariates

NAMES = ("a", "b", "c", "d")


def simulated(
    seed: int, prompts: int = 150, *, ties: float = 0.0, length: float = 0.0, copied: float = 0.0
) -> tuple[np.ndarray, Comparisons, np.ndarray]:
    """Pairs of four submissions with true strengths, three judgements a prompt; some copy the prompt's first one."""
    rng = np.random.default_rng(seed)
    truth = np.array([0.6, 0.2, -0.2, -0.6])
    rows = []
    for prompt in range(prompts):
        for turn in range(3):
            if turn and rng.random() < copied:
                rows.append(rows[-turn])
                continue
            one, other = rng.choice(4, size=2, replace=False)
            # the third writes long texts, the first short ones
            longer = rng.normal({2: 1.0, 0: -1.0}.get(one, 0.0)) - rng.normal({2: 1.0, 0: -1.0}.get(other, 0.0))
            d = truth[one] - truth[other] + length * longer
            won, lost = np.exp(d / 2), np.exp(-d / 2)
            drawn = rng.random() * (won + lost + ties)
            rows.append((one, other, 1.0 if drawn < won else 0.0 if drawn < won + lost else 0.5, prompt, longer))
    first, second, outcome, prompt, longer = map(np.array, zip(*rows, strict=True))
    return truth, Comparisons(NAMES, first, second, outcome, tuple(prompt), np.zeros((len(rows), 0))), longer


def test_agrees_with_logistic_regression_and_its_clustered_sandwich() -> None:
    """Strengths, covariate effects and standard errors are those of statsmodels' binomial GLM, clustered by prompt."""
    _, data, longer = simulated(1, length=0.5)
    styled = Comparisons(NAMES, data.first, data.second, data.outcome, data.prompts, longer[:, None], ("length",))
    found = fit(styled)
    design = np.zeros((len(longer), 4))
    design[np.arange(len(longer)), data.first] += 1
    design[np.arange(len(longer)), data.second] -= 1
    design[:, 3] = longer  # the last submission is the reference, so its column is free
    clusters = {"groups": np.array(data.prompts), "use_correction": True, "df_correction": False}
    peer = sm.GLM(data.outcome, design, family=sm.families.Binomial()).fit(cov_type="cluster", cov_kwds=clusters)
    assert found.strength[:3] - found.strength[3] == pytest.approx(peer.params[:3], abs=1e-7)
    assert found.effects[0, 0] == pytest.approx(peer.params[3], abs=1e-7)
    own = found.covariance
    errors = np.sqrt(np.diagonal(own)[:3] + own[3, 3] - 2 * own[:3, 3])
    assert errors == pytest.approx(peer.bse[:3], rel=1e-6)
    assert found.prompts == 150


def test_two_submissions_have_the_log_odds_of_their_wins() -> None:
    """Worked by hand: 30 wins of 40 are log 3 apart, centred; half a win for each tie gives the same."""
    outcome = np.array([1.0] * 30 + [0.0] * 10)
    tied = np.array([1.0] * 25 + [0.5] * 10 + [0.0] * 5)
    for one in (outcome, tied):
        data = Comparisons(
            ("a", "b"), np.zeros(40, np.intp), np.ones(40, np.intp), one, tuple(range(40)), np.zeros((40, 0))
        )
        assert fit(data).strength == pytest.approx([np.log(3) / 2, -np.log(3) / 2])


def test_davidson_has_his_closed_form_for_two() -> None:
    """Davidson 1970, K = 2: strengths are the log of wins over losses, nu = ties / sqrt(wins * losses)."""
    outcome = np.array([1.0] * 24 + [0.5] * 10 + [0.0] * 6)
    data = Comparisons(
        ("a", "b"), np.zeros(40, np.intp), np.ones(40, np.intp), outcome, tuple(range(40)), np.zeros((40, 0))
    )
    found = fit(data, ties="davidson")
    assert found.strength[0] - found.strength[1] == pytest.approx(np.log(24 / 6))
    assert found.tie == pytest.approx(10 / np.sqrt(24 * 6))


def test_no_strengths_where_wins_do_not_lead_everywhere() -> None:
    """Ford 1957: one who never loses, or two groups that never met, are refused and named."""
    first, second = np.array([0, 1, 2, 3] * 5), np.array([1, 0, 3, 2] * 5)
    apart = Comparisons(NAMES, first, second, np.ones(20), tuple(range(20)), np.zeros((20, 0)))
    assert sorted(map(sorted, connected_parts(apart))) == [["a", "b"], ["c", "d"]]
    with pytest.raises(PublishError, match=r"a, b \| c, d"):
        fit(apart)
    second = np.array([1, 2, 0, 0] * 5)
    unbeaten = Comparisons(NAMES, np.array([0, 1, 2, 3] * 5), second, np.ones(20), tuple(range(20)), np.zeros((20, 0)))
    with pytest.raises(PublishError, match="no finite strengths"):
        fit(unbeaten)


def test_a_covariate_that_always_wins_is_refused() -> None:
    """Where the longer text wins without fail no finite effect exists, and no number is made up."""
    _, data, longer = simulated(3)
    sure = Comparisons(
        NAMES, data.first, data.second, (longer > 0).astype(float), data.prompts, longer[:, None], ("length",)
    )
    with pytest.raises(PublishError, match="covariate"):
        fit(sure)


def test_few_prompts_give_no_error() -> None:
    """Five prompts are refused, however many judgements they have."""
    _, data, _ = simulated(4, prompts=5)
    with pytest.raises(PublishError, match="fewer than 6 prompts"):
        fit(data)


def test_intervals_cover_when_judgements_of_a_prompt_repeat_each_other() -> None:
    """95 % intervals hold 92 to 98 % of truths in 200 simulations; taking judgements as independent holds fewer."""
    held, naive = [], []
    for seed in range(200):
        truth, data, _ = simulated(seed, prompts=80, copied=0.8)
        single = Comparisons(NAMES, data.first, data.second, data.outcome, tuple(range(240)), data.covariates)
        for kept, found in ((held, fit(data)), (naive, fit(single))):
            kept.append((found.low <= truth) & (truth <= found.high))
    assert 0.92 <= np.mean(held) <= 0.98
    assert np.mean(naive) < 0.85


def test_rank_intervals_hold_at_once() -> None:
    """All four ranks lie in their intervals in at least 93 % of simulations."""
    held = []
    for seed in range(120):
        _, data, _ = simulated(seed, prompts=60)
        found = fit(data)
        held.append(bool(((found.best <= [1, 2, 3, 4]) & (found.worst >= [1, 2, 3, 4])).all()))
    assert np.mean(held) >= 0.93


def test_style_control_removes_a_length_bias() -> None:
    """Judges who like length lift whoever writes long texts; with length held constant the order is the true one."""
    truth, data, longer = simulated(7, prompts=600, length=1.0)
    naive = fit(data)
    styled = fit(Comparisons(NAMES, data.first, data.second, data.outcome, data.prompts, longer[:, None], ("length",)))
    assert naive.strength[2] > naive.strength[0]  # the wrong way round
    assert list(np.argsort(-styled.strength)) == [0, 1, 2, 3]
    assert np.abs(styled.strength - truth).max() < 0.25
    assert styled.effects[0, 1] < 1.0 < styled.effects[0, 2]


@given(st.permutations(range(4)), st.integers(0, 20))
def test_names_order_and_sides_do_not_matter(order: list[int], seed: int) -> None:
    """Naming submissions in another order, or swapping the sides of every pair, changes nothing."""
    _, data, _ = simulated(seed, prompts=40, ties=0.5)
    found = fit(data, ties="davidson")
    place = np.argsort(order)
    turned = Comparisons(
        tuple(NAMES[n] for n in order), place[data.second], place[data.first], 1 - data.outcome, data.prompts,
        data.covariates,
    )  # fmt: skip
    again = fit(turned, ties="davidson")
    assert again.strength == pytest.approx(found.strength[list(order)], abs=1e-6)
    assert again.low == pytest.approx(found.low[list(order)], abs=1e-6)


def test_styles_are_counted() -> None:
    """Words, headings, list lines and bold runs are told apart; a style that nobody uses is no column."""
    assert counts("# Title\n\n- one **two**\n- three\n1. four") == (6.0, 1.0, 3.0, 1.0)
    rows, names = style_covariates(["one two three", "a"], ["one", "a b"])
    assert names == ("length",)
    assert rows[:, 0] == pytest.approx(np.array([0.5, -1 / 3]) / np.sqrt((0.25 + 1 / 9) / 2))
    assert len(STYLES) == 4
