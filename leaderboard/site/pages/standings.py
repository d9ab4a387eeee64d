"""The front page: who stands where; and, beyond `ROWS` submissions, the pages that go on from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from leaderboard.site import routes
from leaderboard.site.browsing import filters, texts
from leaderboard.site.changes import changes
from leaderboard.site.paging import ROWS, batches
from leaderboard.site.site import Site
from leaderboard.site.standings_table import Columns


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """The front page of the language, and the further pages of its standings."""
    view = site.view
    pager = batches(len(view.contestants), ROWS, routes.standings_page)
    for batch in pager:
        home = routes.to_home(batch.path)
        shared: dict[str, Any] = {
            "columns": Columns(site.figures, view.contestants, home=home, ranked=True),
            "rows": view.contestants[batch.first - 1 : batch.last],
            "pager": pager,
            "here": batch,
        }
        if batch.path != routes.HOME:
            yield batch.path, site.render("standings_more.html.j2", batch.path, **shared)
            continue
        shared |= {"apart": Columns(site.figures, view.apart), "baselines": Columns(site.figures, view.baselines)}
        shared |= {"filters": filters(view, site.say), "texts": texts(site.say), "scripts": ("standings",)}
        earlier = site.sources.earlier
        shared |= {
            "changes": changes(view.table, earlier[0]) if earlier else None,
            "bdi": Markup("<bdi>{}</bdi>").format,
        }
        yield batch.path, site.render("standings.html.j2", batch.path, **shared)
