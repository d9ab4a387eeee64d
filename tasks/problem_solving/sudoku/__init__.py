"""Latin squares and sudokus: complete a grid that has exactly one completion.

Level 1 is a single row of consecutive numbers that lacks its last; the highest are sudokus of nine by nine with 22
givens.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item
from tasks.problem_solving.sudoku.drawing import LEVELS, Grid, Rules, draw_grid
from tasks.problem_solving.sudoku.reading import read_grid
from tasks.problem_solving.sudoku.rows import Row, RowRules, draw_row, read_missing

_RULE = {
    "fr": "Complétez la grille : chaque ligne{} chaque colonne{} contient chaque nombre une fois.",
    "en": "Complete the grid: each row{} each column{} holds each number once.",
}
_LATIN = {"fr": (" et", ""), "en": (" and", "")}
_BOXED = {
    "fr": (",", " et chaque bloc de {} lignes sur {} colonnes"),
    "en": (",", " and each box of {} rows by {} columns"),
}
_FORM = {
    "fr": " Écrivez seulement la grille complète, ligne par ligne.",
    "en": " Write only the completed grid, one row a line.",
}
_ROW = {
    "fr": ("La ligne compte de 1 en 1.", "La ligne contient chaque nombre une fois."),
    "en": ("The row counts by ones.", "The row holds each number once."),
}
_LACKING = {
    "fr": (
        " Écrivez seulement le nombre qui manque.",
        " Écrivez seulement les trois nombres qui manquent.",
    ),
    "en": (
        " Write only the missing number.",
        " Write only the three missing numbers.",
    ),
}
_RANGE = {"fr": "Nombres de {} à {}.\n{}", "en": "Numbers from {} to {}.\n{}"}
_NUMBERS = {"fr": "Nombres : {}.\n{}", "en": "Numbers: {}.\n{}"}


class Sudoku(ProceduralTask[Grid | Row]):
    """Rows and grids.

    A grid: 1 if the one grid read (see `reading.read_grid`: spaces, bars, commas, brackets or nothing between digits)
    is the only completion, else 0. The metric `holes` says how many holes are filled rightly. A row: 1 if the numbers
    said to be missing (see `rows.read_missing`: in any order, or in the whole row) are those that are.
    """

    def draw(self, rng: Random, level: int, index: int) -> Grid | Row:
        """A row or a grid of the level."""
        rules = LEVELS[level - 1]
        return draw_row(rng, rules, index) if isinstance(rules, RowRules) else draw_grid(rng, rules)

    def tell(self, structure: Grid | Row, language: str) -> Telling:
        """The numbers and the row or the grid, a point for each hole."""
        data = {"cells": list(structure.cells)}
        if isinstance(structure, Row):
            shown, complete = _shown(structure.cells, len(structure.cells)), structure.complete
            if not structure.rules.ordered:
                shown = _RANGE[language].format(min(complete), max(complete), shown)
            return Telling(shown, list(complete), data=data)
        shown = _shown(structure.cells, structure.rules.size)
        question = _NUMBERS[language].format(", ".join(map(str, structure.symbols)), shown)
        return Telling(question, list(structure.complete), data=data)

    def instruction(self, level: int, language: str) -> str:
        """The rule of the row or of the grid, with its boxes, and the form of the answer."""
        rules = LEVELS[level - 1]
        if isinstance(rules, RowRules):
            return _ROW[language][not rules.ordered] + _LACKING[language][rules.holes > 1]
        height, width = rules.box
        first, last = (_BOXED if height > 1 else _LATIN)[language]
        return _RULE[language].format(first, last.format(height, width)) + _FORM[language]

    def answer(self, item: Item) -> str:
        """The missing numbers, or the completed grid."""
        rules = LEVELS[item.level - 1]
        if isinstance(rules, RowRules):
            return " ".join(map(str, _missing(item)))
        return _shown(item.target, rules.size)

    def judge(self, item: Item, text: str) -> Judgement:
        """1 if these are the missing numbers, or the only completion."""
        rules = LEVELS[item.level - 1]
        if isinstance(rules, RowRules):
            found = read_missing(text, item.question, item.data["cells"])
            reason = "" if found else "no numbers can be read"
            return Judgement(float(found == tuple(sorted(_missing(item)))), " ".join(map(str, found or ())), reason)
        return _judge_grid(item, rules, text)


def _judge_grid(item: Item, rules: Rules, text: str) -> Judgement:
    grid = read_grid(text, item.question, rules.size, digits=rules.symbols[1] < 10)
    if grid is None:
        return Judgement(0.0, reason="no single grid of the right size can be read")
    holes = [n for n, number in enumerate(item.data["cells"]) if not number]
    right = sum(grid[n] == item.target[n] for n in holes) / len(holes)
    kept = all(grid[n] == number for n, number in enumerate(item.data["cells"]) if number)
    said = " / ".join(_shown(grid, rules.size).split("\n"))
    if not kept:
        return Judgement(0.0, said, "a given number was changed", {"holes": right})
    reason = "" if right == 1 else f"{right:.0%} of the holes are right"
    return Judgement(float(right == 1), said, reason, {"holes": right})


def _missing(item: Item) -> list[int]:
    """The numbers of a row's holes, in its order."""
    return [number for number, cell in zip(item.target, item.data["cells"], strict=True) if not cell]


def _shown(cells: tuple[int, ...] | list[int], size: int) -> str:
    written = [str(number) if number else "." for number in cells]
    return "\n".join(" ".join(written[start : start + size]) for start in range(0, len(cells), size))


TASK = Sudoku(Path(__file__).parent)
