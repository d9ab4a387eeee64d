"""Families of steps: everything that one stage of a rule may do, with its colours taken from a puzzle's own.

The solver tries a whole family at each stage, so that what it proves holds of every rule a level can make.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import permutations, product
from typing import NamedTuple

from tasks.problem_solving.grid_transforms import conditions, grids, panels
from tasks.problem_solving.grid_transforms.grids import SIDES, Change, Grid
from tasks.problem_solving.grid_transforms.scenes import dropped, painted, parsed


class Step(NamedTuple):
    """One thing done to a grid."""

    change: Change
    cost: int = 1
    fits: Callable[[Grid], bool] | None = None  # whether a grid shows all that the step does; else: it changes it


Steps = dict[str, Step]


@dataclass(frozen=True, slots=True)
class Family:
    """The steps of a stage, by name, and what the solver may suppose of them."""

    steps: Callable[[str], Steps]  # of a puzzle's colours
    blurs: int | None = None  # directions whose lines a step may fill otherwise; None: it may change any count
    optional: bool = True  # the stage may be left out
    undone: Callable[[str], str] | None = None  # the name of the step that undoes a step
    expand: Callable[[Grid, str, int], Iterator[tuple[str, Grid]]] | None = None  # results with wanted counts
    drawn: Callable[[str], Steps] | None = None  # the steps a puzzle is made with, where they are fewer


def _plain(changes: dict[str, Change]) -> Callable[[str], Steps]:
    steps = {name: Step(change) for name, change in changes.items()}
    return lambda _: steps


def _towards(name: str, change: Callable[[Grid], Grid]) -> dict[str, Change]:
    return {f"{name} {side}": functools.partial(grids.oriented, change, side) for side in SIDES}


def _coloured(name: str, change: Callable[[Grid, str], Grid | None], colours: str) -> Steps:
    return {f"{name} {c}": Step(functools.partial(_with, change, c)) for c in colours}


def _with(change: Callable[[Grid, str], Grid | None], colour: str, grid: Grid) -> Grid | None:
    return change(grid, colour)


@functools.lru_cache(maxsize=512)
def _recolours(colours: str) -> Steps:
    return {f"{a} becomes {b}": Step(functools.partial(_recoloured, a, b)) for a, b in permutations(colours, 2)}


def _recoloured(old: str, new: str, grid: Grid) -> Grid:
    return tuple(row.replace(old, new) for row in grid)


@functools.lru_cache(maxsize=512)
def _swaps(colours: str) -> Steps:
    tables = {f"{a} and {b} change places": str.maketrans(a + b, b + a) for a, b in permutations(colours, 2) if a < b}
    return {name: Step(functools.partial(_translated, table)) for name, table in tables.items()}


def _translated(table: dict[int, int], grid: Grid) -> Grid:
    return tuple(row.translate(table) for row in grid)


@functools.lru_cache(maxsize=512)
def _regions(colours: str) -> Steps:
    return _coloured("fill with", grids.filled, colours) | _coloured("outline with", grids.outlined, colours)


_MOVES = _plain(
    _towards("cells fall", grids.fallen)
    | _towards("shift", grids.shifted)
    | _towards("rays", grids.rays)
    | grids.JOINS
    | {"crop": grids.cropped}
)


@functools.lru_cache(maxsize=512)
def _logic(colours: str) -> Steps:
    return {
        f"{name} in {colour}": Step(functools.partial(panels.compared, logic, colour))
        for name, logic in panels.LOGIC.items()
        for colour in colours
    }


@functools.lru_cache(maxsize=512)
def _hidden(colours: str) -> Steps:
    return _coloured("complete", panels.completed, colours) | _coloured("reveal", panels.revealed, colours)


@functools.lru_cache(maxsize=512)
def _picked(colours: str) -> Steps:
    """Only the objects that pass a test stay, and the grid is cropped to them."""
    return {name: Step(functools.partial(_kept, name, colours)) for name in conditions.tests(colours)}


def _kept(name: str, colours: str, grid: Grid) -> Grid | None:
    scene = parsed(grid)
    passed = conditions.tests(colours)[name](scene)
    if passed.count(True) != 1:
        return None
    return scene.things[passed.index(True)].rows


@functools.lru_cache(maxsize=512)
def _conditions(colours: str) -> Steps:
    """Every rule "these do this, the others that"; both may do the same, and need then no test."""
    tests, actions = conditions.tests(colours), conditions.actions(colours)
    return {
        conditions.rule_name(test, first, second): _condition(colours, test, first, second)
        for test, first, second in product(tests, actions, actions)
    }


def _condition(colours: str, test: str, first: str, second: str) -> Step:
    tests, actions = conditions.tests(colours), conditions.actions(colours)
    parts = tests[test], actions[first], actions[second]
    shown = tests[test], actions[first], None if second == "stay" else actions[second]
    cost = len({first, second} - {"stay"})
    return Step(functools.partial(conditions.conditional, *parts), cost, functools.partial(conditions.shows, *shown))


@functools.lru_cache(maxsize=512)
def _one_sided(colours: str) -> Steps:
    return {name: step for name, step in _conditions(colours).items() if step.cost == 1 and name.endswith("else stay")}


@functools.lru_cache(maxsize=512)
def _two_sided(colours: str) -> Steps:
    return {name: step for name, step in _conditions(colours).items() if step.cost == 2 and "vanish" not in name}


def _slid(side: str, grid: Grid) -> Grid:
    return painted(dropped(parsed(grid), side))


_SLIDES = _plain({f"objects fall {side}": functools.partial(_slid, side) for side in SIDES})
_SHIFTS = _plain(_towards("shift", grids.shifted))
_OPPOSITE = {"left": "right", "right": "left", "up": "down", "down": "up"}


FAMILIES: dict[str, Family] = {
    "repeat": Family(_plain({"repeat": grids.SIZES["repeat rightwards"]})),
    "recolour": Family(_recolours),
    "swap": Family(_swaps, undone=lambda name: name),
    "turn": Family(_plain(grids.TURNS), blurs=0, undone=lambda name: grids.UNTURNED.get(name, name)),
    "size": Family(_plain(grids.SIZES)),
    "move": Family(_MOVES),
    "region": Family(_regions),
    "logic": Family(_logic, optional=False),
    "hidden": Family(_hidden, optional=False, drawn=lambda colours: _hidden(colours[-1])),
    "chart": Family(_plain(panels.CHARTS), optional=False),
    "pick": Family(_picked, optional=False),
    "condition": Family(_conditions, expand=conditions.expanded, drawn=_one_sided),
    "two conditions": Family(_conditions, expand=conditions.expanded, drawn=_two_sided),
    "slide": Family(_SLIDES, blurs=1),
    "shift": Family(_SHIFTS, blurs=0, undone=lambda name: f"shift {_OPPOSITE[name.removeprefix('shift ')]}"),
}
