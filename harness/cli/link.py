"""`defi link OLD NEW`."""

from __future__ import annotations

from collections.abc import Mapping

import click

from harness.cli.printable import json_text
from harness.types import Json
from harness.workspace import find_workspace

_ENTRIES = ("entry", "ability on the old scale", "error", "in the old round", "error")
_ANCHORS = ("anchor", "easier by", "z", "p", "")


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="The same as one JSON value, with every anchor.")
def link(old: str, new: str, as_json: bool) -> None:
    """Put the abilities of round NEW on the scale of round OLD, by the anchors that both asked.

    Both rounds need 30 submissions, from 200 on every item has a slope of its own. An anchor that changed between the
    rounds raises the drift alarm and leaves the link: one that became easier has leaked, or was trained on. That is a
    reason to look, not a verdict. An ability is never a rank; its error leaves the link's own out.

    \b
    defi link spring-2027 summer-2027
    """
    from leaderboard.linking import link_rounds

    found = link_rounds(find_workspace().runs, old, new)
    if as_json:
        click.echo(json_text(found))
        return
    from harness.cli.show import print_table

    print_table(_ENTRIES, [_entry(row) for row in found["abilities"]], f"{new} on the scale of {old}")
    counts = ", ".join(f"{part['submissions']} submissions in {part['round']}" for part in (found["old"], found["new"]))
    click.echo(f"{found['model'].upper()}, {counts}, {len(found['anchors'])} anchors.")
    click.echo(f"old = {found['scale']:.3f} x new {found['shift']:+.3f}")
    if alarms := [row for row in found["anchors"] if row["drifts"]]:
        print_table(_ANCHORS, [_anchor(row) for row in alarms], "Drift alarm: these anchors changed, and left the link")
    else:
        click.echo("No anchor drifts. With a few dozen submissions a round only large drifts of many can be seen.")


def _entry(row: Mapping[str, Json]) -> list[str]:
    figures = [row["value"], row["se"], row["old"], row["old_se"]]
    return [row["submission"], *("–" if value is None else f"{value:.2f}" for value in figures)]


def _anchor(row: Mapping[str, Json]) -> list[str]:
    change = row["change"]
    easier = "–" if change is None else f"{-change:+.2f}"
    word = "" if change is None else "easier: leaked?" if change < 0 else "harder: changed?"
    return [row["item"], easier, f"{row['z']:+.1f}", f"{row['p']:.1g}", word]
