"""Drawing a grid with exactly one completion.

Small grids are dug while one completion is left. Large ones come from a bank of grids with few givens, turned into
others by exchanging symbols, rows, columns and bands, which keeps their number of completions; givens are then added.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from harness.errors import TaskError
from tasks.problem_solving.sudoku.bank import BANK_5, BANK_6, BANK_9
from tasks.problem_solving.sudoku.rows import RowRules
from tasks.problem_solving.sudoku.solver import HOLE, Box, solutions

_BANKS = {5: BANK_5, 6: BANK_6, 9: BANK_9}
_ATTEMPTS = 200


@dataclass(frozen=True, slots=True)
class Rules:
    """What a level's grids are made of."""

    size: int
    box: Box  # a Latin square's boxes are its rows
    holes: int
    symbols: tuple[int, int]  # least and greatest number that may stand in a grid


LEVELS: tuple[Rules | RowRules, ...] = (
    RowRules(1, "last"),
    RowRules(1, "end"),
    RowRules(3, "any"),
    Rules(4, (1, 4), 4, (10, 99)),
    Rules(4, (2, 2), 8, (10, 99)),
    Rules(5, (1, 5), 12, (1, 9)),
    Rules(6, (2, 3), 22, (1, 6)),
    Rules(9, (3, 3), 40, (1, 9)),
    Rules(9, (3, 3), 48, (1, 9)),
    Rules(9, (3, 3), 53, (1, 9)),
    Rules(9, (3, 3), 56, (1, 9)),
    Rules(9, (3, 3), 59, (1, 9)),
)


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid to complete: numbers row by row, 0 for a hole, and its one completion."""

    rules: Rules
    symbols: tuple[int, ...]  # in the order in which they are told
    cells: tuple[int, ...]
    complete: tuple[int, ...]


def difficulty(level: int) -> tuple[int, int]:
    """The stated proxy: the number of holes, then the number of places where the first of them may be."""
    rules = LEVELS[level - 1]
    if isinstance(rules, RowRules) and rules.ordered:
        return rules.holes, 1 if rules.lacks == "last" else 2
    return rules.holes, 2


def draw_grid(rng: Random, rules: Rules) -> Grid:
    """A grid with exactly one completion."""
    least, most = rules.symbols
    names = rng.sample(range(least, most + 1), rules.size)
    cells, complete = (_from_bank if rules.size in _BANKS else _dug)(rng, rules)
    shown = tuple(sorted(names)) if most - least < 9 else tuple(rng.sample(names, len(names)))
    return Grid(
        rules,
        shown,
        tuple(0 if symbol == HOLE else names[symbol] for symbol in cells),
        tuple(names[symbol] for symbol in complete),
    )


def _from_bank(rng: Random, rules: Rules) -> tuple[list[int], list[int]]:
    """A grid of the bank turned into another, with givens added."""
    size, (height, width) = rules.size, rules.box
    given = [HOLE if c == "." else int(c) for c in rng.choice(_BANKS[size])]
    complete = _completed(given, rules)
    rows, columns = _order(rng, size, height), _order(rng, size, width if height > 1 else 1)
    turned = [row * size + column for row in rows for column in columns]
    if height == width and rng.randrange(2):
        turned = [turned[column * size + row] for row in range(size) for column in range(size)]
    cells, whole = [given[cell] for cell in turned], [complete[cell] for cell in turned]
    holes = [cell for cell, symbol in enumerate(cells) if symbol == HOLE]
    for cell in rng.sample(holes, len(holes) - rules.holes):
        cells[cell] = whole[cell]
    return cells, whole


_COMPLETED: dict[tuple[int, ...], tuple[int, ...]] = {}


def _completed(given: list[int], rules: Rules) -> tuple[int, ...]:
    """The one completion of a grid of the bank, found once a process."""
    key = tuple(given)
    if key not in _COMPLETED:
        (_COMPLETED[key],) = solutions(given, rules.size, rules.box)
    return _COMPLETED[key]


def _order(rng: Random, size: int, band: int) -> list[int]:
    """Lines in a random order that keeps bands together, each in a random order."""
    bands = [list(range(start, start + band)) for start in range(0, size, band)]
    return [line for kept in rng.sample(bands, len(bands)) for line in rng.sample(kept, band)]


def _dug(rng: Random, rules: Rules) -> tuple[list[int], list[int]]:
    """A random grid with holes dug one by one, while one completion is left."""
    size = rules.size
    for _ in range(_ATTEMPTS):
        complete = _random_grid(rng, rules)
        cells, dug = list(complete), 0
        for cell in rng.sample(range(size * size), size * size):
            cells[cell] = HOLE
            if len(solutions(cells, size, rules.box)) > 1:
                cells[cell] = complete[cell]
            elif (dug := dug + 1) == rules.holes:
                return cells, complete
    raise TaskError(f"no grid found in {_ATTEMPTS} attempts", where=f"sudoku, {size} by {size}")


def _random_grid(rng: Random, rules: Rules) -> list[int]:
    """One completion of random first cells; its lines and symbols are exchanged at random."""
    size, (height, width) = rules.size, rules.box
    base = [(row * width + row // height + column) % size for row in range(size) for column in range(size)]
    if height == 1:
        base = [(row + column) % size for row in range(size) for column in range(size)]
        if size == 4 and rng.randrange(4) == 0:
            base = [row ^ column for row in range(size) for column in range(size)]  # the other kind of order 4
    rows, columns = _order(rng, size, height), _order(rng, size, width if height > 1 else 1)
    return [base[row * size + column] for row in rows for column in columns]
