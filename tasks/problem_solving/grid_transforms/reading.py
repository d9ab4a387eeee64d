r"""The grid that an answer gives.

A row is a line of digits with spaces, commas, bars, brackets, quotes or nothing between them; a grid is a run of rows
of one length, told as lines, as a table, as nested lists, or with "/" or ";" between rows. Lines with words are no
rows, but a label before a row ("Output: 1 2", "Row 1: 1 2") is passed over. Then:

1. A final-answer mark ("Answer:", "Réponse :", "The answer is", "####", "\boxed{") announces the grid after it; two
   different ones are a correction and the last counts, three are guesses.
2. Else an answer that begins with a grid and goes on with an input of its own ends there: it has begun a new pair.
3. Else grids that repeat the question's are quotations, those after "Input:" too; "Output:" announces the others.
   One grid must be left: different ones are guesses.

Any text is safe, and takes linear time.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from harness.metrics.answers import tidy
from tasks.problem_solving.grid_transforms.grids import Grid

_MOST_CORRECTIONS = 2
_WIDEST = 400  # characters of a row
_FENCE = re.compile(r"^[ ]*(?:```|~~~)[^\n]*$", re.M)
_MARK = (
    r"####|\\boxed\{|\b(?:final|correct)? ?(?:answer|r[ée]ponse)(?: grid| finale| correcte)?"
    r" ?(?:(?:is|est)(?: donc| thus)?\b|[:=])[ :=]*"
)
_INPUT = r"\b(?:test )?(?:input|entr[ée]e)(?: grid)?(?: [0-9]{1,2})? ?(?:[:=]|(?=\n))[ ]*"
_OUTPUT = r"\b(?:final )?(?:output|sortie|result|r[ée]sultat)(?: grid| finale?)?(?: [0-9]{1,2})? ?(?:[:=]|(?=\n))[ ]*"
_SIGN = re.compile(f"(?P<answer>{_MARK})|(?P<input>{_INPUT})|(?P<output>{_OUTPUT})", re.I)
_ROW_LABEL = re.compile(r"^[ ]*(?:(?:row|line|ligne|rang[ée]e) ?[0-9]{1,2} ?[:.)-]|[-•>](?= ))[ ]*", re.I | re.M)
_BREAK = re.compile(r"[\])}][ ]*[,;]?[ ]*[\[({]|\\\\|\\n|[;/]")
_ROW = re.compile(r"[0-9 ,|\[\](){}\"'.]+")
_RULE = re.compile(r"[-+=|:_\[\](){},. ]+")
_NOT_DIGIT = re.compile(r"[^0-9]")
_DECIMAL = re.compile(r"[0-9][.][0-9]")


class _Block(NamedTuple):
    """A grid in a text and what announced it: answer, input, output or nothing."""

    grid: Grid
    sign: str


def read_grid(text: str, question: str = "") -> Grid | None:
    """The one grid a text answers, or None (see the rule at the top of this module)."""
    blocks = _blocks(_FENCE.sub("", tidy(_FENCE.sub("", text), question)))
    if announced := [block.grid for block in blocks if block.sign == "answer"]:
        return announced[-1] if len(set(announced)) <= _MOST_CORRECTIONS else None
    if blocks and blocks[0].sign in {"first", "output first"}:
        own = next((n for n, block in enumerate(blocks) if block.sign == "input"), len(blocks))
        blocks = blocks[:own]
    quoted = {block.grid for block in _blocks(question)}
    new = [block for block in blocks if block.grid not in quoted and block.sign != "input"] or blocks
    told = [block.grid for block in new if block.sign in {"output", "output first"}] or [block.grid for block in new]
    return told[0] if len(set(told)) == 1 else None


def _blocks(text: str) -> list[_Block]:
    """Every grid of a text, in order, with its sign; one before all words is "first"."""
    text = _ROW_LABEL.sub("", _BREAK.sub("\n", text.replace("\0", " ")))
    signs = list(_SIGN.finditer(text))
    starts, ends = [0, *(sign.end() for sign in signs)], [*(sign.start() for sign in signs), len(text)]
    names = ["", *(str(sign.lastgroup) for sign in signs)]
    found: list[_Block] = []
    for name, start, end in zip(names, starts, ends, strict=True):
        grids = _grids(text[start:end])
        leads = not found and name in {"", "output"} and _leads(text, start, end)
        sign = f"{name} first".lstrip() if leads else name
        found += [_Block(grid, "" if n else sign) for n, grid in enumerate(grids)]
    return found


def _leads(text: str, start: int, end: int) -> bool:
    """Whether the text begins with a row, after no more than the sign that ends at `start`."""
    line = text[start:end].lstrip(" \n").partition("\n")[0]
    return bool(_cells(line)) and "\n" not in text[:start].strip() and len(text[:start].split()) <= 4


def _grids(text: str) -> list[Grid]:
    """Runs of rows of one length; rows that are all apart by blank lines are one grid."""
    runs: list[list[str]] = [[]]
    words = False
    for line in text.split("\n"):
        row = _cells(line)
        if row:
            if runs[-1] and len(runs[-1][0]) != len(row):
                runs.append([])
            runs[-1].append(row)
        elif not line.strip() or not _RULE.fullmatch(line):
            words |= bool(line.strip() and runs[0])
            runs += [[]] if runs[-1] else []
    grids = [tuple(run) for run in runs if run]
    apart = not words and all(len(grid) == 1 and len(grid[0]) == len(grids[0][0]) for grid in grids)
    return [tuple(row for (row,) in grids)] if apart and len(grids) > 1 else grids


def _cells(line: str) -> str:
    """The digits of a line that is a row; empty when it is none."""
    if len(line) > _WIDEST or not _ROW.fullmatch(line) or _DECIMAL.search(line):
        return ""
    return _NOT_DIGIT.sub("", line)
