"""The command's root: finds the verb, runs it, turns errors into words and exit codes."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from harness import __version__
from harness.cli.printable import printable
from harness.errors import DefiError

# verb -> (module, attribute, one line of help). The modules are imported only when their verb is called, so that
# `defi --help` answers at once; a test compares these lines with the modules' own.
VERBS = {
    "task": ("harness.cli.task", "task", "List, sample and check the tasks."),
    "submission": ("harness.cli.submission", "submission", "Make and check a submission."),
    "run": ("harness.cli.run", "run", "Evaluate one submission in a round, resuming what is there."),
    "round": ("harness.cli.round", "round_", "Open, close, run and reveal a round, and see where it stands."),
    "rank": ("harness.cli.rank", "rank", "Print the standings of a round, each with its rank interval."),
    "feedback": ("harness.cli.feedback", "feedback", "Tell a team its best so far, by the Ladder mechanism."),
    "items": (
        "harness.cli.items",
        "items",
        "Judge a round's items: which tell submissions apart, and whose key may be wrong.",
    ),
    "compare": ("harness.cli.compare", "compare", "Compare two entries, item by item: A less B."),
    "link": (
        "harness.cli.link",
        "link",
        "Put the abilities of round NEW on the scale of round OLD, by the anchors that both asked.",
    ),
    "publish": ("harness.cli.publish", "publish", "Write the static site of a round, in French and English."),
    "verify": ("harness.cli.verify", "verify", "Check a record: its hashes, signatures, log, items and scores."),
    "contamination": (
        "harness.cli.contamination",
        "contamination",
        "Look for signs that a model has seen a set: evidence for people, never a verdict.",
    ),
    "pairs": ("harness.cli.pairs", "pairs", "Blind pairs of texts for people and judge models, and what they say."),
    "key": ("harness.cli.key", "key", "Make and show signing keys."),
    "anchors": (
        "harness.cli.anchors",
        "anchors",
        "Make and retire the secret items that several sealed rounds share.",
    ),
    "vault": ("harness.cli.vault", "vault", "Seal sets of rows that are used in several rounds."),
    "engine": ("harness.cli.engine", "engine", "Measure what an engine's answers depend on."),
    "track": ("harness.cli.track", "track", "Send a round's records to the tracking server again."),
}


class Verbs(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order of a submission's life."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a verb's module."""
        if cmd_name not in VERBS:
            return None
        module, attribute, _ = VERBS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs from the table, importing none."""
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, line) for verb, (_, _, line) in VERBS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """An unknown verb lists the valid ones."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from harness.errors import UnknownNameError

            raise UnknownNameError("verb", args[0], VERBS)
        return super().resolve_command(ctx, args)


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="defi")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def defi(debug: bool) -> None:
    """Grand Défi: evaluate submissions to the challenge, rank them, publish the leaderboard.

    \b
    defi submission check submissions/TEAM/ENTRY
    defi run TEAM/ENTRY --round demo
    defi rank --round demo
    """
    if debug:
        os.environ["DEFI_DEBUG"] = "1"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; exit 0 only when it did what it says."""
    try:
        defi.main(args=arguments, prog_name="defi", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nInterrupted. What is finished is on disk; call the same command again.", err=True)
        sys.exit(130)
    except DefiError as error:
        if os.environ.get("DEFI_DEBUG"):
            raise
        click.echo(printable(f"Error: {error}"), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has gone: nobody is left to tell
        sys.exit(0)
    except Exception as error:  # the last resort: words and not a traceback, unless asked for
        if os.environ.get("DEFI_DEBUG"):
            raise
        what = printable(f"Error: {type(error).__name__}: {error}")
        click.echo(f"{what}\n  remedy: run with --debug and report it", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
