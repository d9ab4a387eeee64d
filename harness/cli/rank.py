"""`defi rank --round ROUND`."""

from __future__ import annotations

from collections.abc import Mapping

import click

from harness.cli.printable import json_text, printable
from harness.record import RoundPaths
from harness.types import Json
from harness.workspace import find_workspace

_HEAD = ("rank", "submission", "level cleared", "area (95 %)", "unscored", "cut", "state")


@click.command()
@click.option("--round", "round_name", required=True, help="A round that has been run.")
@click.option("--json", "as_json", is_flag=True, help="The whole round.json, or the sentences of an explanation.")
@click.option("--explain", "entry", metavar="TEAM/ENTRY", help="Say in words why one submission stands where it does.")
@click.option("--lang", "language", default="en", show_default=True, help="Of the explanation: en or fr.")
def rank(round_name: str, as_json: bool, entry: str | None, language: str) -> None:
    """Print the standings of a round, each with its rank interval.

    The rank of a baseline, or in the open division, is where it would stand among the contestants; it takes nobody's
    place.

    \b
    defi rank --round demo
    defi rank --round demo --explain google/gemma-3-270m --lang fr
    """
    from leaderboard.table import build_table, standings_rows

    table = build_table(RoundPaths(find_workspace().runs, round_name).folder)
    if entry:
        from leaderboard.explain import explain

        sentences = explain(table, entry, language)
        click.echo(json_text(sentences) if as_json else printable("\n".join(sentences)))
        return
    if as_json:
        click.echo(json_text(table))
        return
    from harness.cli.show import print_table

    stopping = table["round"].get("stopping")
    late = {one["submission"]: one["late"] for one in table["standings"] if one["late"]}
    rows = [
        [*_cells(row), *([f"{late.get(row['submission'], 0):.1%}"] if late else [])] for row in standings_rows(table)
    ]
    print_table([*_HEAD, *(["late"] if late else [])], rows, f"Standings of {round_name}")
    if stopping:
        click.echo(_stops(table))


def _stops(table: Mapping[str, Json]) -> str:
    """Of what the figures are, where the round stops asking what is decided."""
    settings, counts = table["round"], [row["items"] for row in table["standings"] if row["rank"]]
    asked = f"{min(counts):,} to {max(counts):,}" if counts else "none"
    taus = " and ".join(f"{tau:g}" for tau in settings["stopping"]["thresholds"])
    return (
        f"Items asked: {asked} of {settings['items']:,}; asking stops where a level is decided at {taus}. Areas and "
        f"ranks are of the {settings['core_items']:,} that everybody is asked, levels of every answer."
    )


def _cells(row: Mapping[str, Json]) -> list[str]:
    """One standing as text; what was not computed is a dash, never a zero."""
    area = "–" if row["area"] is None else f"{row['area']:.3f} [{row['low']:.3f}, {row['high']:.3f}]"
    apart = " (baseline)" if row["baseline"] else " (open division)" if row["division"] == "open" else ""
    name = row["submission"] + apart
    state = (
        row["state"] + (", provisional" if row["provisional"] else "") + (f": {row['reason']}" if row["reason"] else "")
    )
    level = "–" if None in (row["area"], row["level_cleared"]) else str(row["level_cleared"])
    return [row["rank"] or "–", name, level, area, f"{row['unscored']:.1%}", f"{row['cap_hit']:.1%}", state]
