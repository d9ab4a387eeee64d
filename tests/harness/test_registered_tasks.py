"""What every registered task shares."""

import functools

import pytest

from harness.task import load_task, task_names
from harness.types import Item

NAMES = task_names()


@functools.cache
def _ends(name: str) -> list[Item]:
    """A few items of the first and last levels, in both languages."""
    task = load_task(name)
    return [
        item
        for level in (1, task.card.levels)
        for language in task.card.languages
        for item in task.items(level, language, "registered", 4)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_requests_show_the_question_alone(name: str) -> None:
    """Of an item, a request holds id, question and options; all the rest is the same for every item of a level."""
    task = load_task(name)
    rest: dict[tuple[int, str], set[object]] = {}
    for item in _ends(name):
        request = task.request(item)
        assert request.messages[-1].content == item.question
        assert (request.item, request.language, request.options) == (item.id, item.language, item.options)
        rest.setdefault((item.level, item.language), set()).add((request.messages[:-1], request.sampling))
    assert all(len(same) == 1 for same in rest.values())


@pytest.mark.parametrize("name", NAMES)
def test_ids_hold_no_answer(name: str) -> None:
    """An item's id and cluster say task, language, level and index, and nothing else."""
    for item in _ends(name):
        place = f"L{item.level:02d}/{item.index:05d}"
        assert item.id == f"{name}/{item.language}/{place}"
        assert item.cluster == f"{name}/{place}"
