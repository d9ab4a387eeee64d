"""A page for each submission."""

from __future__ import annotations

from collections.abc import Iterator

from leaderboard.site.site import Site


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Every submission's page, baselines too."""
    for row in site.view.standings.values():
        path = site.view.pages[row["submission"]]
        comparisons, more = site.view.around(row["submission"])
        yield path, site.render("submission.html.j2", path, row=row, comparisons=comparisons, more=more)
