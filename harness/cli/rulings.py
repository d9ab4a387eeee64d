"""`defi round admit|withdraw|disqualify|void|reinstate|close-case`: decisions about submissions, each with a reason."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, TypeVar

import click

from harness.attest.keys import signing_key
from harness.decisions import Bench, admit, close_case, reinstate, take_out, void
from harness.entries import compose_round, entry_folder
from harness.errors import DefiError
from harness.intake.manifest import read_manifest
from harness.intake.verdict import check_submission
from harness.rulings import OUT, Kind, Ruling
from harness.workspace import Workspace, find_workspace

F = TypeVar("F", bound=Callable[..., Any])


def _ruling(command: F) -> F:
    """The options of every ruling."""
    decided = click.option("--by", default="", help="Who decided; by default the id of the key that DEFI_KEY names.")
    return click.option("--reason", required=True, help="Why; published.")(decided(command))


def _bench(workspace: Workspace, round_name: str, by: str) -> Bench:
    round_ = compose_round(workspace, round_name).round
    key = signing_key()
    who = by or (f"key {key.public.id}" if key else "the organisers")
    now = datetime.datetime.now(datetime.UTC)
    return Bench(workspace.runs / round_.name, round_.sealed, round_.submissions, who, now)


def _say(made: Ruling, words: str) -> None:
    click.echo(f"ruling {made.number} of {made.at}: {words}. Publish rulings.jsonl and log.jsonl")


@click.command("admit")
@click.argument("round_name", metavar="ROUND")
@click.argument("name", metavar="TEAM/ENTRY")
@_ruling
def admit_(round_name: str, name: str, reason: str, by: str) -> None:
    """Take a submission that came late, or was changed, after the closing; never after the drawing.

    \b
    defi round admit spring-2027 team/entry --reason "our upload page was down until 14:00"
    """
    workspace = find_workspace()
    bench, folder = _bench(workspace, round_name, by), entry_folder(workspace, name)
    verdict = check_submission(folder, workspace)
    if not verdict.eligible:
        found = "; ".join(f"{f.code}: {f.what}" for f in verdict.findings if f.severity == "error")
        remedy = f"`defi submission check submissions/{name}` says what to mend"
        raise DefiError(f"not eligible: {found}", where=name, remedy=remedy)
    digest = read_manifest(folder / "manifest.yaml").digest
    _say(admit(bench, name, digest, reason), f"{name} competes, with the digest {digest[:12]}")
    if name not in bench.known:
        click.echo(f"name it in configs/round/{round_name}.yaml as well: `defi round run` asks those that stand there")


def _out(kind: Kind, round_name: str, name: str, reason: str, by: str) -> None:
    made = take_out(_bench(find_workspace(), round_name, by), kind, name, reason)
    _say(made, f"{name} is {OUT[kind]}: it keeps its row, and takes no place")


@click.command()
@click.argument("round_name", metavar="ROUND")
@click.argument("name", metavar="TEAM/ENTRY")
@_ruling
def withdraw(round_name: str, name: str, reason: str, by: str) -> None:
    """Withdraw a submission, as its team asks.

    \b
    defi round withdraw spring-2027 team/entry --reason "the team asked for it on 3 April"
    """
    _out("withdraw", round_name, name, reason, by)


@click.command()
@click.argument("round_name", metavar="ROUND")
@click.argument("name", metavar="TEAM/ENTRY")
@_ruling
def disqualify(round_name: str, name: str, reason: str, by: str) -> None:
    """Disqualify a submission that broke the rules.

    \b
    defi round disqualify spring-2027 team/entry --reason "case 3: trained on the round's items"
    """
    _out("disqualify", round_name, name, reason, by)


@click.command("void")
@click.argument("round_name", metavar="ROUND")
@click.argument("name", metavar="TEAM/ENTRY")
@click.argument("task", metavar="TASK")
@_ruling
def void_(round_name: str, name: str, task: str, reason: str, by: str) -> None:
    """Void a submission's answers to one task, by our fault: `defi round run` asks these items again, and no other.

    \b
    defi round void spring-2027 team/entry problem_solving/word_problems --reason "a GPU with memory errors"
    """
    made, answers = void(_bench(find_workspace(), round_name, by), name, task, reason)
    _say(made, f"{answers} answers of {name} to {task} are set aside")
    click.echo(f"next is `defi round run {round_name}`")


@click.command("reinstate")
@click.argument("round_name", metavar="ROUND")
@click.argument("name", metavar="TEAM/ENTRY")
@click.argument("task", metavar="[TASK]", default="")
@_ruling
def reinstate_(round_name: str, name: str, task: str, reason: str, by: str) -> None:
    """Take a withdrawal or a disqualification back; or with TASK a voiding whose items were not asked again yet.

    \b
    defi round reinstate spring-2027 team/entry --reason "the appeal was heard on 12 April"
    """
    made = reinstate(_bench(find_workspace(), round_name, by), name, task, reason)
    _say(made, f"ruling {made.takes_back} about {name} is taken back")


@click.command("close-case")
@click.argument("round_name", metavar="ROUND")
@click.argument("number", metavar="NUMBER", type=int)
@click.option("--outcome", required=True, help="What people found, in a word or two.")
@_ruling
def close_case_(round_name: str, number: int, outcome: str, reason: str, by: str) -> None:
    """Close a case that `defi verify` opened. It bans nobody: that is a ruling of its own.

    \b
    defi round close-case spring-2027 3 --outcome unfounded --reason "the machine was another one"
    """
    made = close_case(_bench(find_workspace(), round_name, by), number, outcome.strip(), reason)
    _say(made, f"case {number} is closed: {made.outcome}")


COMMANDS = (admit_, withdraw, disqualify, void_, reinstate_, close_case_)
