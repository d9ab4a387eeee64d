"""What `defi publish` and `defi round publish` have in common: a table, and what stands beside it, become the site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.record import RoundPaths

if TYPE_CHECKING:
    from leaderboard.table import Tabulated


def write_site(
    paths: RoundPaths,
    made: Tabulated,
    out: Path,
    *,
    url: str | None = None,
    contact: str | None = None,
    keep: int | None = None,
) -> None:
    """Publish a round's table in the folder `out`, with the items that everybody may read, and say what was done."""
    from harness.showing import show_items
    from leaderboard.publish import KEPT, publish
    from leaderboard.revealed import revealed_items

    items = revealed_items(paths.folder) if show_items(paths) else None
    kept = KEPT if keep is None else keep
    report = publish(made.table, out, url=url, contact=contact, kept=kept, pairs=made.pairs, items=items)
    click.echo(f"{report.pages} pages, {report.changed} of {report.files} files changed: open {out / 'index.html'}")
