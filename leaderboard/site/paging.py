"""Tables too long for one page: which rows stand on which page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROWS = 100  # a page; docs/decisions/0003-the-static-site.md says what 1,000 rows on one page cost


@dataclass(frozen=True, slots=True)
class Batch:
    """One page of a table: its path and which rows it has, from 1."""

    path: str
    first: int
    last: int


def batches(rows: int, size: int, path: Callable[[int], str]) -> Sequence[Batch]:
    """The pages of a table, one or more, with at most `size` rows each; `path` gives a page its path by its number."""
    starts = range(0, max(rows, 1), size)
    return [Batch(path(number), start + 1, min(start + size, rows)) for number, start in enumerate(starts, 1)]
