"""What each level asks, and the generator and configuration that draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["operations", "spiral", "distances", "path"]

FLIPS = ("hmirror", "vmirror")
TURNS = ("rotate", "hmirror", "vmirror", "dmirror", "cmirror")
NUMBERS = ("map", "zero_divisible")
CUTS = ("crop", "remove_every_nth_row", "remove_every_nth_col")


@dataclass(frozen=True, slots=True)
class Rules:
    """One level."""

    kind: Kind
    rows: int
    cols: int
    operations: int = 0  # how many are applied
    among: tuple[str, ...] = ()  # the package's names of these
    least: int = 0  # cells of the answer, zeros of the grid, or steps of the shortest path
    most: int = 0  # steps of the shortest path
    share: float = 0.0  # of blocked cells, or of zeros beyond the first
    named: bool = False  # first names stand for the digits, all different


NAMES: tuple[str, ...] = tuple(  # spelled alike in both languages
    (
        "Anna Tom Clara Hugo Laura Lucas Nina Oscar Alice Simon Julia Martin Eva Victor Sarah Adam Nora Omar Diana "
        "Bruno Flora Ivan Rose Paul Emma Hector Lola Arthur Iris Samuel Marta Pablo Lina Marco Sonia David Elsa "
        "Denis Carla Max Olga Igor Vera Boris Mona Karim Linda Peter Fatima Ali Olivia Robert Carmen Diego Ingrid "
        "Lars Sofia Luca Amina Yusuf"
    ).split()
)
LEVELS: tuple[Rules, ...] = (
    Rules("operations", 2, 3, 1, ("remove_every_nth_row",), 3, named=True),
    Rules("operations", 2, 3, 1, ("hmirror",), 6, named=True),
    Rules("operations", 3, 4, 1, (*FLIPS, "map"), 12),
    Rules("spiral", 4, 4),
    Rules("operations", 4, 4, 2, (*FLIPS, "dmirror", "map"), 16),
    Rules("path", 5, 6, least=4, most=6, share=0.3),
    Rules("operations", 6, 6, 3, (*TURNS, *NUMBERS), 36),
    Rules("distances", 7, 7, least=7, share=0.15),
    Rules("operations", 7, 7, 5, (*TURNS, *NUMBERS, *CUTS), 12),
    Rules("path", 10, 10, least=9, most=30, share=0.35),
    Rules("distances", 10, 10, least=5, share=0.06),
    Rules("operations", 10, 10, 14, (*TURNS, "map"), 100),
)
