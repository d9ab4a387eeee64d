"""Latin squares and sudokus: exactly one completion, grids read in many forms."""

from __future__ import annotations

import math
import re
import time
from collections import Counter
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item
from tasks.problem_solving.sudoku import TASK
from tasks.problem_solving.sudoku.bank import BANK_5, BANK_6, BANK_9
from tasks.problem_solving.sudoku.drawing import LEVELS, Grid, Rules, difficulty, draw_grid
from tasks.problem_solving.sudoku.reading import read_grid
from tasks.problem_solving.sudoku.rows import read_missing
from tasks.problem_solving.sudoku.solver import HOLE, solutions

NAME = "problem_solving/sudoku"
ALL = range(1, len(LEVELS) + 1)
GRIDS = {level: rules for level, rules in enumerate(LEVELS, start=1) if isinstance(rules, Rules)}
ROWS = [level for level in ALL if level not in GRIDS]
BAD_FRENCH = re.compile(r"  | ,|[^ ][;:?]|\bde le\b|\bà le\b|\bsi il\b|\bet  ")


def score(item: Item, text: str) -> float | None:
    return TASK.score(item, Completion(item.id, text, "stop", 0, 0, "")).value


def as_symbols(grid: Grid) -> list[int]:
    return [grid.symbols.index(number) if number else HOLE for number in grid.cells]


def test_keeps_every_promise() -> None:
    """Gold scores 1, baselines stay at chance, items are pinned, distinct and parallel."""
    assert check_task(NAME, 6) == []
    assert load_task(NAME) is TASK


@pytest.mark.parametrize("level", GRIDS)
def test_exactly_one_completion(level: int) -> None:
    """The solver completes a grid in one way, the target's, and every group holds every symbol."""
    rules = GRIDS[level]
    for n in range(4):
        grid = draw_grid(Random(f"{level}/{n}"), rules)
        (only,) = solutions(as_symbols(grid), rules.size, rules.box)
        assert tuple(grid.symbols[symbol] for symbol in only) == grid.complete
        assert grid.cells.count(0) == rules.holes
        size, (height, width) = rules.size, rules.box
        for row in range(size):
            assert len(set(grid.complete[row * size : (row + 1) * size])) == size
            assert len(set(grid.complete[row::size])) == size
        for top in range(0, size, height):
            for left in range(0, size, width):
                box = {grid.complete[(top + r) * size + left + c] for r in range(height) for c in range(width)}
                assert len(box) == size


def test_the_bank_has_one_completion_each() -> None:
    """Grids of the bank have few givens and one completion."""
    for bank, size, box, most in ((BANK_5, 5, (1, 5), 13), (BANK_6, 6, (2, 3), 10), (BANK_9, 9, (3, 3), 22)):
        assert len(set(bank)) >= 6
        for written in bank:
            cells = [HOLE if c == "." else int(c) for c in written]
            assert len(cells) == size * size
            assert size * size - cells.count(HOLE) <= most
            assert len(solutions(cells, size, box)) == 1


def test_the_solver_counts() -> None:
    """There are 2, 12 and 576 Latin squares of order 2, 3 and 4, and 288 sudokus of four by four (OEIS A002860)."""
    assert [len(solutions([HOLE] * n * n, n, (1, n), 9999)) for n in (2, 3, 4)] == [2, 12, 576]
    assert len(solutions([HOLE] * 16, 4, (2, 2), 9999)) == 288
    assert solutions([0, 0, HOLE, HOLE], 2, (1, 2)) == []


def test_difficulty_strictly_increases() -> None:
    """There are more holes at every level."""
    assert all(low < high for low, high in pairwise(difficulty(level) for level in ALL))


def test_chance_is_that_of_blind_guessing() -> None:
    """Level 3 says among which numbers to guess: three of five to nine; elsewhere little is left to luck."""
    sizes = Counter(len(item.target) for item in TASK.items(3, "en", "chance", 1000))
    blind = sum(count / math.comb(size, 3) for size, count in sizes.items()) / 1000
    assert blind == pytest.approx(TASK.card.chance[2], abs=0.005)
    for level, rules in GRIDS.items():
        assert rules.size**-rules.holes <= TASK.card.chance[level - 1] + 0.004


@pytest.mark.parametrize("level", ROWS)
def test_rows_lack_what_their_level_says(level: int) -> None:
    """Consecutive numbers, each once; the holes are where the rules put them, at level 2 at either end as often."""
    first = 0
    for item in TASK.items(level, "en", "rows", 300):
        cells, whole = item.data["cells"], item.target
        assert sorted(whole) == list(range(min(whole), min(whole) + len(whole)))
        holes = [place for place, cell in enumerate(cells) if not cell]
        assert [cell or number for cell, number in zip(cells, whole, strict=True)] == whole
        if level < 3:
            assert whole == sorted(whole)
            assert holes in ([len(cells) - 1], [0])[:level]
        first += holes == [0]
    assert len(holes) == (1, 1, 3)[level - 1]
    assert level != 2 or abs(first - 150) < 40


@pytest.mark.parametrize(
    "text",
    [
        "17", "17.", "**17**", "`17`", "The missing number is 17.", "Le nombre qui manque est 17.", "Answer: 17",
        "Réponse : 17", "14 15 16 17 18", "14, 15, 16, 17, 18", "17 comes after 16.", "The row is 14 15 16 17 18.",
        "After 16 comes\n17", "16, no wait.\nAnswer: 17", "<think>19</think>17", "« 17 »", "It is 17 !",
    ],
)  # fmt: skip
def test_reads_a_missing_number(text: str) -> None:
    """Alone, in a sentence, announced, or in the whole row."""
    assert read_missing(text, "14 15 16 . 18", [14, 15, 16, 0, 18]) == (17,)


@pytest.mark.parametrize(
    "text",
    [
        "", "A", "16", "17 18 19 20", "17 or 19", "17 ou 19", "not 17", "ce n'est pas 17", "13 14 15 16 17 18 19",
        "18 17 16 15 14", "17\n19", "17 19", "14 15 16 . 18", "<think>17", "171", "Answer: correct", "17 20 21",
    ],
)  # fmt: skip
def test_reads_no_missing_number(text: str) -> None:
    """Lists, hedges, denials, the row as it was, and other numbers."""
    assert read_missing(text, "14 15 16 . 18", [14, 15, 16, 0, 18]) != (17,)


def test_missing_numbers_come_in_any_order() -> None:
    """Three are asked for; each must be there and no other."""
    cells = [0, 15, 16, 0, 0, 14]
    for text in ("13 17 18", "18, 17, 13", "13, 17 and 18", "13 15 16 17 18 14"):
        assert read_missing(text, "", cells) == (13, 17, 18)
    for text in ("13 17", "13 17 19", "13 17 18 19", "13 14 15 16 17 18", "13 17 17"):
        assert read_missing(text, "", cells) != (13, 17, 18)


def test_a_memorised_bank_does_not_help() -> None:
    """A grid of the bank is one of about 10**12, and 2,000 items of the top level hardly share their givens' places."""
    assert 2 * math.factorial(3) ** 8 * math.factorial(9) > 10**12  # transposed; bands, lines within bands; symbols
    shapes = {tuple(cell > 0 for cell in item.data["cells"]) for item in TASK.items(12, "en", "bank", 2000)}
    assert len(shapes) >= 1990


def test_french_is_correct() -> None:
    """Spaces before colons, no double space, and the same grids as in English."""
    for level in ALL:
        french, english = (TASK.items(level, language, "french", 20) for language in ("fr", "en"))
        assert not BAD_FRENCH.search(TASK.instruction(level, "fr"))
        for one, other in zip(french, english, strict=True):
            english_words = other.question.replace("Numbers:", "Nombres :").replace("Numbers from", "Nombres de")
            assert one.question == english_words.replace(" to ", " à ")
            assert one.target == other.target
    assert "chaque ligne, chaque colonne et chaque bloc de 2 lignes sur 3 colonnes" in TASK.instruction(7, "fr")
    assert "La ligne compte de 1 en 1." in TASK.instruction(1, "fr")
    assert TASK.instruction(7, "fr").endswith("la grille complète, ligne par ligne.")
    assert "chaque ligne et chaque colonne contient" in TASK.instruction(4, "fr")


def test_items_differ() -> None:
    """The first two thousand of each low level are all different."""
    for level in (1, 2, 3):
        assert len({item.question for item in TASK.items(level, "fr", "distinct", 2000)}) == 2000


GRID = (1, 2, 3, 2, 3, 1, 3, 1, 2)


@pytest.mark.parametrize(
    "text",
    [
        "1 2 3\n2 3 1\n3 1 2",
        "123\n231\n312",
        "1,2,3\n2,3,1\n3,1,2",
        "1, 2, 3;\n2, 3, 1;\n3, 1, 2.",
        "| 1 | 2 | 3 |\n|---|---|---|\n| 2 | 3 | 1 |\n| 3 | 1 | 2 |",
        "+-----+\n|1 2 3|\n|2 3 1|\n|3 1 2|\n+-----+",
        "[[1, 2, 3],\n [2, 3, 1],\n [3, 1, 2]]",
        "[[1, 2, 3], [2, 3, 1], [3, 1, 2]]",
        "1 2 3 / 2 3 1 / 3 1 2",
        "```\n1 2 3\n2 3 1\n3 1 2\n```",
        "Answer:\n1 2 3\n2 3 1\n3 1 2",
        "Réponse : 1 2 3\n2 3 1\n3 1 2",
        "Here is the grid:\n\n1 2 3\n2 3 1\n3 1 2\n\nEach row holds 1, 2 and 3.",
        "Voici la grille complète :\n1 2 3\n\n2 3 1\n\n3 1 2",
        "**1** 2 3\n2 **3** 1\n3 1 **2**",
        "1\u00a02\u202f3\r\n2 3 1\r\n3 1 2",
        "<think>2 1 3</think>1 2 3\n2 3 1\n3 1 2",
        "2 1 3\n1 3 2\n3 2 1\n\nNo, wait:\n\n1 2 3\n2 3 1\n3 1 2",
        "The grid was:\n1 . 3\n2 3 .\n. 1 2\n\nCompleted:\n1 2 3\n2 3 1\n3 1 2",
    ],
)
def test_reads_a_grid_as_a_person_would(text: str) -> None:
    """Spaces, commas, bars, brackets, fences or nothing between digits; after words, and the last one."""
    assert read_grid(text, "", 3, digits=True) == GRID


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "1 2 3",
        "1 2 3\n2 3 1",
        "1 2 3\n2 3 1\n3 1 2\n1 2 3",
        "1 2\n2 1",
        "1 . 3\n2 3 1\n3 1 2",
        "1 2 3\n2 3 1\n3 1 2\n\n2 1 3\n1 3 2\n3 2 1\n\n3 1 2\n1 2 3\n2 3 1",
        " ".join(map(str, range(1001))),
        "<think>1 2 3\n2 3 1\n3 1 2",
        "The grid is complete and correct.",
    ],
)
def test_reads_no_grid_where_there_is_not_one(text: str) -> None:
    """Rows that lack, rows too many, holes, and three guesses are no grid."""
    assert read_grid(text, "", 3, digits=True) is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_only_the_completion_counts(language: str) -> None:
    """The grid with its holes, a changed given, an exchanged line, and the prompt again are wrong."""
    for level in (4, 5, 8):
        (item,) = TASK.items(level, language, "corpus", 1)
        gold = TASK.answer(item)
        assert score(item, gold) == score(item, f"{item.question}\n{gold}") == 1
        assert score(item, f"{gold}\n{item.question}") == 0
        assert score(item, item.question.split("\n", 1)[1]) == 0
        assert score(item, "\n".join(reversed(gold.split("\n")))) == 0


@settings(max_examples=80)
@given(st.text(max_size=200) | st.text("1234567. \n|", max_size=80))
def test_arbitrary_text_is_safe(text: str) -> None:
    """The judge never raises and stays in [0, 1]."""
    (item,) = TASK.items(7, "fr", "any", 1)
    assert score(item, text) == 0


@pytest.mark.parametrize(
    "text", ["1 2 3 4 5 6\n" * 90_000, "1" * 1_000_000, "|\n" * 500_000, "\0\ud800" * 400_000, "Answer: " * 120_000]
)
def test_a_megabyte_is_judged_at_once(text: str) -> None:
    """Rows, digits and signs of any length take less than half a second."""
    (item,) = TASK.items(7, "en", "slow", 1)
    start = time.process_time()
    assert score(item, text) == 0
    assert time.process_time() - start < 0.5
