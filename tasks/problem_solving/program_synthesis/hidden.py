"""Choosing examples and hidden tests, so that a program that is nearly right fails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any, Final

from tasks.problem_solving.program_synthesis.cells import Cell, left_out, switched
from tasks.problem_solving.program_synthesis.inputs import draw_call
from tasks.problem_solving.program_synthesis.interpreter import Reference
from tasks.problem_solving.program_synthesis.problem import Call, Draft, Problem

FEWEST: Final = 12
MOST: Final = 14  # hidden tests of a problem
_SHORT: Final = 70  # characters of an example of a function of less than `_FEW` parts
_FEW: Final = 4
_LONGEST: Final = 150  # of one of any other
_SEARCHED: Final = 40  # calls of a machine tried for a near miss: many mean the same as the reference
_MORE_OF_MACHINES: Final = 200  # calls drawn for one statement whose absence nothing shows
_MORE_OF_CHAINS: Final = 30  # calls drawn for one near miss that nothing tells apart
_LARGEST: Final = 10**12  # numbers in a value
Tried = tuple[Call, Any]


def choose(rng: Random, draft: Draft, examples: int, pool: int) -> Problem | None:
    """The problem of a draft; None where a step does not matter, or values are too much alike or too large."""
    calls = _Calls(rng, draft, pool)
    if any(_large(value) for _, value in calls.tried) or _dull([value for _, value in calls.tried]):
        return None
    shown = _shown(calls.tried, examples, _SHORT if len(draft.parts) < _FEW and not draft.notes else _LONGEST)
    if len(shown) < examples:
        return None
    calls.tried = [one for one in calls.tried if one not in shown]
    found = calls.telling_apart()
    if found is None or len(calls.tried) < FEWEST:
        return None
    tests, proof = found
    tests += [one for one in calls.tried if one not in tests][: max(0, FEWEST - len(tests))]
    if _dull([value for _, value in tests]) or any(one in shown for one in tests):
        return None
    return Problem(draft, tuple(shown), tuple(tests), proof)


class _Calls:
    """Different calls of a draft's function with their values, and more where these do not suffice."""

    def __init__(self, rng: Random, draft: Draft, pool: int) -> None:
        self._rng, self._draft, self._drawn = rng, draft, 0
        self.reference = Reference(draft.source)
        self.tried: list[Tried] = []
        for _ in range(pool):
            self._draw()

    def _draw(self) -> Tried | None:
        """One more call; None if it is not a new one."""
        call = draw_call(self._rng, self._draft, self._drawn)
        self._drawn += 1
        if any(call == known for known, _ in self.tried):
            return None
        self.tried.append((call, self.reference(call)))
        return self.tried[-1]

    def telling_apart(self) -> tuple[list[Tried], tuple[int, int]] | None:
        """Few calls that tell the reference from its near misses; None if a step can be left out unnoticed."""
        chosen: list[Tried] = []
        misses = found = 0
        for cell, variant in self.reference.cells.near_misses():
            misses += 1
            needed = left_out(cell, variant)
            whole = needed or not self._draft.notes
            apart = self._apart(cell, variant, (*chosen, *self.tried[: None if whole else _SEARCHED]))
            if apart is None and whole and (not needed or self._draft.notes):
                apart = self._drawn_apart(cell, variant)
            if apart is None and needed:
                return None
            if apart is not None:
                found += 1
                if apart not in chosen and (needed or len(chosen) < MOST):
                    chosen.append(apart)
        for source in self._draft.reordered:
            other = Reference(source)
            shows = (one for one in (*chosen, *self.tried) if not same(one[1], other.tried(one[0])))
            apart = next(shows, None)
            if apart is not None and apart not in chosen and len(chosen) < MOST:
                chosen.append(apart)
        return (chosen, (misses, found)) if len(chosen) <= MOST else None

    def _apart(self, cell: Cell, variant: Any, among: Iterable[Tried]) -> Tried | None:
        with switched(cell, variant):
            return next((one for one in among if not same(one[1], self.reference.tried(one[0]))), None)

    def _drawn_apart(self, cell: Cell, variant: Any) -> Tried | None:
        """A call drawn now that tells a near miss apart: some rules matter rarely."""
        for _ in range(_MORE_OF_MACHINES if self._draft.notes else _MORE_OF_CHAINS):
            one = self._draw()
            if one and not _large(one[1]) and self._apart(cell, variant, (one,)):
                return one
        return None


def _dull(values: Sequence[Any]) -> bool:
    """Whether one value is most of them: a constant would pass many tests."""
    return max(values.count(value) for value in values) > len(values) // 2


def _shown(tried: Sequence[Tried], count: int, longest: int) -> list[Tried]:
    """The first calls that are short, with values that differ and say something."""
    shown: list[Tried] = []
    for call, value in tried:
        says = bool(value) and value not in [*call, *(said for _, said in shown)]
        if says and len(repr((call, value))) <= longest and len(shown) < count:
            shown.append((call, value))
    return shown


def same(expected: Any, given: Any) -> bool:
    """Whether a value is the expected one: as Python compares, but True is not 1, and a tuple may stand for a list."""
    if isinstance(expected, list | tuple):
        if not isinstance(given, list | tuple) or len(expected) != len(given):
            return False
        return all(same(one, other) for one, other in zip(expected, given, strict=True))
    if isinstance(expected, dict):
        if not isinstance(given, dict) or expected.keys() != given.keys():
            return False
        return all(same(value, given[key]) for key, value in expected.items())
    return isinstance(expected, bool) == isinstance(given, bool) and bool(expected == given)


def _large(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(_large(part) for part in value)
    return isinstance(value, int) and abs(value) > _LARGEST
