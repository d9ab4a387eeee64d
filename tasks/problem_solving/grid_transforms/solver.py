"""Every rule of a grammar that agrees with a puzzle's pairs.

A grammar is a row of families, one a stage. The solver follows all steps of each stage over the first pair's input,
merging equal grids, and keeps what gives its output; what is left is run on the other pairs. Two shortcuts lose
nothing: grids that no later stage can make equal to the output are dropped (see `_Wanted`), and a last stage whose
steps have inverses is looked up from the output.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tasks.problem_solving.grid_transforms.conditions import counted
from tasks.problem_solving.grid_transforms.families import FAMILIES, Family
from tasks.problem_solving.grid_transforms.grids import Grid, transposed

Pair = tuple[Grid, Grid]
Rule = tuple[str, ...]  # a step's name for each stage; "" where the stage is left out
_Frontier = dict[Grid, list[Rule]]


def run(grammar: Sequence[str], colours: str, rule: Rule, grid: Grid) -> Grid | None:
    """What a rule makes of a grid."""
    made: Grid | None = grid
    for family, name in zip(grammar, rule, strict=True):
        if name and made is not None:
            made = FAMILIES[family].steps(colours)[name].change(made)
    return made


def cost(grammar: Sequence[str], colours: str, rule: Rule) -> int:
    """How much a rule does."""
    return sum(FAMILIES[f].steps(colours)[name].cost for f, name in zip(grammar, rule, strict=True) if name)


class _Wanted:
    """What a grid must have to become an output, when the stages to come only move cells along lines.

    Turning and shifting change the order of rows and columns, and sliding changes what is in one of these directions:
    as many cells of each colour must be in the lines of the other one.
    """

    def __init__(self, grid: Grid) -> None:
        """Read an output."""
        self.counts = counted(grid)
        self._lines = {_lines(grid), _lines(transposed(grid))}

    def may_come(self, grid: Grid, blurred: int) -> bool:
        """Whether a grid can become the output."""
        if blurred > 1:
            return counted(grid) == self.counts
        return _lines(grid) in self._lines or (blurred == 1 and _lines(transposed(grid)) in self._lines)


def _lines(grid: Grid) -> tuple[str, ...]:
    """The colours of every row, with their numbers and without their order; rows have none either."""
    return tuple(sorted("".join(sorted(row)) for row in grid))


def agreeing(grammar: Sequence[str], colours: str, pairs: Sequence[Pair]) -> list[Rule]:
    """Every rule of the grammar that makes each output of its input."""
    (source, made), *others = pairs
    wanted = _Wanted(made)
    frontier: _Frontier = {source: [()]}
    families = [FAMILIES[name] for name in grammar]
    for place, family in enumerate(families):
        if place == len(families) - 1 and family.undone:
            found = _looked_up(frontier, family, family.undone, colours, made)
            break
        later = [one.blurs for one in families[place + 1 :]]
        blurred = None if None in later else sum(filter(None, later))
        frontier = _followed(frontier, family, colours, wanted, blurred)
    else:
        found = frontier.get(made, [])
    return [rule for rule in found if all(run(grammar, colours, rule, grid) == out for grid, out in others)]


def _followed(frontier: _Frontier, family: Family, colours: str, wanted: _Wanted, blurred: int | None) -> _Frontier:
    """All grids one stage further that may still become the output."""
    made: _Frontier = {}
    refused: set[Grid] = set()
    for grid, rules in frontier.items():
        for name, result in _results(family, grid, colours, None if blurred is None else wanted.counts):
            if result in refused:
                continue
            if result not in made and blurred is not None and not wanted.may_come(result, blurred):
                refused.add(result)
                continue
            made.setdefault(result, []).extend([(*rule, name) for rule in rules])
    return made


def _results(family: Family, grid: Grid, colours: str, counts: int | None) -> Iterator[tuple[str, Grid]]:
    """What each step makes of a grid; `counts` is what the results must have, where that is known."""
    if family.optional:
        yield "", grid
    if family.expand and counts is not None:
        yield from family.expand(grid, colours, counts)
        return
    for name, step in family.steps(colours).items():
        result = step.change(grid)
        if result is not None:
            yield name, result


def _looked_up(
    frontier: _Frontier, family: Family, undone: Callable[[str], str], colours: str, wanted: Grid
) -> list[Rule]:
    """The rules whose last step, undone on the output, gives a grid of the frontier."""
    steps = family.steps(colours)
    before = [(name, steps[undone(name)].change(wanted)) for name in steps]
    if family.optional:
        before.append(("", wanted))
    return [(*rule, name) for name, grid in before if grid is not None for rule in frontier.get(grid, [])]
