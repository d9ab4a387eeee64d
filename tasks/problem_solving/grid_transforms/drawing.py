"""Drawing a puzzle whose pairs leave one output for the test input.

A rule and inputs are drawn; cheap filters refuse what shows nothing (a step without effect, equal outputs, an
output that repeats a grid of the question); the solver then refuses what leaves two outputs, or a simpler rule,
among all rules of this level's grammars and of those below.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from random import Random

from harness.errors import TaskError
from tasks.problem_solving.grid_transforms import making
from tasks.problem_solving.grid_transforms.families import FAMILIES
from tasks.problem_solving.grid_transforms.grids import BACKGROUND, Grid
from tasks.problem_solving.grid_transforms.making import Maker, Size
from tasks.problem_solving.grid_transforms.solver import Pair, Rule, agreeing, cost, run

_ATTEMPTS = 2_000
_RULES = 12  # rules tried on the same inputs
_COLOURS = "123456789"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of puzzle."""

    grammar: tuple[str, ...]  # families, one a stage
    make: Maker
    size: Size  # of an input
    colours: int = 3


@dataclass(frozen=True, slots=True)
class Rules:
    """What a level's puzzles are made of."""

    kinds: tuple[Kind, ...]
    steps: int  # of every rule; an action on some of the objects is one
    pairs: int = 3


LEVELS: tuple[Rules, ...] = (
    Rules((Kind(("repeat",), making.row, (1, 3), 9),), 1),
    Rules((Kind(("repeat",), making.row, (1, 4), 9),), 1, 2),
    Rules((Kind(("recolour",), making.noise, (1, 5), 4),), 1),
    Rules((Kind(("turn",), making.noise, (3, 3), 5),), 1),
    Rules((Kind(("size",), making.noise, (3, 4), 4),), 1),
    Rules((Kind(("move",), making.sparse, (5, 5)),), 1),
    Rules((Kind(("recolour", "turn"), making.noise, (4, 4), 4), Kind(("move", "swap"), making.sparse, (5, 5))), 2),
    Rules(
        (
            Kind(("logic", "turn"), making.panels, (5, 9), 4),
            Kind(("region", "turn"), making.rings, (7, 8)),
            Kind(("hidden", "swap"), making.symmetric, (7, 7), 5),
        ),
        2,
    ),
    Rules((Kind(("pick", "turn"), making.things, (9, 9)), Kind(("chart", "turn"), making.things, (9, 9))), 2),
    Rules((Kind(("condition", "slide", "turn"), making.things, (7, 8)),), 3),
    Rules((Kind(("two conditions", "slide", "turn"), making.things, (10, 10)),), 4),
    Rules((Kind(("two conditions", "slide", "shift", "turn"), making.things, (12, 12)),), 5),
)


@dataclass(frozen=True, slots=True)
class Puzzle:
    """Pairs that follow one rule, and a test input with the only output the level's rules leave."""

    level: int
    pairs: tuple[Pair, ...]
    test: Grid
    target: Grid
    rule: tuple[str, ...]  # in the drawing's colours
    colours: str  # what the drawing's colours "1", "2" … are told as


def difficulty(level: int) -> int:
    """The stated proxy: the steps of the rule first, then the cells of an input."""
    rules = LEVELS[level - 1]
    return 1_000 * rules.steps + max(kind.size[0] * kind.size[1] for kind in rules.kinds)


def draw_puzzle(rng: Random, level: int) -> Puzzle:
    """A puzzle of a level with exactly one right output."""
    rules = LEVELS[level - 1]
    kind = rng.choice(rules.kinds)
    for _ in range(_ATTEMPTS):
        inputs = _inputs(rng, kind, rules.pairs + 1)
        for _ in range(_RULES):
            rule = _drawn(rng, kind)
            outputs = _shown(kind, rule, inputs)
            if outputs is None or not _tells(level, inputs, outputs):
                continue
            pairs = tuple(zip(inputs[:-1], outputs[:-1], strict=True))
            if determined(level, kind, rule, pairs, inputs[-1]):
                return _recoloured(rng, Puzzle(level, pairs, inputs[-1], outputs[-1], rule, _COLOURS))
    raise TaskError(f"no puzzle found in {_ATTEMPTS} attempts", where=f"grid_transforms, level {level}")


def _inputs(rng: Random, kind: Kind, count: int) -> list[Grid]:
    inputs: list[Grid] = []
    while len(inputs) < count:
        grid = kind.make(rng, kind.size, _COLOURS[: kind.colours])
        if grid is not None:
            inputs.append(grid)
    return inputs


def _drawn(rng: Random, kind: Kind) -> Rule:
    families = [FAMILIES[name] for name in kind.grammar]
    return tuple(rng.choice(list((f.drawn or f.steps)(_COLOURS[: kind.colours]))) for f in families)


def _shown(kind: Kind, rule: Rule, inputs: list[Grid]) -> list[Grid] | None:
    """The outputs, if every step shows all that it does on every input."""
    outputs = []
    for grid in inputs:
        made = grid
        for family, name in zip(kind.grammar, rule, strict=True):
            step = FAMILIES[family].steps(_COLOURS[: kind.colours])[name]
            result = step.change(made) if step.fits is None or step.fits(made) else None
            if result is None or result == made:
                return None
            made = result
        outputs.append(made)
    return outputs


def _tells(level: int, inputs: list[Grid], outputs: list[Grid]) -> bool:
    """Whether inputs differ, outputs differ, and repeating a grid of the question is never right after level 1."""
    if len(set(inputs)) < len(inputs) or len(set(outputs)) < len(outputs):
        return False
    if any(not "".join(grid).strip(BACKGROUND) for grid in outputs):
        return False
    return level == 1 or not any(grid in inputs for grid in outputs)


@functools.cache
def grammars(level: int) -> tuple[tuple[str, ...], ...]:
    """Every grammar up to a level, without those that are another one with stages left out."""
    known = [kind.grammar for rules in LEVELS[:level] for kind in rules.kinds]
    widest_first = sorted(dict.fromkeys(known), key=len, reverse=True)
    kept: list[tuple[str, ...]] = []
    for grammar in widest_first:
        if not any(_within(grammar, other) for other in kept):
            kept.append(grammar)
    return tuple(kept)


def _within(grammar: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether leaving stages out of the other grammar gives this one."""
    stages = iter(FAMILIES[name] for name in other)
    for name in grammar:
        for stage in stages:
            if stage.steps is FAMILIES[name].steps:
                break
            if not stage.optional:
                return False
        else:
            return False
    return all(stage.optional for stage in stages)


def outputs_left(level: int, colours: str, pairs: tuple[Pair, ...], test: Grid) -> dict[Grid | None, int]:
    """What the rules of all levels up to this one that agree with the pairs make of the test input.

    With each output comes the least cost of a rule that makes it.
    """
    left: dict[Grid | None, int] = {}
    for grammar in grammars(level):
        for rule in agreeing(grammar, colours, pairs):
            made, price = run(grammar, colours, rule, test), cost(grammar, colours, rule)
            left[made] = min(price, left.get(made, price))
    return left


def determined(level: int, kind: Kind, rule: Rule, pairs: tuple[Pair, ...], test: Grid) -> bool:
    """Whether all rules that agree give one output, and none is simpler than the one drawn."""
    colours = _COLOURS[: kind.colours]
    left = outputs_left(level, colours, pairs, test)
    return len(left) == 1 and min(left.values()) == cost(kind.grammar, colours, rule)


def _recoloured(rng: Random, puzzle: Puzzle) -> Puzzle:
    colours = "".join(rng.sample(_COLOURS, len(_COLOURS)))
    table = str.maketrans(_COLOURS, colours)

    def told(grid: Grid) -> Grid:
        return tuple(row.translate(table) for row in grid)

    pairs = tuple((told(grid), told(made)) for grid, made in puzzle.pairs)
    return Puzzle(puzzle.level, pairs, told(puzzle.test), told(puzzle.target), puzzle.rule, colours)
