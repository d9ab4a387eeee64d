"""`defi feedback TEAM/ENTRY --round ROUND`."""

from __future__ import annotations

import click

from harness.cli.printable import json_text
from harness.errors import PublishError, UnknownNameError
from harness.record import RoundPaths, list_runs, read_frozen, read_run
from harness.workspace import find_workspace


@click.command()
@click.argument("submission", metavar="TEAM/ENTRY")
@click.option("--round", "round_name", required=True, help="A round in which the entry has been run.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def feedback(submission: str, round_name: str, as_json: bool) -> None:
    """Tell a team its best so far, by the Ladder mechanism.

    A new best is told only when it gains more than chance could, and rounded: scores told exactly, again and again,
    would let a team climb on the hidden items. Every answer is entered in runs/ROUND/feedback.jsonl, which stays with
    the organisers.

    \b
    defi feedback huggingface/smollm2-135m-instruct --round demo
    """
    from harness.attest.intact import damage
    from leaderboard.feedback import FILE, shares, tell
    from leaderboard.ranking import assemble
    from leaderboard.standing import shortfall
    from leaderboard.table import round_design

    paths = RoundPaths(find_workspace().runs, round_name)
    design = round_design(read_frozen(paths))
    known = {f"{run.folder.parent.name}/{run.folder.name}": run for run in list_runs(paths)}
    if submission not in known:
        raise UnknownNameError("record", submission, known, where=f"round {round_name}")
    if wrong := damage(known[submission].folder):
        remedy = f"`defi verify {known[submission].folder}` says all; put back what was sealed"
        raise PublishError(
            f"no feedback on a record that is not what was sealed: {wrong}", where=submission, remedy=remedy
        )
    run = read_run(known[submission])
    if lacks := shortfall(design, run):
        remedy = f"finish the run: defi run {submission} --round {round_name}"
        raise PublishError(f"no feedback before every item has a score: {lacks}", where=submission, remedy=remedy)
    line = tell(paths.folder / FILE, run.team, run.entry, shares(assemble(design, [run.scores])))
    if as_json:
        told = {"team": line.team, "entry": line.entry, "announced": line.announced}
        click.echo(json_text({**told, "changed": line.changed, "step": line.step, "asked": line.asked}))
        return
    verdict = f"{submission} is the team's new best" if line.changed else f"{submission} is no new best beyond chance"
    click.echo(f"{verdict}; best of {line.team}: area {line.announced:.3f}, in steps of {line.step:.3f}")
