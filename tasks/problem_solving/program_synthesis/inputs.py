"""Arguments to try a function with: ordinary ones, and those on the edges of its rules."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, Final

from tasks.problem_solving.program_synthesis.problem import Call, Draft, Parameter

_WORDS: Final = (
    "noon level apple banana tree bee moon idea queue bus sea radio eel area melon kayak otto anna coffee see door aa "
    "lemon bell ocean pool tea summer book zoo egg canoe tennis dad eye less room cool abba rabbit mirror i a olive"
).split()
_KINDS: Final = 8  # kinds of lists and texts, each in its turn
_FEW: Final = 4  # different numbers of most lists of commands, so that rules on equal ones matter
_SHORT: Final = 4  # calls with few commands, for the examples
_LONG: Final = 40  # commands that go beyond most limits
_SMALL: Final = (-1, 0, 1, 1, 2, 3)  # numbers of abilities
_EDGES: Final = 0.4  # share of numbers that are next to one that the rules name


class Inputs:
    """The calls of one draft's function; numbers are often those on the edges of its rules."""

    def __init__(self, rng: Random, draft: Draft) -> None:
        """Calls of the draft, drawn from `rng`."""
        self._rng, self._draft = rng, draft
        self._numbers: dict[tuple[int, int], list[int]] = {}

    def call(self, n: int, focus: str = "") -> Call:
        """The arguments of call `n`; one list in eight is empty, one has a single number, one has many equal ones.

        Every other command of a machine is `focus`, if one is given.
        """
        if self._draft.commands:
            return (self._commands(n, focus),)
        return tuple([self._argument(parameter, n) for parameter in self._draft.parameters])

    def _argument(self, parameter: Parameter, n: int) -> Any:
        """An argument of the parameter's type."""
        rng, kind = self._rng, n % _KINDS
        match parameter.type:
            case "n":
                return self._drawn(parameter.low, parameter.high, 1)[0]
            case "ns":
                return self._list(kind)
            case "stream":
                return self._drawn(-6, 12, 0 if n == _KINDS - 1 else rng.randint(3, 5 + n % 12))
            case "s":
                return _text(rng, kind)
            case "ws":
                return [] if kind == 1 else rng.choices(_WORDS, k=rng.randint(1, 7))
            case _:
                return [self._group(n) for _ in range(n % 6)]

    def _drawn(self, low: int, high: int, count: int) -> list[int]:
        """Numbers from `low` to `high`, some of them on the edges of rules."""
        if (low, high) not in self._numbers:
            numbers = list(range(low, high + 1))
            edges = [min(max(k + d, low), high) for k in self._draft.specials for d in (-1, 0, 1)]
            if edges:
                numbers += edges * max(1, round(_EDGES / (1 - _EDGES) * len(numbers) / len(edges)))
            self._numbers[low, high] = numbers
        return self._rng.choices(self._numbers[low, high], k=count)

    def _list(self, kind: int) -> list[int]:
        """A list of a kind; kinds from 2 on are never empty."""
        if kind < 2:
            return self._drawn(-9, 20, kind)
        if kind in {2, 3}:
            return self._rng.choices(self._drawn(-6, 15, 3), k=self._rng.randint(4, 9))
        drawn = self._drawn(-12 if kind > 5 else 0, 20, self._rng.randint(3, 9))
        return sorted(drawn) if kind == 4 else drawn

    def _group(self, n: int) -> list[int]:
        """A group; in two calls of three its numbers are near each other, so that groups can lie apart."""
        if n % 3 == 0:
            return self._list(3 + n % 4)
        low, rng = self._rng.randint(-9, 20), self._rng
        return [low + k for k in rng.choices(range(6), k=rng.randint(1, 4))]

    def _commands(self, n: int, focus: str) -> list[list[Any]]:
        """Commands of a machine, each a name and a number; the first calls are short."""
        rng, abilities = self._rng, self._draft.abilities
        length = rng.randint(3, 6) if n < _SHORT else 0 if n == _SHORT else _LONG if n % 8 == 0 else rng.randint(4, 12)
        numbers = self._drawn(-3, 7, length)
        if n % 4 and length:
            numbers = rng.choices(numbers[:_FEW], k=length)
        names = rng.choices(self._names(n, focus), k=length)
        small = rng.choices(_SMALL, k=length)
        commands = [[name, k if name in abilities else x] for name, x, k in zip(names, numbers, small, strict=True)]
        return self._staged(commands, n) if n > _SHORT else commands

    def _staged(self, commands: list[list[Any]], n: int) -> list[list[Any]]:
        """The commands behind some that fill the pile, with an ability at the start, and those that need each other."""
        rng, abilities = self._rng, self._draft.abilities
        start = [[self._draft.commands[0], x] for _, x in commands[: 2 + n % 3]]
        end: list[list[Any]] = []
        if abilities:
            start.insert(0, [abilities[n % len(abilities)], rng.randint(0, 3)])
        if "again" in abilities and n % 2 == 0:
            start.insert(0, ["again", rng.randint(0, 3)])
        if "loop" in abilities and n % 4 in {1, 2}:
            start += self._loops(passed=n % 4 == 1)
        if "mirror" in abilities and n % 4 in {0, 2}:
            colours = self._draft.commands[:2]
            start += [["mirror", rng.randint(0, 2)], *([colour, rng.randint(1, 7)] for colour in colours)]
        if "save" in abilities and n % 4 in {1, 3}:
            x = rng.randint(0, 5)
            end += [["save", x], self._plain(), ["load", x]]
        if "again" in abilities and n % 4 in {1, 2}:
            end += [self._plain(), ["again", rng.randint(0, 3)]]
        if "delay" in abilities and n % 4 == 3:
            end += [["delay", rng.randint(1, 9)] if rng.random() < 0.5 else self._plain() for _ in range(6)]
        if "loop" in abilities and n % 4 == 3:
            end += [["loop", 0], self._plain()]
        return start + commands + end

    def _names(self, n: int, focus: str) -> Sequence[str]:
        """Names of the commands of call `n`: all, or mostly two in their turn, with the one that fills the pile."""
        colours = self._draft.commands
        names = (*colours, *self._draft.abilities)
        if focus:
            return [colours[0], *([focus] * 4), *self._rng.choices(colours, k=3)]
        if n % 4 == 0:
            return names
        turn = [names[k % len(names)] for k in (2 * n, 2 * n + 1)]
        return [*colours[:2], *turn, *turn, *self._rng.choices(names, k=4)]

    def _loops(self, *, passed: bool) -> list[list[Any]]:
        """A loop that holds another one, and may be passed over."""
        rng = self._rng
        return [
            ["loop", rng.randint(-1, 0) if passed else rng.randint(1, 2)], self._plain(), ["loop", rng.randint(1, 2)],
            self._plain(), ["end", 0], self._plain(), self._plain(), ["end", 1],
        ]  # fmt: skip

    def _plain(self) -> list[Any]:
        """A command that is no ability."""
        return [self._rng.choice(self._draft.commands), self._rng.randint(1, 7)]


def _text(rng: Random, kind: int) -> str:
    if kind == 1:
        return ""
    return ("  " if kind == 5 else " ").join(rng.choices(_WORDS, k=rng.randint(1, 5)))
