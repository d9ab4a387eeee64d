"""`defi submission new|check|sign`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import click

from harness.errors import ManifestError, UsageError
from harness.intake.dossier import Scope
from harness.intake.finding import finding
from harness.intake.manifest import manifest_file, read_manifest
from harness.intake.new import new_submission
from harness.intake.verdict import Verdict, check_submission
from harness.types import Finding
from harness.workspace import Workspace, find_workspace

_COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}
_PATIENCE = 2.0  # seconds before progress is shown
_PLAIN_EVERY = 15.0  # seconds between lines where there is no terminal


@click.group()
def submission() -> None:
    """Make and check a submission."""


@submission.command()
@click.argument("name", metavar="TEAM/ENTRY")
def new(name: str) -> None:
    """Start a submission from the template.

    \b
    defi submission new my-team/my-entry
    """
    folder = new_submission(name, find_workspace())
    click.echo(f"{folder / 'manifest.yaml'}: fill it in, then `defi submission check {folder}`")


@submission.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--key", type=click.Path(path_type=Path), help="The team's private key; else the one that DEFI_KEY names."
)
def sign(path: Path, key: Path | None) -> None:
    """Sign a manifest: nobody else can change an entry and say that it is the team's.

    Writes manifest.sig beside the manifest, over its content; sign again after every change.

    \b
    defi submission sign submissions/my-team/my-entry --key ~/.config/defi/my-team.key
    """
    from harness.attest.keys import signing_key
    from harness.attest.statement import sign_manifest

    private = signing_key(key)
    if private is None:
        raise UsageError("no key is named", remedy="give --key FILE, or set DEFI_KEY; `defi key new FILE` makes one")
    file = manifest_file(path)
    signed = sign_manifest(file.parent, private, read_manifest(file).digest)
    click.echo(f"{signed}: signed by {private.public.id}")


@submission.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--weights", is_flag=True, help="Look at every number of the weights for NaN and infinity.")
@click.option("--smoke", is_flag=True, help="Also ask the model eight public items, if it is eligible.")
@click.option("--fresh", is_flag=True, help="Hash large files again, though an earlier check has noted their hash.")
@click.option(
    "--key", type=click.Path(path_type=Path), help="The team's public key: manifest.sig must be its signature."
)
@click.option("--explain", metavar="CODE", help="Say what a code means and what to do about it; all: every code.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def check(
    path: Path | None, weights: bool, smoke: bool, fresh: bool, key: Path | None, explain: str | None, as_json: bool
) -> None:
    """Check a submission as the organisers will; exit 0 when it is eligible, 1 when it is not.

    PATH is the folder that holds manifest.yaml.

    \b
    defi submission check submissions/huggingface/smollm2-135m-instruct
    defi submission check submissions/huggingface/smollm2-135m-instruct --weights --smoke
    defi submission check --explain hash.wrong
    """
    if explain is not None:
        _explain(explain, as_json)
        return
    if path is None:
        raise UsageError("no submission is named", remedy="give the folder of an entry, or --explain CODE")
    workspace = find_workspace()
    with Meter() as meter:
        scope = Scope(weights=weights, fresh=fresh, watch=meter.show)
        verdict = check_submission(path, workspace, meter.say, scope)
    if key is not None:
        verdict = _with_signature(path, verdict, key)
    if smoke and verdict.eligible:
        verdict = _ask(path, workspace, verdict)
    elif smoke:
        click.echo("nothing was asked: the entry is not eligible", err=True)
    _show(verdict, as_json)


def _with_signature(path: Path, verdict: Verdict, key: Path) -> Verdict:
    """The verdict, and whether `manifest.sig` is that key's signature over the manifest."""
    from harness.attest.errors import AttestationError
    from harness.attest.keys import read_public_key
    from harness.attest.statement import verify_manifest

    public, file = read_public_key(key), manifest_file(path)
    try:
        verify_manifest(file.parent, public, read_manifest(file).digest)
    except ManifestError:
        return verdict  # the schema's findings say why there is nothing to compare
    except AttestationError as error:
        remedy = error.remedy or "sign the manifest as it is now: `defi submission sign`"
        wrong = finding("signature.wrong", "manifest.sig", error.what, remedy)
        return Verdict(verdict.submission, (*verdict.findings, wrong))
    return verdict


def _ask(path: Path, workspace: Workspace, verdict: Verdict) -> Verdict:
    """The verdict with what a smoke run finds; its answers are shown on standard error."""
    from harness.cli.smoke import smoke

    click.echo("asking eight public items …", err=True)
    outcome = smoke(path, workspace)
    for answer in outcome.answers:
        score = "unscored" if answer.score is None else f"{answer.score:.2f}"
        click.echo(f"{answer.task} {answer.language}  score {score}  {answer.line or '(empty)'}", err=True)
    if outcome.answers:
        click.echo(f"{outcome.tokens_per_second:.1f} tokens a second, prompts and answers together", err=True)
    return Verdict(verdict.submission, (*verdict.findings, *outcome.findings))


def _show(verdict: Verdict, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(verdict.to_json(), ensure_ascii=False, indent=1))
    else:
        for found in verdict.findings:
            show_finding(found)
        click.echo(f"{verdict.submission}: {'eligible' if verdict.eligible else 'not eligible'}")
    sys.exit(0 if verdict.eligible else 1)


def show_finding(found: Finding) -> None:
    """One finding: what, where, remedy."""
    click.secho(f"{found.severity.upper()} {found.code}", fg=_COLOURS[found.severity], nl=False)
    click.echo(f"  {found.where}: {found.what}\n    remedy: {found.remedy}")


def _explain(code: str, as_json: bool) -> None:
    from harness.canonical import plain
    from harness.intake.explain import explain

    found = explain(code)
    if as_json:
        click.echo(json.dumps(plain(found), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(map(str, found)))


class Meter:
    """Bytes done of bytes in all, on standard error, once the work has taken two seconds."""

    def __init__(self) -> None:
        """Nothing is shown yet."""
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
        from rich.progress import TransferSpeedColumn as Speed

        self._out = Console(stderr=True, highlight=False)
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), Speed(), TimeRemainingColumn())
        self._bars = Progress(*columns, console=self._out)
        self._begun: dict[str, float] = {}
        self._said = 0.0
        self._task: tuple[str, int] = ("", 0)

    def __enter__(self) -> Self:
        """Wait for work."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the terminal as it was."""
        if self._bars.live.is_started:
            self._bars.stop()

    def say(self, text: str) -> None:
        """One line."""
        self._out.print(text, markup=False)

    def show(self, what: str, done: int, total: int) -> None:
        """`done` of `total` bytes; called by one thread at a time."""
        now = time.monotonic()
        if now - self._begun.setdefault(what, now) < _PATIENCE:
            return
        if self._out.is_terminal:
            self._bar(what, done, total)
        elif now - self._said > _PLAIN_EVERY:
            self._said = now
            self.say(f"{what}: {done / 1e9:.1f} of {total / 1e9:.1f} GB")

    def _bar(self, what: str, done: int, total: int) -> None:
        if not self._bars.live.is_started:
            self._bars.start()
        if self._task[0] != what:
            self._task = (what, self._bars.add_task(what, total=total))
        self._bars.update(self._bars.tasks[self._task[1]].id, completed=done)
