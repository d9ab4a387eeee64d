"""A submission's scores as columns: what a thousand records of one round share is held once.

Records of a round ask the same items in the same order, so all but the judgements is one `Layout` for everybody. Three
million rows then are thirty megabytes, and sums over them need no loop. `Rows` still is a sequence of `ScoreRow`, for
whoever wants to look at one; the answer's text, its reason and its metrics are not kept.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import overload

import numpy as np
import numpy.typing as npt

from harness.types import Category, ScoreRow

Place = tuple[str, str, int, str, str, int, float]  # item, task, level, language, cluster, index, chance
CATEGORIES: tuple[Category, ...] = ("right", "partial", "wrong", "cut", "beyond", "late", "unscored")
_CODE: dict[str, int] = {name: code for code, name in enumerate(CATEGORIES)}
_OTHER = len(CATEGORIES)


@dataclass(frozen=True, eq=False)
class Layout:
    """Which item each row is of, in the order of the rows."""

    places: tuple[Place, ...]

    @cached_property
    def key(self) -> str:
        """SHA-256 of the places."""
        return hashlib.sha256(json.dumps(self.places, separators=(",", ":")).encode("utf-8", "replace")).hexdigest()

    @cached_property
    def items(self) -> npt.NDArray[np.intp]:
        """A number for each row's item, (rows,): the first row of the item."""
        first: dict[str, int] = {}
        return np.array([first.setdefault(place[0], row) for row, place in enumerate(self.places)], dtype=np.intp)

    @cached_property
    def cells(self) -> Mapping[tuple[str, int, str, float], npt.NDArray[np.intp]]:
        """The rows of each task, level, language and chance level, in the order met."""
        found: dict[tuple[str, int, str, float], list[int]] = {}
        for row, (_, task, level, language, _, _, chance) in enumerate(self.places):
            found.setdefault((task, level, language, chance), []).append(row)
        return {cell: np.array(rows, dtype=np.intp) for cell, rows in found.items()}

    @cached_property
    def distinct(self) -> Mapping[tuple[str, int, str, float], int]:
        """Different items of each cell."""
        return {cell: len(np.unique(self.items[rows])) for cell, rows in self.cells.items()}

    @cached_property
    def strata(self) -> Mapping[tuple[str, int], list[tuple[str, npt.NDArray[np.intp]]]]:
        """Of each task and level: its languages with their rows."""
        found: dict[tuple[str, int], list[tuple[str, npt.NDArray[np.intp]]]] = {}
        for (task, level, language, _), rows in self.cells.items():
            found.setdefault((task, level), []).append((language, rows))
        return found

    @cached_property
    def tasks(self) -> Mapping[str, npt.NDArray[np.intp]]:
        """The rows of each task."""
        found: dict[str, list[npt.NDArray[np.intp]]] = {}
        for (task, *_), rows in self.cells.items():
            found.setdefault(task, []).append(rows)
        return {task: np.sort(np.concatenate(parts)) for task, parts in found.items()}

    @cached_property
    def task_of(self) -> Mapping[str, str]:
        """The task of each item."""
        return {place[0]: place[1] for place in self.places}

    @cached_property
    def clusters(self) -> frozenset[str]:
        """Names of all clusters."""
        return frozenset(place[4] for place in self.places)


@dataclass(frozen=True, eq=False)
class Rows(Sequence[ScoreRow]):
    """Scores of one submission; NaN is unscored."""

    layout: Layout
    values: npt.NDArray[np.float64]
    categories: npt.NDArray[np.uint8]  # place in CATEGORIES, or beyond it for any other word
    capped: npt.NDArray[np.bool_]

    @cached_property
    def key(self) -> str:
        """SHA-256 of the items and their scores: what every figure about values follows from."""
        return hashlib.sha256(self.layout.key.encode() + np.ascontiguousarray(self.values).tobytes()).hexdigest()

    def take(self, chosen: npt.NDArray[np.intp]) -> Rows:
        """Some of the rows, as rows of their own."""
        layout = Layout(tuple(self.layout.places[row] for row in chosen.tolist()))
        return Rows(layout, self.values[chosen], self.categories[chosen], self.capped[chosen])

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.values)

    @overload
    def __getitem__(self, index: int) -> ScoreRow: ...
    @overload
    def __getitem__(self, index: slice) -> Rows: ...
    def __getitem__(self, index: int | slice) -> ScoreRow | Rows:
        """One row, without its texts; of a slice the rows."""
        if isinstance(index, slice):
            return self.take(np.arange(len(self))[index])
        value = float(self.values[index])
        code = int(self.categories[index])
        category: Category = CATEGORIES[code] if code < _OTHER else "unscored"
        scored = None if math.isnan(value) else value
        return ScoreRow(*self.layout.places[index], scored, category, bool(self.capped[index]))

    def __iter__(self) -> Iterator[ScoreRow]:
        """Each row."""
        return (self[index] for index in range(len(self)))

    def number(self, category: Category) -> int:
        """Rows of one category."""
        return int((self.categories == _CODE[category]).sum())


@dataclass
class Pool:
    """Layouts met so far: equal ones become one."""

    known: dict[tuple[Place, ...], Layout] = field(default_factory=dict)

    def layout(self, places: tuple[Place, ...]) -> Layout:
        """The layout of these places."""
        return self.known.setdefault(places, Layout(places))

    def rows(self, rows: Iterable[ScoreRow]) -> Rows:
        """Rows as columns; those that already are stay as they are."""
        if isinstance(rows, Rows):
            return rows
        given = list(rows)
        places = tuple((r.item, r.task, r.level, r.language, r.cluster, r.index, r.chance) for r in given)
        return Rows(
            self.layout(places),
            np.array([np.nan if r.value is None else r.value for r in given], dtype=np.float64),
            np.array([_CODE.get(r.category, _OTHER) for r in given], dtype=np.uint8),
            np.array([r.capped for r in given], dtype=np.bool_),
        )


def as_rows(rows: Iterable[ScoreRow]) -> Rows:
    """Rows as columns."""
    return Pool().rows(rows)


def category_code(name: str) -> int:
    """The number that `Rows.categories` holds for a word."""
    return _CODE.get(name, _OTHER)


def rates(rows: Iterable[ScoreRow], task: str | None = None) -> dict[str, float]:
    """Shares of the items that were run, of one task or all: unscored, cut, too long for the context, not in time."""
    found = as_rows(rows)
    chosen = slice(None) if task is None else found.layout.tasks.get(task, np.zeros(0, dtype=np.intp))
    values, categories, capped = found.values[chosen], found.categories[chosen], found.capped[chosen]
    total = max(len(values), 1)
    return {
        "unscored": int(np.isnan(values).sum()) / total,
        "cap_hit": int(capped.sum()) / total,
        "beyond": int((categories == _CODE["beyond"]).sum()) / total,
        "late": int((categories == _CODE["late"]).sum()) / total,
    }


def tally(rows: Iterable[ScoreRow]) -> dict[tuple[str, int, str], tuple[int, int]]:
    """Of each task, level and language: items that were run, and rows that have a score."""
    found = as_rows(rows)
    scored, layout = ~np.isnan(found.values), found.layout
    return {cell[:3]: (layout.distinct[cell], int(scored[chosen].sum())) for cell, chosen in layout.cells.items()}


def unscored(rows: Iterable[ScoreRow]) -> dict[str, tuple[int, int]]:
    """Of each task: rows without a score, and all rows."""
    found = as_rows(rows)
    return {task: (int(np.isnan(found.values[own]).sum()), len(own)) for task, own in found.layout.tasks.items()}
