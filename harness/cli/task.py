"""`defi task list|sample|check`."""

from __future__ import annotations

import json

import click

from harness.dialogue import right_answer
from harness.errors import DefiError
from harness.prompt import PromptStyle
from harness.task import load_task, task_names
from harness.types import Item, Json


@click.group()
def task() -> None:
    """List, sample and check the tasks."""


@task.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--public", is_flag=True, help="The public benchmarks instead: practice and reference.")
def list_(as_json: bool, public: bool) -> None:
    """List the tasks: track, levels, languages, kind, chance, licence.

    A public benchmark's rungs say which level of the challenge each of its levels corresponds to.

    \b
    defi task list --json
    defi task list --public
    """
    cards = [load_task(name).card for name in task_names(public=public)]
    rows = [
        {
            "name": card.name,
            "track": card.track,
            "levels": card.levels,
            "languages": list(card.languages),
            "kind": card.kind,
            "chance": max(card.chance),
            "chance_by_level": list(card.chance),
            "license": card.license,
            "source": card.source,
            **({"rungs": list(card.rungs)} if public else {}),
        }
        for card in cards
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    from harness.cli.show import print_table

    head = ("name", *(("track", "rungs") if public else ()), "levels", "languages", "kind", "chance", "license")
    print_table(head, [[_cell(row[key]) for key in head] for row in rows])


def _cell(value: Json) -> str:
    return ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)


@task.command()
@click.argument("name", metavar="TASK")
@click.option("--level", type=int, default=1, show_default=True, help="Difficulty, from 1.")
@click.option("--lang", default="en", show_default=True, help="One of the task's languages.")
@click.option("--seed", default="sample", show_default=True, help="Any text; the same seed gives the same items.")
@click.option("--count", type=click.IntRange(1), default=3, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def sample(name: str, level: int, lang: str, seed: str, count: int, as_json: bool) -> None:
    """Show items with their prompts, and an answer that scores 1: of a dialogue, all that is said.

    \b
    defi task sample problem_solving/word_problems --level 3 --lang fr --seed 7 --count 2
    """
    found = load_task(name)
    rows = [
        {
            **_sample_row(item, PromptStyle("plain").render(found.request(item).messages, lang)),
            "answer": right_answer(found, item),
        }
        for item in found.items(level, lang, seed, count)
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.secho(f"── {row['id']} · {row['cluster']}", bold=True)
        click.echo(row["prompt"])
        for option in row["options"]:
            click.echo(f"  · {option}")
        click.secho("── a right answer", dim=True)
        click.echo(f"{row['answer']}\n")


def _sample_row(item: Item, prompt: str) -> dict[str, Json]:
    keys = ("id", "task", "level", "language", "cluster")
    row: dict[str, Json] = {key: getattr(item, key) for key in keys}
    return {**row, "prompt": prompt, "options": list(item.options), "target": item.target}


@task.command()
@click.argument("names", metavar="[TASK ...]", nargs=-1)
@click.option("--count", type=click.IntRange(4), default=40, show_default=True, help="Items per level and language.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--pin", is_flag=True, help="Write gold.jsonl anew: after a deliberate change of the items.")
def check(names: tuple[str, ...], count: int, as_json: bool, pin: bool) -> None:
    """Check that tasks keep their promises.

    Gold answers score 1, the baselines stay at or below chance, items are deterministic, distinct, parallel in all
    languages, and still those of gold.jsonl. All families when none is named; public benchmarks need their rows
    (DEFI_DATA=FOLDER, a package, or the network).

    \b
    defi task check problem_solving/word_problems
    DEFI_DATA=../data defi task check public/ntrex
    """
    from harness.task_check import check_task, write_gold

    failures = []
    for name in names or task_names():
        if pin:
            write_gold(name)
        found = check_task(name, count)
        failures += found
        if not as_json:
            click.echo(f"{'FAILED' if found else 'ok':7}{name}")
            for failure in found[:20]:
                click.echo(f"       {failure.rule}: {failure.where}: {failure.what}")
    if as_json:
        click.echo(json.dumps([{k: getattr(f, k) for k in ("task", "rule", "where", "what")} for f in failures]))
    if failures:
        raise DefiError(f"broken promises: {len(failures)}", remedy="see the lines above")
