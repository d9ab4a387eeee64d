"""`defi round admit|withdraw|disqualify|void|reinstate|close-case`: decisions about submissions, each with a reason."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from harness.attest.keys import signing_key
from harness.cli.notices import OVERRIDES, composed, tell_ruling
from harness.config import Settings
from harness.decisions import Bench, admit, close_case, reinstate, take_out, void
from harness.entries import entry_folder
from harness.errors import DefiError
from harness.intake.manifest import read_manifest
from harness.intake.verdict import check_submission
from harness.rulings import OUT, Kind, Ruling, read_rulings, ruled_out
from harness.workspace import Workspace, find_workspace

F = TypeVar("F", bound=Callable[..., Any])


def _ruling(command: F) -> F:
    """The options of every ruling, and the words that say who is told."""
    decided = click.option("--by", default="", help="Who decided; by default the id of the key that DEFI_KEY names.")
    return click.option("--reason", required=True, help="Why; published.")(decided(OVERRIDES(command)))


@dataclass(frozen=True, slots=True)
class _Session:
    """Where a decision is made, and who is told of it."""

    workspace: Workspace
    settings: Settings
    bench: Bench

    def say(self, made: Ruling, words: str) -> None:
        """To whoever decided, and to those who are told."""
        click.echo(f"ruling {made.number} of {made.at}: {words}. Publish rulings.jsonl and log.jsonl")
        tell_ruling(self.bench.folder, self.settings, made)


def _sit(round_name: str, by: str, overrides: Sequence[str]) -> _Session:
    workspace = find_workspace()
    settings = composed(workspace, round_name, overrides)
    round_, key = settings.round, signing_key()
    who = by or (f"key {key.public.id}" if key else "the organisers")
    now = datetime.datetime.now(datetime.UTC)
    bench = Bench(workspace.runs / round_.name, round_.sealed, round_.submissions, who, now)
    return _Session(workspace, settings, bench)


@click.command("admit")
@click.argument("round_name", metavar="ROUND")
@click.argument("name", metavar="TEAM/ENTRY")
@_ruling
def admit_(round_name: str, name: str, overrides: tuple[str, ...], reason: str, by: str) -> None:
    """Take a submission that came late, or was changed, after the closing; never after the drawing.

    \b
    defi round admit spring-2027 team/entry --reason "our upload page was down until 14:00"
    """
    sitting = _sit(round_name, by, overrides)
    folder = entry_folder(sitting.workspace, name)
    verdict = check_submission(folder, sitting.workspace)
    if not verdict.eligible:
        found = "; ".join(f"{f.code}: {f.what}" for f in verdict.findings if f.severity == "error")
        remedy = f"`defi submission check submissions/{name}` says what to mend"
        raise DefiError(f"not eligible: {found}", where=name, remedy=remedy)
    digest = read_manifest(folder / "manifest.yaml").digest
    sitting.say(admit(sitting.bench, name, digest, reason), f"{name} competes, with the digest {digest[:12]}")
    if name not in sitting.bench.known:
        click.echo(f"name it in configs/round/{round_name}.yaml as well: `defi round run` asks those that stand there")


def _out(kind: Kind, name: str, reason: str, sitting: _Session) -> None:
    made = take_out(sitting.bench, kind, name, reason)
    sitting.say(made, f"{name} is {OUT[kind]}: it keeps its row, and takes no place")


@click.command()
@click.argument("round_name", metavar="ROUND")
@click.argument("name", metavar="TEAM/ENTRY")
@_ruling
def withdraw(round_name: str, name: str, overrides: tuple[str, ...], reason: str, by: str) -> None:
    """Withdraw a submission, as its team asks.

    \b
    defi round withdraw spring-2027 team/entry --reason "the team asked for it on 3 April"
    """
    _out("withdraw", name, reason, _sit(round_name, by, overrides))


@click.command()
@click.argument("round_name", metavar="ROUND")
@click.argument("name", metavar="TEAM/ENTRY")
@_ruling
def disqualify(round_name: str, name: str, overrides: tuple[str, ...], reason: str, by: str) -> None:
    """Disqualify a submission that broke the rules.

    \b
    defi round disqualify spring-2027 team/entry --reason "case 3: trained on the round's items"
    """
    _out("disqualify", name, reason, _sit(round_name, by, overrides))


@click.command("void")
@click.argument("round_name", metavar="ROUND")
@click.argument("name", metavar="TEAM/ENTRY")
@click.argument("task", metavar="TASK")
@_ruling
def void_(round_name: str, name: str, task: str, overrides: tuple[str, ...], reason: str, by: str) -> None:
    """Void a submission's answers to one task, by our fault: `defi round run` asks these items again, and no other.

    \b
    defi round void spring-2027 team/entry problem_solving/word_problems --reason "a GPU with memory errors"
    """
    sitting = _sit(round_name, by, overrides)
    made, answers = void(sitting.bench, name, task, reason)
    sitting.say(made, f"{answers} answers of {name} to {task} are set aside")
    click.echo(f"next is `defi round run {round_name}`")


@click.command("reinstate")
@click.argument("round_name", metavar="ROUND")
@click.argument("name", metavar="TEAM/ENTRY")
@click.argument("task", metavar="[TASK]", default="")
@_ruling
def reinstate_(round_name: str, name: str, task: str, overrides: tuple[str, ...], reason: str, by: str) -> None:
    """Take a withdrawal or a disqualification back; or with TASK a voiding whose items were not asked again yet.

    \b
    defi round reinstate spring-2027 team/entry --reason "the appeal was heard on 12 April"
    """
    if "=" in task:  # no task, but the first of the words that say who is told
        task, overrides = "", (task, *overrides)
    sitting = _sit(round_name, by, overrides)
    made = reinstate(sitting.bench, name, task, reason)
    sitting.say(made, f"ruling {made.takes_back} about {name} is taken back")
    if (still := ruled_out(read_rulings(sitting.bench.folder)).get(name)) is not None:
        click.echo(f"{name} is still {OUT[still.kind]}, by ruling {still.number}")


@click.command("close-case")
@click.argument("round_name", metavar="ROUND")
@click.argument("number", metavar="NUMBER", type=int)
@click.option(
    "--outcome", required=True, help="What people found: confirmed, unfounded, inconclusive, or another word."
)
@_ruling
def close_case_(round_name: str, number: int, overrides: tuple[str, ...], outcome: str, reason: str, by: str) -> None:
    """Close a case that `defi verify` opened. It bans nobody: that is a ruling of its own.

    \b
    defi round close-case spring-2027 3 --outcome unfounded --reason "the machine was another one"
    """
    sitting = _sit(round_name, by, overrides)
    made = close_case(sitting.bench, number, outcome.strip(), reason)
    sitting.say(made, f"case {number} is closed: {made.outcome}")


COMMANDS = (admit_, withdraw, disqualify, void_, reinstate_, close_case_)
