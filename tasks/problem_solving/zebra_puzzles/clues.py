"""Clues and what follows from them: sets of possible places, as bits, narrowed until nothing changes.

A variable is a person or a value; its domain has bit p set where it may stand at place p (from 0). Narrowing is
sound, so that a puzzle that it solves has exactly one solution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

ClueKind = Literal["at", "not at", "end", "same", "not same", "left", "next", "before"]
ALONE: tuple[ClueKind, ...] = ("at", "not at", "end")  # clues on one variable


@dataclass(frozen=True, slots=True)
class Clue:
    """`kind` holds of variable x and of variable y, or of place y."""

    kind: ClueKind
    x: int
    y: int = 0


def holds(clue: Clue, x: int, y: int, size: int) -> bool:
    """Whether a clue is true where its variables stand at places x and y (for one variable, y is the clue's)."""
    if clue.kind in ("at", "same"):
        return x == y
    if clue.kind in ("not at", "not same"):
        return x != y
    if clue.kind == "end":
        return x in (0, size - 1)
    return x == y - 1 if clue.kind == "left" else abs(x - y) == 1 if clue.kind == "next" else x < y


def narrow(clue: Clue, domains: list[int], size: int) -> bool:
    """Take from the domains of a clue's variables what it rules out; whether anything went."""
    x, y = clue.x, clue.y
    dx = domains[x]
    if clue.kind in ALONE:
        domains[x] &= {"at": 1 << y, "not at": ~(1 << y), "end": 1 | 1 << (size - 1)}[clue.kind]
        return domains[x] != dx
    dy = domains[y]
    domains[x], domains[y] = _narrowed(clue.kind, dx, dy)
    return (domains[x], domains[y]) != (dx, dy)


def _narrowed(kind: ClueKind, dx: int, dy: int) -> tuple[int, int]:
    if kind == "same":
        return dx & dy, dx & dy
    if kind == "left":
        return dx & dy >> 1, dy & dx << 1
    if kind == "next":
        return dx & (dy << 1 | dy >> 1), dy & (dx << 1 | dx >> 1)
    if kind == "before":
        return dx & ((1 << dy.bit_length() - 1) - 1), dy & ~(((dx & -dx) << 1) - 1)
    return (dx if dy & dy - 1 else dx & ~dy), (dy if dx & dx - 1 else dy & ~dx)


def settle_domains(clues: Sequence[Clue], domains: list[int], size: int) -> None:
    """Narrow by all clues, and by values of one attribute standing at different places, until nothing changes."""
    changed = True
    while changed:
        changed = False
        for clue in clues:
            if narrow(clue, domains, size):
                changed = True
        for start in range(0, len(domains), size):
            if _differ(domains, start, size):
                changed = True


def _differ(domains: list[int], start: int, size: int) -> bool:
    """A place held by one value is no other's; a place possible for one value only is its own."""
    changed = False
    once = twice = fixed = 0
    for variable in range(start, start + size):
        domain = domains[variable]
        twice |= once & domain
        once |= domain
        if not domain & domain - 1:
            fixed |= domain
    only = once & ~twice
    for variable in range(start, start + size):
        domain = domains[variable]
        if domain & domain - 1:
            left = domain & only or domain & ~fixed
            if left != domain:
                domains[variable] = left
                changed = True
    return changed


def solved(domains: Sequence[int]) -> bool:
    """Whether every variable has one place left."""
    return all(domain and not domain & domain - 1 for domain in domains)
