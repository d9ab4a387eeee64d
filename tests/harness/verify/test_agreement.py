"""How replays are drawn, compared and judged: noise opens no case, and more than noise does."""

from __future__ import annotations

import json
import math
from random import Random

import pytest

from harness.task import load_task
from harness.tolerances import LIMITS, at_least, limits_of
from harness.types import Item
from harness.verify.agreement import ALPHA, Trial, doubtful, judge, largest
from harness.verify.asked import other_budget
from harness.verify.comparing import parting
from harness.verify.replay import ReplayReport, draw_items

TASKS = ("understanding/reading_choice", "problem_solving/word_problems", "interaction/deduction")


def test_a_share_is_even_over_tasks_and_levels() -> None:
    """Each level of each task gives its part, give or take one item; other seeds draw other items."""
    items = [item for name in TASKS for level in (1, 2, 3) for item in load_task(name).items(level, "en", "s", 20)]
    drawn = draw_items(items, 0.25, "a")
    assert len(drawn) == len({item.id for item in drawn}) == 45
    counts = {(name, level): 0 for name in TASKS for level in (1, 2, 3)}
    for item in drawn:
        counts[item.task, item.level] += 1
    assert set(counts.values()) == {5}
    assert draw_items(items, 0.25, "a") == drawn
    assert draw_items(items, 0.25, "b") != drawn
    assert len(draw_items(items, 0.001, "a")) == 1
    assert sorted(item.id for item in draw_items(items, 1.0, "a")) == sorted(item.id for item in items)


def test_every_item_is_as_likely_to_be_drawn() -> None:
    """Over many seeds each item is drawn in its share of the draws."""
    items: list[Item] = load_task(TASKS[0]).items(1, "en", "s", 10)
    times = {item.id: 0 for item in items}
    for seed in range(2000):
        for item in draw_items(items, 0.3, str(seed)):
            times[item.id] += 1
    assert all(500 < number < 700 for number in times.values()), times


def test_texts_part_at_the_first_token_that_differs() -> None:
    """Both are cut after it; a text that only goes on parts nowhere."""
    words = lambda text: ((w, text.index(w) + len(w)) for w in text.split())  # noqa: E731
    assert parting("the red fox", "the blue fox", words) == ("the red", "the blue")
    assert parting("the red", "the red fox", words) is None


def test_exact_tail_probabilities() -> None:
    """P(X >= 2) of three trials at 0.1 is 0.028 (by hand: 3 x 0.01 x 0.9 + 0.001)."""
    assert at_least(2, 3, 0.1) == pytest.approx(0.028)
    assert (at_least(0, 3, 0.0), at_least(1, 3, 0.0), at_least(0, 0, 0.5)) == (1.0, 0.0, 1.0)


def test_likelihoods_are_compared_whatever_they_are() -> None:
    """Equal infinities do not differ; NaN and another number of options differ without bound."""
    assert largest((-1.0, -math.inf), (-1.5, -math.inf)) == 0.5
    assert largest((-1.0,), (math.nan,)) == largest((-1.0,), ()) == math.inf


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_honest_noise_opens_a_case_once_in_a_thousand_at_most(dtype: str) -> None:
    """Simulation: every kind of difference at the very rate that is allowed; the share of doubts stays below ALPHA."""
    limits, rng = LIMITS[dtype], Random(3)
    runs, doubted = 4000, 0
    for _ in range(runs):
        trials = [_noisy(rng, limits.texts, limits.shorter, limits.far, limits.gap) for _ in range(60)]
        trials += [_noisy_choice(rng, limits.choices, limits.far) for _ in range(60)]
        doubted += bool(doubtful(judge(trials, limits, tolerance=1.0)))
    assert at_least(doubted, runs, ALPHA) > 1e-3, f"{doubted} of {runs}"


def _noisy(rng: Random, texts: float, shorter: float, far: float, gap: float) -> Trial:
    draw = rng.random()
    differs = ("text", "shorter") if draw < shorter else ("text",) if draw < texts else ()
    moved = 2 * gap if rng.random() < far else 0.0
    return Trial("", 0, "text", differs, moved, rng.choice([-1.0, 1.0]) if differs else 0.0)


def _noisy_choice(rng: Random, choices: float, far: float) -> Trial:
    return Trial("", 0, "choice", ("choice",) if rng.random() < choices else (), 2.0 if rng.random() < far else 0.5)


def test_a_tenth_of_the_record_forged_is_caught_in_a_round_of_its_size() -> None:
    """Power: of 120 answers asked again, 12 forged with words that the model would not say are a doubt in bfloat16."""
    limits, rng = LIMITS["bfloat16"], Random(5)
    caught = 0
    for _ in range(200):
        honest = [_noisy(rng, 0.15, 0.01, 0.0, limits.gap) for _ in range(108)]
        forged = [Trial("", 0, "text", ("text",), 2.0) for _ in range(12)]
        caught += bool(doubtful(judge([*honest, *forged], limits, tolerance=1.0)))
    assert caught == 200


def test_an_engine_without_a_dtype_must_agree_exactly() -> None:
    """A baseline has no arithmetic: one difference is too many; an unknown dtype gets the widest limits."""
    one = [Trial("", 0, "text", ("text",)), *[Trial("", 0, "text", ())] * 99]
    assert doubtful(judge(one, limits_of({"name": "null"}), 0.0)) == ["texts"]
    assert limits_of({"dtype": "float8"}) == LIMITS["bfloat16"]


def test_another_budget_is_another_one() -> None:
    """Every engine with limits gets others than the record's; one without has none to change."""
    assert other_budget({"rows": None, "memory": None}) == {"rows": 3, "memory": 512 << 20}
    assert other_budget({"rows": 3, "memory": 1 << 20}) == {"rows": 5, "memory": 64 << 20}
    assert other_budget({"max_sequences": 64, "batched_tokens": 4096}) == {"max_sequences": 8, "batched_tokens": 1024}
    assert other_budget({"name": "null"}) == {}


def test_a_report_is_json_whatever_moved() -> None:
    """An infinite difference is null, and answers that agree are counted and not listed."""
    trials = (Trial("a", 0, "choice", ("choice",), math.inf), Trial("b", 0, "text", ()))
    found = ReplayReport("t/e", 0.5, "d", ("a", "b"), {}, (), 0, trials, (), ("choices",))
    told = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert [trial["moved"] for trial in told["trials"]] == [None]
    assert (told["answers"], told["agrees"], told["schema"]) == (2, False, "grand-defi/replay/1")
