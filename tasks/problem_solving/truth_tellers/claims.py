"""What people say about who tells the truth, and what it means, by enumeration with bits.

With n people there are 2^n assignments; assignment a has person i telling the truth when bit i of a is 1. The
meaning of a claim is an integer of 2^n bits: bit a says whether the claim holds under assignment a. And, or and
exclusive or of claims are then single operations on integers.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal

ClaimKind = Literal[
    "true", "liar", "same", "differ", "both", "neither", "some", "exactly", "odd", "if", "and", "or", "says"
]


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim. Says-claims wrap one part, if, and, or join two; the others speak of `people` directly."""

    kind: ClaimKind
    people: tuple[int, ...] = ()
    number: int = 0  # how many, for "exactly"
    parts: tuple[Claim, ...] = ()
    way: int = 0  # which of the equivalent wordings


@dataclass(frozen=True, slots=True)
class Statement:
    """Who says what."""

    speaker: int
    claim: Claim
    way: int = 0  # "says", or an equivalent verb


@dataclass(frozen=True, slots=True)
class Puzzle:
    """Who is there, what is told outright, who says what, and the one assignment that fits."""

    names: tuple[str, ...]
    facts: tuple[Claim, ...]  # told outright, about one person each
    statements: tuple[Statement, ...]  # in the order in which they are told
    truth: int  # the assignment
    scene: tuple[int, ...] = ()  # when, how many, doing what, about what, where; it sets the story at low levels
    alone: bool = False  # told outright: one person alone tells the truth

    @property
    def truthful(self) -> tuple[str, ...]:
        """Those who tell the truth, in the order of `names`."""
        return tuple(name for i, name in enumerate(self.names) if self.truth >> i & 1)


@functools.cache
def everything(n: int) -> int:
    """The claim that always holds."""
    return (1 << (1 << n)) - 1


@functools.cache
def truthful(n: int, person: int) -> int:
    """The claim that a person tells the truth: blocks of 2^person zeros and ones, repeated."""
    mask, width = ((1 << (1 << person)) - 1) << (1 << person), 2 << person
    while width < 1 << n:
        mask |= mask << width
        width *= 2
    return mask


def meaning(claim: Claim, n: int) -> int:  # noqa: PLR0911 - one line a kind
    """The assignments of n people under which a claim holds."""
    if claim.parts:
        return _joined(claim, n)
    first, *others = (truthful(n, person) for person in claim.people)
    match claim.kind:
        case "true":
            return first
        case "liar":
            return everything(n) ^ first
        case "same":
            return everything(n) ^ first ^ others[0]
        case "differ":
            return first ^ others[0]
        case "odd":
            return functools.reduce(int.__xor__, others, first)
        case "both":
            return _exactly(claim.people, 2, n)
        case "neither":
            return _exactly(claim.people, 0, n)
        case "some":
            return everything(n) ^ _exactly(claim.people, 0, n)
        case _:
            return _exactly(claim.people, claim.number, n)


def holds(claim: Claim, truth: int) -> bool:  # noqa: PLR0911 - one line a kind
    """Whether a claim holds under one assignment: what its meaning says of it, without the others."""
    if claim.parts:
        first = holds(claim.parts[0], truth)
        if claim.kind == "says":
            return first == bool(truth >> claim.people[0] & 1)
        second = holds(claim.parts[1], truth)
        return first and second if claim.kind == "and" else second or first == (claim.kind == "or")
    honest = sum([truth >> person & 1 for person in claim.people])
    match claim.kind:
        case "true" | "some":
            return honest > 0
        case "liar" | "neither":
            return honest == 0
        case "same":
            return honest != 1
        case "differ" | "odd":
            return honest % 2 == 1
        case "both":
            return honest == 2
        case _:
            return honest == claim.number


def fits(said: Statement, n: int) -> int:
    """The assignments under which a statement can be made: by the truthful when it holds, by liars when it does not."""
    return everything(n) ^ truthful(n, said.speaker) ^ meaning(said.claim, n)


def solutions(puzzle: Puzzle) -> int:
    """All assignments that fit a puzzle, as bits."""
    n = len(puzzle.names)
    left = everything(n)
    for fact in puzzle.facts:
        left &= meaning(fact, n)
    for said in puzzle.statements:
        left &= fits(said, n)
    return left


def _joined(claim: Claim, n: int) -> int:
    first, *others = (meaning(part, n) for part in claim.parts)
    match claim.kind:
        case "says":
            return everything(n) ^ truthful(n, claim.people[0]) ^ first
        case "and":
            return first & others[0]
        case "or":
            return first | others[0]
        case _:
            return (everything(n) ^ first) | others[0]


@functools.lru_cache(maxsize=4096)
def _exactly(people: tuple[int, ...], number: int, n: int) -> int:
    """Assignments under which exactly `number` of `people` tell the truth, by counting person after person."""
    counts = [everything(n)] + [0] * number  # counts[c]: exactly c of those seen so far, c up to `number`
    for person in people:
        yes = truthful(n, person)
        for c in range(number, 0, -1):
            counts[c] = counts[c] & ~yes | counts[c - 1] & yes
        counts[0] &= ~yes
    return counts[number]
