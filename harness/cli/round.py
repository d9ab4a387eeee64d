"""`defi round run|status ROUND`; the life of a sealed round is in `round_life.py`."""

from __future__ import annotations

import time
from concurrent.futures import Future
from dataclasses import dataclass

import click
from filelock import FileLock, Timeout

from harness.cli.entries import Prepared, compose_round, prepare
from harness.cli.printable import json_text
from harness.cli.report import already_sent, send_record
from harness.cli.round_life import COMMANDS
from harness.cli.show import Bars, print_table
from harness.config import Settings
from harness.errors import DefiError, WorkerLostError
from harness.journal import count_lines
from harness.launch.local import LocalLauncher
from harness.pipeline import Job, evaluate, fail, freeze, mark
from harness.record import RoundPaths, RunPaths, list_runs, read_json, write_json
from harness.round_life import describe
from harness.types import Json
from harness.workspace import Workspace, find_workspace

_LOOK_EVERY = 0.5  # seconds between looks at the records of running jobs


@click.group(name="round")
def round_() -> None:
    """Open, close, run and reveal a round, and see where it stands.

    \b
    defi round run demo
    defi round status demo
    """


for command in COMMANDS:
    round_.add_command(command)


@dataclass(frozen=True, slots=True)
class _Running:
    """A job under way, watched through its record."""

    job: Job
    future: Future[None]
    items: int


@round_.command()
@click.argument("round_name", metavar="ROUND")
@click.argument("overrides", metavar="[OVERRIDES ...]", nargs=-1)
def run(round_name: str, overrides: tuple[str, ...]) -> None:
    """Evaluate every submission of a round, resuming what is there.

    \b
    defi round run demo
    defi round run demo tracking=none
    """
    workspace = find_workspace()
    settings = compose_round(workspace, round_name, overrides)
    paths = RoundPaths(workspace.runs, settings.round.name)
    freeze(paths, settings.round)
    bars, failures = Bars(), 0
    try:
        with LocalLauncher(settings.cluster["workers"]) as launcher:
            running = []
            for name in settings.round.submissions:
                prepared = _prepare(workspace, name, round_name, overrides, paths, bars)
                if prepared is None:
                    failures += 1
                else:
                    running.append(_Running(prepared, launcher.submit(evaluate, prepared), _items(settings)))
            failures += sum(not _follow(one, settings, bars) for one in running)
    finally:
        bars.close()
    if failures:
        raise DefiError(
            f"{failures} of {len(settings.round.submissions)} submissions have no complete record",
            where=settings.round.name,
            remedy=f"`defi round status {round_name}` says why; the same command resumes",
        )


def _items(settings: Settings) -> int:
    return sum(sum(task.counts) for task in settings.round.tasks) * len(settings.round.languages)


def _prepare(
    workspace: Workspace, name: str, round_name: str, overrides: tuple[str, ...], paths: RoundPaths, bars: Bars
) -> Job | None:
    """Intake of one submission; a refused one leaves a record that says why, and the round goes on."""
    team, _, entry = name.partition("/")
    record = paths.run(team, entry)
    try:
        prepared: Prepared = prepare(workspace, name, round_name, overrides)
    except DefiError as error:
        _refuse(record, {"team": team, "entry": entry}, "failed", str(error))
        bars.say(f"{name} cannot be run: {error}")
        return None
    if prepared.job is not None:
        return prepared.job
    reason = "; ".join(f"{f.code}: {f.where}: {f.what}" for f in prepared.verdict.findings if f.severity == "error")
    _refuse(record, {"team": team, "entry": entry}, "refused", reason)
    bars.say(f"{name} is not eligible: {reason}")
    return None


def _refuse(record: RunPaths, submission: Json, state: str, reason: str) -> None:
    if not record.plan.exists():  # a record that has begun keeps what it says
        write_json(record.submission, submission)
        mark(record, state, reason)


def _follow(running: _Running, settings: Settings, bars: Bars) -> bool:
    """Watch a job through its record until it ends; then send the record. True when it is complete."""
    job, name = running.job, running.job.submission.id
    while not running.future.done():
        bars.show(name, count_lines(job.run.completions), running.items)
        time.sleep(_LOOK_EVERY)
    bars.show(name, count_lines(job.run.completions), running.items)
    error = running.future.exception()
    if error is not None:
        if isinstance(error, WorkerLostError):  # any other error has been written by the worker itself
            fail(job.run, job.submission, error)
        bars.say(f"{name} failed: {error}")
        return False
    if settings.tracking["uri"] is not None and not already_sent(job.run, settings.tracking["uri"]):
        send_record(job.run, settings, bars.say)
    return True


@round_.command()
@click.argument("round_name", metavar="ROUND")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(round_name: str, as_json: bool) -> None:
    """Show where every submission of a round stands, and why.

    \b
    defi round status demo
    """
    workspace = find_workspace()
    settings = compose_round(workspace, round_name)
    paths = RoundPaths(workspace.runs, settings.round.name)
    begun = {f"{run.folder.parent.name}/{run.folder.name}": run for run in list_runs(paths)}
    names = dict.fromkeys([*settings.round.submissions, *begun])
    rows = [_status(name, begun.get(name)) for name in names]
    if as_json:
        click.echo(json_text(rows))
        return
    if settings.round.sealed:
        click.echo(describe(workspace.runs, settings.round.name))
    table = [[r["submission"], r["state"], f"{r['done']}/{r['items']}", r["since"], r["reason"]] for r in rows]
    print_table(("submission", "state", "items", "since", "reason"), table)


def _status(name: str, record: RunPaths | None) -> dict[str, Json]:
    """Where one submission stands. A run that says that it is running, with nobody at work on it, has stopped."""
    if record is None:
        return {"submission": name, "state": "not started", "reason": "", "since": "", "done": 0, "items": 0}
    state = read_json(record.state, {"state": "planned", "reason": "", "since": ""})
    if state["state"] in ("planned", "running", "generated") and not _at_work(record):
        state = {**state, "state": "stopped", "reason": "no process is at work: the same command goes on from here"}
    items = len(read_json(record.plan, {"items": []})["items"])
    return {"submission": name, **state, "done": count_lines(record.completions), "items": items}


def _at_work(record: RunPaths) -> bool:
    try:
        with FileLock(record.lock, timeout=0):
            return False
    except Timeout:
        return True
