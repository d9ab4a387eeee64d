"""Objects: groups of touching cells of one colour, what is true of them, and what can happen to them.

Cells touch by an edge or a corner. A scene keeps its objects in the order of their first cells, row by row.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple

from tasks.problem_solving.grid_transforms.grids import (
    BACKGROUND,
    Grid,
    filled,
    flipped,
    half_turned,
    mirrored,
    outside,
)


class Thing(NamedTuple):
    """An object: the place of its box, the box's rows, and its colour."""

    top: int
    left: int
    rows: Grid
    colour: str

    @property
    def area(self) -> int:
        """How many cells it has."""
        return sum(row.count(self.colour) for row in self.rows)


class Scene(NamedTuple):
    """Objects in a frame; their boxes never overlap."""

    height: int
    width: int
    things: tuple[Thing, ...]


@functools.lru_cache(maxsize=256)
def parsed(grid: Grid) -> Scene:
    """The objects of a grid."""
    width = len(grid[0]) + 2
    blank = BACKGROUND * width
    text = "".join((blank, *(f"{BACKGROUND}{row}{BACKGROUND}" for row in grid), blank))
    around = (-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1)
    found: list[Thing] = []
    seen: set[int] = set()
    for start, colour in enumerate(text):
        if colour == BACKGROUND or start in seen:
            continue
        waiting = [start]
        cells = {start}
        while waiting:
            place = waiting.pop()
            near = [place + step for step in around if text[place + step] == colour and place + step not in cells]
            cells.update(near)
            waiting += near
        seen |= cells
        found.append(_thing({(place // width - 1, place % width - 1) for place in cells}, colour))
    return Scene(len(grid), len(grid[0]), tuple(found))


def _thing(cells: set[tuple[int, int]], colour: str) -> Thing:
    top, left = min(r for r, _ in cells), min(c for _, c in cells)
    bottom, right = max(r for r, _ in cells), max(c for _, c in cells)
    rows = tuple(
        "".join(colour if (r, c) in cells else BACKGROUND for c in range(left, right + 1))
        for r in range(top, bottom + 1)
    )
    return Thing(top, left, rows, colour)


def painted(scene: Scene) -> Grid:
    """The grid that shows a scene."""
    lines = [[BACKGROUND] * scene.width for _ in range(scene.height)]
    for thing in scene.things:
        for r, row in enumerate(thing.rows, thing.top):
            line = lines[r]
            for c, cell in enumerate(row, thing.left):
                if cell != BACKGROUND:
                    line[c] = cell
    return tuple(map("".join, lines))


# --- what is true of an object --------------------------------------------------------------------------------------

Test = Callable[[Scene], tuple[bool, ...]]


def _each(test: Callable[[Thing], bool]) -> Test:
    return lambda scene: tuple(test(thing) for thing in scene.things)


def _most(measure: Callable[[Thing], int]) -> Test:
    """Those for which a measure is greatest."""

    def found(scene: Scene) -> tuple[bool, ...]:
        values = [measure(thing) for thing in scene.things]
        return tuple(value == max(values) for value in values)

    return found


def _at_edge(scene: Scene) -> tuple[bool, ...]:
    return tuple(
        thing.top == 0
        or thing.left == 0
        or thing.top + len(thing.rows) == scene.height
        or thing.left + len(thing.rows[0]) == scene.width
        for thing in scene.things
    )


def has_hole(thing: Thing) -> bool:
    """Whether the object encloses background."""
    empty = sum(row.count(BACKGROUND) for row in thing.rows)
    return empty > 0 and len(outside(thing.rows)) < empty


TESTS: dict[str, Test] = {
    "largest": _most(lambda thing: thing.area),
    "smallest": _most(lambda thing: -thing.area),
    "tallest": _most(lambda thing: len(thing.rows)),
    "widest": _most(lambda thing: len(thing.rows[0])),
    "highest": _most(lambda thing: -thing.top),
    "leftmost": _most(lambda thing: -thing.left),
    "holed": _each(has_hole),
    "solid": _each(lambda thing: not any(BACKGROUND in row for row in thing.rows)),
    "upright": _each(lambda thing: len(thing.rows) > len(thing.rows[0])),
    "lying": _each(lambda thing: len(thing.rows) < len(thing.rows[0])),
    "symmetric": _each(lambda thing: thing.rows == mirrored(thing.rows)),
    "at the edge": _at_edge,
}


def coloured(colour: str) -> Test:
    """Those of a colour."""
    return _each(lambda thing: thing.colour == colour)


# --- what can happen to an object -----------------------------------------------------------------------------------

Action = Callable[[Thing], Thing | None]  # None: it vanishes


def recoloured(colour: str) -> Action:
    """The same shape in another colour."""
    return lambda thing: thing._replace(
        rows=tuple(row.replace(thing.colour, colour) for row in thing.rows), colour=colour
    )


def _hollowed(thing: Thing) -> Thing:
    """Only cells with background beside them, above or below stay."""
    height, width = len(thing.rows), len(thing.rows[0])

    def inner(r: int, c: int) -> bool:
        if not (0 < r < height - 1 and 0 < c < width - 1):
            return False
        rows = thing.rows
        return BACKGROUND not in (rows[r - 1][c], rows[r + 1][c], rows[r][c - 1], rows[r][c + 1])

    made = tuple(
        "".join(BACKGROUND if inner(r, c) else cell for c, cell in enumerate(row)) for r, row in enumerate(thing.rows)
    )
    return thing._replace(rows=made)


ACTIONS: dict[str, Action] = {
    "stay": lambda thing: thing,
    "vanish": lambda _: None,
    "mirror": lambda thing: thing._replace(rows=mirrored(thing.rows)),
    "flip": lambda thing: thing._replace(rows=flipped(thing.rows)),
    "half turn": lambda thing: thing._replace(rows=half_turned(thing.rows)),
    "fill holes": lambda thing: thing._replace(rows=filled(thing.rows, thing.colour)),
    "fill box": lambda thing: thing._replace(rows=(thing.colour * len(thing.rows[0]),) * len(thing.rows)),
    "hollow": _hollowed,
}


# --- objects that fall ----------------------------------------------------------------------------------------------


def dropped(scene: Scene, side: str) -> Scene:
    """Every object slides to a side as a whole until the edge or another object's cell stops it.

    Cells are bits of an integer that reads the grid, with a frame around it, from its first cell to its last.
    """
    width = scene.width + 2
    blocked = _frame(scene.height, scene.width)
    shift, down, across = {
        "left": (1, 0, -1),
        "right": (-1, 0, 1),
        "up": (width, -1, 0),
        "down": (-width, 1, 0),
    }[side]
    placed = list(scene.things)
    for n in sorted(range(len(placed)), key=lambda n: _front(scene, placed[n], side)):
        thing, moves = placed[n], 0
        cells = _bits(scene, thing)
        while not (moved := cells << shift if shift > 0 else cells >> -shift) & blocked:
            cells, moves = moved, moves + 1
        blocked |= cells
        placed[n] = thing._replace(top=thing.top + down * moves, left=thing.left + across * moves)
    return scene._replace(things=tuple(placed))


@functools.lru_cache(maxsize=64)
def _frame(height: int, width: int) -> int:
    side = "1" + BACKGROUND * width + "1"
    return int("1" * (width + 2) + side * height + "1" * (width + 2), 2)


def _bits(scene: Scene, thing: Thing) -> int:
    width, bits = scene.width + 2, 0
    for row in thing.rows:
        bits = (bits << width) | int(row.replace(thing.colour, "1"), 2)
    right = scene.width + 1 - thing.left - len(thing.rows[0])
    return bits << (width * (scene.height - thing.top - len(thing.rows) + 1) + right)


def _front(scene: Scene, thing: Thing, side: str) -> int:
    """How far an object's foremost cell is from the side it slides to: the nearest one slides first."""
    return {
        "up": thing.top,
        "left": thing.left,
        "down": scene.height - thing.top - len(thing.rows),
        "right": scene.width - thing.left - len(thing.rows[0]),
    }[side]
