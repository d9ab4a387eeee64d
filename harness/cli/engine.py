"""`defi engine noise`."""

from __future__ import annotations

import json
from collections.abc import Mapping

import click

from harness import __version__
from harness.canonical import plain
from harness.cli.show import Bars, print_table
from harness.cli.submission import show_finding
from harness.conditions.facts import conditions
from harness.config import new_engine
from harness.decided import prompt_style
from harness.engine.base import Engine, EngineContext
from harness.entries import compose_round, entry_folder
from harness.errors import DefiError
from harness.freezing import SAMPLES_SEED
from harness.intake.checkpoint import resolve_checkpoint
from harness.intake.manifest import read_manifest
from harness.intake.verdict import check_submission
from harness.noise import SCHEMA, Comparison, MakeEngine, Noise, draw_requests, measure
from harness.types import Json, Submission
from harness.workspace import Workspace, find_workspace


@click.group()
def engine() -> None:
    """Measure what an engine's answers depend on."""


@engine.command()
@click.argument("name", metavar="TEAM/ENTRY")
@click.argument("overrides", metavar="[OVERRIDES ...]", nargs=-1)
@click.option("--round", "round_name", default="demo", show_default=True, help="Whose tasks, levels and date are used.")
@click.option("--items", type=click.IntRange(1), default=40, show_default=True, help="Half to choose, half to write.")
@click.option("--repeats", type=click.IntRange(0), default=2, show_default=True, help="Shuffled orders.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def noise(name: str, overrides: tuple[str, ...], round_name: str, items: int, repeats: int, as_json: bool) -> None:
    """Measure an engine's noise floor on a submission's model.

    The same requests are answered again in other orders, one at a time and with other limits of memory, and against
    float32: how far do log-likelihoods move, how many choices and texts change? Writes no record; the items are of a
    seed that no round uses.

    \b
    defi engine noise huggingface/smollm2-135m-instruct
    defi engine noise google/gemma-3-270m --items 200 --repeats 4 --json engine.dtype=bfloat16
    """
    workspace = find_workspace()
    submission = _eligible(workspace, name)
    own = [] if any(o.startswith("engine=") for o in overrides) else [f"engine={submission.engine}"]
    settings = compose_round(workspace, round_name, [*own, *overrides])
    requests = draw_requests(settings.round.tasks, settings.round.languages, SAMPLES_SEED, items)
    make = _maker(workspace, submission, settings.round.date, settings.engine)
    bars = Bars()
    try:
        found = measure(make, requests, settings.engine, repeats, lambda done, total: bars.show(name, done, total))
    finally:
        bars.close()
    if as_json:
        click.echo(json.dumps(_to_json(name, SAMPLES_SEED, found), ensure_ascii=False, indent=1))
    else:
        _show(name, found)


def _eligible(workspace: Workspace, name: str) -> Submission:
    folder = entry_folder(workspace, name)
    verdict = check_submission(folder, workspace)
    if not verdict.eligible:
        for finding in verdict.findings:
            show_finding(finding)
        raise DefiError(f"{name} is not eligible", remedy="mend what the findings name, then run again")
    return read_manifest(folder / "manifest.yaml")


def _maker(workspace: Workspace, submission: Submission, date: str, configured: Mapping[str, Json]) -> MakeEngine:
    """Makes the configured engine, with other options where they are given."""
    checkpoint = resolve_checkpoint(submission, workspace.root, workspace.cache)
    style = prompt_style(submission, checkpoint, date)
    context = EngineContext(style, checkpoint, submission.dtype, submission.context_length)

    def make(options: Mapping[str, Json]) -> Engine:
        made: Engine = new_engine({**configured, **options}, context)
        return made

    return make


def _to_json(name: str, seed: str, found: Noise) -> dict[str, Json]:
    facts = conditions()
    where = {key: facts[key] for key in ("hardware", "packages", "environment")}
    head = {"schema": SCHEMA, "harness": __version__, "submission": name, "seed": seed}
    return {**head, **plain(found), "within_tolerance": found.within, "conditions": where}


def _show(name: str, found: Noise) -> None:
    compared = [*found.repeats, found.floor, *([found.float32] if found.float32 else [])]
    head = ("against the first run", "largest", "99.9 %", "choices changed", "at margins", "texts differ", "seconds")
    dtype = found.engine.get("dtype", "")
    title = f"{name}: {found.choose} choices, {found.generate} texts, engine {found.engine['name']} {dtype}"
    print_table(head, [_row(one) for one in compared], title.rstrip())
    verdict = "within" if found.within else "BEYOND"
    click.echo(
        f"differences of option log-likelihoods: the largest, {found.floor.largest:.2g}, "
        f"is {verdict} the tolerance that the engine states, {found.tolerance:g}"
    )
    for one in found.repeats:
        if one.unlike:
            click.echo(f"answered in one run only ({one.name}): {', '.join(one.unlike)}")


def _row(one: Comparison) -> list[str]:
    margins = [change.margin for change in one.changed]
    return [
        one.name + "".join(f" {key}={value}" for key, value in one.options.items()),
        f"{one.largest:.2g}" if one.logprobs else "–",
        f"{one.p999:.2g}" if one.logprobs else "–",
        _share(len(one.changed), one.choices),
        f"{margins[0]:.2g} to {margins[-1]:.2g}" if margins else "–",
        _share(len(one.differ), one.texts),
        f"{one.seconds:.1f}",
    ]


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.1%})" if whole else "–"
