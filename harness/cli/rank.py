"""`defi rank --round ROUND`."""

from __future__ import annotations

import json

import click

from harness.record import RoundPaths
from harness.workspace import find_workspace


@click.command()
@click.option("--round", "round_name", required=True, help="A round that has been run.")
@click.option("--json", "as_json", is_flag=True, help="The whole round.json.")
def rank(round_name: str, as_json: bool) -> None:
    r"""Print the standings of a round, each with its rank interval.

    \b
    defi rank --round demo
    """
    from leaderboard.table import build_table, standings_rows

    table = build_table(RoundPaths(find_workspace().runs, round_name).folder)
    if as_json:
        click.echo(json.dumps(table, ensure_ascii=False, indent=1))
        return
    from harness.cli.show import print_table

    rows = standings_rows(table)
    print_table(list(rows[0]) if rows else ["standings"], [[str(v) for v in row.values()] for row in rows], round_name)
