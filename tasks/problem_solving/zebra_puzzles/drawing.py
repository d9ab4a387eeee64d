"""Drawing a puzzle: a solution first, then true clues until narrowing leaves nothing else.

The lowest levels tell facts. Above, a level first draws clues without looking at what they tell (so that they
combine), then clues that tell something new; what is asked is never said by a single clue.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import get_args

from tasks.problem_solving.zebra_puzzles.clues import ALONE, Clue, ClueKind, Narrowing
from tasks.problem_solving.zebra_puzzles.lexicon import ATTRIBUTES, NAMES


@dataclass(frozen=True, slots=True)
class Rules:
    """What a level's puzzles are made of."""

    people: int
    attributes: int  # beside the name
    kinds: tuple[ClueKind, ...] = ()  # empty: facts told outright, all or all but one
    blind: int = 0  # clues drawn without looking at what they tell
    told: int = 0  # facts told outright; where one is left out, the things are listed
    whole: bool = False  # everything is asked, not one name

    @property
    def plain(self) -> bool:
        """Whether everything is told, so that nothing but the facts needs saying."""
        return self.told == self.people * self.attributes


def _mix(**weights: int) -> tuple[ClueKind, ...]:
    """Kinds of clues, as many times each as their weight says."""
    return tuple(kind for kind in get_args(ClueKind) for _ in range(weights.get(kind.replace(" ", "_"), 0)))


_EASY = _mix(at=4, same=3, left=4)
_MIXED = _mix(at=7, same=5, left=4, next=5, before=5, end=4)
_HARD = _mix(same=5, left=4, next=8, before=7, not_same=12, end=4)

LEVELS: tuple[Rules, ...] = (
    Rules(1, 5, told=5),
    Rules(2, 2, told=4),
    Rules(3, 1, told=3),
    Rules(4, 1, told=3),
    Rules(3, 1, _EASY),
    Rules(4, 2, _EASY, blind=1),
    Rules(4, 3, _MIXED, blind=2),
    Rules(5, 3, _MIXED, blind=4),
    Rules(5, 4, _MIXED, blind=6, whole=True),
    Rules(6, 4, _HARD, blind=10, whole=True),
    Rules(6, 5, _HARD, blind=12, whole=True),
    Rules(7, 5, _HARD, blind=16, whole=True),
)


@dataclass(frozen=True, slots=True)
class Puzzle:
    """Variable `attribute * people + n` is the nth name (attribute 0) or value of an attribute."""

    names: tuple[str, ...]
    attributes: tuple[int, ...]  # places in ATTRIBUTES
    values: tuple[tuple[int, ...], ...]  # of each attribute, those that occur
    places: tuple[int, ...]  # the solution: where each variable stands, from 0
    clues: tuple[Clue, ...]
    asked: int  # the variable whose name is asked; -1: everything
    row: bool  # whether people stand in a row
    plain: bool = False  # whether everything is told


def seats(places: Sequence[int], size: int) -> tuple[int, ...]:
    """For each attribute (0: the name) and each place in turn, the variable that stands there."""
    found = [0] * len(places)
    for variable, place in enumerate(places):
        found[variable - variable % size + place] = variable
    return tuple(found)


def difficulty(level: int) -> float:
    """The stated proxy: bits of the assignments to choose from."""
    rules = LEVELS[level - 1]
    return math.log2(math.factorial(rules.people)) * (rules.attributes + (rules.told == 0))


def draw_puzzle(rng: Random, level: int) -> Puzzle:
    """A puzzle of a level with exactly one solution."""
    rules = LEVELS[level - 1]
    size = rules.people
    names = tuple(rng.sample(NAMES, size))
    attributes = tuple(rng.sample(range(len(ATTRIBUTES)), rules.attributes))
    values = tuple(tuple(_order(rng, 8)[:size]) for _ in attributes)
    places = tuple(place for _ in range(rules.attributes + 1) for place in _order(rng, size))
    if rules.told:
        facts = [Clue("same", places.index(places[thing]), thing) for thing in range(size, len(places))]
        rng.shuffle(facts)
        asked = rng.choice(facts).y  # told or left out: who is mentioned least is no answer by itself
        return Puzzle(
            names, attributes, values, places, tuple(facts[: rules.told]), asked, row=False, plain=rules.plain
        )
    asked = -1 if rules.whole else rng.randrange(size, len(places))
    clues = _clues(rng, rules, places, asked)
    return Puzzle(names, attributes, values, places, tuple(clues), asked, row=True)


def _order(rng: Random, count: int) -> list[int]:
    """The first integers in any order."""
    return sorted(range(count), key=lambda _: rng.random())


def _clues(rng: Random, rules: Rules, places: tuple[int, ...], asked: int) -> list[Clue]:
    """Clues that leave one solution, in a mixed order: narrowing alone finds it, which is the proof."""
    source = _Source(rng, rules, places, asked)
    everyone = range(len(places))
    drawn: dict[Clue, None] = {}
    while len(drawn) < rules.blind:
        clue = source.clue(everyone)
        if clue and clue.kind not in ALONE:
            drawn[clue] = None
    clues = list(drawn)
    narrowing = Narrowing(len(places), rules.people, clues)
    unsettled: Sequence[int] = everyone
    while unsettled := narrowing.unsettled(unsettled):
        clue = source.clue(unsettled)
        while clue is None or not narrowing.add(clue):
            clue = source.clue(unsettled)
        clues.append(clue)
    rng.shuffle(clues)
    return clues


class _Source:
    """True clues read off a solution: the other variable is one that stands where the kind wants it."""

    def __init__(self, rng: Random, rules: Rules, places: tuple[int, ...], asked: int) -> None:
        self._rng, self._rules, self._places, self._asked = rng, rules, places, asked
        self._seats = seats(places, rules.people)

    def clue(self, variables: Sequence[int]) -> Clue | None:
        """A clue on one of some variables (for "end", on who is at an end of its attribute), or None by bad luck."""
        size, kinds, random = self._rules.people, self._rules.kinds, self._rng.random
        kind, one = kinds[int(random() * len(kinds))], variables[int(random() * len(variables))]
        place = self._places[one]
        if kind == "at":
            return Clue(kind, one, place)
        if kind == "end":
            return Clue(kind, self._seats[one // size * size + (0 if random() < 0.5 else size - 1)])
        if kind == "same":
            x, y = sorted((one, self._elsewhere(one, place)))
            return None if y == self._asked and x < size else Clue(kind, x, y)
        there = place + (1 if random() < 0.5 else -1) if kind in {"left", "next"} else int(random() * size)
        if there == place or not 0 <= there < size:
            return None
        if kind == "not same":
            return Clue(kind, *sorted((one, self._elsewhere(one, there))))
        other = self._seats[int(random() * (self._rules.attributes + 1)) * size + there]
        return Clue(kind, one, other) if kind == "next" or place < there else Clue(kind, other, one)

    def _elsewhere(self, variable: int, place: int) -> int:
        """Who or what stands at a place, in any attribute but that of a variable."""
        size = self._rules.people
        attribute = int(self._rng.random() * self._rules.attributes)
        return self._seats[(attribute + (attribute >= variable // size)) * size + place]
