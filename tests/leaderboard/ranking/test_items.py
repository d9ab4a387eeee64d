"""The quality of items: known cases, agreement with scipy, and simulated wrong keys."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import special, stats

from harness.errors import PublishError
from leaderboard.ranking.items import MINIMUM, benjamini_hochberg, by_group, item_report, rest_scores, to_json
from leaderboard.ranking.responses import ItemKey, Responses


def table(values: np.ndarray, chance: float = 0.0, per_level: int = 1_000_000, tellings: int = 1) -> Responses:
    """One task; its levels hold `per_level` items each, its clusters `tellings`."""
    keys = tuple(
        ItemKey(str(i), "understanding/a", 1 + i // per_level, "fr", str(i // tellings), chance)
        for i in range(values.shape[1])
    )
    return Responses(keys, np.asarray(values, dtype=np.float64))


def simulated(
    submissions: int, wrong_keys: int, chance: float, rng: np.random.Generator, per_level: int = 30
) -> tuple[Responses, np.ndarray]:
    """Eight levels, items of a level unlike by 0.7 logits; a wrong key rewards guesses and no knowledge."""
    items = 8 * per_level
    ability, slope = rng.uniform(1, 8, submissions), 1.2 * rng.lognormal(0, 0.3, items)
    hard = np.repeat(np.arange(1, 9), per_level) + rng.normal(0, 0.7, items)
    knows = rng.random((submissions, items)) < special.expit(slope * (ability[:, None] - hard))
    guess = rng.random((submissions, items)) < chance
    wrong = np.zeros(items, dtype=bool)
    wrong[rng.choice(4 * per_level, wrong_keys, replace=False)] = True  # on levels that somebody solves
    return table(np.where(knows, ~wrong, guess), chance, per_level, tellings=2), wrong


def test_discrimination_is_the_correlation_with_the_rest() -> None:
    """Corrected item-total correlation: Pearson's, the item's own cluster left out of the total."""
    values = (np.random.default_rng(0).random((12, 8)) < 0.5).astype(float)
    report = item_report(table(values, tellings=2))
    for i, item in enumerate(report):
        rest = np.delete(values, [i // 2 * 2, i // 2 * 2 + 1], axis=1).mean(axis=1)
        assert item.discrimination == pytest.approx(stats.pearsonr(values[:, i], rest).statistic)


def test_the_rest_lies_in_the_same_task_and_without_the_missing() -> None:
    """A task's rest knows nothing of other tasks; a missing answer leaves sum and number."""
    keys = [ItemKey(str(i), f"understanding/{'ab'[i // 3]}", 1, "fr", str(i), 0.5 * (i // 3)) for i in range(6)]
    values = np.array([[1.0, 0.0, np.nan, 1.0, 1.0, 0.0]])
    rest = rest_scores(Responses(tuple(keys), values))
    assert rest[0, :3] == pytest.approx([0.0, 1.0, 0.5])
    assert rest[0, 3:] == pytest.approx([0.0, 0.0, 1.0])  # (1 + 0) / 2 and (1 + 1) / 2, less chance 1/2


def test_the_rank_test_is_mann_and_whitneys() -> None:
    """The p value of a falling relation is that of scipy's one-sided test, with ties and the normal approximation."""
    rng = np.random.default_rng(1)
    values = (rng.random((25, 10)) < 0.6).astype(float)
    data = table(values)
    rest = np.round(rest_scores(data), 9)
    for i, item in enumerate(item_report(data)):
        right, wrong = rest[values[:, i] == 1, i], rest[values[:, i] == 0, i]
        peer = stats.mannwhitneyu(right, wrong, alternative="less", use_continuity=False, method="asymptotic")
        assert item.p_negative == pytest.approx(peer.pvalue, abs=1e-9)


def test_benjamini_and_hochbergs_example() -> None:
    """Their fifteen p values of 1995: four hypotheses are rejected at 5 %, three by Bonferroni's rule."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1,
    ]
    assert benjamini_hochberg(np.array(p)).tolist() == [True] * 4 + [False] * 11
    assert benjamini_hochberg(np.zeros(0)).tolist() == []


def test_items_that_tell_nobody_apart_are_named() -> None:
    """Everybody right is too easy, nobody better than guessing too hard; four answers say neither."""
    values = (np.random.default_rng(2).random((8, 6)) < 0.5).astype(float)
    values[:, 0], values[:, 1] = 1.0, 0.0
    values[:, 2] = np.r_[np.nan, np.nan, np.nan, np.nan, 1, 1, 1, 1]
    report = item_report(table(values))
    assert "too_easy" in report[0].flags
    assert "too_hard" in report[1].flags
    assert report[0].discrimination is None
    assert not report[2].flags
    assert report[2].submissions == 4


@pytest.mark.parametrize("chance", [0.0, 0.25])
def test_wrong_keys_are_found_and_right_ones_left_alone(chance: float) -> None:
    """40 submissions, 240 items: most of six wrong keys are suspected, and of all suspects at most a tenth is right."""
    rng = np.random.default_rng(3)
    found = suspects = false = 0
    for _ in range(6):
        data, wrong = simulated(40, 6, chance, rng)
        key = np.array(["key" in item.flags for item in item_report(data)])
        found, suspects, false = found + key[wrong].sum(), suspects + key.sum(), false + key[~wrong].sum()
    assert found >= 0.7 * 36
    assert false <= 0.1 * suspects


def test_a_round_with_right_keys_raises_no_alarm() -> None:
    """With every key right, at most one round of twenty has a suspect, with 8 submissions as with 60."""
    rng = np.random.default_rng(4)
    for number in (8, 60):
        alarms = [any("key" in i.flags for i in item_report(simulated(number, 0, 0.25, rng)[0])) for _ in range(10)]
        assert sum(alarms) <= 1


def test_strong_models_that_all_miss_an_item_of_a_solved_level_point_at_its_key() -> None:
    """No chance level, nobody right: no rank test can see it, its siblings can; with a hard level it says nothing."""
    values = np.ones((10, 20))
    values[:5, 10:] = 0.0  # the weaker half solves the first level only
    values[:, 3] = 0.0
    report = item_report(table(values, per_level=10))
    assert "key" in report[3].flags
    assert report[3].p_negative == 1.0
    values[8:, 3] = 1.0  # some of the stronger half are right: hard, and no more than that
    assert item_report(table(values, per_level=10))[3].p_missed == 1.0
    values[:, :10] = 0.0
    assert not any("key" in item.flags for item in item_report(table(values, per_level=10)))


def test_the_report_by_level_and_cluster_adds_up() -> None:
    """Levels and clusters count every item once, and the JSON holds no number that is not one."""
    rng = np.random.default_rng(5)
    report = item_report(simulated(12, 4, 0.25, rng)[0])
    for groups in (by_group(report), by_group(report, clusters=True)):
        assert sum(group.items for group in groups) == len(report)
        assert sum(group.too_hard for group in groups) == sum("too_hard" in item.flags for item in report)
    assert len(by_group(report)) == 8
    assert json.loads(json.dumps(to_json(report), allow_nan=False))["levels"][0]["items"] == 30


def test_too_few_submissions_are_refused() -> None:
    """Fewer than five submissions say nothing of an item; the error says how many are needed."""
    with pytest.raises(PublishError, match=f"{MINIMUM} are needed"):
        item_report(table(np.ones((MINIMUM - 1, 3))))
