"""Choosing examples and hidden tests, so that a program that is nearly right fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, Final

from tasks.problem_solving.program_synthesis.inputs import Inputs
from tasks.problem_solving.program_synthesis.problem import FAILURES, Call, Draft, Problem, Program, Tried

FEWEST: Final = 12
MOST: Final = 14  # hidden tests of a problem
_SHORT: Final = 70  # characters of an example of a function of less than `_FEW` parts
_FEW: Final = 4
_LONGEST: Final = 150  # of one of any other
_SPARE: Final = 6  # calls tried beyond those that are needed
_MORE: Final = 8  # calls drawn for a near miss that these do not tell apart
_LARGEST: Final = 10**12  # numbers in a value


def choose(rng: Random, draft: Draft, examples: int) -> Problem | None:
    """The problem of a draft; None where a step does not matter, or values are too much alike or too large."""
    calls = _Calls(rng, draft)
    tried = calls.drawn(examples + MOST + (_SPARE if len(draft.parts) > _FEW else 1))
    shown = _shown(tried, examples, _SHORT if len(draft.parts) < _FEW and not draft.notes else _LONGEST)
    if len(shown) < examples or any(_large(value) for _, value in tried):
        return None
    rest = [one for one in tried if one not in shown]
    if draft.commands:
        rest.sort(key=lambda one: len(one[0][0]))  # short runs first, as there are many
    tests = _Tests(rest, calls)
    if not all(tests.tell_apart(program, focus) for program, focus in draft.program.fewer()):
        return None
    for program, focus in draft.program.near():
        tests.tell_apart(program, focus, 0 if draft.commands else _MORE)
    chosen = tests.filled()
    return Problem(draft, tuple(shown), tuple(chosen)) if len(chosen) >= FEWEST and not _dull(chosen) else None


class _Calls:
    """Different calls of a draft's function, with their values."""

    def __init__(self, rng: Random, draft: Draft) -> None:
        self._inputs, self._run = Inputs(rng, draft), draft.program.run
        self._known: list[Call] = []
        self._count = 0

    def drawn(self, count: int, focus: str = "") -> list[Tried]:
        """Up to `count` new calls, as some may be known; `focus` is a command to use often."""
        calls = [self._inputs.call(n, focus) for n in range(self._count, self._count + count)]
        self._count += count
        new = []
        for call in calls:
            if call not in self._known:
                self._known.append(call)
                new.append((call, self._run(call)))
        return new


class _Tests:
    """Calls that tell a program from its near misses."""

    def __init__(self, tried: list[Tried], calls: _Calls) -> None:
        """Choose among `tried`, and draw more calls where these do not suffice."""
        self._tried, self._calls = tried, calls
        self._chosen: list[Tried] = []

    def tell_apart(self, program: Program, focus: str, more: int = _MORE) -> bool:
        """Whether a test tells a program apart; one is added for it, if there is room."""
        if any(_shows(program, one, focus) for one in self._chosen):
            return True
        if len(self._chosen) == MOST:
            return False
        for one in self._others(focus, more):
            if _shows(program, one, focus):
                self._chosen.append(one)
                self._tried.remove(one)
                return True
        return False

    def _others(self, focus: str, more: int) -> Iterator[Tried]:
        """What was not chosen, then new calls."""
        yield from list(self._tried)
        for _ in range(more):
            for one in self._calls.drawn(1, focus):
                if not _large(one[1]):
                    self._tried.append(one)
                    yield one

    def filled(self) -> list[Tried]:
        """As many tests as there may be, with values that are not all alike; new calls only for as many as must be."""
        values = [value for _, value in self._chosen]
        for one in self._others("", _MORE if len(values) + len(self._tried) < FEWEST else 0):
            if len(values) == MOST:
                break
            if values.count(one[1]) < FEWEST // 2:
                self._chosen.append(one)
                values.append(one[1])
        return self._chosen


def _shows(program: Program, one: Tried, focus: str) -> bool:
    """Whether a program fails a test, in any way; one without the command `focus` shows nothing."""
    if focus and not any(name == focus for name, _ in one[0][0]):
        return False
    try:
        return bool(program.run(one[0]) != one[1])
    except FAILURES:
        return True


def _dull(tests: Sequence[Tried]) -> bool:
    """Whether one value is most of them: a constant would pass many tests."""
    values = [value for _, value in tests]
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
