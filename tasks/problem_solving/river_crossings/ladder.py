"""What each level's worlds are made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """The worlds of a level, and what is allowed beyond their shortest plans."""

    lengths: tuple[int, ...]  # crossings of the cheapest plan, in equal shares of the bank
    sizes: tuple[int, int]  # least and greatest number of travellers
    rowers: tuple[int, int]
    places: tuple[int, ...]  # in each boat
    pairs: tuple[int, int] = (0, 0)  # pairs that may not be left alone
    loads: tuple[int, int] = (0, 0)  # what a boat carries, in the bank's units of weight
    bridge: bool = False  # a bridge by night: minutes count
    island: bool = False  # two boats meet at an island
    slack: int = 0  # crossings allowed beyond the shortest plan
    leisure: int = 0  # hundredths of the least minutes allowed beyond them
    ordered: bool = False  # who rows is mentioned first, and all go from left to right
    bank: int = 48  # worlds kept


LEVELS: tuple[Rules, ...] = (
    Rules((1,), (3, 3), (3, 3), (3,), ordered=True, bank=1),
    Rules((1,), (4, 4), (4, 4), (4,), ordered=True, bank=1),
    Rules((3,), (3, 3), (1, 1), (2,), ordered=True, bank=1),
    Rules((5,), (4, 4), (1, 2), (2,), bank=2),
    Rules((7,), (4, 4), (1, 1), (2,), pairs=(2, 2), slack=2, bank=3),
    Rules((9,), (6, 6), (6, 6), (2,), bridge=True, leisure=20),
    Rules((10,), (7, 7), (2, 3), (2, 2), pairs=(4, 6), slack=1),
    Rules((11,), (7, 8), (2, 3), (3,), loads=(11, 15), slack=2),
    Rules((13,), (8, 8), (8, 8), (2,), bridge=True),
    Rules((15, 17), (8, 9), (2, 3), (3,), pairs=(2, 5), loads=(11, 15)),
    Rules((18,), (6, 6), (2, 3), (2, 2), pairs=(3, 6), island=True),
    Rules((22, 24), (7, 8), (2, 3), (2, 3), pairs=(3, 6), loads=(11, 15), island=True),
)


def difficulty(level: int) -> tuple[float, int]:
    """The stated proxy: the mean number of crossings of the cheapest plans, then the number of travellers."""
    rules = LEVELS[level - 1]
    return sum(rules.lengths) / len(rules.lengths), rules.sizes[1]
