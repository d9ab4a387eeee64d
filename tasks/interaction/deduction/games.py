"""The games: what is hidden, what a guess is told, and how large the game of each level is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import Literal

GameKind = Literal["told", "pair", "gap", "order", "code"]
Feedback = Literal["both", "exact", "turns"]

DIGITS, LETTERS = "0123456789", "BCDFGHJKLMNPQRSTVWXZ"  # letters without vowels never spell a word
NAMES = (
    "Adam Alex Alice Anna Arthur Benjamin Bruno Charles Charlotte Clara Daniel David Diana Elsa Emma Eva Flora Gabriel "
    "Gina Hugo Igor Irma Jade Jules Julia Karen Laura Lina Louis Louise Lucas Marco Marion Martin Maya Nathan Nina "
    "Nora Norman Olga Oscar Paul Paula Rita Robin Roman Rose Samuel Sara Simon Sofia Thomas Tina Tom Victor Victoria "
    "Violette Walter William Xavier"
).split()
PLACES = (
    ("Dans un livre", "In a book"),
    ("Sous un vase", "Under a vase"),
    ("Dans un tiroir", "In a drawer"),
    ("Sous une chaise", "Under a chair"),
    ("Derrière un tableau", "Behind a painting"),
    ("Dans une poche", "In a pocket"),
    ("Sous un tapis", "Under a rug"),
    ("Dans une boîte", "In a box"),
    ("Derrière une porte", "Behind a door"),
    ("Sous une pierre", "Under a stone"),
    ("Dans un arbre", "In a tree"),
    ("Dans une valise", "In a suitcase"),
    ("Sous un lit", "Under a bed"),
    ("Derrière un rideau", "Behind a curtain"),
    ("Dans un panier", "In a basket"),
    ("Dans un cahier", "In a notebook"),
)
_LOWEST, _LOWEST_TOLD = 400, 80  # a number game begins at 1 to this; one that tells numbers, at 1 to that
_APART, _STRIDE = 10_007, 7_919  # primes that divide no number of openings: see `_opening`


@dataclass(frozen=True, slots=True)
class Rules:
    """What a level's games are."""

    kind: (
        GameKind  # told: the number itself; pair: two, one of them it; gap: how far off; order: which way; code: counts
    )
    size: int  # how many numbers, or symbols
    length: int = 1  # places of a code
    pool: str = ""  # where a code's symbols come from
    repeats: bool = True  # whether a symbol may come several times
    feedback: Feedback = "both"  # exact and misplaced; exact alone; exact and common by turns
    agreeing: bool = False  # whether each guess must agree with all answers before it

    @property
    def secrets(self) -> int:
        """How many things may be hidden: the stated proxy of difficulty."""
        return self.size**self.length if self.repeats else math.perm(self.size, self.length)

    @property
    def tells(self) -> bool:
        """Whether a wrong guess is told the secret, alone or among two numbers."""
        return self.kind in ("told", "pair")


LEVELS: tuple[Rules, ...] = (
    Rules("told", 12),
    Rules("pair", 16),
    Rules("gap", 31),
    Rules("order", 100),
    Rules("code", 5, 3, DIGITS),
    Rules("code", 5, 4, DIGITS),
    Rules("code", 6, 4, LETTERS),
    Rules("code", 8, 4, LETTERS),
    Rules("code", 6, 5, LETTERS),
    Rules("code", 7, 5, LETTERS, feedback="exact"),
    Rules("code", 10, 5, LETTERS, repeats=False, feedback="turns"),
    Rules("code", 9, 6, LETTERS, repeats=False, feedback="turns", agreeing=True),
)


@dataclass(frozen=True, slots=True)
class Game:
    """One game; both languages tell it."""

    rules: Rules
    who: str  # who hides it
    place: int  # where, of `PLACES`
    low: int  # the lowest number; 0 for a code
    symbols: str  # those of a code, in order
    secret: str  # the number in digits, or the code

    @property
    def high(self) -> int:
        """The highest number."""
        return self.low + self.rules.size - 1

    @property
    def decoy(self) -> int:
        """The number that a pair tells beside the secret: half the range away."""
        return self.low + (int(self.secret) - self.low + self.rules.size // 2) % self.rules.size


def draw_game(rng: Random, level: int, index: int) -> Game:
    """A game of the level."""
    rules = LEVELS[level - 1]
    choices = (
        math.comb(len(rules.pool), rules.size) if rules.kind == "code" else _LOWEST_TOLD if rules.tells else _LOWEST
    )
    rank, who, place = _opening(rng, index, choices)
    if rules.kind != "code":
        low = 1 + rank
        return Game(rules, who, place, low, "", str(rng.randint(low, low + rules.size - 1)))
    symbols = _subset(rules.pool, rules.size, rank)
    drawn = rng.choices(symbols, k=rules.length) if rules.repeats else rng.sample(symbols, rules.length)
    return Game(rules, who, place, 0, symbols, "".join(drawn))


def _opening(rng: Random, index: int, choices: int) -> tuple[int, str, int]:
    """The rank of the range or of the symbols, who hides, and where.

    Openings are cut into as many parts as `_APART`, one for each index: the first 10,007 items of a seed all differ.
    """
    openings = choices * len(NAMES) * len(PLACES)
    part = openings // _APART
    opening = (index % _APART * part + rng.randrange(part)) * _STRIDE % openings
    rest, place = divmod(opening, len(PLACES))
    rank, who = divmod(rest, len(NAMES))
    return rank, NAMES[who], place


def _subset(pool: str, size: int, rank: int) -> str:
    """The subset of a rank, from 0, among those of a size, in the order of the pool."""
    chosen = ""
    for place, symbol in enumerate(pool):
        holding = math.comb(len(pool) - place - 1, size - len(chosen) - 1)  # subsets that go on with this symbol
        if rank < holding:
            chosen += symbol
            if len(chosen) == size:
                break
        else:
            rank -= holding
    return chosen
