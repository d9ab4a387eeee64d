"""IFBench: the rows whose kinds of instruction have a rule here."""

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item

NAME = "public/ifbench"
TASK = load_task(NAME)


def items() -> list[Item]:
    return [item for level in (1, 2) for item in TASK.items(level, "en", "s", 1000)]


def test_it_keeps_its_promises() -> None:
    """Witnesses score 1 on every row, and no attack is above the card's chance."""
    assert check_task(NAME, 200) == []


def test_the_card_says_how_many_rows_remain() -> None:
    """205 rows of 52 kinds: none of the three kinds without a rule, and no row that contradicts itself."""
    assert [len(TASK.items(level, "en", "s", 1000)) for level in (1, 2)] == [178, 27]
    kinds = {kind for item in items() for kind, _ in item.target}
    assert len(kinds) == 52
    assert "205 of 300 rows, of 52 of its 58 kinds" in TASK.card.source


def test_the_value_is_loose() -> None:
    """An opening line costs nothing in the value, and does among the metrics wherever the rule reads all of a text."""
    strict = 0.0
    for item in items():
        text = f"Sure, with pleasure, and before anything else:\n{TASK.gold(item).text}"
        score = TASK.score(item, Completion(item.id, text, "stop", 1, 1, ""))
        assert score.value == score.metrics["loose"] == 1, item.data["key"]
        strict += score.metrics["strict"]
    assert strict < 0.8 * len(items())
