"""What a round's folder holds beside pages and data: badges, and pictures for shared links."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence

from leaderboard.site import badges, cards
from leaderboard.site.site import Site

Part = Callable[[], Iterator[tuple[str, bytes]]]
_SLICE = 250  # pictures in one part: two seconds or so


def parts(sites: Sequence[Site]) -> Iterator[tuple[str, Part]]:
    """The files in parts that can be made apart: their kind, and what yields paths below the round's folder."""
    yield "badges", functools.partial(badges.files, sites)
    for first in range(0, max(len(sites[0].view.standings), 1), _SLICE):
        yield "cards", functools.partial(cards.files, sites, first, first + _SLICE)
