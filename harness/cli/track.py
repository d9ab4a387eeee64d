"""`defi track --round ROUND`."""

from __future__ import annotations

import click

from harness.cli.entries import compose_round
from harness.cli.report import send_record
from harness.errors import DefiError, UsageError
from harness.record import RoundPaths, list_runs, read_frozen, read_json
from harness.workspace import find_workspace


@click.command()
@click.argument("overrides", metavar="[OVERRIDES ...]", nargs=-1)
@click.option("--round", "round_name", required=True, help="A round that has been run.")
def track(overrides: tuple[str, ...], round_name: str) -> None:
    """Send a round's records to the tracking server again.

    Sending twice changes nothing: runs are found again by submission and plan.

    \b
    defi track --round demo
    defi track --round demo tracking=server tracking.uri=http://localhost:5000
    """
    workspace = find_workspace()
    settings = compose_round(workspace, round_name, overrides)
    if settings.tracking["uri"] is None:
        raise UsageError(
            "tracking=none: there is nowhere to send to", remedy="choose tracking=sqlite or tracking=server"
        )
    paths = RoundPaths(workspace.runs, settings.round.name)
    read_frozen(paths)
    complete = [run for run in list_runs(paths) if read_json(run.state, {}).get("state") == "scored"]
    failed = [run.folder for run in complete if not send_record(run, settings, click.echo)]
    if failed:
        raise DefiError(f"{len(failed)} records were not sent", remedy="start the server, then call this again")
    click.echo(f"{len(complete)} complete records are at {settings.tracking['uri']}")
