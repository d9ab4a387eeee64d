"""Latin squares and sudokus: complete a grid that has exactly one completion.

Level 1 is a square of two by two with one hole; the highest are sudokus of nine by nine with 22 givens.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item
from tasks.problem_solving.sudoku.drawing import LEVELS, Grid, draw_grid
from tasks.problem_solving.sudoku.reading import read_grid

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
    "fr": " Écrivez seulement la grille complète, une ligne par rangée.",
    "en": " Write only the completed grid, one row a line.",
}
_NUMBERS = {"fr": "Nombres : {}.\n{}", "en": "Numbers: {}.\n{}"}


class Sudoku(ProceduralTask[Grid]):
    """Grids judged cell by cell.

    1 if the one grid read (see `reading.read_grid`: spaces, bars, commas, brackets or nothing between digits) is the
    only completion, else 0. The metric `holes` says how many holes are filled rightly.
    """

    def draw(self, rng: Random, level: int, index: int) -> Grid:
        """A grid of the level."""
        return draw_grid(rng, level)

    def tell(self, structure: Grid, language: str) -> Telling:
        """The numbers and the grid, a point for each hole."""
        shown = _shown(structure.cells, structure.size)
        question = _NUMBERS[language].format(", ".join(map(str, structure.symbols)), shown)
        return Telling(question, list(structure.complete), data={"cells": list(structure.cells)})

    def instruction(self, level: int, language: str) -> str:
        """The rule of the grid, with its boxes, and the form of the answer."""
        height, width = LEVELS[level - 1].box
        first, last = (_BOXED if height > 1 else _LATIN)[language]
        return _RULE[language].format(first, last.format(height, width)) + _FORM[language]

    def answer(self, item: Item) -> str:
        """The completed grid."""
        return _shown(item.target, LEVELS[item.level - 1].size)

    def judge(self, item: Item, text: str) -> Judgement:
        """1 if the grid is the only completion."""
        rules = LEVELS[item.level - 1]
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


def _shown(cells: tuple[int, ...] | list[int], size: int) -> str:
    written = [str(number) if number else "." for number in cells]
    return "\n".join(" ".join(written[start : start + size]) for start in range(0, size * size, size))


TASK = Sudoku(Path(__file__).parent)
