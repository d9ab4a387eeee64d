"""Drawing a puzzle: a solution first, then true clues until narrowing leaves nothing else.

A level first draws clues without looking at what they tell (so that they combine), then clues that tell something
new. What is asked is never said by a single clue, but at level 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from tasks.problem_solving.zebra_puzzles.clues import ALONE, Clue, ClueKind, holds, narrow, settle_domains, solved
from tasks.problem_solving.zebra_puzzles.lexicon import ATTRIBUTES, NAMES


@dataclass(frozen=True, slots=True)
class Rules:
    """What a level's puzzles are made of."""

    people: int
    attributes: int  # beside the name
    kinds: tuple[ClueKind, ...] = ()  # empty: facts told outright, all or all but one
    blind: int = 0  # clues drawn without looking at what they tell
    told: int = 0  # facts told outright
    whole: bool = False  # everything is asked, not one name


_EASY: tuple[ClueKind, ...] = ("at", "same", "same", "left", "left")
_MIXED: tuple[ClueKind, ...] = ("at", "same", "same", "same", "left", "left", "next", "before", "end")
_HARD: tuple[ClueKind, ...] = ("same", "same", "same", "left", "left", "next", "next", "before", "not same", "end")

LEVELS: tuple[Rules, ...] = (
    Rules(3, 1, told=3),
    Rules(4, 1, told=3),
    Rules(3, 1, _EASY),
    Rules(3, 2, _EASY),
    Rules(4, 2, _EASY, blind=1),
    Rules(4, 3, _MIXED, blind=2),
    Rules(5, 3, _MIXED, blind=4),
    Rules(5, 4, _MIXED, blind=6, whole=True),
    Rules(5, 5, _MIXED, blind=8, whole=True),
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

    def variable_at(self, attribute: int, place: int) -> int:
        """Which name (attribute 0) or value stands at a place."""
        size = len(self.names)
        return next(v for v in range(attribute * size, (attribute + 1) * size) if self.places[v] == place)


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
    values = tuple(tuple(rng.sample(range(8), size)) for _ in attributes)
    places = tuple(place for _ in range(rules.attributes + 1) for place in rng.sample(range(size), size))
    if rules.told:
        people = rng.sample(range(size), size)
        facts = [Clue("same", person, size + places[size:].index(places[person])) for person in people]
        asked = facts[rng.randrange(size) if rules.told == size else -1].y
        return Puzzle(names, attributes, values, places, tuple(facts[: rules.told]), asked, row=False)
    asked = -1 if rules.whole else rng.randrange(size, len(places))
    clues = _clues(rng, rules, places, asked)
    return Puzzle(names, attributes, values, places, tuple(clues), asked, row=True)


def _clues(rng: Random, rules: Rules, places: tuple[int, ...], asked: int) -> list[Clue]:
    """Clues that leave one solution, in a mixed order."""
    size = rules.people
    domains = [(1 << size) - 1] * len(places)
    clues: list[Clue] = []
    while len(clues) < rules.blind:
        clue = _clue(rng, rules, places, asked)
        if clue and clue.kind not in ALONE and clue not in clues:
            clues.append(clue)
    settle_domains(clues, domains, size)
    while not solved(domains):
        clue = _clue(rng, rules, places, asked)
        if clue and narrow(clue, domains, size):
            clues.append(clue)
            settle_domains(clues, domains, size)
    rng.shuffle(clues)
    return clues


def _clue(rng: Random, rules: Rules, places: tuple[int, ...], asked: int) -> Clue | None:
    """A true clue, or None."""
    size = rules.people
    kind, x = rng.choice(rules.kinds), rng.randrange(len(places))
    if kind in ALONE:
        clue = Clue(kind, x, rng.randrange(size) if kind == "not at" else places[x] if kind == "at" else 0)
        return clue if holds(clue, places[x], clue.y, size) else None
    y = rng.randrange(len(places))
    if kind in ("same", "not same"):
        x, y = min(x, y), max(x, y)
        if x // size == y // size or (y == asked and x < size):
            return None
    elif x == y:
        return None
    clue = Clue(kind, x, y)
    return clue if holds(clue, places[x], places[y], size) else None
