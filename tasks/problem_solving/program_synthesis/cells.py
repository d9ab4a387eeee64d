"""Places where a reference program can be changed a little: its near misses.

All near misses of a program live in one compiled program (mutant schemata: Untch, Offutt and Harrold 1993): a cell
holds what its place does now, and the variants that it can be switched to for a run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Cell:
    """One place: what it holds, and what near misses hold instead."""

    value: Any
    variants: tuple[Any, ...]
    kind: str  # constant, operator, test (forced), choice, order (a statement dropped, or two swapped)
    line: int


@dataclass(slots=True)
class Cells:
    """The cells of one program, in the order of its text."""

    all: list[Cell] = field(default_factory=list)

    def new(self, value: Any, variants: Sequence[Any], kind: str, line: int) -> Cell:
        """A cell that holds `value`."""
        cell = Cell(value, tuple(variants), kind, line)
        self.all.append(cell)
        return cell

    def near_misses(self) -> Iterator[tuple[Cell, Any]]:
        """Each cell with each of its variants; first the programs that leave a statement out."""
        pairs = [(cell, variant) for cell in self.all for variant in cell.variants]
        yield from sorted(pairs, key=lambda pair: not left_out(*pair))


@contextmanager
def switched(cell: Cell, variant: Any) -> Iterator[None]:
    """The program with one place changed."""
    held, cell.value = cell.value, variant
    try:
        yield
    finally:
        cell.value = held


def left_out(cell: Cell, variant: Any) -> bool:
    """Whether a variant leaves a statement out."""
    return cell.kind == "order" and len(variant) < len(cell.value)
