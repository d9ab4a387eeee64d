"""Clues and what follows from them: sets of possible places, as bits, narrowed until nothing changes.

A variable is a person or a value; its domain has bit p set where it may stand at place p (from 0). Narrowing is
sound, so that a puzzle that it solves has exactly one solution. It goes on from where the last clue left it: a domain
that shrinks wakes only the clues on its variable and the variables of its own attribute.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Literal, NamedTuple

ClueKind = Literal["at", "not at", "end", "same", "not same", "left", "next", "before"]
ALONE: tuple[ClueKind, ...] = ("at", "not at", "end")  # clues on one variable
Reach = tuple[int, ...]  # for each domain of one variable, where that lets the other stand


class Clue(NamedTuple):
    """`kind` holds of variable x and of variable y, or of place y."""

    kind: ClueKind
    x: int
    y: int = 0


class Narrowing:
    """Where each variable may still stand, given some clues."""

    def __init__(self, variables: int, size: int, clues: Iterable[Clue] = ()) -> None:
        """Any place for all, then what some clues leave."""
        self.domains = [(1 << size) - 1] * variables
        self._size = size
        self._group = [variable // size for variable in range(variables)]
        self._watchers: list[list[tuple[Reach, int]]] = [[] for _ in range(variables)]
        alone = [clue for clue in clues if not self._watch(clue)]
        self._follow(list(range(variables)))
        for clue in alone:
            self.add(clue)

    def add(self, clue: Clue) -> bool:
        """Narrow by one more clue, and by all that follows; whether it told anything. A clue that did not is let go."""
        domains, x, y = self.domains, clue.x, clue.y
        if clue.kind in ALONE:
            left = domains[x] & _where(clue.kind, y, self._size)
            if left == domains[x]:
                return False
            domains[x] = left
            self._follow([x])
            return True
        there, back = _reaches(clue.kind, self._size)
        near, far = domains[x] & back[domains[y]], domains[y] & there[domains[x]]
        if near == domains[x] and far == domains[y]:
            return False
        domains[x], domains[y] = near, far
        self._watch(clue)
        self._follow([x, y])
        return True

    def unsettled(self, variables: Iterable[int]) -> list[int]:
        """Those of some variables with more than one place left."""
        domains = self.domains
        return [variable for variable in variables if domains[variable] & domains[variable] - 1]

    def places(self) -> tuple[int, ...] | None:
        """Where each variable stands, when each has exactly one place left."""
        if all(domain and not domain & domain - 1 for domain in self.domains):
            return tuple(domain.bit_length() - 1 for domain in self.domains)
        return None

    def _watch(self, clue: Clue) -> bool:
        """Have both variables of a clue wake each other; False for a clue on one variable."""
        if clue.kind in ALONE:
            return False
        there, back = _reaches(clue.kind, self._size)
        self._watchers[clue.x].append((there, clue.y))
        self._watchers[clue.y].append((back, clue.x))
        return True

    def _follow(self, changed: list[int]) -> None:
        """Draw every consequence of some domains having shrunk; takes the list."""
        domains, watchers, group = self.domains, self._watchers, self._group
        touched = 0  # attributes with a domain that shrank, as bits
        while changed or touched:
            while changed:
                variable = changed.pop()
                domain = domains[variable]
                touched |= 1 << group[variable]
                for reach, other in watchers[variable]:
                    left = domains[other] & reach[domain]
                    if left != domains[other]:
                        domains[other] = left
                        changed.append(other)
            lowest = touched & -touched
            touched ^= lowest
            changed = _differ(domains, (lowest.bit_length() - 1) * self._size, self._size)


def _differ(domains: list[int], start: int, size: int) -> list[int]:
    """A place held by one value is no other's; a place possible for one value only is its own. The domains changed."""
    once = twice = fixed = free = 0
    for domain in domains[start : start + size]:
        twice |= once & domain
        once |= domain
        if domain & domain - 1:
            free |= domain
        else:
            fixed |= domain
    only, changed = once & ~twice, []
    if free & (fixed | only):
        for variable in range(start, start + size):
            domain = domains[variable]
            if domain & domain - 1:
                left = domain & only or domain & ~fixed
                if left != domain:
                    domains[variable] = left
                    changed.append(variable)
    return changed


def _where(kind: ClueKind, place: int, size: int) -> int:
    """The places that a clue on one variable leaves, as bits."""
    if kind == "end":
        return 1 | 1 << (size - 1)
    return 1 << place if kind == "at" else ~(1 << place)


@functools.cache
def _reaches(kind: ClueKind, size: int) -> tuple[Reach, Reach]:
    """For each domain of x where y can stand, and for each domain of y where x can."""
    domains, full = range(1 << size), (1 << size) - 1
    if kind == "same":
        same = tuple(domains)
        return same, same
    if kind == "left":
        return tuple(d << 1 & full for d in domains), tuple(d >> 1 for d in domains)
    if kind == "next":
        beside = tuple((d << 1 | d >> 1) & full for d in domains)
        return beside, beside
    if kind == "before":
        after = tuple(full & ~(((d & -d) << 1) - 1) if d else 0 for d in domains)
        return after, tuple((1 << d.bit_length() - 1) - 1 if d else 0 for d in domains)
    others = tuple(full if d & d - 1 else full & ~d for d in domains)
    return others, others
