"""What a batch loses at its end, when rows end and no prompt waits for their places.

A pass over few rows costs more a token than one over many, so the last answers of a batch are dear. A forecast needs
that apart: it comes once a batch, however long the batch is.
"""

from __future__ import annotations

from collections import defaultdict

_FULL = 0.9  # of the most rows there were


class Drain:
    """The passes of one batch that only wrote."""

    def __init__(self) -> None:
        """Nothing was decoded yet."""
        self._tokens: defaultdict[tuple[bool, int], int] = defaultdict(int)  # (nothing waited, rows) -> written
        self._seconds: defaultdict[tuple[bool, int], float] = defaultdict(float)

    def note(self, rows: int, seconds: float, *, alone: bool) -> None:
        """A pass that gave each of `rows` a token; `alone`: nothing waited to join them."""
        self._tokens[alone, rows] += rows
        self._seconds[alone, rows] += seconds

    @property
    def lost(self) -> float:
        """Seconds that the last passes took beyond what their tokens take while nearly all places are full."""
        most = max((rows for _, rows in self._tokens), default=0)
        full = [key for key in self._tokens if key[1] >= _FULL * most]
        last = [key for key in self._tokens if key[0] and key[1] < _FULL * most]
        if not last:
            return 0.0
        rate = sum(self._seconds[key] for key in full) / sum(self._tokens[key] for key in full)
        taken, tokens = sum(self._seconds[key] for key in last), sum(self._tokens[key] for key in last)
        return max(taken - rate * tokens, 0.0)
