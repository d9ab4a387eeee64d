"""What a machine remembers, and what the effects of its rules do to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Action = Callable[["State"], Any]


class State:
    """The variables of one run, under the names that they have in the reference program."""

    __slots__ = (
        "a", "b", "commands", "due", "executed", "history", "last", "lit", "loops", "mirrored", "name", "pile",
        "position", "saved", "skipped", "x",
    )  # fmt: skip

    def __init__(self, start: int, commands: list[list[Any]]) -> None:
        """The state before the first command."""
        self.a, self.b, self.x, self.name = start, 0, 0, ""
        self.pile: list[int] = []
        self.commands, self.position = commands, 0
        self.executed = self.skipped = 0
        self.lit = self.mirrored = False
        self.saved: dict[int, int] = {}
        self.history: list[tuple[int, int, list[int]]] = []
        self.due: list[tuple[int, int]] = []
        self.last: tuple[str, int] | None = None
        self.loops: list[list[int]] = []


def nothing(s: State) -> None:
    """What is left of a statement that is left out."""


def in_turn(first: Action, second: Action) -> Action:
    """One action, then another."""

    def run(s: State) -> None:
        first(s)
        second(s)

    return run


def when(test: Action, body: Action, other: Action) -> Action:
    """One of two actions, by a test."""
    if other is nothing:

        def short(s: State) -> None:
            if test(s):
                body(s)

        return short

    def run(s: State) -> None:
        if test(s):
            body(s)
        else:
            other(s)

    return run


# --- effects: their numbers come before the state -----------------------------------------------------------------


def add_to_a(k: int, s: State) -> None:
    """`a += k`."""
    s.a += k


def add_to_b(k: int, s: State) -> None:
    """`b += k`."""
    s.b += k


def take_from_a(k: int, s: State) -> None:
    """`a -= k`."""
    s.a -= k


def swap(s: State) -> None:
    """`a, b = b, a`."""
    s.a, s.b = s.b, s.a


def multiply(k: int, m: int, s: State) -> None:
    """`a = a * k % m`."""
    s.a = s.a * k % m


def halve(s: State) -> None:
    """`b = b // 2`."""
    s.b //= 2


def add_length(s: State) -> None:
    """`b += len(pile)`."""
    s.b += len(s.pile)


def distance(s: State) -> None:
    """`a = abs(a - b)`."""
    s.a = abs(s.a - s.b)


def push_a(s: State) -> None:
    """`pile.append(a)`."""
    s.pile.append(s.a)


def pop_top(s: State) -> None:
    """Add the top number to `a`."""
    if s.pile:
        s.a += s.pile.pop()


def pop_bottom(s: State) -> None:
    """Subtract the bottom number from `b`."""
    if s.pile:
        s.b -= s.pile.pop(0)


def turn(s: State) -> None:
    """`pile = pile[::-1]`."""
    s.pile.reverse()


def keep_top(k: int, s: State) -> None:
    """`pile = pile[-k:]`."""
    s.pile = s.pile[-k:]


def sink(s: State) -> None:
    """`pile = pile[-1:] + pile[:-1]`."""
    s.pile = s.pile[-1:] + s.pile[:-1]


def subtract_top(s: State) -> None:
    """Subtract the top number from the one below."""
    if len(s.pile) > 1:
        top = s.pile.pop()
        s.pile[-1] -= top


def push_x(s: State) -> None:
    """`pile.append(x)`."""
    s.pile.append(s.x)


def add_x_to_a(s: State) -> None:
    """`a += x`."""
    s.a += s.x


def add_x_to_b(s: State) -> None:
    """`b += x`."""
    s.b += s.x


def take_x_from_a(s: State) -> None:
    """`a -= x`."""
    s.a -= s.x


def take_x_from_b(k: int, s: State) -> None:
    """`b -= x * k`."""
    s.b -= s.x * k


def raise_b(s: State) -> None:
    """`b = max(b, x)`."""
    s.b = max(s.b, s.x)


def push_below(s: State) -> None:
    """`pile.insert(0, x)`."""
    s.pile.insert(0, s.x)


def push_sum(s: State) -> None:
    """`pile.append(x + a)`."""
    s.pile.append(s.x + s.a)


def take_a_from_x(s: State) -> None:
    """`a = x - a`."""
    s.a = s.x - s.a


def remove_x(s: State) -> None:
    """`pile = [v for v in pile if v != x]`."""
    x = s.x
    s.pile = [v for v in s.pile if v != x]


def add_count(s: State) -> None:
    """`b += pile.count(x)`."""
    s.b += s.pile.count(s.x)
