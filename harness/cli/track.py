"""`defi track --round ROUND [--follow]`."""

from __future__ import annotations

import time

import click

from harness.cli.report import sender_of
from harness.cli.show import Bars
from harness.config import Settings
from harness.entries import compose_round
from harness.errors import DefiError, UsageError
from harness.record import RoundPaths, list_runs, read_frozen, read_json
from harness.spool import Collected, Spool, SpoolBusyError, already_sent
from harness.tracking import Sender
from harness.workspace import find_workspace

_ENDED = ("scored", "refused")  # states of a run that has nothing more to send


@click.command()
@click.argument("overrides", metavar="[OVERRIDES ...]", nargs=-1)
@click.option("--round", "round_name", required=True, help="A round that has been run.")
@click.option("--follow", is_flag=True, help="Go on sending until every submission of the round has ended.")
@click.option("--every", type=click.FloatRange(min=0.1), default=10.0, help="Seconds, with --follow.")
@click.option("--again", is_flag=True, help="Send also what has been sent: for a server that has lost it.")
def track(overrides: tuple[str, ...], round_name: str, follow: bool, every: float, again: bool) -> None:
    """Send a round's records to the tracking server again.

    Sending twice changes nothing: runs are found again by what they hold. What cannot be sent waits in the round's
    folder, and the exit code says so. Only one process sends for a round at a time.

    \b
    defi track --round demo
    defi track --round demo --follow tracking=server tracking.uri=http://localhost:5000
    """
    workspace = find_workspace()
    settings = compose_round(workspace, round_name, overrides)
    sender = sender_of(settings)
    if sender is None:
        raise UsageError(
            "tracking=none: there is nowhere to send to", remedy="choose tracking=sqlite or tracking=server"
        )
    paths = RoundPaths(workspace.runs, settings.round.name)
    read_frozen(paths)
    following = _Following(paths, sender)
    try:
        found = following.collect(again=again)
        while follow and (found.away or not _all_ended(paths, settings)):
            time.sleep(every)
            found = following.collect()
    finally:
        following.bars.close()
    waiting = len(Spool(paths).waiting())
    if found.troubles or waiting:
        click.echo(f"{following.sent} records were sent to {sender.uri}")
        what = f"{waiting} of the round's records wait to be sent"
        raise DefiError(what, where=str(Spool(paths).folder), remedy="mend what is said above, then call this again")
    complete = sum(already_sent(run, sender.uri) for run in list_runs(paths))
    click.echo(f"{complete} complete records are at {sender.uri}; {following.sent} of them were sent now")


class _Following:
    """Collects again and again, and says what goes wrong once."""

    def __init__(self, paths: RoundPaths, sender: Sender) -> None:
        self.spool, self.sender, self.bars = Spool(paths), sender, Bars()
        self.sent = 0
        self._said: set[str] = set()

    def collect(self, *, again: bool = False) -> Collected:
        """Pack what has not been sent, and send what waits."""
        for run in list_runs(self.spool.paths):
            self.spool.leave(run, None if again else self.sender.uri)
        try:
            found = self.spool.collect(self.sender, again=again, watch=self._show)
        except SpoolBusyError as error:
            found = Collected(troubles={"": str(error)}, away=True)
        for trouble in set(found.troubles.values()) - self._said:
            self.bars.say(trouble)
        self._said = set(found.troubles.values())
        self.sent += len(found.sent)
        return found

    def _show(self, done: int, of: int) -> None:
        self.bars.show("records sent", done, of)


def _all_ended(paths: RoundPaths, settings: Settings) -> bool:
    """Whether nothing more will be spooled, as far as the round's files tell."""
    begun = {f"{run.folder.parent.name}/{run.folder.name}": run for run in list_runs(paths)}
    if set(settings.round.submissions) - set(begun):
        return False
    return all(read_json(run.state, {}).get("state") in _ENDED for run in begun.values())
