"""`defi feedback TEAM/ENTRY --round ROUND`."""

from __future__ import annotations

import click

from harness.cli.printable import json_text
from harness.record import RoundPaths
from harness.workspace import find_workspace


@click.command()
@click.argument("submission", metavar="TEAM/ENTRY")
@click.option("--round", "round_name", required=True, help="A round in which the entry has been run.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def feedback(submission: str, round_name: str, as_json: bool) -> None:
    """Tell a team its best so far, by the Ladder mechanism.

    A new best is told only when it gains more than chance could, and rounded: scores told exactly, again and again,
    would let a team climb on the hidden items. In a round that stops by itself, the core alone counts. Every answer is
    entered in runs/ROUND/feedback.jsonl, which stays with the organisers.

    \b
    defi feedback huggingface/smollm2-135m-instruct --round demo
    """
    from leaderboard.feedback import FILE, shares, tell
    from leaderboard.ranking import assemble
    from leaderboard.records import Records

    records = Records(RoundPaths(find_workspace().runs, round_name))
    run = records.usable(submission)
    scores = assemble(records.averages, [records.averaged(run)])
    line = tell(records.paths.folder / FILE, run.team, run.entry, shares(scores))
    if as_json:
        told = {"team": line.team, "entry": line.entry, "announced": line.announced}
        click.echo(json_text({**told, "changed": line.changed, "step": line.step, "asked": line.asked}))
        return
    verdict = f"{submission} is the team's new best" if line.changed else f"{submission} is no new best beyond chance"
    click.echo(f"{verdict}; best of {line.team}: area {line.announced:.3f}, in steps of {line.step:.3f}")
