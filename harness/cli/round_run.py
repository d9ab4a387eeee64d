"""`defi round run ROUND [OVERRIDES]`."""

from __future__ import annotations

import dataclasses
import datetime
import functools
from collections.abc import Callable, Sequence

import click

from harness.at_work import abandon, refuse_elsewhere, sole_conductor
from harness.calendar import find_calendar
from harness.calibration import ITEMS
from harness.cli.notices import tell_state
from harness.cli.report import Reporter, already_sent
from harness.cli.round_dry import dry_run
from harness.cli.show import Bars
from harness.collecting import answers
from harness.conduct import Conductor
from harness.config import Settings
from harness.due import Outcome
from harness.entries import compose_round
from harness.errors import DefiError, UnknownNameError
from harness.freezing import freeze
from harness.job_book import JobBook
from harness.launch.errand import Errand
from harness.launching import cluster_named, needs_of, new_launcher, terms_of
from harness.needs import seen_from_here
from harness.node import do
from harness.notifier import Notifier
from harness.notify import Event, alarm, courier
from harness.record import RoundPaths, RunPaths, read_json
from harness.round_ending import end_running, start_running
from harness.round_state import read_life
from harness.rulings import read_rulings, ruled_out
from harness.watching import Files, Watched, expected_of
from harness.workspace import Workspace, find_workspace


@click.command()
@click.argument("round_name", metavar="ROUND")
@click.argument("overrides", metavar="[OVERRIDES ...]", nargs=-1)
@click.option("--again", metavar="TEAM/ENTRY", multiple=True, help="Let one in again that failed three times.")
@click.option("--abandon", "gone", metavar="CLUSTER", default="", help="Take the open jobs of a lost cluster for lost.")
@click.option("--force", "reason", default="", metavar="REASON", help="Before its date; the reason is published.")
@click.option("--dry-run", "dry", is_flag=True, help="Ask a few items that are not the round's; say what it takes.")
@click.option("--calibrate", "items", default=ITEMS, show_default=True, help="So many a task, level and language.")
def run(
    round_name: str,
    overrides: tuple[str, ...],
    again: tuple[str, ...],
    gone: str,
    reason: str,
    dry: bool,
    items: int,
) -> None:
    """Evaluate every submission of a round, resuming what is there.

    Killed at any moment, the same command goes on; on a cluster it adopts the jobs that wait or run.

    \b
    defi round run demo
    defi round run demo tracking=none
    defi round run spring-2027 cluster=jean_zay
    defi round run spring-2027 cluster=jean_zay --dry-run
    """
    cluster = cluster_named(overrides)
    if dry:
        dry_run(round_name, overrides, items)
        return
    workspace = find_workspace()
    settings = compose_round(workspace, round_name, overrides)
    paths = RoundPaths(workspace.runs, settings.round.name)
    calendar = find_calendar(workspace.configs, settings.round.name, sealed=settings.round.sealed)
    for name in again:
        if name not in settings.round.submissions:
            raise UnknownNameError("submission", name, settings.round.submissions, where="--again")
    with sole_conductor(paths):
        if gone:
            click.echo(f"{abandon(paths, gone)} jobs of cluster={gone} are taken for lost")
        refuse_elsewhere(paths, cluster)
        now = datetime.datetime.now(datetime.UTC)
        start_running(settings, workspace.runs, calendar, now, reason.strip(), again=bool(again))
        freeze(paths, settings.round)
        book = JobBook(paths)
        for name in again:
            book.again(name)
        failures = _conduct(
            workspace, settings, paths, _errands(workspace, settings, paths, round_name, overrides), cluster
        )
        if end_running(settings, workspace.runs, calendar):
            tell_state(paths.folder, settings)
    if failures:
        raise DefiError(
            f"{failures} of {len(settings.round.submissions)} submissions have no complete record",
            where=settings.round.name,
            remedy=f"`defi round status {round_name}` says why; the same command resumes",
        )


def _errands(
    workspace: Workspace, settings: Settings, paths: RoundPaths, round_name: str, overrides: tuple[str, ...]
) -> list[Errand]:
    """One for every submission that competes; after the reveal for those that were asked, to be judged again."""
    out = ruled_out(read_rulings(paths.folder))
    names = [name for name in settings.round.submissions if name not in out]
    if read_life(paths.folder, sealed=settings.round.sealed).state in ("revealed", "published"):
        names = [name for name in names if read_json(paths.run(*name.split("/")).state, {}).get("state") == "scored"]
    root, there = str(workspace.root), settings.cluster["kind"] != "local"
    seen = {name: there and seen_from_here(workspace, name) for name in names}
    return [Errand("whole", round_name, name, 0, overrides, root, seen=seen[name]) for name in names]


def _conduct(
    workspace: Workspace, settings: Settings, paths: RoundPaths, errands: Sequence[Errand], cluster: str
) -> int:
    """Conduct the round to its end; how many submissions have no complete record."""
    bars = Bars()
    needs = functools.partial(needs_of, workspace, settings)
    watched = Watched(paths, settings.round, expected_of(settings))
    try:
        with (
            Reporter(settings, paths, bars.say) as reporter,
            courier(paths.folder, settings.notify, bars.say) as tell,
            new_launcher(settings, paths, do, cluster) as launcher,
        ):
            watch = _Watch(settings, bars, reporter)
            notifier = Notifier(watch, tell.notify, watched, sealed=settings.round.sealed)
            warn = functools.partial(_warn, tell.notify, notifier.look, paths.round)
            Conductor(paths, errands, launcher, needs, terms_of(settings), notifier, warn).conduct()
            notifier.look()
    finally:
        bars.close()
    return watch.failures


def _warn(
    notify: Callable[[Event], object],
    look: Callable[[], None],
    round_: str,
    name: str,
    submission: str,
    since: str,
    words: str,
) -> None:
    """Have an alarm of the conductor's told; of a submission by a look at the round, which sees it in its row."""
    if submission:
        look()
    else:  # its words name nodes and submissions, and quote nobody
        notify(dataclasses.replace(alarm(round_, name, since), reason=words))


class _Watch:
    """Shows a round's progress, and hands each finished record to who sends it to the tracking server."""

    def __init__(self, settings: Settings, bars: Bars, reporter: Reporter) -> None:
        self.failures, self._files = 0, Files()
        self._uri, self._bars, self._reporter = settings.tracking["uri"], bars, reporter
        self._items = sum(sum(task.counts) for task in settings.round.tasks) * len(settings.round.languages)

    def moved(self, submission: str, run: RunPaths, errands: Sequence[str]) -> None:
        if errands:
            self._bars.show(submission, answers(run, self._files.count), self._items)

    def ended(self, submission: str, run: RunPaths, end: Outcome) -> None:
        if end.result != "done":
            self.failures += 1
            return
        self._bars.show(submission, self._items, self._items)
        if self._uri is not None and not already_sent(run, self._uri):
            self._reporter.ended(run)

    def said(self, words: str) -> None:
        self._bars.say(words)
