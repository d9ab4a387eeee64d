"""Stories as structures: a quantity goes through events, each a few exact operations on what came before.

A story follows one quantity. Every event changes it (someone gains or loses some) or passes to another person's
quantity that depends on it (someone has three times as many). So each operation depends on the one before, and
seen from the end the start is unique: every event is an increasing function of what it changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tasks.problem_solving.word_problems.lexicon import Thing

EventKind = Literal["gain", "lose", "gift", "give", "packs", "bulk", "keep", "more", "fewer", "times", "part", "pass"]
Asked = Literal["now", "total", "boxes", "start"]
FactKind = Literal["none", "other", "same", "age"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a level's stories are made of."""

    operations: int  # that lead from what is told to the answer, each depending on the one before
    start: tuple[int, int]  # range of the first quantity
    amounts: tuple[int, int]  # range of what is gained or lost
    factors: tuple[int, int] = (2, 3)  # range of multipliers and divisors
    highest: int = 100  # no quantity grows beyond
    events: tuple[EventKind, ...] = ()
    idle: int = 0  # facts that do not matter
    measured: float = 0.0  # share of stories in cm, cl or g
    reverse: float = 0.0  # share of stories that tell the end and ask for the start
    closings: bool = False  # totals and boxes may be asked for
    idle_share: float = 1.0  # share of stories with facts that do not matter


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens. `who` has the followed quantity; `to` is who has it afterwards, or helps."""

    kind: EventKind
    who: str
    to: str
    amount: int  # gained, lost, in a pack, or owned before by who receives
    factor: int  # packs bought, times, or the k of a k-th part
    way: int  # which of the equivalent wordings


@dataclass(frozen=True, slots=True)
class Fact:
    """Something told that does not matter, before the sentence at `place`."""

    kind: FactKind
    place: int
    who: str
    thing: Thing
    amount: int


@dataclass(frozen=True, slots=True)
class Story:
    """A whole problem; both languages tell it."""

    thing: Thing
    first: str  # who has the first quantity
    start: int
    events: tuple[Event, ...]
    facts: tuple[Fact, ...]
    asked: Asked
    box: int  # how many go into a box, where boxes are asked for
    moment: tuple[int, int] | None  # day and time of day, at the lowest levels
    end: int  # the last quantity
    answer: int
    working: tuple[str, ...]  # the operations, in the order in which they are done


_SIMPLE: tuple[EventKind, ...] = ("gain", "lose")
_SCALED: tuple[EventKind, ...] = (*_SIMPLE, "gift", "give", "more", "fewer", "times", "packs")
_ALL: tuple[EventKind, ...] = (*_SCALED, "part", "keep", "pass")
_UNITS: tuple[EventKind, ...] = (*_ALL, "bulk")

LEVELS: tuple[Rules, ...] = (
    Rules(0, (2, 99), (2, 9), idle=1),
    Rules(0, (2, 99), (2, 99), idle=1),
    Rules(1, (2, 12), (2, 9), highest=18, events=("gift", "give", "more", "fewer"), idle=1, idle_share=0.5),
    Rules(2, (3, 20), (2, 9), highest=30, events=(*_SIMPLE, "gift", "give", "more", "fewer")),
    Rules(3, (3, 20), (2, 12), highest=60, events=_SCALED),
    Rules(4, (5, 40), (3, 30), (2, 5), 150, _ALL, closings=True),
    Rules(5, (5, 60), (3, 50), (2, 6), 300, _UNITS, 1, closings=True),
    Rules(6, (8, 90), (5, 90), (2, 8), 900, _UNITS, 1, 0.3, closings=True),
    Rules(7, (10, 300), (5, 200), (2, 9), 3_000, _UNITS, 2, 0.3, 0.5, closings=True),
    Rules(8, (10, 600), (10, 400), (2, 12), 9_000, _UNITS, 2, 0.4, 0.6, closings=True),
    Rules(10, (20, 900), (20, 900), (2, 15), 30_000, _UNITS, 3, 0.4, 0.7, closings=True),
    Rules(12, (100, 2_000), (50, 2_000), (3, 19), 99_999, _UNITS, 3, 0.4, 0.8, closings=True),
)

COST: dict[EventKind, int] = {kind: 2 if kind in {"packs", "bulk", "keep", "pass"} else 1 for kind in _UNITS}
MOVES: frozenset[EventKind] = frozenset({"more", "fewer", "times", "part", "pass"})


def difficulty(level: int) -> int:
    """The stated proxy: dependent operations first, then facts that do not matter."""
    rules = LEVELS[level - 1]
    return 10 * rules.operations + rules.idle * (level > 1)


def after(event: Event, value: int, thing: Thing) -> int:
    """The followed quantity after an event; exact division is the drawing's promise."""
    for operator, operand in _chain(event, thing):
        value = _apply(operator, value, operand)
    return value


def work(
    thing: Thing, start: int, end: int, events: tuple[Event, ...], asked: Asked, box: int
) -> tuple[tuple[str, ...], int]:
    """The written operations and the answer, from the start forwards or from the end back."""
    lines: list[str] = []
    back = asked == "start"
    value = before = end if back else start
    for event in reversed(events) if back else events:
        before = value
        if event.kind in _BOUGHT:
            each = _each(event, thing)
            lines.append(f"{event.factor}*{each}={event.factor * each}")
        chain = _chain(event, thing)
        for operator, operand in [(_INVERSE[o], n) for o, n in reversed(chain)] if back else chain:
            value = _written(lines, value, operator, operand)
    if asked == "total":
        value = _written(lines, before, "+", value)
    elif asked == "boxes":
        value = _written(lines, value, "/", box)
    return tuple(lines), value


_BOUGHT: frozenset[EventKind] = frozenset({"packs", "bulk"})
_INVERSE = {"+": "-", "-": "+", "*": "/", "/": "*"}


def _chain(event: Event, thing: Thing) -> list[tuple[str, int]]:
    """What an event does to the followed quantity, as operations one after the other."""
    n, k = event.amount, event.factor
    if event.kind in _BOUGHT:
        return [("+", k * _each(event, thing))]
    chains: dict[EventKind, list[tuple[str, int]]] = {
        "times": [("*", k)],
        "part": [("/", k)],
        "keep": [("/", k), ("*", k - 1)],
        "pass": [("/", k), ("+", n)],
    }
    return chains.get(event.kind) or [("-" if event.kind in {"lose", "give", "fewer"} else "+", n)]


def _each(event: Event, thing: Thing) -> int:
    return thing.unit if event.kind == "bulk" else event.amount


def _apply(operator: str, left: int, right: int) -> int:
    if operator in "+-":
        return left + right if operator == "+" else left - right
    return left * right if operator == "*" else left // right


def _written(lines: list[str], left: int, operator: str, right: int) -> int:
    result = _apply(operator, left, right)
    lines.append(f"{left}{operator}{right}={result}")
    return result
