"""`defi round new|close|draw|reveal ROUND`: the life of a sealed round."""

from __future__ import annotations

import datetime
import os

import click

from harness.cli.entries import compose_round, entry_names
from harness.config import Settings
from harness.intake.manifest import read_manifest
from harness.intake.verdict import check_submission
from harness.round_life import close_round, draw_round, open_round, reveal_round
from harness.sealed_round import FOLDER, VARIABLE
from harness.workspace import Workspace, find_workspace


def _begin(round_name: str) -> tuple[Workspace, Settings]:
    workspace = find_workspace()
    return workspace, compose_round(workspace, round_name)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@click.command()
@click.argument("round_name", metavar="ROUND")
def new(round_name: str) -> None:
    """Open a sealed round: draw its secret and publish the commitment.

    The secret goes to secrets/ROUND.json (mode 600), or comes from DEFI_ROUND_SECRET; keep a copy of it elsewhere.

    \b
    defi round new spring-2027
    """
    workspace, settings = _begin(round_name)
    rules, secrets = workspace.root / "docs/rounds.md", workspace.root / FOLDER
    published = open_round(settings, workspace.runs, secrets, rules, _now())
    click.echo(f"commitment: {published['commitment']}")
    click.echo(f"publish {workspace.runs / round_name / 'seed.json'} and rules.md beside it")
    kept = VARIABLE if os.environ.get(VARIABLE) else secrets / f"{round_name}.json"
    click.echo(f"secret: in {kept}; keep a copy elsewhere")


@click.command()
@click.argument("round_name", metavar="ROUND")
@click.option("--source", required=True, help="Where public randomness will come from, said before it exists.")
def close(round_name: str, source: str) -> None:
    """Close the intake: publish the digests of all eligible submissions.

    Whatever arrives or changes later is refused by `defi run`.

    \b
    defi round close spring-2027 --source "drand quicknet, first round after 2027-03-01T12:00Z"
    """
    workspace, settings = _begin(round_name)
    published = close_round(settings, workspace.runs, _eligible(workspace), source, _now())
    listed = published["closed"]["submissions"]
    for name in sorted(set(settings.round.submissions) - listed.keys()):
        click.echo(f"not listed, though configs/round/{round_name}.yaml names it: {name}")
    click.echo(f"closed at {published['closed']['at']} with {len(listed)} submissions; publish seed.json now")
    click.echo(f"then `defi round draw {round_name}`, with randomness dated after that time")


@click.command()
@click.argument("round_name", metavar="ROUND")
@click.option("--randomness", required=True, help="The public value, as it was published.")
@click.option("--dated", required=True, help="When it was published: ISO, with its offset; after the closing.")
@click.option("--source", default="", help="Where exactly: the words of the announced source, and more after them.")
def draw(round_name: str, randomness: str, dated: str, source: str) -> None:
    """Draw the seed of a closed round from its secret and public randomness.

    \b
    defi round draw spring-2027 --randomness 8f3c… --dated 2027-03-01T12:00:03+00:00
    """
    workspace, settings = _begin(round_name)
    given = {"value": randomness, "dated": dated, "source": source}
    published = draw_round(settings, workspace.runs, workspace.root / FOLDER, given, _now())
    click.echo(f"the seed is drawn (digest {published['seed_sha256']}); publish seed.json")
    click.echo(f"now `defi round run {round_name}`")


@click.command()
@click.argument("round_name", metavar="ROUND")
@click.option("--force", "reason", default="", metavar="REASON", help="Reveal although runs have not ended.")
def reveal(round_name: str, reason: str) -> None:
    """Reveal the secret of a round whose runs have ended: anyone can make every item again.

    \b
    defi round reveal spring-2027
    defi round reveal spring-2027 --force "team/entry withdrew"
    """
    workspace, settings = _begin(round_name)
    reveal_round(settings, workspace.runs, workspace.root / FOLDER, reason.strip(), _now())
    click.echo(f"revealed: publish {workspace.runs / round_name / 'seed.json'}")


def _eligible(workspace: Workspace) -> dict[str, str]:
    """The digests of all entries that the intake lets in; says which ones it does not."""
    found: dict[str, str] = {}
    for name in entry_names(workspace):
        verdict = check_submission(workspace.submissions / name, workspace)
        if verdict.eligible:
            found[name] = read_manifest(workspace.submissions / name).digest
        else:
            codes = ", ".join(sorted({f.code for f in verdict.findings if f.severity == "error"}))
            click.echo(f"not eligible: {name} ({codes})")
    return found


COMMANDS = (new, close, draw, reveal)
