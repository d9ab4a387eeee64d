"""ARC-AGI-2 asks and judges as ARC-AGI-1 does."""

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion

NAME = "public/arc_agi_2"
TASK = load_task(NAME)


def test_it_keeps_its_promises() -> None:
    """Right grids score 1, and no attack earns anything."""
    assert check_task(NAME, 150) == []


def test_every_test_input_is_an_item() -> None:
    """80 tasks have 114 test inputs, each with all examples of its task."""
    items = TASK.items(1, "en", "s", 1000)
    assert len(items) == 114
    assert all(item.question.count("--Example ") >= 2 for item in items)


def test_no_test_input_is_its_own_output() -> None:
    """A copy of the prompt, which ends with the test input, is wrong everywhere."""
    for item in TASK.items(1, "en", "s", 1000):
        assert TASK.score(item, Completion(item.id, item.question, "stop", 1, 1, "")).value == 0
