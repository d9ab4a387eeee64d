"""LongBench-Write: the published length score."""

import pytest

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item

NAME = "public/longbench_write"
TASK = load_task(NAME)


def value(item: Item, text: str) -> float | None:
    return TASK.score(item, Completion(item.id, text, "stop", 1, 1, "")).value


def test_it_keeps_its_promises() -> None:
    """Texts of the required length score 1, and no attack is above the card's chance."""
    assert check_task(NAME, 60) == []


def test_levels_are_the_published_groups() -> None:
    """The 60 requests by required length."""
    assert [len(TASK.items(level, "en", "s", 100)) for level in (1, 2, 3, 4)] == [17, 20, 11, 12]
    assert all(500 <= item.target < 2000 for item in TASK.items(2, "en", "s", 100))


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0, 0), (1 / 3, 0), (0.5, 0.5), (0.8, 0.875), (1, 1), (1.6, 0.8), (2.5, 0.5), (4, 0), (9, 0)],
)
def test_the_score_falls_on_either_side(share: float, expected: float) -> None:
    """Too short falls to 0 at a third of the length, too long at four times it (section 2.2 of the paper)."""
    item = next(item for item in TASK.items(2, "en", "s", 100) if item.target % 60 == 0)
    text = "word " * round(share * item.target)
    assert value(item, text) == pytest.approx(expected, abs=1e-9)


def test_words_are_counted_as_published() -> None:
    """Letters in runs and single Chinese characters; digits, marks and words with a digit or an accent do not count."""
    item = TASK.items(1, "en", "s", 1)[0]
    said = TASK.score(item, Completion(item.id, "It's well-known: 你好 abc1 12 café naïve, end.", "stop", 1, 1, ""))
    assert said.answer == "7 words"


def test_the_prompt_is_the_row() -> None:
    """Nothing is put around a request."""
    for item in TASK.items(1, "en", "s", 100):
        assert TASK.request(item).messages[0].content == item.question
