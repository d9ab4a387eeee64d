"""Arguments to try a function with: ordinary ones, and those on the edges of its rules."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final

from tasks.problem_solving.program_synthesis.problem import Call, Draft, Parameter

_WORDS: Final = (
    "noon level apple banana tree bee moon idea queue bus sea radio eel area melon kayak otto anna coffee see door aa "
    "lemon bell ocean pool tea summer book zoo egg canoe tennis dad eye less room cool abba rabbit mirror i a olive"
).split()
_KINDS: Final = 8  # kinds of lists and texts, each in its turn


def draw_call(rng: Random, draft: Draft, n: int) -> Call:
    """The arguments of call `n`; one list in eight is empty, one has a single number, one has many equal ones."""
    return tuple(_draw(rng, draft, parameter, n) for parameter in draft.parameters)


def _draw(rng: Random, draft: Draft, parameter: Parameter, n: int) -> Any:
    """An argument of the parameter's type."""
    specials = draft.specials
    makers: dict[str, Callable[[], Any]] = {
        "n": lambda: _number(rng, specials, parameter.low, parameter.high),
        "ns": lambda: _numbers(rng, specials, n % _KINDS),
        "stream": lambda: [_number(rng, specials, -6, 12) for _ in range(0 if n == 7 else rng.randint(3, 5 + n % 12))],
        "s": lambda: _text(rng, n % _KINDS),
        "ws": lambda: [] if n % _KINDS == 1 else [rng.choice(_WORDS) for _ in range(rng.randint(1, 7))],
        "nn": lambda: [_numbers(rng, specials, 3 + n % 4) for _ in range(n % 6)],
        "commands": lambda: _commands(rng, draft, n),
    }
    return makers[parameter.type]()


def _number(rng: Random, specials: tuple[int, ...], low: int, high: int) -> int:
    if specials and rng.random() < 0.4:
        return min(max(rng.choice(specials) + rng.randint(-1, 1), low), high)
    return rng.randint(low, high)


def _numbers(rng: Random, specials: tuple[int, ...], kind: int) -> list[int]:
    """A list of a kind; kinds from 2 on are never empty."""
    if kind < 2:
        return [_number(rng, specials, -9, 20) for _ in range(kind)]
    if kind in {2, 3}:
        few = [_number(rng, specials, -6, 15) for _ in range(3)]
        return [rng.choice(few) for _ in range(rng.randint(4, 9))]
    drawn = [_number(rng, specials, -12 if kind > 5 else 0, 20) for _ in range(rng.randint(3, 9))]
    return sorted(drawn) if kind == 4 else drawn


def _text(rng: Random, kind: int) -> str:
    if kind == 1:
        return ""
    words = [rng.choice(_WORDS) for _ in range(rng.randint(1, 5))]
    return ("  " if kind == 5 else " ").join(words)


def _commands(rng: Random, draft: Draft, n: int) -> list[list[Any]]:
    """Commands of a machine: each name and a number; the first calls are short."""
    length = 0 if n == 7 else rng.randint(3, 6) if n < 4 else rng.randint(8, 30)
    names = draft.commands if n % 3 else tuple(rng.choice(draft.commands) for _ in range(4))
    commands = [[rng.choice(names), _number(rng, draft.specials, -3, 7)] for _ in range(length)]
    return _looped(rng, commands) if "loop" in draft.commands and n > 4 and n % 4 else commands


def _looped(rng: Random, commands: list[list[Any]]) -> list[list[Any]]:
    """The commands with two loops around some of them, often one inside the other."""
    rounds = [["loop", rng.randint(-1, 3)], ["loop", rng.randint(1, 3)]]
    places = sorted(rng.randint(0, len(commands)) for _ in range(4))
    ends = [["end", rng.randint(0, 3)], ["end", rng.randint(0, 3)]]
    added = [rounds[0], rounds[1], *ends] if rng.random() < 0.7 else [rounds[0], ends[0], rounds[1], ends[1]]
    for place, one in sorted(zip(places, added, strict=True), key=lambda pair: -pair[0]):
        commands.insert(place, one)
    return commands
