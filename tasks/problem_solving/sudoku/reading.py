"""The grid that an answer gives.

Rows are lines with as many numbers as the grid is wide and no words, or that many digits in a row; a grid is a run of
as many rows. The last grid counts; three different ones are guesses, and none does. Where no run of rows has the right
length, all the numbers of the answer are read row by row if they are as many as the cells.
"""

from __future__ import annotations

import re

from harness.metrics.answers import tidy

_ANNOUNCED = re.compile(r"\b(?:answer|r[ée]ponse)(?: finale)? ?:", re.I)
_NUMBER = re.compile(r"[0-9]+")
_RULE = re.compile(r"[-+=|:_ ]*")
_WORD = re.compile(r"[^\W\d_]")
_LONGEST = 6  # digits of a number


def read_grid(text: str, question: str, size: int, *, digits: bool) -> tuple[int, ...] | None:
    """The cells row by row, or None; `digits` says that every number of the grid has one digit."""
    said = _ANNOUNCED.split(tidy(text, question))
    pieces = said[1:] or said
    grids = [grid for piece in pieces for grid in _grids(piece, size, digits=digits)]
    if not grids:
        numbers = _numbers(pieces[-1], size, digits=digits)
        return tuple(numbers) if len(numbers) == size * size else None
    return grids[-1] if len(set(grids)) <= 2 else None


def _grids(text: str, size: int, *, digits: bool) -> list[tuple[int, ...]]:
    """Every run of exactly `size` rows; lines of signs do not end a run."""
    found: list[tuple[int, ...]] = []
    run: list[list[int]] = []
    for line in [*text.split("\n"), "end"]:
        if line.strip() and _RULE.fullmatch(line) and run and len(run) < size:
            continue
        numbers = [] if _WORD.search(line) or "." in line.rstrip(" .") else _numbers(line, size, digits=digits)
        if len(numbers) == size:
            run.append(numbers)
            continue
        if len(run) == size:
            found.append(tuple(number for row in run for number in row))
        run = []
    return found


def _numbers(text: str, size: int, *, digits: bool) -> list[int]:
    """The numbers of a text; runs of digits are split where every number has one."""
    runs = _NUMBER.findall(text[: 64 * size * size])
    if digits:
        return [int(digit) for run in runs for digit in run]
    return [int(run) if len(run) <= _LONGEST else -1 for run in runs]
