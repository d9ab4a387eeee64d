"""The grid, the row of numbers or the path that an answer gives.

Only what follows the last "Answer:" or "Réponse :" is read, where there is one. A grid is a run of lines that hold
numbers and marks but no words; the last grid counts, and three different ones are guesses, so that none does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.metrics.answers import fold, tidy

_ANNOUNCED = re.compile(r"\b(?:answer|r[ée]ponse)(?: finale)?(?: is| est)? ?:", re.IGNORECASE)
_LABEL = re.compile(r"^[^\W\d_][^:\n]{0,60}:[ ]*(?=[\[(|0-9])", re.MULTILINE)
_NUMBER = re.compile(r"[0-9]+")
_ITEM = re.compile(r"^[ ]*(?:[0-9]{1,2}[.)]|-)[ ]+", re.MULTILINE)
_ROWS = re.compile(r"\][ ]*,[ ]*\[")  # rows in brackets on one line
_BARE = re.compile(r"[-+=|:_ ,;\[\](){}.&\\/0-9]*")
_HEDGE = re.compile(r"\b(?:or|ou|either|soit)\b")
_WORD = re.compile(r"[^\W\d_]")
_SMALL = re.compile(r"\b(?:and|then|et|puis|to|the|en|vers|le|la|a|step|pas)\b")
_ARROWS = {"↑": "up", "↓": "down", "←": "left", "→": "right", "⬆": "up", "⬇": "down", "⬅": "left", "➡": "right"}
_MOST = 400  # rows, or steps, read
_LONGEST = 6  # digits of a number

Rows = tuple[tuple[int, ...], ...]


def read_grid(text: str, question: str, names: Sequence[str] = ()) -> Rows | None:
    """The rows of the one grid, or None; `names` stand for digits."""
    pieces = [_digits(piece, names) if names else piece for piece in _pieces(text, question)]
    grids = [grid for piece in pieces for grid in _grids(piece)]
    return grids[-1] if grids and len(set(grids)) <= 2 and len(pieces) <= 3 else None


def read_row(text: str, question: str) -> tuple[int, ...] | None:
    """The numbers of the one grid, row after row."""
    grid = read_grid(text, question)
    return tuple(number for row in grid for number in row) if grid else None


def read_path(text: str, question: str, steps: dict[str, str]) -> tuple[str, ...] | None:
    """The steps in order; `steps` are their words in the language, by their names."""
    pieces = _pieces(text, question)
    paths = [path for piece in pieces for path in _paths(piece, steps)]
    return paths[-1] if paths and len(set(paths)) <= 2 and len(pieces) <= 3 else None


def _pieces(text: str, question: str) -> list[str]:
    said = _ANNOUNCED.split(tidy(text, question))
    return said[1:] or said


def _digits(text: str, names: Sequence[str]) -> str:
    """The text with the digits that its names stand for; digits of its own stand for nothing."""
    known = {fold(name): str(digit) for digit, name in enumerate(names)}
    pattern = re.compile(r"\b(?:" + "|".join(known) + r")\b")
    return pattern.sub(lambda found: known[found.group()], _NUMBER.sub("?", _ITEM.sub("", fold(text))))


def _grids(text: str) -> list[Rows]:
    """Every run of lines of numbers; glued digits are split where each row is one run of as many."""
    found: list[Rows] = []
    run: list[list[str]] = []
    for line in [*_ROWS.sub("\n", _LABEL.sub("", text)).split("\n"), "end"]:
        numbers = _NUMBER.findall(line) if _BARE.fullmatch(line) else []
        if numbers:
            run.append(numbers)
        elif run and (line.strip() == "" or not _BARE.fullmatch(line)):
            found.append(_rows(run))
            run = []
    return found


def _rows(run: list[list[str]]) -> Rows:
    if len(run) <= _MOST and all(len(numbers) == 1 for numbers in run) and len(run[0][0]) > 1:
        return tuple(tuple(map(int, numbers[0][:_MOST])) for numbers in run)
    return tuple(tuple(int(number) if len(number) <= _LONGEST else -1 for number in numbers) for numbers in run)


def _paths(text: str, steps: dict[str, str]) -> list[tuple[str, ...]]:
    """The runs of lines that hold nothing but steps, or else all the steps that a passage names."""
    folded = fold(text)
    if _HEDGE.search(folded):
        return []
    known = {word: name for name, word in steps.items()} | _ARROWS
    pattern = re.compile("|".join(rf"\b{word}\b" for word in steps.values()) + "|[" + "".join(_ARROWS) + "]")
    runs: list[list[str]] = [[]]
    for line in folded.split("\n"):
        named = pattern.findall(line)
        if named and not _WORD.search(_SMALL.sub("", pattern.sub("", line))):
            runs[-1] += named
        elif runs[-1] and line.strip():
            runs.append([])
    runs = [run for run in runs if run] or [pattern.findall(folded)]
    return [tuple(known[word] for word in run) for run in runs if 0 < len(run) <= _MOST]
