"""Hidden rules on grids of digits: a few pairs of input and output grids, and an input whose output is asked.

Level 1 repeats a row of three cells; the highest composes five steps over the objects of a 12 by 12 grid.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item
from tasks.problem_solving.grid_transforms.drawing import Puzzle, draw_puzzle
from tasks.problem_solving.grid_transforms.grids import Grid
from tasks.problem_solving.grid_transforms.reading import read_grid

_INSTRUCTION = {
    "fr": (
        "Trouvez la règle qui change chaque grille d'entrée en sa grille de sortie. Écrivez seulement la grille de "
        "sortie de la dernière entrée."
    ),
    "en": (
        "Find the rule that turns each input grid into its output grid. Write only the output grid of the last input."
    ),
}
_LABELS = {"fr": ("Entrée :", "Sortie :"), "en": ("Input:", "Output:")}


class GridTransforms(ProceduralTask[Puzzle]):
    """Grids judged whole.

    1 if the one grid read (see `reading.read_grid`: rows of digits with spaces, commas, bars, brackets or nothing
    between them) is the test input's output, else 0. The metric `cells` says how many cells of a grid of the
    right size are right.
    """

    def draw(self, rng: Random, level: int, index: int) -> Puzzle:
        """A puzzle of the level."""
        return draw_puzzle(rng, level)

    def tell(self, structure: Puzzle, language: str) -> Telling:
        """The pairs, then the test input."""
        before, after = _LABELS[language]
        told = [f"{before}\n{shown(grid)}\n{after}\n{shown(made)}" for grid, made in structure.pairs]
        question = "\n\n".join([*told, f"{before}\n{shown(structure.test)}\n{after}"])
        return Telling(question, list(structure.target), data={"rule": list(structure.rule)})

    def instruction(self, level: int, language: str) -> str:
        """What the pairs are, and the form of the answer."""
        return _INSTRUCTION[language]

    def answer(self, item: Item) -> str:
        """The output grid."""
        return shown(tuple(item.target))

    def judge(self, item: Item, text: str) -> Judgement:
        """1 if the grid is the test input's output."""
        grid = read_grid(text, item.question)
        if grid is None:
            return Judgement(0.0, reason="no single grid can be read")
        said, target = " / ".join(map(" ".join, grid)), tuple(item.target)
        if (len(grid), len(grid[0])) != (len(target), len(target[0])):
            sizes = f"{len(grid)} by {len(grid[0])} instead of {len(target)} by {len(target[0])}"
            return Judgement(0.0, said, f"the grid is {sizes}", {"cells": 0.0})
        pairs = list(zip("".join(grid), "".join(target), strict=True))
        cells = sum(a == b for a, b in pairs) / len(pairs)
        reason = "" if grid == target else f"{cells:.0%} of the cells are right"
        return Judgement(float(grid == target), said, reason, {"cells": cells})


def shown(grid: Grid) -> str:
    """A grid as it is told: a row a line, spaces between cells."""
    return "\n".join(map(" ".join, grid))


TASK = GridTransforms(Path(__file__).parent)
