"""`defi round …`: each verb is in a module of its own."""

from __future__ import annotations

import click

from harness.cli.round_dry import budget
from harness.cli.round_life import COMMANDS
from harness.cli.round_run import run
from harness.cli.round_status import status


@click.group(name="round")
def round_() -> None:
    """Open, close, run and reveal a round, and see where it stands.

    \b
    defi round run demo
    defi round status demo
    """


for command in (run, status, budget, *COMMANDS):
    round_.add_command(command)
