"""The same puzzle in French and in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.types import Json
from tasks.problem_solving.grid_operations.drawing import Puzzle

RULES: dict[str, dict[str, str]] = {
    "operations": {
        "fr": "Appliquez les opérations à la grille, dans l'ordre. Écrivez seulement la grille obtenue, une ligne par "
        "rangée.",
        "en": "Apply the operations to the grid, in order. Write only the resulting grid, one row a line.",
    },
    "spiral": {
        "fr": "Lisez la grille en spirale : la première rangée de gauche à droite, puis en tournant dans le sens des "
        "aiguilles d'une montre vers le centre. Écrivez seulement les nombres dans cet ordre, sur une ligne.",
        "en": "Read the grid in a spiral: the first row from left to right, then turning clockwise towards the centre. "
        "Write only the numbers in this order, on one line.",
    },
    "distances": {
        "fr": "Remplacez chaque nombre de la grille par sa distance au 0 le plus proche, en pas vers le haut, le bas, "
        "la gauche ou la droite. Écrivez seulement la grille obtenue, ligne par ligne.",
        "en": "Replace each number of the grid by its distance to the nearest 0, in steps up, down, left or right. "
        "Write only the resulting grid, one row a line.",
    },
    "path": {
        "fr": "Allez de * à # par un des chemins les plus courts, sans passer par un X ni sortir de la grille. "
        "Écrivez seulement les pas, dans l'ordre : haut, bas, gauche ou droite.",
        "en": "Go from * to # by one of the shortest ways, never through an X or out of the grid. "
        "Write only the steps, in order: up, down, left or right.",
    },
}
STEP_WORDS: dict[str, dict[str, str]] = {
    "fr": {"up": "haut", "down": "bas", "left": "gauche", "right": "droite"},
    "en": {"up": "up", "down": "down", "left": "left", "right": "right"},
}
_GRID = {"fr": "Grille :", "en": "Grid:"}
_LIST = {"fr": "Opérations :", "en": "Operations:"}
_ONE = {"fr": "Opération :", "en": "Operation:"}
_SAID: dict[str, dict[str, str]] = {
    "fr": {
        "rotate": "tourner la grille de {degrees} degrés dans le sens des aiguilles d'une montre",
        "hmirror": "inverser l'ordre des rangées",
        "vmirror": "inverser l'ordre des colonnes",
        "dmirror": "échanger rangées et colonnes (la première rangée devient la première colonne)",
        "cmirror": "retourner la grille autour de la diagonale qui va du coin inférieur gauche au coin supérieur droit",
        "map": "remplacer chaque {from} par {to}",
        "zero_divisible": "remplacer par 0 chaque nombre divisible par {k}",
        "crop": "ne garder que les rangées {row_start} à {row_end} et les colonnes {col_start} à {col_end}",
        "keep_row": "ne garder que la rangée 1",
        "remove_row": "supprimer la rangée {n}",
        "remove_every_nth_row": "supprimer les rangées dont le numéro est un multiple de {n}",
        "remove_every_nth_col": "supprimer les colonnes dont le numéro est un multiple de {n}",
    },
    "en": {
        "rotate": "rotate the grid {degrees} degrees clockwise",
        "hmirror": "reverse the order of the rows",
        "vmirror": "reverse the order of the columns",
        "dmirror": "swap rows and columns (the first row becomes the first column)",
        "cmirror": "reflect the grid across the diagonal from the bottom left corner to the top right corner",
        "map": "replace every {from} by {to}",
        "zero_divisible": "replace by 0 every number divisible by {k}",
        "crop": "keep only rows {row_start} to {row_end} and columns {col_start} to {col_end}",
        "keep_row": "keep only row 1",
        "remove_row": "remove row {n}",
        "remove_every_nth_row": "remove the rows whose number is a multiple of {n}",
        "remove_every_nth_col": "remove the columns whose number is a multiple of {n}",
    },
}


def tell_puzzle(puzzle: Puzzle, language: str) -> str:
    """The grid, then the operations if there are any."""
    rows = len(puzzle.cells)
    said = [
        _said(operation, language, rows if number == 0 else 0) for number, operation in enumerate(puzzle.operations)
    ]
    lines = [f"{_ONE[language]} {said[0]}."] if len(said) == 1 else []
    if len(said) > 1:
        lines = [_LIST[language], *(f"{number}. {one}." for number, one in enumerate(said, 1))]
    return "\n".join([_GRID[language], shown(puzzle.cells, puzzle.names), *lines])


def shown(grid: Sequence[Sequence[Json]], names: Sequence[str]) -> str:
    """A row a line, with the names that stand for digits if there are any."""
    return "\n".join(" ".join(names[cell] if names else str(cell) for cell in row) for row in grid)


def _said(operation: Mapping[str, Json], language: str, rows: int) -> str:
    """An operation in words; `rows` is the height of its grid where that is known, and else 0."""
    name = operation["transform"]
    if name == "remove_every_nth_row" and operation["n"] * 2 > rows >= operation["n"]:
        name = "remove_row" if rows > 2 else "keep_row"
    return _SAID[language][name].format_map(operation)
