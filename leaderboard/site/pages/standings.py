"""The front page: who stands where; and, beyond `ROWS` submissions, the pages that go on from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from leaderboard.site import routes
from leaderboard.site.browsing import filters, texts
from leaderboard.site.changes import changes
from leaderboard.site.site import Site
from leaderboard.site.standings_table import Columns

ROWS = 100  # a page; docs/decisions/0003-the-static-site.md says what 1,000 rows on one page cost


@dataclass(frozen=True, slots=True)
class Batch:
    """One page of the standings: its path and which rows it has, from 1."""

    path: str
    first: int
    last: int


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """The front page of the language, and the further pages of its standings."""
    view = site.view
    batches = _batches(len(view.contestants))
    for batch in batches:
        home = routes.to_home(batch.path)
        shared: dict[str, Any] = {
            "columns": Columns(site.figures, view.contestants, home=home, ranked=True),
            "rows": view.contestants[batch.first - 1 : batch.last],
            "pager": batches,
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


def _batches(rows: int) -> Sequence[Batch]:
    starts = range(0, max(rows, 1), ROWS)
    return [
        Batch(routes.standings_page(number), start + 1, min(start + ROWS, rows))
        for number, start in enumerate(starts, 1)
    ]
