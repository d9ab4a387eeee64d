"""What a round's site is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.types import Json

if TYPE_CHECKING:
    from leaderboard.comparing import Pairs
    from leaderboard.revealed import Revealed


@dataclass(frozen=True, slots=True)
class Sources:
    """The round's table, and what is known beside it."""

    table: Json  # of this round: `round.json`
    earlier: tuple[Json, ...] = ()  # tables of the rounds before it that the site holds, the latest first
    url: str = ""  # where the publication stands on the web, with a slash at its end; empty when nobody said
    items: Revealed | None = None  # the questions that everybody may read, with the answers; None while they are sealed
    pairs: Pairs | None = None  # of all contestants, where the table has no room for every one
    contact: str = ""  # how to reach the organisers, as pages say it: an e-mail or web address; empty when nobody said
