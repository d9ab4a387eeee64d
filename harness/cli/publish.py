"""`defi publish --round ROUND --out DIR`."""

from __future__ import annotations

from pathlib import Path

import click

from harness.record import RoundPaths
from harness.workspace import find_workspace


@click.command()
@click.option("--round", "round_name", required=True, help="A round that has been run.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder of the site.")
def publish(round_name: str, out: Path) -> None:
    """Write the static site of a round, in French and English.

    \b
    defi publish --round demo --out runs/demo/site
    """
    from leaderboard.publish import publish as publish_site
    from leaderboard.table import build_table

    report = publish_site(build_table(RoundPaths(find_workspace().runs, round_name).folder), out)
    click.echo(f"{report.pages} pages: open {out / 'index.html'}")
