"""Grids in which every row, column and box holds every symbol once: how many ways there are to complete one.

Cells are numbered row by row; symbols are 0 to size - 1; a hole is -1. A Latin square's boxes are its rows.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

HOLE = -1
Box = tuple[int, int]  # rows and columns of a box


@functools.cache
def groups(size: int, box: Box) -> tuple[tuple[int, int, int], ...]:
    """The row, column and box of every cell."""
    height, width = box
    across = size // width
    return tuple(
        (cell // size, cell % size, cell // size // height * across + cell % size // width)
        for cell in range(size * size)
    )


def solutions(cells: Sequence[int], size: int, box: Box, most: int = 2) -> list[tuple[int, ...]]:
    """Up to `most` ways to complete a grid, by trying the hole with the fewest symbols left."""
    used = ([0] * size, [0] * size, [0] * size)
    where = groups(size, box)
    for cell, symbol in enumerate(cells):
        if symbol != HOLE:
            bit = 1 << symbol
            if any(kind[group] & bit for kind, group in zip(used, where[cell], strict=True)):
                return []
            for kind, group in zip(used, where[cell], strict=True):
                kind[group] |= bit
    found: list[tuple[int, ...]] = []
    _complete(list(cells), used, where, most, found)
    return found


def _complete(
    cells: list[int],
    used: tuple[list[int], list[int], list[int]],
    where: tuple[tuple[int, int, int], ...],
    most: int,
    found: list[tuple[int, ...]],
) -> None:
    rows, columns, boxes = used
    full = (1 << len(rows)) - 1
    best, fewest, left = HOLE, len(rows) + 1, 0
    for cell, symbol in enumerate(cells):
        if symbol == HOLE:
            r, c, b = where[cell]
            free = full & ~(rows[r] | columns[c] | boxes[b])
            count = free.bit_count()
            if count < fewest:
                best, fewest, left = cell, count, free
                if count <= 1:
                    break
    if best == HOLE:
        found.append(tuple(cells))
        return
    r, c, b = where[best]
    while left and len(found) < most:
        bit = left & -left
        left ^= bit
        cells[best] = bit.bit_length() - 1
        rows[r], columns[c], boxes[b] = rows[r] | bit, columns[c] | bit, boxes[b] | bit
        _complete(cells, used, where, most, found)
        rows[r], columns[c], boxes[b] = rows[r] ^ bit, columns[c] ^ bit, boxes[b] ^ bit
    cells[best] = HOLE
