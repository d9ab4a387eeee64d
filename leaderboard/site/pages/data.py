"""What files there are, what their columns mean, and under which terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from leaderboard.data import licence
from leaderboard.data.files import encodings_of
from leaderboard.data.specs import specs
from leaderboard.site import routes
from leaderboard.site.site import Site


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """The page of data."""
    shown: dict[str, Any] = {"tables": list(_tables(site)), "license": licence.NAME}
    yield routes.DATA, site.render("data.html.j2", routes.DATA, **shown)


def _tables(site: Site) -> Iterator[dict[str, Any]]:
    say, table = site.say, site.view.table
    compared = table.get("compared")
    pairs = compared["pairs"] if compared else len(table["comparisons"])
    for name, spec in specs().items():
        yield {
            "id": name,
            "name": say.typeset(spec.name[say.code]),
            "text": say.typeset(spec.text[say.code]),
            "encodings": encodings_of(name, pairs if name == "comparisons" else 0),
            "columns": [(column.name, say.typeset(column.text[say.code])) for column in spec.columns],
        }
