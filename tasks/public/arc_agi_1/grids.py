"""Grids as text: how they are written in a prompt, and the last one that an answer writes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

Grid = Sequence[Sequence[int]]

_LARGEST = 30  # cells a side
_CELL = re.compile(r"[0-9]+")
_ROW = re.compile(r"[\[\]0-9,; |]+")
_BETWEEN = re.compile(r"\]\s*(?:,\s*)?\[")  # two rows on one line, or over several


def written(grid: Grid) -> str:
    """One row a line, as JSON."""
    return "".join(f"{json.dumps(row)}\n" for row in grid)


def last_grid(text: str) -> list[list[int]]:
    """The last grid in a text: rows of digits on lines that follow each other, in brackets or not; [] where none is."""
    rows: list[list[int]] = []
    for line in reversed(_BETWEEN.sub("]\n[", text).split("\n")):
        cells = _cells(line)
        if not cells and rows and line.strip(" []"):
            break
        if cells:
            if rows and len(cells) != len(rows[-1]):
                break
            rows.append(cells)
    return rows[::-1] if len(rows) <= _LARGEST else []


def _cells(line: str) -> list[int]:
    """The digits of a line that has nothing else but brackets and separators."""
    line = line.strip().removesuffix(",")
    if not _ROW.fullmatch(line):
        return []
    found = _CELL.findall(line)
    if len(found) == 1 and len(found[0]) > 1:  # 0120: digits without separators
        found = list(found[0])
    if len(found) > _LARGEST or any(len(cell) > 1 for cell in found):
        return []
    return [int(cell) for cell in found]
