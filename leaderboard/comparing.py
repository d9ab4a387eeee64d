"""Every pair of contestants of a round: all of them in `round.json`, or what pages need of too many.

Pairs grow with the square of the contestants: of a thousand they are half a million, a hundred megabytes of JSON. Above
`ALL` contestants a table holds each one's nearest and, of everybody, who is shown to be ahead of whom; all pairs are
then in the round's data, `data/comparisons.parquet`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from harness.types import Json
from leaderboard.ranking.parts import Part
from leaderboard.ranking.scores import Bools, Floats

ALL = 200  # contestants up to which a table holds every pair: 19,900 of them, 3 MB
PARTED = 60  # contestants up to which each pair is also compared by track and language: 1,770 pairs, 1 MB more
NEAREST = 40  # comparisons that a submission's page shows


@dataclass(frozen=True, slots=True)
class Pairs:
    """K contestants in the order of the standings, and every difference between two of them."""

    names: tuple[str, ...]
    difference: Floats  # (K, K) area of the row's less the column's
    low: Floats  # (K, K) bounds that hold for all pairs at once
    high: Floats
    shown: Bools  # (K, K) one of the two is shown to be ahead
    parts: tuple[Part, ...] = ()  # the same of each track and language, each interval for itself

    @property
    def count(self) -> int:
        """How many pairs there are."""
        return len(self.names) * (len(self.names) - 1) // 2

    @property
    def ahead(self) -> Bools:
        """(K, K) the row's is shown to be ahead of the column's."""
        return np.asarray(self.shown & (self.difference > 0))

    def comparisons(self) -> list[dict[str, Json]]:
        """`comparisons` of a table: every pair, or of too many contestants those with the nearest of each."""
        chosen = np.triu(np.ones_like(self.shown), 1) if len(self.names) <= ALL else self._near()
        return list(self._rows(chosen))

    def compared(self) -> dict[str, Json] | None:
        """`compared` of a table: what its comparisons leave out; None where they are all there.

        `ahead` holds, by submission, runs of places in `order`, first and last, of those it is shown to be ahead of.
        """
        if len(self.names) <= ALL:
            return None
        return {
            "pairs": self.count,
            "real": int(np.triu(self.shown, 1).sum()),
            "nearest": NEAREST,
            "order": list(self.names),
            "ahead": {name: found for name, row in zip(self.names, self.ahead, strict=True) if (found := runs(row))},
        }

    def _near(self) -> Bools:
        """(K, K), upper half: pairs of which one is among the nearest of the other."""
        apart = np.abs(self.difference)
        np.fill_diagonal(apart, np.inf)
        nearest = np.argsort(apart, axis=1, kind="stable")[:, :NEAREST]
        chosen = np.zeros_like(self.shown)
        np.put_along_axis(chosen, nearest, values=True, axis=1)
        return np.asarray(np.triu(chosen | chosen.T, 1))

    def _rows(self, chosen: Bools) -> Iterator[dict[str, Json]]:
        first, second = np.nonzero(chosen)
        figures = (array[first, second].tolist() for array in (self.difference, self.low, self.high, self.shown))
        for a, b, value, low, high, real in zip(first.tolist(), second.tolist(), *figures, strict=True):
            found = {
                "a": self.names[a],
                "b": self.names[b],
                "difference": value,
                "low": low,
                "high": high,
                "real": real,
            }
            yield {**found, "parts": self._parts(a, b)} if self.parts else found

    def _parts(self, a: int, b: int) -> dict[str, dict[str, list[float] | None]]:
        """`[difference, low, high]` by kind and name of the parts; None where it is not known."""
        found: dict[str, dict[str, list[float] | None]] = {}
        for part in self.parts:
            bounds = [float(figures[a, b]) for figures in (part.difference, part.low, part.high)]
            found.setdefault(part.kind, {})[part.name] = None if math.isnan(bounds[0]) else bounds
        return found


def runs(row: Bools) -> list[list[int]]:
    """First and last place of every run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], row, [False])).astype(np.int8)))
    return [[int(start), int(end) - 1] for start, end in zip(edges[::2], edges[1::2], strict=True)]


def places(found: list[list[int]]) -> list[int]:
    """The places that `runs` says."""
    return [place for first, last in found for place in range(first, last + 1)]
