"""`defi items --round ROUND`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from harness.cli.printable import json_text
from harness.record import RoundPaths
from harness.workspace import find_workspace

if TYPE_CHECKING:
    from leaderboard.ranking.items import GroupQuality, ItemQuality

_LEVELS = ("task", "level", "items", "mean", "discrimination", "too easy", "too hard", "negative", "key suspected")
_ITEMS = ("item", "level", "mean", "discrimination", "p negative", "p missed", "flags")
_CLUSTERS = ("task", "level", "cluster", "items", "mean", "discrimination", "negative", "key suspected")


@click.command()
@click.option("--round", "round_name", required=True, help="A round that has been run.")
@click.option("--task", help="One task only.")
@click.option("--all", "everything", is_flag=True, help="Every item, not only those that something speaks against.")
@click.option("--json", "as_json", is_flag=True, help="For programs: every item, level and cluster.")
def items(round_name: str, task: str | None, everything: bool, as_json: bool) -> None:
    """Judge a round's items: which tell submissions apart, and whose key may be wrong.

    A suspicion is a reason to look at an item, not a verdict. Baselines are left out: an oracle is right by the key;
    so is every record that could have no place in the standings.

    \b
    defi items --round demo
    """
    from leaderboard.ranking.ability import MINIMUM, calibrate
    from leaderboard.ranking.items import by_group, item_report, to_json
    from leaderboard.ranking.responses import gather
    from leaderboard.records import Records

    records = Records(RoundPaths(find_workspace().runs, round_name))
    names = [part["name"] for part in records.frozen["round"]["tasks"]]
    if task is not None and task not in names:
        from harness.errors import UnknownNameError

        raise UnknownNameError("task", task, names, where=f"round {round_name}")
    entered = [run.scores for run in records.complete()]
    responses = gather([[row for row in rows if task in (None, row.task)] for rows in entered])
    slopes = calibrate(responses, "2pl").slope if len(entered) >= MINIMUM["2pl"] else None
    report = item_report(responses, slopes)
    if as_json:
        facts = {"schema": "grand-defi/items/1", "round": round_name, "submissions": len(entered)}
        click.echo(json_text({**facts, **to_json(report)}))
        return
    shown = [item for item in report if everything or {"negative", "key"} & set(item.flags)]
    _show(by_group(report), by_group(report, clusters=True), shown, f"{round_name}, {len(entered)} submissions")


def _show(
    levels: Sequence[GroupQuality], clusters: Sequence[GroupQuality], items: Sequence[ItemQuality], title: str
) -> None:
    from harness.cli.show import print_table

    print_table(_LEVELS, [_level(group) for group in levels], f"Items of {title}")
    if doubtful := [group for group in clusters if group.items > 1 and group.negative + group.key > 1]:
        print_table(_CLUSTERS, [_cluster(group) for group in doubtful], "Clusters with several doubtful items")
    if items:
        print_table(_ITEMS, [_item(item) for item in sorted(items, key=_worst)], "Items to look at")
    else:
        click.echo("Nothing speaks against any single item.")


def _level(group: GroupQuality) -> list[str]:
    counts = (group.too_easy, group.too_hard, group.negative, group.key)
    figures = (_figure(group.mean), _figure(group.discrimination))
    return [group.task, str(group.level), str(group.items), *figures, *map(str, counts)]


def _cluster(group: GroupQuality) -> list[str]:
    figures = (_figure(group.mean), _figure(group.discrimination), str(group.negative), str(group.key))
    return [group.task, str(group.level), group.cluster, str(group.items), *figures]


def _item(item: ItemQuality) -> list[str]:
    chances = (f"{item.p_negative:.2g}", f"{item.p_missed:.2g}")
    figures = (_figure(item.mean), _figure(item.discrimination), *chances)
    return [item.item, str(item.level), *figures, ", ".join(flag.replace("_", " ") for flag in item.flags)]


def _worst(item: ItemQuality) -> tuple[float, str]:
    return min(item.p_negative, item.p_missed), item.item


def _figure(value: float | None) -> str:
    """A dash where nothing can be said, never a zero."""
    return "–" if value is None else f"{value:.2f}"
