"""`defi verify RECORD [--key PUB] [--replay FRACTION]`."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.printable import json_text, printable
from harness.errors import UsageError
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
@click.option("--replay", "fraction", type=click.FloatRange(0, 1, min_open=True), help="Ask this part of it again.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def verify(record: Path, keys: tuple[Path, ...], fraction: float | None, as_json: bool) -> None:
    """Check a record: its hashes, signatures, log, items and scores.

    Exit 0 when nothing fails, 1 when anything does. RECORD is a folder runs/ROUND/TEAM/ENTRY. Everything is checked
    offline; only --replay loads the model.

    \b
    defi verify runs/demo/huggingface/smollm2-135m-instruct --key organiser.key.pub
    defi verify runs/demo/huggingface/smollm2-135m-instruct --replay 0.05
    """
    from harness.attest.keys import read_public_key
    from harness.verify import verify_record

    report = verify_record(record, [read_public_key(key) for key in keys], _manifest(record))
    if not as_json:
        _show(report.checks)
    replayed = _replayed(record, fraction) if fraction is not None and not report.failed else None
    answer = _replay_check(replayed, asked=fraction is not None)
    whole = dataclasses.replace(report, checks=(*report.checks, answer))
    if as_json:
        click.echo(json_text({**whole.to_json(), "replay": replayed}))
    else:
        _show([answer])
        click.echo(_line(whole.sentence))
    sys.exit(1 if whole.failed else 0)


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


def _replay_check(replayed: dict[str, Json] | None, *, asked: bool) -> Check:
    """What a replay came to, as one check more."""
    from harness.verify import Check

    if replayed is None:
        words = (
            "a record that is not whole is not asked again" if asked else "no answer was asked for again: --replay 0.05"
        )
        return Check("not checked", words, name="replay")
    again = f"{replayed['answers']} answers to {len(replayed['items'])} items asked for again"
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
