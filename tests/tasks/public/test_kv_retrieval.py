"""Key-value retrieval: the published prompt, and one value only."""

import json

import pytest

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item

NAME = "public/kv_retrieval"
TASK = load_task(NAME)
OTHER = "00000000-aaaa-4bbb-8ccc-123456789abc"


def score(item: Item, text: str) -> tuple[float | None, float]:
    found = TASK.score(item, Completion(item.id, text, "stop", 1, 1, ""))
    return found.value, found.metrics["published"]


def pairs(item: Item) -> dict[str, str]:
    """The object in a prompt, read as JSON."""
    text = TASK.request(item).messages[0].content
    found: dict[str, str] = json.loads(text.partition("JSON data:\n")[2].partition("\n\nKey:")[0])
    return found


def test_it_keeps_its_promises() -> None:
    """Values score 1, and no attack earns anything, not even a copy of the object."""
    assert check_task(NAME, 40) == []


@pytest.mark.parametrize(("level", "count"), [(1, 75), (2, 140)])
def test_objects_hold_the_answer_among_that_many_pairs(level: int, count: int) -> None:
    """The prompt's object is JSON with the level's number of keys, all different, the asked one at any place."""
    items = TASK.items(level, "en", "s", 100)
    assert len(items) == 40
    assert all(len(pairs(item)) == count and pairs(item)[item.data["key"]] == item.target for item in items)
    places = [list(pairs(item)).index(item.data["key"]) for item in items]
    assert min(places) < count / 4
    assert max(places) > 3 * count / 4


def test_the_prompt_is_the_published_one() -> None:
    """Its lines are those that the authors' own test wants of their prompt."""
    item = TASK.items(1, "en", "s", 1)[0]
    lines = TASK.request(item).messages[0].content.split("\n")
    assert lines[:3] == [
        "Extract the value corresponding to the specified key in the JSON object below.",
        "",
        "JSON data:",
    ]
    assert (lines[3][:2], lines[3][-2:], lines[4][:2]) == ('{"', '",', ' "')
    assert lines[77].endswith('"}')
    assert lines[78:] == ["", f'Key: "{item.data["key"]}"', "Corresponding value:"]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (' "{value}"', (1, 1)),
        ("{value}", (1, 1)),
        ("The value of {key} is {VALUE}.", (1, 1)),
        (' "{value}"\n\nKey: "{other}"\nCorresponding value: "{other}"', (1, 1)),
        (' "{value}" or "{other}"', (0, 1)),
        (' "{other}"', (0, 0)),
        (' "{key}"', (0, 0)),
        (" {start}", (0, 0)),
        ("", (0, 0)),
        ("\ud800" * 50_000, (0, 0)),
    ],
)
def test_one_value_is_an_answer(form: str, expected: tuple[float, float]) -> None:
    """The key may be repeated; two values are none; the published rule finds the value anywhere."""
    for item in TASK.items(2, "en", "s", 5):
        words = {"value": item.target, "VALUE": item.target.upper(), "key": item.data["key"], "start": item.target[:30]}
        assert score(item, form.format(**words, other=OTHER)) == expected
