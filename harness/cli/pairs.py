"""`defi pairs export | judge | rate`."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.printable import json_text
from harness.cli.show import Bars, print_table
from harness.entries import compose_round, entry_folder
from harness.errors import UsageError
from harness.types import Item, Json
from harness.workspace import find_workspace

if TYPE_CHECKING:
    from harness.judge import By
    from harness.pairs import KeyRow, Label
    from leaderboard.ranking.pairwise import Ties

_FILE = click.Path(path_type=Path)


@click.group()
def pairs() -> None:
    """Blind pairs of texts for people and judge models, and what they say."""


@pairs.command()
@click.option("--round", "round_name", required=True, help="Whose records are compared.")
@click.option("--task", "tasks", multiple=True, help="Tasks to take; those of content production where none is named.")
@click.option("--each", type=click.IntRange(1), default=2, show_default=True, help="Pairs an item.")
@click.option("--seed", default="", help="Draws pairs, sides and order; new where none is given.")
@click.option("--out", type=_FILE, required=True, help="Folder for pairs.jsonl, which judges see.")
@click.option("--key", type=_FILE, required=True, help="File that says who wrote what; keep it from judges.")
def export(round_name: str, tasks: tuple[str, ...], each: int, seed: str, out: Path, key: Path) -> None:
    """Write blind pairs of a round's answers, and their key in another place.

    \b
    defi pairs export --round demo --out judging/ --key secrets/pairs-key.jsonl
    """
    from harness.pairs import balance, draw_pairs, write_rows

    if key.resolve().is_relative_to(out.resolve()):
        raise UsageError("the key lies among what judges see", where=str(key), remedy="name a file outside of --out")
    answers, items = _answers(round_name, tasks)
    prompts = {name: (item.language, item.question) for name, item in items.items()}
    clusters = {name: item.cluster for name, item in items.items()}
    shown, rows = draw_pairs(answers, prompts, seed or secrets.token_hex(16), each, clusters)
    if not shown:
        remedy = "valid: tasks of kind generate that two entries of the round, not baselines, have answered"
        raise UsageError("no item has two answers to compare", where=round_name, remedy=remedy)
    write_rows(key, rows)
    write_rows(out / "pairs.jsonl", shown)
    print_table(["submission", "pairs"], [[name, str(number)] for name, number in sorted(balance(rows).items())])
    click.echo(f"{len(shown)} pairs in {out / 'pairs.jsonl'}; their key, which no judge may see, in {key}")


def _answers(round_name: str, tasks: tuple[str, ...]) -> tuple[dict[str, dict[str, str]], dict[str, Item]]:
    """Texts by entry and item, and the items."""
    from harness.record import RoundPaths
    from harness.task import load_task
    from harness.verify.asked import read_recorded
    from leaderboard.records import Records

    workspace = find_workspace()
    records = Records(RoundPaths(workspace.runs, round_name))
    answers: dict[str, dict[str, str]] = {}
    items: dict[str, Item] = {}
    for run in records.complete():
        recorded = read_recorded(records.paths.run(run.team, run.entry).folder, workspace)
        core = {row.item for row in records.averaged(run)}  # beyond it, whoever was asked more would be shown more
        for answer in run.completions:
            if answer.item not in core:
                continue
            item = recorded.items[answer.item]
            card = load_task(item.task).card
            wanted = item.task in tasks if tasks else card.track == "content_production"
            if wanted and card.kind == "generate" and answer.finish in ("stop", "length"):
                answers.setdefault(run.id, {})[answer.item] = answer.text
                items[answer.item] = item
    return answers, items


@pairs.command()
@click.argument("name", metavar="TEAM/ENTRY")
@click.argument("overrides", metavar="[OVERRIDES ...]", nargs=-1)
@click.option("--pairs", "given", type=_FILE, required=True, help="A file pairs.jsonl.")
@click.option("--out", type=_FILE, required=True, help="File for the labels.")
@click.option(
    "--by",
    type=click.Choice(["text", "choice"]),
    default="text",
    show_default=True,
    help="A reasoned verdict, or the likeliest of three options.",
)
def judge(name: str, overrides: tuple[str, ...], given: Path, out: Path, by: By) -> None:
    """Let a model judge blind pairs, each in both orders.

    Its labels count for nothing without people's: `defi pairs rate` compares the two.

    \b
    defi pairs judge huggingface/smollm2-135m-instruct --pairs judging/pairs.jsonl --out judging/model.jsonl --by choice
    """
    from harness.config import new_engine
    from harness.decided import prompt_style
    from harness.engine.base import EngineContext
    from harness.intake.checkpoint import resolve_checkpoint
    from harness.intake.manifest import read_manifest
    from harness.judge import judge_pairs
    from harness.pairs import Pair, read_rows, write_rows

    workspace = find_workspace()
    submission = read_manifest(entry_folder(workspace, name) / "manifest.yaml")
    own = [] if any(o.startswith("engine=") for o in overrides) else [f"engine={submission.engine}"]
    settings = compose_round(workspace, "demo", [*own, *overrides])
    checkpoint = resolve_checkpoint(submission, workspace.root, workspace.cache)
    style = prompt_style(submission, checkpoint, settings.round.date)
    context = EngineContext(style, checkpoint, submission.dtype, submission.context_length)
    shown = read_rows(given, Pair)
    bars = Bars()
    try:
        with new_engine(settings.engine, context) as engine:
            judged = judge_pairs(engine, shown, by=by, told=lambda done, total: bars.show(name, done, total))
    finally:
        bars.close()
    labels = [label for one in judged if (label := one.label(name)) is not None]
    write_rows(out, labels)
    split = sum(one.reason == "the two orders disagree" for one in judged)
    click.echo(f"{len(labels)} of {len(judged)} pairs judged; in {split} the order decided, which is a tie")
    for reason in sorted({one.reason for one in judged if one.winner is None}):
        click.echo(f"  no verdict: {reason} ({sum(one.reason == reason for one in judged)})")


@pairs.command()
@click.option("--pairs", "given", type=_FILE, required=True, help="The file pairs.jsonl that was judged.")
@click.option("--key", type=_FILE, required=True, help="Its key.")
@click.option("--labels", type=_FILE, required=True, help="People's labels.")
@click.option("--judge", "model", type=_FILE, help="A judge model's labels.")
@click.option(
    "--ties", type=click.Choice(["half", "davidson"]), default="half", show_default=True, help="What ties are."
)
@click.option(
    "--round", "round_name", help="Whose leaderboard shows the result: it becomes runs/ROUND/production.json."
)
@click.option("--out", type=_FILE, help="Another file for the result.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def rate(
    given: Path,
    key: Path,
    labels: Path,
    model: Path | None,
    ties: Ties,
    round_name: str | None,
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    """Strengths, ranks and win rates from people's judgements, and how far a judge model agrees.

    \b
    defi pairs rate --round demo --pairs judging/pairs.jsonl --key secrets/pairs-key.jsonl --labels people.jsonl
    """
    from harness.pairs import KeyRow, Pair, read_labels, read_rows
    from harness.record import write_json
    from leaderboard.production import production

    if out and any(out.resolve() == path.resolve() for path in (given, key, labels, model) if path):
        raise UsageError("the result would replace a file it is made from", where=str(out), remedy="name another --out")
    shown, rows = read_rows(given, Pair), read_rows(key, KeyRow)
    if {pair.id for pair in shown} != {row.id for row in rows}:
        raise UsageError("pairs and key are not of one export", where=str(key))
    human, judged = (read_labels(path, [row.id for row in rows]) if path else [] for path in (labels, model))
    if round_name:
        human, judged = (_placed(round_name, rows, labels) for labels in (human, judged))
    found = production(shown, rows, human, judged, ties=ties)
    if round_name:
        _join(round_name, found)
    if out:
        write_json(out, found)
    if as_json:
        click.echo(json_text(found))
    else:
        _show(found)


def _placed(round_name: str, key: Sequence[KeyRow], labels: Sequence[Label]) -> list[Label]:
    """The labels of pairs in which nobody was withdrawn or disqualified since they were exported."""
    from harness.record import RoundPaths
    from leaderboard.records import Records

    out = Records(RoundPaths(find_workspace().runs, round_name)).out
    kept = {row.id for row in key if not out.keys() & {row.first, row.second}}
    return [label for label in labels if label.pair in kept]


def _join(round_name: str, found: dict[str, Json]) -> None:
    """Put the result where the round's leaderboard reads it; PublishError where it rates what is not in the round."""
    from harness.record import RoundPaths, read_frozen, write_json
    from leaderboard.columns import PRODUCTION, check_production

    paths = RoundPaths(find_workspace().runs, round_name)
    target = paths.folder / PRODUCTION
    check_production(found, read_frozen(paths)["round"]["submissions"], target)
    write_json(target, found)


def _show(found: dict[str, Json]) -> None:
    rows = [
        [
            row["submission"],
            "–".join(str(place) for place in row["rank"]),
            *map(_told, (row["strength"], row["win_rate"])),
        ]
        for row in found["standings"]
    ]
    counted = f"{found['comparisons']} judgements of people on {found['prompts']} prompts, {found['ties']} ties"
    print_table(["submission", "rank", "strength", "win rate"], rows, counted)
    for style in found["style"]:
        click.echo(f"held constant: {style['name']} {_told(style)} log-odds a standard deviation")
    if found["judge"]:
        click.echo(f"judge model: {json.dumps(found['judge'], ensure_ascii=False)}")


def _told(interval: dict[str, float] | None) -> str:
    return "–" if interval is None else f"{interval['value']:.2f} [{interval['low']:.2f}, {interval['high']:.2f}]"
