"""`defi contamination TEAM/ENTRY --set FILE.jsonl|TASK`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli.printable import json_text, printable
from harness.cli.show import Bars, print_table
from harness.conditions.rules import read_conditions
from harness.config import Settings
from harness.decided import prompt_style
from harness.engine.base import EngineContext
from harness.engine.confined.cage import Bounds, read_bounds
from harness.engine.confined.engine import Policy
from harness.entries import compose_round, entry_folder
from harness.errors import UsageError
from harness.freezing import SAMPLES_SEED
from harness.intake.checkpoint import resolve_checkpoint, verify_files
from harness.intake.manifest import read_manifest
from harness.record import RoundPaths, RunPaths, read_frozen, read_scores
from harness.task import is_public
from harness.types import Json, Submission
from harness.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from harness.contamination.methods import Evidence
    from harness.contamination.report import Report
    from harness.contamination.sets import Suspected

_LANGUAGE_HELP = "Of a task; all it has, where none is named."


@dataclass(frozen=True, slots=True)
class _Options:
    """What is asked, as the options give it."""

    given: str
    against: Path | None
    seed: str
    levels: tuple[int, ...]
    languages: tuple[str, ...]
    count: int
    revealed: Path | None
    sealed: Path | None
    draw: str
    round_name: str | None


@click.command()
@click.argument("name", metavar="TEAM/ENTRY")
@click.argument("overrides", metavar="[OVERRIDES ...]", nargs=-1)
@click.option("--set", "given", required=True, metavar="FILE.jsonl|TASK", help="What may have been seen.")
@click.option("--against", type=click.Path(path_type=Path), help="Of a file: rows alike that nobody has seen.")
@click.option("--seed", default=SAMPLES_SEED, show_default=True, help="Of a task: the seed that was known.")
@click.option("--level", "levels", type=click.IntRange(1), multiple=True, help="Of a task; all, where none is named.")
@click.option("--lang", "languages", multiple=True, help=_LANGUAGE_HELP)
@click.option("--count", type=click.IntRange(1), default=20, show_default=True, help="Items a level and language.")
@click.option("--revealed", type=click.Path(path_type=Path), help="A record of the entry on items known before.")
@click.option("--sealed", type=click.Path(path_type=Path), help="And one on sealed items of the same levels.")
@click.option("--draw", default="", help="Seed of fresh items and of all draws; new where none is given.")
@click.option("--case", "round_name", metavar="ROUND", help="Open a case in this round where a test is flagged.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def contamination(name: str, overrides: tuple[str, ...], as_json: bool, **asked: Any) -> None:
    """Look for signs that a model has seen a set: evidence for people, never a verdict.

    The entry's weights run in a worker of their own, as in a round: no network, no key, no file but the checkpoint.
    Each test has an exact p-value; an entry that has seen nothing is flagged by any of them with probability 1 % at
    most. Exit 0 whatever is found.

    \b
    defi contamination huggingface/smollm2-135m-instruct --set problem_solving/word_problems --level 2 --lang en
    defi contamination TEAM/ENTRY --set published.jsonl --against never-published.jsonl --case demo
    """
    from harness.contamination.report import Report, in_order

    options = _Options(**asked)
    workspace = find_workspace()
    submission = read_manifest(entry_folder(workspace, name) / "manifest.yaml")
    drawn = options.draw or secrets.token_hex(8)
    suspected = _suspected(options, drawn)
    evidence = _gap(options.revealed, options.sealed)
    entry = _entry(workspace, submission, options, overrides)
    bars = Bars()
    try:
        evidence += _answers(entry, suspected)
        evidence += _likelihoods(entry, suspected, drawn, bars)
    finally:
        bars.close()
    report = Report(name, options.given, drawn, in_order(evidence))
    case = _case(workspace, options.round_name, report) if options.round_name and report.flagged else None
    if as_json:
        click.echo(json_text({**report.to_json(), "case": case.name if case else None}))
    else:
        _show(report, case)


def _suspected(options: _Options, drawn: str) -> Suspected:
    from harness.contamination.sets import from_file, from_task

    if options.given.endswith(".jsonl"):
        return from_file(Path(options.given), options.against)
    if options.against is not None:
        raise UsageError("a task makes its own fresh items", where="--against", remedy="leave it out")
    return from_task(options.given, options.levels, options.languages, options.seed, drawn, options.count)


def _gap(revealed: Path | None, sealed: Path | None) -> list[Evidence]:
    from harness.contamination.methods import revealed_gap

    if (revealed is None) != (sealed is None):
        raise UsageError("one record alone has no gap", remedy="give both --revealed and --sealed, or neither")
    if revealed is None or sealed is None:
        return []
    return [revealed_gap(read_scores(RunPaths(revealed)), read_scores(RunPaths(sealed)))]


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry with what its weights are loaded with, and under which rules."""

    submission: Submission
    settings: Settings
    context: EngineContext
    policy: Policy
    bounds: Bounds


def _entry(workspace: Workspace, submission: Submission, options: _Options, overrides: Sequence[str]) -> _Entry:
    """CheckpointError where the weights at hand are not those of the manifest, file by file."""
    settings = _settings(workspace, submission, overrides)
    checkpoint = resolve_checkpoint(submission, workspace.root, workspace.cache)
    if checkpoint is not None:
        verify_files(submission, checkpoint)
    style = prompt_style(submission, checkpoint, settings.round.date)
    context = EngineContext(style, checkpoint, submission.dtype, submission.context_length)
    stated: Mapping[str, Json] = settings.round.conditions
    if options.round_name:  # UnknownNameError lists the rounds there are
        stated = read_frozen(RoundPaths(workspace.runs, options.round_name))["round"].get("conditions", {})
    policy = read_conditions(stated, f"round {options.round_name or settings.round.name}, conditions").isolation
    return _Entry(submission, settings, context, policy, read_bounds(settings.worker))


def _answers(entry: _Entry, suspected: Suspected) -> list[Evidence]:
    """The tests that put questions to the entry through its engine."""
    from harness.contamination.confined import answering, examined, warning
    from harness.contamination.methods import perturbed_pairs

    if not suspected.pairs:
        return []
    with answering(entry.settings.engine, entry.context, entry.policy, entry.bounds) as engine:
        _warn(warning(engine))
        return [examined(perturbed_pairs(engine, suspected, public=is_public(suspected.pairs[0][0].task)), engine)]


def _likelihoods(entry: _Entry, suspected: Suspected, drawn: str, bars: Bars) -> list[Evidence]:
    """The tests that read the network's own likelihoods; an entry without weights has none."""
    from harness.contamination.report import read_texts

    if entry.context.checkpoint is None:
        return []
    from harness.contamination.confined import examined, reading, warning

    with reading(entry.context, entry.policy, entry.bounds) as reader:
        _warn(warning(reader))
        seed = int.from_bytes(drawn.encode(), "big") % 2**32
        return [examined(one, reader) for one in read_texts(reader, suspected, seed, bars.show)]


def _warn(words: str) -> None:
    if words:
        click.echo(printable(words), err=True)


def _settings(workspace: Workspace, submission: Submission, overrides: Sequence[str]) -> Settings:
    own = [] if any(o.startswith("engine=") for o in overrides) else [f"engine={submission.engine}"]
    return compose_round(workspace, "demo", [*own, *overrides])


def _case(workspace: Workspace, round_name: str, report: Report) -> Path:
    from harness.attest.log_head import append_signed
    from harness.verify.cases import open_case

    folder = RoundPaths(workspace.runs, round_name).folder
    return open_case(folder, report.submission, report.why, {"contamination": report.to_json()}, append_signed)


def _show(report: Report, case: Path | None) -> None:
    rows = [
        [
            one.method,
            "–" if one.p is None else f"{one.p:.2g}",
            f"{report.adjusted[one.method]:.2g}" if one.p is not None else "–",
            "–" if one.statistic is None else f"{one.statistic:+.3g}",
            str(one.items or "–"),
            one.words,
        ]
        for one in report.evidence
    ]
    print_table(["method", "p", "adjusted", "statistic", "items", "what"], rows, f"{report.submission}: {report.set}")
    if report.flagged:
        click.echo(f"Not what chance gives: {', '.join(report.flagged)}. This is evidence, not a verdict.")
    else:
        click.echo("Nothing that chance does not explain. This does not show that the set was not seen.")
    if case:
        click.echo(f"opened case {case}")
