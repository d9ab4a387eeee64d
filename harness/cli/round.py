"""`defi round run|status ROUND`; the life of a sealed round is in `round_life.py`."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import click
from filelock import FileLock, Timeout

from harness.cli.printable import json_text
from harness.cli.report import already_sent, send_record
from harness.cli.round_life import COMMANDS
from harness.cli.show import Bars, print_table
from harness.collecting import answers
from harness.conduct import Conductor, JobBook, sole_conductor
from harness.config import Settings
from harness.due import Outcome
from harness.entries import compose_round
from harness.errors import DefiError
from harness.freezing import freeze
from harness.journal import count_lines
from harness.launch.errand import Errand
from harness.launching import needs_of, new_launcher, terms_of
from harness.node import do
from harness.record import RoundPaths, RunPaths, list_runs, read_json
from harness.round_life import describe
from harness.types import Json
from harness.workspace import find_workspace


@click.group(name="round")
def round_() -> None:
    """Open, close, run and reveal a round, and see where it stands.

    \b
    defi round run demo
    defi round status demo
    """


for command in COMMANDS:
    round_.add_command(command)


@round_.command()
@click.argument("round_name", metavar="ROUND")
@click.argument("overrides", metavar="[OVERRIDES ...]", nargs=-1)
@click.option("--again", metavar="TEAM/ENTRY", multiple=True, help="Let one in again that failed three times.")
def run(round_name: str, overrides: tuple[str, ...], again: tuple[str, ...]) -> None:
    """Evaluate every submission of a round, resuming what is there.

    Killed at any moment, the same command goes on; on a cluster it adopts the jobs that wait or run.

    \b
    defi round run demo
    defi round run demo tracking=none
    defi round run spring-2027 cluster=jean_zay
    """
    workspace = find_workspace()
    settings = compose_round(workspace, round_name, overrides)
    paths = RoundPaths(workspace.runs, settings.round.name)
    freeze(paths, settings.round)
    book = JobBook(paths)
    for name in again:
        book.again(name)
    bases = [
        Errand("whole", round_name, name, 0, overrides, str(workspace.root)) for name in settings.round.submissions
    ]
    bars = Bars()
    watch = _Watch(settings, bars)
    try:
        with sole_conductor(paths), new_launcher(settings, paths, do) as launcher:
            needs = functools.partial(needs_of, workspace, settings)
            Conductor(paths, bases, launcher, needs, terms_of(settings), watch).conduct()
    finally:
        bars.close()
    if watch.failures:
        raise DefiError(
            f"{watch.failures} of {len(settings.round.submissions)} submissions have no complete record",
            where=settings.round.name,
            remedy=f"`defi round status {round_name}` says why; the same command resumes",
        )


class _Watch:
    """Shows a round's progress, and sends each finished record to the tracking server."""

    def __init__(self, settings: Settings, bars: Bars) -> None:
        self.failures = 0
        self._settings, self._bars = settings, bars
        self._items = sum(sum(task.counts) for task in settings.round.tasks) * len(settings.round.languages)

    def moved(self, submission: str, run: RunPaths, errands: Sequence[str]) -> None:
        if errands:
            self._bars.show(submission, answers(run), self._items)

    def ended(self, submission: str, run: RunPaths, end: Outcome) -> None:
        if end.result != "done":
            self.failures += 1
            return
        self._bars.show(submission, self._items, self._items)
        uri = self._settings.tracking["uri"]
        if uri is not None and not already_sent(run, uri):
            send_record(run, self._settings, self._bars.say)

    def said(self, words: str) -> None:
        self._bars.say(words)


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
