"""Rules about objects: those that pass a test undergo one action, the others another.

The solver tries every pair of actions for every way in which the tests part the objects. Cells of each colour are
counted in one integer (`counted`), so that most pairs are refused by a sum.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from tasks.problem_solving.grid_transforms.grids import Grid
from tasks.problem_solving.grid_transforms.scenes import (
    ACTIONS,
    TESTS,
    Action,
    Scene,
    Test,
    Thing,
    coloured,
    painted,
    parsed,
    recoloured,
)

_BITS = 10  # more than the bits of a grid's number of cells
Mask = tuple[bool, ...]
Acted = tuple[Thing | None, ...]


def counted(grid: Grid) -> int:
    """How many cells each colour but the background has, in one integer."""
    text = "".join(grid)
    return sum(text.count(colour) << _BITS * int(colour) for colour in "123456789")


@functools.lru_cache(maxsize=256)
def tests(colours: str) -> dict[str, Test]:
    """Every test, by name."""
    return TESTS | {f"of colour {colour}": coloured(colour) for colour in colours}


@functools.lru_cache(maxsize=256)
def actions(colours: str) -> dict[str, Action]:
    """Every action, by name."""
    return ACTIONS | {f"become {colour}": recoloured(colour) for colour in colours}


@functools.lru_cache(maxsize=64)
def masks(scene: Scene, colours: str) -> dict[Mask, list[str]]:
    """The tests by which objects pass them."""
    found: dict[Mask, list[str]] = {}
    for name, test in tests(colours).items():
        found.setdefault(test(scene), []).append(name)
    return found


def conditional(test: Test, first: Action, second: Action, grid: Grid) -> Grid:
    """The grid in which objects that pass underwent the first action, and the others the second."""
    scene = parsed(grid)
    passed = test(scene)
    chosen = [(first if yes else second)(thing) for thing, yes in zip(scene.things, passed, strict=True)]
    return _shown(scene, tuple(chosen))


def shows(test: Test, first: Action, second: Action | None, grid: Grid) -> bool:
    """Whether some objects pass and some do not, and each action that is given changes one of its own."""
    scene = parsed(grid)
    passed = test(scene)
    if all(passed) or not any(passed):
        return False
    changed = [False, second is None]
    for thing, yes in zip(scene.things, passed, strict=True):
        action = first if yes else second
        if action is not None and action(thing) != thing:
            changed[not yes] = True
    return all(changed)


def expanded(grid: Grid, colours: str, wanted: int) -> Iterator[tuple[str, Grid]]:
    """Every conditional rule's result with the wanted counts, by the rule's name."""
    scene = parsed(grid)
    acted = {name: tuple(map(action, scene.things)) for name, action in actions(colours).items()}
    areas = {name: [_count(thing) for thing in things] for name, things in acted.items()}
    for mask, named in masks(scene, colours).items():
        others = [(name, sum(n for n, yes in zip(area, mask, strict=True) if not yes)) for name, area in areas.items()]
        by_rest: dict[int, list[str]] = {}
        for name, total in others:
            by_rest.setdefault(total, []).append(name)
        for first, area in areas.items():
            mine = sum(n for n, yes in zip(area, mask, strict=True) if yes)
            for second in by_rest.get(wanted - mine, ()):
                chosen = [a if yes else b for a, b, yes in zip(acted[first], acted[second], mask, strict=True)]
                result = _shown(scene, tuple(chosen))
                yield from ((rule_name(test, first, second), result) for test in named)


def rule_name(test: str, first: str, second: str) -> str:
    """How a rule is written down."""
    return f"{test}: {first}, else {second}"


def _count(thing: Thing | None) -> int:
    return 0 if thing is None else thing.area << _BITS * int(thing.colour)


@functools.lru_cache(maxsize=1024)
def _shown(scene: Scene, chosen: Acted) -> Grid:
    return painted(scene._replace(things=tuple(thing for thing in chosen if thing is not None)))
