"""`defi submission new|check`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from harness.intake.new import new_submission
from harness.intake.verdict import check_submission
from harness.types import Finding
from harness.workspace import find_workspace

_COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}


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
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def check(path: Path, as_json: bool) -> None:
    """Check a submission as the organisers will; exit 0 when it is eligible, 1 when it is not.

    PATH is the folder that holds manifest.yaml.

    \b
    defi submission check submissions/huggingface/smollm2-135m-instruct
    """
    verdict = check_submission(path, find_workspace())
    if as_json:
        click.echo(json.dumps(verdict.to_json(), ensure_ascii=False, indent=1))
    else:
        for finding in verdict.findings:
            show_finding(finding)
        click.echo(f"{verdict.submission}: {'eligible' if verdict.eligible else 'not eligible'}")
    sys.exit(0 if verdict.eligible else 1)


def show_finding(finding: Finding) -> None:
    """One finding: what, where, remedy."""
    click.secho(f"{finding.severity.upper()} {finding.code}", fg=_COLOURS[finding.severity], nl=False)
    click.echo(f"  {finding.where}: {finding.what}\n    remedy: {finding.remedy}")
