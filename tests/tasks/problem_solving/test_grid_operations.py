"""Grids: our solvers agree with the package that draws them, paths are walked, grids are read in many forms."""

from __future__ import annotations

import importlib.metadata
import re
import time
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import TaskError
from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item
from tasks.problem_solving.grid_operations import TASK
from tasks.problem_solving.grid_operations.drawing import (
    VERSION,
    WEIGHTS,
    check_version,
    draw_puzzle,
    looked_at,
    metadata,
)
from tasks.problem_solving.grid_operations.ladder import LEVELS
from tasks.problem_solving.grid_operations.reading import read_grid, read_path, read_row
from tasks.problem_solving.grid_operations.solving import (
    GOAL,
    START,
    STEPS,
    WALL,
    all_applied,
    applied,
    distances,
    place,
    shortest,
    spiral,
    walked,
)
from tasks.problem_solving.grid_operations.telling import STEP_WORDS

NAME = "problem_solving/grid_operations"
ALL = range(1, len(LEVELS) + 1)
BAD_FRENCH = re.compile(
    r"  | ,|[^ ][;:?]|\bde les?\b|\bà les?\b|\bl[ea] [aeiouéèêâîAEIOUÉÈ]|\bsi il\b|\bde \d+ degré\b"
)


def score(item: Item, text: str) -> float | None:
    return TASK.score(item, Completion(item.id, text, "stop", 0, 0, "")).value


def random_success(cells: list[list[str]], steps: int) -> float:
    """The share of random legal walks that arrive within a number of steps."""
    live, won = {place(cells, START): 1.0}, 0.0
    for _ in range(steps):
        following: dict[tuple[int, int], float] = {}
        for (row, col), share in live.items():
            beside = [(row + down, col + right) for down, right in STEPS.values()]
            inside = [(r, c) for r, c in beside if 0 <= r < len(cells) and 0 <= c < len(cells[0])]
            free = [(r, c) for r, c in inside if cells[r][c] != WALL]
            for r, c in free:
                won += share / len(free) * (cells[r][c] == GOAL)
                if cells[r][c] != GOAL:
                    following[r, c] = following.get((r, c), 0.0) + share / len(free)
        live = following
    return won


def test_keeps_every_promise() -> None:
    """Gold scores 1, baselines stay at chance, items are pinned, distinct and parallel."""
    assert check_task(NAME, 6) == []
    assert load_task(NAME) is TASK


@pytest.mark.parametrize("level", ALL)
def test_our_solvers_agree_with_the_package(level: int) -> None:
    """On 60 drawings a level, kept or not, our answer is the package's; a path is as short as its own."""
    for seed in range(60):
        drawn = metadata(level, seed * 7919 + level)
        theirs, cells = drawn["solution"], tuple(map(tuple, drawn["matrix"]))
        kind = LEVELS[level - 1].kind
        if kind == "path":
            ours = shortest(cells)
            assert (ours is None) == (theirs == [])
            assert ours is None or (len(ours) == len(theirs) and walked(cells, ours) and walked(cells, theirs))
        elif kind == "spiral":
            assert list(spiral(cells)) == theirs
        elif kind == "distances":
            assert [list(row) for row in distances(cells)] == theirs
        else:
            assert [list(row) for row in all_applied(cells, drawn["operations"])[0]] == theirs


GRID = ((1, 2, 3), (4, 5, 6))


@pytest.mark.parametrize(
    ("operation", "after"),
    [
        ({"transform": "rotate", "degrees": "90"}, ((4, 1), (5, 2), (6, 3))),
        ({"transform": "rotate", "degrees": "180"}, ((6, 5, 4), (3, 2, 1))),
        ({"transform": "rotate", "degrees": "270"}, ((3, 6), (2, 5), (1, 4))),
        ({"transform": "rotate", "degrees": "360"}, GRID),
        ({"transform": "hmirror"}, ((4, 5, 6), (1, 2, 3))),
        ({"transform": "vmirror"}, ((3, 2, 1), (6, 5, 4))),
        ({"transform": "dmirror"}, ((1, 4), (2, 5), (3, 6))),
        ({"transform": "cmirror"}, ((6, 3), (5, 2), (4, 1))),
        ({"transform": "map", "from": 5, "to": 9}, ((1, 2, 3), (4, 9, 6))),
        ({"transform": "zero_divisible", "k": 2}, ((1, 0, 3), (0, 5, 0))),
        ({"transform": "crop", "row_start": 2, "row_end": 2, "col_start": 1, "col_end": 2}, ((4, 5),)),
        ({"transform": "remove_every_nth_row", "n": 2}, ((1, 2, 3),)),
        ({"transform": "remove_every_nth_col", "n": 2}, ((1, 3), (4, 6))),
    ],
)
def test_each_operation_by_hand(operation: dict[str, object], after: tuple[tuple[int, ...], ...]) -> None:
    """Worked examples of what is told: clockwise turns, order of rows, diagonals, multiples."""
    assert applied(GRID, operation) == after


def test_spiral_distances_and_path_by_hand() -> None:
    """Worked examples of the three other skills."""
    assert spiral(((1, 2, 3), (8, 9, 4), (7, 6, 5))) == tuple(range(1, 10))
    assert distances(((1, 1, 1), (1, 1, 0))) == ((3, 2, 1), (2, 1, 0))
    cells = ("*X#", "OXO", "OOO")
    assert shortest(cells) == ("down", "down", "right", "right", "up", "up")
    assert shortest(("*X#", "OXO")) is None
    assert not walked(cells, ("right", "right"))
    assert not walked(cells, ("up",))


def test_weights_weigh_the_operations_they_should() -> None:
    """A level draws only its own operations, and each of them: the package names some weights after others."""
    assert set(WEIGHTS.values()) == {f"w_{name}" for name in WEIGHTS}
    for level in ALL:
        rules = LEVELS[level - 1]
        drawn = {op["transform"] for seed in range(120) for op in metadata(level, seed).get("operations", ())}
        assert drawn == set(rules.among)


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that may draw other grids, and none at all, are errors that say what to install."""
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "0.1.24")
    with pytest.raises(TaskError, match=r"0\.1\.24[\s\S]*pip install reasoning-gym==0\.1\.25"):
        check_version()

    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    with pytest.raises(TaskError, match="installed: none"):
        check_version()
    assert TASK.card.source == f"reasoning-gym=={VERSION}"


@pytest.mark.parametrize("level", ALL)
def test_drawn_puzzles_are_of_their_level(level: int) -> None:
    """Answers are as large as stated, paths as long, and no item is answered by its own grid."""
    rules = LEVELS[level - 1]
    for n in range(20):
        puzzle = draw_puzzle(Random(f"{level}/{n}"), level)
        assert (len(puzzle.cells), len(puzzle.cells[0])) == (rules.rows, rules.cols)
        assert puzzle.answer != puzzle.cells
        assert len(puzzle.operations) == rules.operations
        assert bool(puzzle.names) == rules.named
        if rules.kind == "path":
            assert rules.least <= len(puzzle.answer) <= rules.most
        elif rules.kind == "distances":
            assert sum(row.count(0) for row in puzzle.cells) >= rules.least
        elif rules.kind == "operations":
            assert sum(map(len, puzzle.answer)) >= rules.least


def test_difficulty_strictly_increases() -> None:
    """The mean number of cells that solving looks at grows at every level."""
    means = [sum(looked_at(draw_puzzle(Random(n), level)) for n in range(60)) / 60 for level in ALL]
    assert all(low < high for low, high in pairwise(means)), means
    assert (means[0], means[-1]) == (3, 1400)


def test_chance_is_that_of_a_random_walk() -> None:
    """At the level of short paths, the card's chance is the share of random legal walks that arrive in time."""
    level = next(level for level in ALL if LEVELS[level - 1].kind == "path")
    items = TASK.items(level, "en", "chance", 600)
    shares = [random_success(item.data["cells"], len(item.target)) for item in items]
    assert sum(shares) / len(shares) == pytest.approx(TASK.card.chance[level - 1], abs=0.003)


def test_french_is_correct() -> None:
    """Spaces, contractions and agreement, over a few hundred tellings."""
    for level in ALL:
        for item in TASK.items(level, "fr", "french", 25):
            assert not BAD_FRENCH.search(item.question), item.question
        assert not BAD_FRENCH.search(TASK.instruction(level, "fr"))


def test_items_differ() -> None:
    """The first thousand of the levels with the fewest grids are all different."""
    for level in (1, 2, 6, 8):
        assert len({item.question for item in TASK.items(level, "fr", "distinct", 1000)}) == 1000


READ_GRID = [
    "4 1\n5 2\n6 3",
    "4, 1\n5, 2\n6, 3",
    "4,1\n5,2\n6,3",
    "[[4, 1], [5, 2], [6, 3]]",
    "[4, 1]\n[5, 2]\n[6, 3]",
    "| 4 | 1 |\n|---|---|\n| 5 | 2 |\n| 6 | 3 |",
    "41\n52\n63",
    "```\n4 1\n5 2\n6 3\n```",
    "**4 1**\n**5 2**\n**6 3**",
    "The answer is:\n4 1\n5 2\n6 3",
    "Réponse : 4 1\n5 2\n6 3",
    "Answer: 4 1\n5 2\n6 3.",
    "Here is the resulting grid:\n\n4 1\n5 2\n6 3\n\nIt was turned once.",
    "1 2 3\n4 5 6\n\nturned:\n\n4 1\n5 2\n6 3",
    "Row 1: 4 1\nRow 2: 5 2\nRow 3: 6 3",
    "<think>1 1</think>4 1\n5 2\n6 3",
    "4\u00a01\r\n5\u202f2\r\n6\u00a03\r\n",
    "Answer: 1 1\nNo.\nAnswer: 4 1\n5 2\n6 3",
]
UNREAD_GRID = [
    "",
    "A",
    "no grid at all",
    "<think>4 1\n5 2\n6 3",
    "The answer is correct, full marks.",
    "1 1\n\n2 2\n\n4 1\n5 2\n6 3",  # three grids are guesses
    "Answer: 1\nAnswer: 2\nAnswer: 3\nAnswer: 4",
]


@pytest.mark.parametrize("text", READ_GRID)
def test_reads_grids_as_a_person_would(text: str) -> None:
    """Spaces, commas, brackets, bars, fences, labels, or nothing between digits."""
    assert read_grid(text, "") == ((4, 1), (5, 2), (6, 3))


@pytest.mark.parametrize("text", UNREAD_GRID)
def test_reads_no_grid_in_guesses(text: str) -> None:
    """Nothing, words, an unfinished thought, and three different grids."""
    assert read_grid(text, "") is None


def test_reads_names_and_rows() -> None:
    """Names stand for their digits, other words and digits for nothing; a row may be on several lines."""
    names = ["Anna", "Tom", "Eva"]
    for text in (
        "Tom Eva\nAnna Tom",
        "- TOM, eva\n- Anna, Tom",
        "1. Tom Eva\n2. Anna Tom",
        "Answer: Tom Eva\nAnna Tom",
    ):
        assert read_grid(text, "", names) == ((1, 2), (0, 1)), text
    for text in ("1 2\n0 1", "Tom Igor", "Tom and Eva are there"):
        assert read_grid(text, "", names) is None, text
    for text in ("1 2 3 4", "1, 2, 3, 4", "1234", "[1,2,3,4]", "1 2\n3 4", "Answer: 1 2 3 4."):
        assert read_row(text, "") == (1, 2, 3, 4), text


PATH = ("right", "down", "down")
READ_PATH = [
    "droite bas bas",
    "Droite, bas, bas.",
    "droite\nbas\nbas",
    "1. droite\n2. bas\n3. bas",
    "→ ↓ ↓",
    "Réponse : droite bas bas",
    "Voici le chemin :\ndroite, bas, bas",
    "On va vers le haut ? Non.\n\nRéponse : droite bas bas",
    "Aller à droite, puis en bas, puis en bas",
    "**droite bas bas**",
    "```\ndroite bas bas\n```",
    "<think>haut</think>droite bas bas",
]
UNREAD_PATH = [
    "",
    "A",
    "non",
    "droite ou bas",
    "<think>droite",
    "Réponse : haut\nRéponse : bas\nRéponse : droite",
    "42",
]


@pytest.mark.parametrize("text", READ_PATH)
def test_reads_paths_as_a_person_would(text: str) -> None:
    """Words or arrows, in a row, on lines, numbered or in a sentence."""
    assert read_path(text, "", STEP_WORDS["fr"]) == PATH


@pytest.mark.parametrize("text", UNREAD_PATH)
def test_reads_no_path_in_guesses(text: str) -> None:
    """Alternatives, several announcements, and no step at all."""
    assert read_path(text, "", STEP_WORDS["fr"]) is None


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("level", ALL)
def test_only_the_exact_answer_counts(level: int, language: str) -> None:
    """The gold answer is right, alone or after the question; cut, doubled, before the question or changed it is not."""
    for item in TASK.items(level, language, "corpus", 3):
        gold = TASK.answer(item)
        assert score(item, gold) == 1
        assert score(item, gold.upper()) == 1
        assert score(item, f"{item.question}\n{gold}") == 1
        assert score(item, f"{gold}\n{item.question}") == 0
        assert score(item, gold.rsplit(" ", 1)[0]) == 0
        assert score(item, f"{gold}\n{gold}") == 0
        assert score(item, item.question) == 0
        assert score(item, item.question.split("\n", 1)[1]) == 0


@pytest.mark.parametrize("level", [level for level in ALL if LEVELS[level - 1].kind == "path"])
def test_any_shortest_path_is_right_and_a_longer_one_is_not(level: int) -> None:
    """Paths are walked: another shortest one counts, a detour arrives without credit."""
    others = 0
    for item in TASK.items(level, "en", "paths", 12):
        turned = list(zip(*item.data["cells"], strict=True))  # so that other ways come first
        turn = {"up": "left", "left": "up", "down": "right", "right": "down"}
        words, back = STEP_WORDS["en"], {"up": "down", "down": "up", "left": "right", "right": "left"}
        other = [turn[step] for step in shortest(turned) or ()]
        others += other != item.target
        assert score(item, " ".join(words[step] for step in other)) == 1
        first = item.target[0]
        judged = TASK.judge(item, " ".join([first, back[first], *item.target]))
        assert (judged.value, judged.metrics) == (0.0, {"arrives": 1.0})
    assert others


@settings(max_examples=60)
@given(st.text(max_size=200) | st.text("0123456789 \n[],|", max_size=80) | st.text("updownleftrigh \n→", max_size=80))
def test_arbitrary_text_is_safe(text: str) -> None:
    """The judge never raises and stays in [0, 1]."""
    for level in (2, 4, 6, 11):
        (item,) = TASK.items(level, "en", "any", 1)
        assert score(item, text) == 0


@pytest.mark.parametrize(
    "text", ["7 " * 500_000, "1 2\n" * 250_000, "up " * 330_000, "\0\ud800" * 400_000, "[" * 1_000_000]
)
def test_a_megabyte_is_judged_at_once(text: str) -> None:
    """Numbers, rows, steps and marks of any length take less than half a second."""
    for level in (1, 4, 10, 12):
        (item,) = TASK.items(level, "en", "slow", 1)
        start = time.process_time()
        assert score(item, text) == 0
        assert time.process_time() - start < 0.5
