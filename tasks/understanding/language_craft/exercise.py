"""What both languages tell: gaps to fill, each of a kind and a grade, on a date and about a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Literal

GapKind = Literal["number", "conjugation", "agreement", "homophone"]
KINDS: tuple[GapKind, ...] = ("number", "conjugation", "homophone", "agreement")
GRADES = 8  # from 0, which has regular plurals only
LEVELS: tuple[tuple[int, int], ...] = (  # gaps in an item, and the grade of each
    (1, 0), (1, 1), (1, 2), (1, 3), (2, 4), (2, 5), (3, 6), (4, 7), (6, 7), (8, 7),
)  # fmt: skip

_WOMEN = "Emma Alice Clara Julia Laura Sarah Eva Nina Anna Olivia Victoria Charlotte Caroline Iris Rose Lola Mia Nora"
_MEN = "Tom Paul Lucas Adam Oscar Victor Simon Martin David Daniel Samuel Thomas Nathan Louis Max Arthur Bruno Ivan"
WOMEN, MEN = tuple(_WOMEN.split()), tuple(_MEN.split())
PEOPLE = WOMEN + MEN
_DAYS, _MONTHS = 28, 12
_ALIKE = 4  # people that one index may bring
_FRAMES = _DAYS * _MONTHS * len(PEOPLE) // _ALIKE
_SPREAD = 1_381  # a prime: consecutive items differ in date and person, and none of 12,000 comes twice
_PICK = 1 << 20
_RANGES = (
    (1, 16), (17, 69), (70, 99), (100, 999), (1_000, 99_999), (100_000, 10**9 - 1), (10**9, 10**12 - 1),
)  # fmt: skip
_ROUND_SHARE = 0.4  # of the numbers have a group that ends in 80 or in hundreds, where the French plural is at stake
_GROUPS = (80, 180, 200, 280, 300, 380, 400, 480, 500, 580, 600, 700, 800, 880, 900, 980)


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing to write. `picks` choose from a language's own tables, so that both tell the same kind and grade."""

    kind: GapKind
    grade: int
    number: int  # to spell, where the kind is "number"
    day: int
    month: int  # from 0
    person: int  # place in PEOPLE
    picks: tuple[int, int, int, int]

    @property
    def name(self) -> str:
        """The person's first name, alike in both languages."""
        return PEOPLE[self.person]


@dataclass(frozen=True, slots=True)
class Told:
    """A gap in one language: what is shown, and every text that fills it; the first is the usual one."""

    sentence: str
    order: str  # what to do, as a sentence
    accepted: tuple[str, ...]


Teller = Callable[[Gap], Told]


def draw_exercise(rng: Random, level: int, index: int) -> tuple[Gap, ...]:
    """The gaps of an item. Its index gives date and person of the first, so that no item comes twice."""
    count, grade = LEVELS[level - 1]
    gaps = []
    for n in range(count):
        turn = index // len(KINDS) if grade else index
        frame = turn * _SPREAD % _FRAMES if n == 0 else rng.randrange(_FRAMES)
        kind = KINDS[(index + n) % len(KINDS)] if grade else "agreement"
        picks = (rng.randrange(_PICK), rng.randrange(_PICK), rng.randrange(_PICK), rng.randrange(_PICK))
        if not grade:  # one kind alone: the word differs where date and person come back
            picks = (picks[0], index // _FRAMES + index % _FRAMES, *picks[2:])
        rest, person = divmod(frame, len(PEOPLE) // _ALIKE)
        month, day = divmod(rest, _DAYS)
        person = person * _ALIKE + rng.randrange(_ALIKE)
        gaps.append(Gap(kind, grade, _number(rng, grade), day + 1, month, person, picks))
    return tuple(gaps)


def difficulty(level: int) -> int:
    """The proxy: the sum of the grades of an item's gaps."""
    count, grade = LEVELS[level - 1]
    return count * grade


def _number(rng: Random, grade: int) -> int:
    low, high = _RANGES[max(grade, 1) - 1]
    number = rng.randint(low, high)
    if grade < 4 or rng.random() >= _ROUND_SHARE:
        return number
    place = rng.choice([10**n for n in range(0, len(str(high)), 3) if 10**n <= low])
    number += (rng.choice(_GROUPS) - number // place % 1000) * place
    return number if low <= number <= high else rng.randint(low, high)
