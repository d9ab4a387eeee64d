"""`defi verify RECORD [--key PUB] [--team-key PUB] [--head FILE] [--replay FRACTION]`."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.printable import json_text, printable
from harness.errors import DefiError, UsageError
from harness.types import Json
from harness.workspace import find_workspace

if TYPE_CHECKING:
    from harness.verify import Check

_COLOURS = {"ok": "green", "failed": "red", "not checked": "yellow"}


@click.command()
@click.argument("record", type=click.Path(path_type=Path))
@click.option(
    "--key", "keys", type=click.Path(path_type=Path), multiple=True, help="A public key that must have signed."
)
@click.option("--team-key", type=click.Path(path_type=Path), help="The team's public key: of manifest.sig.")
@click.option("--head", type=click.Path(path_type=Path), help="A log-head.json kept from an earlier day.")
@click.option("--replay", "fraction", type=click.FloatRange(0, 1, min_open=True), help="Ask this part of it again.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def verify(
    record: Path,
    keys: tuple[Path, ...],
    team_key: Path | None,
    head: Path | None,
    fraction: float | None,
    as_json: bool,
) -> None:
    """Check a record: its hashes, signatures, log, items and scores.

    Exit 0 when nothing fails, 1 when anything does or the record is not sealed. RECORD is a folder
    runs/ROUND/TEAM/ENTRY. Everything is checked offline; only --replay loads the model.

    \b
    defi verify runs/demo/huggingface/smollm2-135m-instruct --key organiser.key.pub
    defi verify runs/demo/huggingface/smollm2-135m-instruct --key organiser.key.pub --head kept/log-head.json
    defi verify runs/demo/huggingface/smollm2-135m-instruct --replay 0.05
    """
    from harness.attest.keys import read_public_key
    from harness.verify import verify_record

    team = read_public_key(team_key) if team_key else None
    report = verify_record(record, [read_public_key(key) for key in keys], _manifest(record), head, team)
    if not as_json:
        _show(report.checks)
    replayed, answer = _replay(record, fraction, whole=report.sealed and not report.failed)
    whole = dataclasses.replace(report, checks=(*report.checks, answer))
    if as_json:
        click.echo(json_text({**whole.to_json(), "replay": replayed}))
    else:
        _show([answer])
        click.echo(_line(whole.sentence))
    sys.exit(1 if whole.failed or not whole.sealed else 0)


def _manifest(record: Path) -> Path | None:
    """The entry's manifest in the workspace, where there is one."""
    try:
        root = find_workspace().submissions
    except UsageError:  # a record can be checked anywhere; the report says that there was no manifest
        return None
    folder = record.resolve()
    return root / folder.parent.name / folder.name / "manifest.yaml"


def _replayed(record: Path, fraction: float) -> dict[str, Json]:
    from harness.verify.replay import replay

    return replay(record, fraction).to_json()


def _replay(record: Path, fraction: float | None, *, whole: bool) -> tuple[dict[str, Json] | None, Check]:
    """What a replay found, where one was asked for and can be had, and as one check more."""
    from harness.verify import Check

    if fraction is None:
        return None, Check("not checked", "no answer was asked for again: --replay 0.05", name="replay")
    if not whole:
        return None, Check("not checked", "a record that is not whole and sealed is not asked again", name="replay")
    try:
        replayed = _replayed(record, fraction)
    except DefiError as error:  # no model, no workspace, no seed yet: no fault of the record's
        words = "; ".join(part for part in (error.what, error.remedy) if part)
        return None, Check("not checked", f"no answer could be asked for again: {words}", name="replay")
    return replayed, _replay_check(replayed)


def _replay_check(replayed: dict[str, Json]) -> Check:
    """What a replay came to, as one check more."""
    from harness.verify import Check
    from harness.verify.report import counted

    again = f"{counted(replayed['answers'], 'answer')} to {counted(len(replayed['items']), 'item')} asked for again"
    if replayed["agrees"] is None:
        other = ", ".join(replayed["changed"])
        return Check("not checked", f"{again}, by another engine than the record's ({other})", name="replay")
    if not replayed["agrees"]:
        words = f"{again}: {', '.join(replayed['doubts'])} differ by more than noise explains"
        return Check("failed", words, where=replayed["case"], name="replay")
    return Check("ok", f"{again}: no difference that noise does not explain", name="replay")


def _show(checks: Iterable[Check]) -> None:
    """A line a check."""
    for check in checks:
        click.secho(f"{check.verdict:<13}", fg=_COLOURS[check.verdict], nl=False)
        where = f"{check.where}: " if check.where else ""
        click.echo(_line(f"{check.name:<12}{where}{check.words}"))


def _line(text: str) -> str:
    """Text that stays on its line: parts of it come from the record, and must not look like a check of ours."""
    return printable(text).replace("\n", "\\n")
