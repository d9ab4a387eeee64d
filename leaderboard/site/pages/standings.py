"""The front page: who stands where."""

from __future__ import annotations

from collections.abc import Iterator

from leaderboard.site import routes
from leaderboard.site.site import Site


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """The front page of the language."""
    yield routes.HOME, site.render("standings.html.j2", routes.HOME)
