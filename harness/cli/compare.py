"""`defi compare A B --round ROUND`."""

from __future__ import annotations

from collections.abc import Mapping

import click

from harness.cli.printable import json_text
from harness.record import RoundPaths
from harness.types import Json
from harness.workspace import find_workspace

_HEAD = ("part", "", "difference in points (95 %)", "shown", "items", "items to tell them apart")


@click.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option("--round", "round_name", required=True, help="A round in which both have been run.")
@click.option("--json", "as_json", is_flag=True, help="The same as one JSON value.")
def compare(first: str, second: str, round_name: str, as_json: bool) -> None:
    """Compare two entries, item by item: A less B.

    By track, task, level and language.

    Each interval stands alone: among many, one in twenty excludes 0 by luck. The last column is how many items like
    these would show a gap of this size in four rounds of five.

    \b
    defi compare google/gemma-3-270m huggingface/smollm2-135m-instruct --round demo
    """
    from leaderboard.compare import compare_entries

    found = compare_entries(RoundPaths(find_workspace().runs, round_name).folder, first, second)
    if as_json:
        click.echo(json_text(found))
        return
    from harness.cli.show import print_table

    print_table(_HEAD, [_cells(row) for row in found["differences"]], f"{first} less {second}, {round_name}")
    if "core" in found:
        click.echo(f"Of the first {found['core']} items of each level and language, which everybody was asked.")
    needed = ", ".join(f"{row['points']}: {row['items']:,}" for row in found["power"])
    click.echo(f"Items to find a gap of so many points, at a mean of 0.6 and a correlation of 0.5: {needed}.")


def _cells(row: Mapping[str, Json]) -> list[str]:
    """One difference as text; what does not exist is a dash, never a zero."""
    if row["value"] is None:
        return [row["part"], row["name"], "–", "–", "–", "–"]
    bounds = " to ".join(f"{100 * row[end]:+.1f}" for end in ("low", "high"))
    needed = "–" if row["needed"] is None else f"{row['needed']:,}"
    real = "yes" if row["real"] else "no"
    return [row["part"], row["name"], f"{100 * row['value']:+.1f} [{bounds}]", real, str(row["items"]), needed]
