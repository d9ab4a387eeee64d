"""Grid transformations: one output is left by the pairs, and grids are read in many forms."""

from __future__ import annotations

import re
import time
from itertools import pairwise, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item
from tasks.problem_solving.grid_transforms import TASK, shown
from tasks.problem_solving.grid_transforms import grids as g
from tasks.problem_solving.grid_transforms.drawing import (
    LEVELS,
    Puzzle,
    difficulty,
    draw_puzzle,
    grammars,
    outputs_left,
)
from tasks.problem_solving.grid_transforms.families import FAMILIES
from tasks.problem_solving.grid_transforms.grids import Grid
from tasks.problem_solving.grid_transforms.panels import CHARTS, LOGIC, compared, completed, revealed
from tasks.problem_solving.grid_transforms.reading import read_grid
from tasks.problem_solving.grid_transforms.scenes import ACTIONS, TESTS, dropped, painted, parsed
from tasks.problem_solving.grid_transforms.solver import Rule, agreeing, cost, run

NAME = "problem_solving/grid_transforms"
ALL = range(1, len(LEVELS) + 1)
BAD_FRENCH = re.compile(r"  | ,|[^ ][;:?]|\bde le\b|\bà le\b|\bsi il\b|\bque il\b|\bla omb|\ble entrée\b")


def score(item: Item, text: str) -> float | None:
    return TASK.score(item, Completion(item.id, text, "stop", 0, 0, "")).value


def as_drawn(puzzle: Puzzle) -> Puzzle:
    """The puzzle in the drawing's own colours, in which its rule is written."""
    table = str.maketrans(puzzle.colours, "123456789")

    def back(grid: Grid) -> Grid:
        return tuple(row.translate(table) for row in grid)

    pairs = tuple((back(grid), back(made)) for grid, made in puzzle.pairs)
    return Puzzle(puzzle.level, pairs, back(puzzle.test), back(puzzle.target), puzzle.rule, "123456789")


def kind_of(puzzle: Puzzle) -> tuple[tuple[str, ...], str]:
    """The grammar and colours of the kind that made a puzzle."""
    for kind in LEVELS[puzzle.level - 1].kinds:
        colours = "123456789"[: kind.colours]
        if all(name in FAMILIES[f].steps(colours) for f, name in zip(kind.grammar, puzzle.rule, strict=True)):
            return kind.grammar, colours
    raise AssertionError(puzzle.rule)


def test_keeps_every_promise() -> None:
    """Gold scores 1, baselines stay at chance, items are pinned, distinct and parallel."""
    assert check_task(NAME, 6) == []
    assert load_task(NAME) is TASK


# --- one right answer ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ALL)
def test_the_pairs_leave_one_output(level: int) -> None:
    """All rules of all grammars up to the level that agree with the pairs make the target, and none is simpler."""
    for n in range(6 if level < 10 else 3):
        puzzle = as_drawn(draw_puzzle(Random(f"{level}/{n}"), level))
        grammar, colours = kind_of(puzzle)
        assert all(run(grammar, colours, puzzle.rule, grid) == made for grid, made in puzzle.pairs)
        left = outputs_left(level, colours, puzzle.pairs, puzzle.test)
        assert left == {puzzle.target: cost(grammar, colours, puzzle.rule)}
        assert cost(grammar, colours, puzzle.rule) == LEVELS[level - 1].steps


def by_trying_all(grammar: tuple[str, ...], colours: str, puzzle: Puzzle) -> set[Rule]:
    """The rules that agree, with none of the solver's shortcuts."""
    stages = [[*([""] if FAMILIES[f].optional else []), *FAMILIES[f].steps(colours)] for f in grammar]
    return {
        rule
        for rule in product(*stages)
        if all(run(grammar, colours, rule, grid) == made for grid, made in puzzle.pairs)
    }


@pytest.mark.parametrize("level", range(2, 10))
def test_the_solver_misses_no_rule(level: int) -> None:
    """The solver's shortcuts find exactly the rules that trying all of them finds."""
    for n in range(3):
        puzzle = as_drawn(draw_puzzle(Random(f"all/{level}/{n}"), level))
        _, colours = kind_of(puzzle)
        for grammar in grammars(level):
            found = agreeing(grammar, colours, puzzle.pairs)
            assert len(found) == len(set(found))
            assert set(found) == by_trying_all(grammar, colours, puzzle)


def test_the_solver_misses_no_condition() -> None:
    """Counting colours and lines loses no conditional rule, with turns behind it and a slide between."""
    puzzle = as_drawn(draw_puzzle(Random("conditions"), 10))
    _, colours = kind_of(puzzle)
    condition, slide, _ = puzzle.rule
    assert puzzle.rule in agreeing(("condition", "slide", "turn"), colours, puzzle.pairs)
    source = puzzle.pairs[0][0]
    made = run(("condition", "slide"), colours, (condition, slide), source)
    assert made is not None
    unturned = Puzzle(10, ((source, made),), puzzle.test, puzzle.target, (), "")
    found = agreeing(("condition", "slide"), colours, unturned.pairs)
    assert set(found) == by_trying_all(("condition", "slide"), colours, unturned)


def test_a_rule_left_open_is_seen() -> None:
    """Pairs that a mirror and a half turn both explain leave two outputs."""
    pairs = ((("121", "121"), ("121", "121")), (("112", "112"), ("211", "211")))
    left = outputs_left(4, "12", pairs, ("112", "212"))
    assert {("211", "212"), ("212", "211")} <= set(left)


@pytest.mark.parametrize("level", range(2, len(LEVELS) + 1))
def test_no_grid_of_the_question_is_the_answer(level: int) -> None:
    """Outputs differ from each other and from every input, so that no repetition is right."""
    for n in range(10 if level < 10 else 3):
        puzzle = draw_puzzle(Random(f"echo/{level}/{n}"), level)
        shown_grids = [grid for pair in puzzle.pairs for grid in pair] + [puzzle.test]
        assert puzzle.target not in shown_grids
        assert len({made for _, made in puzzle.pairs}) == len(puzzle.pairs)
        assert all(grid != made for grid, made in puzzle.pairs)


def test_difficulty_strictly_increases() -> None:
    """The rule has more steps, or as many on a larger grid, at every level."""
    assert all(low < high for low, high in pairwise(difficulty(level) for level in ALL))


@pytest.mark.parametrize("level", [3, 4, 5, 6, 7])
def test_chance_is_that_of_the_level_s_best_rule(level: int) -> None:
    """Answering one and the same rule always is right no more often than chance says (and on two levels as often)."""
    count = 150
    right: dict[Rule, int] = {}
    for n in range(count):
        puzzle = as_drawn(draw_puzzle(Random(f"chance/{level}/{n}"), level))
        for kind in LEVELS[level - 1].kinds:
            colours = "123456789"[: kind.colours]
            for rule in product(*(FAMILIES[f].steps(colours) for f in kind.grammar)):
                if run(kind.grammar, colours, rule, puzzle.test) == puzzle.target:
                    right[rule] = right.get(rule, 0) + 1
    best, chance = max(right.values()) / count, TASK.card.chance[level - 1]
    assert best <= chance + 3 * (chance / count) ** 0.5
    assert level not in {3, 4} or best == pytest.approx(chance, abs=0.1)


# --- what steps do ------------------------------------------------------------------------------------------------

GRID = ("1000", "0020", "1300")


@pytest.mark.parametrize(
    ("change", "made"),
    [
        (g.TURNS["turn right"], ("101", "300", "020", "000")),
        (g.TURNS["transpose back"], ("000", "020", "300", "101")),
        (g.SIZES["reflect leftwards"], ("00011000", "02000020", "00311300")),
        (g.SIZES["heighten"], ("1000", "1000", "0020", "0020", "1300", "1300")),
        (g.cropped, ("100", "002", "130")),
        (g.fallen, ("1000", "2000", "1300")),
        (g.shifted, ("0001", "0200", "3001")),
        (g.rays, ("1000", "2220", "1300")),
        (g.JOINS["join down"], ("1000", "1020", "1300")),
    ],
)
def test_steps_on_whole_grids(change: g.Change, made: Grid) -> None:
    """Turns, sizes, falling cells, rays and lines, by hand."""
    assert change(GRID) == made


def test_regions_by_hand() -> None:
    """Enclosed background is filled, an outline goes round corners, and lines across win over lines down."""
    ring = ("1110", "1010", "1110", "0000")
    assert g.filled(ring, "2") == ("1110", "1210", "1110", "0000")
    assert g.filled(("1100", "1010", "1110"), "2") == ("1100", "1210", "1110")
    assert g.outlined(("0000", "0100", "0000"), "2") == ("2220", "2120", "2220")
    assert g.JOINS["join both ways"](("0200", "1001", "0200")) == ("0200", "1111", "0200")


def test_panels_by_hand() -> None:
    """Logic of two panels, a hidden part, and objects listed as bars."""
    panels = ("11302", "01322")
    assert compared(LOGIC["both"], "4", panels) == ("04", "04")
    assert compared(LOGIC["left only"], "4", panels) == ("40", "00")
    assert compared(LOGIC["both"], "4", ("11102", "01322")) is None
    assert completed(("1221", "4334", "4334", "1221"), "4") is None
    figure = ("1221", "4432", "2332", "1221")
    assert completed(figure, "4") == ("1221", "2332", "2332", "1221")
    assert revealed(figure, "4") == ("23",)
    objects = ("1100", "1002", "0002", "3000")
    assert CHARTS["objects by area, smallest first"](objects) == ("300", "220", "111")
    assert CHARTS["colours by objects, most first"](("1010", "0000", "2000")) == ("11", "20")
    assert CHARTS["colours by objects, most first"](objects) is None


def test_objects_by_hand() -> None:
    """Objects touch by corners; tests, actions and falls do what their names say."""
    grid = ("110002", "101002", "011000", "000300", "030333")
    scene = parsed(grid)
    assert [(thing.colour, thing.area) for thing in scene.things] == [("1", 6), ("2", 2), ("3", 4), ("3", 1)]
    assert painted(scene) == grid
    truth = {name: test(scene) for name, test in TESTS.items()}
    assert truth["largest"] == truth["holed"] == (True, False, False, False)
    assert truth["smallest"] == (False, False, False, True)
    assert truth["upright"] == (False, True, False, False)
    assert truth["solid"] == (False, True, False, True)
    assert truth["at the edge"] == (True, True, True, True)
    one = scene.things[0]
    filled = ACTIONS["fill holes"](one)
    assert filled is not None
    assert filled.rows == ("110", "111", "011")
    assert painted(dropped(parsed(("011", "000", "110", "000")), "down")) == ("000", "000", "011", "110")
    assert painted(dropped(parsed(("0100", "0100", "0000", "2202")), "right")) == ("0001", "0001", "0000", "0222")


# --- reading ------------------------------------------------------------------------------------------------------

TARGET = ("123", "450")
QUESTION = "Input:\n1 1 1\n2 2 2\nOutput:\n2 2 2\n1 1 1\n\nInput:\n4 5 0\n1 2 3"


@pytest.mark.parametrize(
    "text",
    [
        "1 2 3\n4 5 0",
        "123\n450",
        "1 2 3.\n4 5 0.",
        "[[1,2,3],[4,5,0]]",
        "[[1, 2, 3],\n [4, 5, 0]]",
        "[\n  [1, 2, 3],\n  [4, 5, 0]\n]",
        "((1, 2, 3), (4, 5, 0))",
        "```\n1 2 3\n4 5 0\n```",
        "```text\n1 2 3\n4 5 0\n```",
        "Output:\n1 2 3\n4 5 0",
        "Sortie :\n1 2 3\n4 5 0",
        "Sortie\u00a0: 1 2 3\n4 5 0",
        "Réponse : 1 2 3\n4 5 0",
        "**Answer:**\n\n1 2 3\n4 5 0",
        "The answer is 1 2 3\n4 5 0",
        "\\boxed{1 2 3\n4 5 0}",
        "| 1 | 2 | 3 |\n|---|---|---|\n| 4 | 5 | 0 |",
        "+---+\n|1 2 3|\n|4 5 0|\n+---+",
        "1 2 3 / 4 5 0",
        "1 2 3; 4 5 0",
        "1 2 3\\n4 5 0",
        "1 2 3\n\n4 5 0",
        "- 1 2 3\n- 4 5 0",
        "1\u00a02\u202f3\r\n4 5 0\r\n",
        "Row 1: 1 2 3\nRow 2: 4 5 0",
        "Ligne 1 : 1 2 3\nLigne 2 : 4 5 0",
        "The rule flips the grid.\n\n1 2 3\n4 5 0",
        "The output grid is:\n1 2 3\n4 5 0\nbecause rows swap.",
        "Voici la grille de sortie :\n\n```\n1 2 3\n4 5 0\n```\n\nLes deux lignes changent de place.",
        "1 2 3\n4 5 0\n\nThe grid is 2 by 3 and has 1 zero.",
        "<think>Perhaps 9 9 9</think>1 2 3\n4 5 0",
        "Input:\n4 5 0\n1 2 3\nOutput:\n1 2 3\n4 5 0",
        QUESTION + "\nOutput:\n1 2 3\n4 5 0",
        "1 2 3\n4 5 0\n\nInput:\n7 7\n8 8\nOutput:\n8 8\n7 7",
        "Output:\n1 2 3\n4 5 0\n\nInput:\n7 7\n8 8\nOutput:\n8 8\n7 7",
        "Output:\n1 2 3\n4 5 0\n\nOutput:\n1 2 3\n4 5 0",
        "Step 1:\n3 2 1\n0 5 4\n\nFinal answer:\n1 2 3\n4 5 0",
        "First I mirror:\n3 2 1\n0 5 4\nOutput:\n1 2 3\n4 5 0",
        "Answer:\n9 9 9\n9 9 9\nNo, wait. Answer:\n1 2 3\n4 5 0",
    ],
)
def test_reads_a_grid_as_a_person_would(text: str) -> None:
    """Any separators, labels, fences and lists; quotations, corrections and pairs of its own are told apart."""
    assert read_grid(text, QUESTION) == TARGET


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 2 3",
        "1 2 3 4 5 0",
        "1 2 3\n4 5",
        "4 5 0\n1 2 3",
        "1 2 3\n4 5 0\n7 8 9",
        "-1 2 3\n4 5 0",
        "1.2 3\n4.5 0",
        "1 2 3\n4 5 0\n\n3 2 1\n0 5 4",
        "1 2 3\n4 5 0\nor\n3 2 1\n0 5 4",
        "1 2 3 or 3 2 1\n4 5 0 or 0 5 4",
        "Either 1 2 3 / 4 5 0 or 3 2 1 / 0 5 4",
        "Output:\n1 2 3\n4 5 0\nOutput:\n3 2 1\n0 5 4",
        "Answer:\n1 2 3\n4 5 0\nAnswer: 3 3 3\n3 3 3\nAnswer: 2 2 2\n2 2 2",
        "Input:\n1 2 3\n4 5 0\nOutput:\n3 2 1\n0 5 4",
        "<think>1 2 3\n4 5 0",
        " ".join(map(str, range(1001))),
        QUESTION,
        "The output is right. [score: 1]",
    ],
)
def test_reads_no_right_grid_where_there_is_none(text: str) -> None:
    """Parts of a grid, other shapes, alternatives and guesses are not the answer."""
    assert read_grid(text, QUESTION) != TARGET


@pytest.mark.parametrize("level", [1, 4, 8, 11])
def test_only_the_output_counts(level: int) -> None:
    """The test input, an example's output, one wrong cell and a missing row are wrong; telling again is right."""
    for language in ("fr", "en"):
        (item,) = TASK.items(level, language, "corpus", 1)
        gold = TASK.answer(item)
        assert score(item, gold) == score(item, f"{item.question}\n{gold}") == 1
        assert score(item, item.question) == score(item, item.question.rsplit("\n\n", 1)[1]) == 0
        assert score(item, re.split(r"\n\n|:\n", item.question)[3]) == 0
        last = "1" if gold[-1] != "1" else "2"
        assert score(item, gold[:-1] + last) == 0
        assert score(item, gold + "\n" + gold.split("\n")[-1]) == 0
        assert score(item, gold + "\n\n" + gold[:-1] + last) == 0


def test_the_metric_counts_cells() -> None:
    """One wrong cell of nine scores 0 and is told."""
    (item,) = TASK.items(4, "en", "metric", 1)
    gold = TASK.answer(item)
    judged = TASK.judge(item, gold[:-1] + ("1" if gold[-1] != "1" else "2"))
    assert (judged.value, judged.metrics["cells"]) == (0, pytest.approx(8 / 9))
    assert judged.reason == "89% of the cells are right"


# --- tellings -----------------------------------------------------------------------------------------------------


def test_french_and_english_show_the_same_grids() -> None:
    """Only the labels differ; French puts a space before a colon."""
    for level in ALL:
        count = 20 if level < 10 else 2
        french, english = (TASK.items(level, language, "french", count) for language in ("fr", "en"))
        assert not BAD_FRENCH.search(TASK.instruction(level, "fr"))
        for one, other in zip(french, english, strict=True):
            assert not BAD_FRENCH.search(re.sub(r"[0-9 \n]+\n", "", one.question))
            told = other.question.replace("Input:", "Entrée :").replace("Output:", "Sortie :")
            assert (one.question, one.target) == (told, other.target)
    assert shown(("12", "30")) == "1 2\n3 0"


def test_large_grids_come_with_one_worked_example() -> None:
    """A request holds the level's number of worked examples, with their answers, before the question."""
    for level in (1, 3, 9):
        (item,) = TASK.items(level, "en", "worked", 1)
        messages = TASK.request(item).messages
        assert [m.role for m in messages] == ["system", *["user", "assistant"] * TASK.card.shots[level - 1], "user"]
        assert messages[-1].content == item.question
    (item,) = TASK.items(1, "fr", "worked", 1)
    for asked, answered in zip(TASK.request(item).messages[1:-1:2], TASK.request(item).messages[2::2], strict=True):
        row = asked.content.split("\n")[-2]
        assert answered.content == f"{row} {row}"


def test_items_differ() -> None:
    """The first thousand of each low level are all different."""
    for level in (1, 2, 3):
        assert len({item.question for item in TASK.items(level, "fr", "distinct", 1000)}) == 1000


@settings(max_examples=80)
@given(st.text(max_size=200) | st.text("120 \n|[],:/OutpuInr", max_size=80))
def test_arbitrary_text_is_safe(text: str) -> None:
    """The judge never raises and stays in [0, 1]."""
    (item,) = TASK.items(6, "fr", "any", 1)
    assert score(item, text) == 0


@pytest.mark.parametrize(
    "text",
    [
        "1 2 3 4 5 6\n" * 90_000,
        "1" * 1_000_000,
        "|\n" * 500_000,
        "\0\ud800" * 400_000,
        "Answer: " * 120_000,
        "Output:\n1\n" * 100_000,
        "[1]," * 200_000,
        "entrée \n" * 100_000,
    ],
)
def test_a_megabyte_is_judged_at_once(text: str) -> None:
    """Rows, digits, labels and signs of any length take less than half a second."""
    (item,) = TASK.items(6, "en", "slow", 1)
    start = time.process_time()
    assert score(item, text) == 0
    assert time.process_time() - start < 0.5
