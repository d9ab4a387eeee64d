"""`defi run TEAM/ENTRY --round ROUND [OVERRIDES]`."""

from __future__ import annotations

import click

from harness.attest.sealing import is_sealed
from harness.cli.printable import printable
from harness.cli.report import send_record
from harness.cli.show import Bars, print_table
from harness.cli.submission import show_finding
from harness.entries import prepare
from harness.errors import DefiError
from harness.freezing import freeze
from harness.pipeline import evaluate
from harness.record import RoundPaths, RunPaths, read_json, read_scores
from harness.types import Completion
from harness.workspace import find_workspace


class _Watch:
    """Shows one run's progress."""

    def __init__(self, name: str) -> None:
        self.name, self.bars = name, Bars()
        self.total = self.done = 0

    def planned(self, items: int, done: int) -> None:
        self.total, self.done = items, done
        self.bars.show(self.name, done, items)

    def answered(self, completion: Completion) -> None:
        self.done += 1
        self.bars.show(self.name, self.done, self.total)


@click.command()
@click.argument("name", metavar="TEAM/ENTRY")
@click.argument("overrides", metavar="[OVERRIDES ...]", nargs=-1)
@click.option("--round", "round_name", required=True, help="A name of configs/round/.")
def run(name: str, overrides: tuple[str, ...], round_name: str) -> None:
    """Evaluate one submission in a round, resuming what is there.

    Killed at any moment, the same command goes on where it stopped.

    \b
    defi run huggingface/smollm2-135m-instruct --round demo
    defi run huggingface/smollm2-135m-instruct --round demo engine.dtype=float32 tracking=none
    """
    workspace = find_workspace()
    prepared = prepare(workspace, name, round_name, overrides)
    if prepared.job is None:
        for finding in prepared.verdict.findings:
            show_finding(finding)
        raise DefiError(f"{name} is not eligible", remedy="mend what the findings name, then run again")
    job = prepared.job
    freeze(RoundPaths(workspace.runs, job.settings.round.name), job.settings.round)
    watch = _Watch(name)
    try:
        evaluate(job, watch)
    finally:
        watch.bars.close()
    send_record(job.run, job.settings, watch.bars.say)
    _show_estimates(job.run)
    _show_ends(job.run)
    sealed = "" if is_sealed(job.run.folder) else "; not sealed, as DEFI_KEY names no key (docs/attestation.md)"
    click.echo(f"record: {job.run.folder}{sealed}")


def _show_estimates(paths: RunPaths) -> None:
    """Chance-corrected means of a run, a row per task, a column per level."""
    curves = read_json(paths.estimates)
    levels = sorted({point["level"] for task in curves.values() for point in task["curve"]})
    rows = []
    for task, found in curves.items():
        cells = {p["level"]: f"{p['value']:.2f}" for p in found["curve"] if p["language"] == "all"}
        rows.append([task, *(cells.get(level, "–") for level in levels)])
    print_table(["chance-corrected mean", *(str(level) for level in levels)], rows)


def _show_ends(paths: RunPaths) -> None:
    """How many answers were no whole answers, and whether a budget was spent."""
    rows = read_scores(paths)
    counts = {
        "cut by the token budget": sum(row.capped for row in rows),
        "longer than the context": sum(row.category == "beyond" for row in rows),
        "not asked in time": sum(row.category == "late" for row in rows),
        "unscored": sum(row.value is None for row in rows),
    }
    told = [f"{count} {what}" for what, count in counts.items() if count]
    click.echo(f"of {len(rows)} answers: {', '.join(told) or 'all whole'}")
    if overrun := read_json(paths.conditions, {}).get("budget", {}).get("overrun"):
        click.echo(printable(f"{overrun}: what was not asked scores zero, and is final"))
