"""What a round's site is made from."""

from __future__ import annotations

from dataclasses import dataclass

from harness.types import Json


@dataclass(frozen=True, slots=True)
class Sources:
    """The round's table, and what is known beside it."""

    table: Json  # of this round: `round.json`
    earlier: tuple[Json, ...] = ()  # tables of the rounds before it that the site holds, the latest first
