"""The first levels: one row of consecutive numbers that lacks some.

At level 1 the numbers are in order and the last lacks, at level 2 the first or the last; at level 3 the row begins
anywhere in their circle and lacks any three.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from harness.metrics.answers import sentences, settle, tidy

_LEAST, _STARTS = 11, 9_980  # rows begin at 11 to 9,990
_LENGTHS = range(5, 10)
_APART, _STRIDE = 10_007, 7_919  # primes that divide no number of rows: the first 10,007 of a seed all differ
_NUMBER = re.compile(r"[0-9]+")
_BEGINS = re.compile(r"\W{0,20}[0-9]")
_WORD = re.compile(r"[^\W\d_]+")
_HEDGE = re.compile(r"\b(?:not|or|pas|ou|ni|nor)\b|n't", re.I)
_LONGEST, _MOST_WORDS, _ASIDE = 6, 3, 2  # digits; words beside a bare answer; given numbers beside the missing ones


@dataclass(frozen=True, slots=True)
class RowRules:
    """What a level's rows lack."""

    holes: int
    lacks: Literal["last", "end", "any"]  # the last number; the first or the last; any, of a row that begins anywhere

    @property
    def ordered(self) -> bool:
        """Whether the numbers are in order."""
        return self.lacks != "any"


@dataclass(frozen=True, slots=True)
class Row:
    """A row to complete: its numbers, 0 for a hole, and all of them."""

    rules: RowRules
    cells: tuple[int, ...]
    complete: tuple[int, ...]


def draw_row(rng: Random, rules: RowRules, index: int) -> Row:
    """A row whose first number and length are its index's part of all there are."""
    rows = _STARTS * len(_LENGTHS)
    part = rows // _APART
    rank = (index % _APART * part + rng.randrange(part)) * _STRIDE % rows
    start, length = _LEAST + rank // len(_LENGTHS), _LENGTHS[rank % len(_LENGTHS)]
    turn = 0 if rules.ordered else rng.randrange(length)
    complete = tuple(start + (turn + place) % length for place in range(length))
    places = {"last": [length - 1], "end": [0, length - 1], "any": list(range(length))}[rules.lacks]
    lacking = rng.sample(places, rules.holes)
    return Row(rules, tuple(0 if place in lacking else n for place, n in enumerate(complete)), complete)


def read_missing(text: str, question: str, cells: Sequence[int]) -> tuple[int, ...] | None:
    """The numbers that an answer says are missing, in increasing order: alone, in a sentence, or in the whole row."""
    read = functools.partial(_candidates, cells=cells)
    return settle(tidy(text, question), read, _bare)


def _bare(sentence: str) -> bool:
    """Whether a sentence begins with its numbers and has few words after them."""
    return bool(_BEGINS.match(sentence)) and len(_WORD.findall(sentence)) <= _MOST_WORDS


def _candidates(passage: str, cells: Sequence[int]) -> list[tuple[int, ...]]:
    """What the last sentence with numbers says is missing; a hedge says nothing that can be right."""
    for sentence in reversed(sentences(passage)):
        values = [int(run) if len(run) <= _LONGEST else -1 for run in _NUMBER.findall(sentence)]
        if not values:
            continue
        if _HEDGE.search(sentence):
            return [()]
        if len(values) == len(cells) and all(cell in (0, value) for cell, value in zip(cells, values, strict=True)):
            values = [value for cell, value in zip(cells, values, strict=True) if not cell]
        elif len(values) <= cells.count(0) + _ASIDE:
            values = [value for value in values if value not in cells] or values
        return [tuple(sorted(set(values)))]
    return []
