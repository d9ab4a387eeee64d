"""`defi round status ROUND`: where a round and each of its submissions stand, once or as it changes."""

from __future__ import annotations

import datetime
import sys
import time
from collections.abc import Callable

import click
from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from harness.cli.printable import json_text, printable
from harness.cli.show import console, print_table
from harness.entries import compose_round
from harness.errors import UnknownNameError, UsageError
from harness.notifier import Teller
from harness.notify import courier
from harness.record import RoundPaths
from harness.types import Json
from harness.watching import View, Watched, expected_of, look
from harness.watching.words import cells, for_team, line, number
from harness.workspace import find_workspace

_HEAD = ("submission", "state", "shards", "items", "tok/s", "ans/min", "spent", "left", "tries", "note")
_LEAST = 0.2  # seconds between two looks


@click.command()
@click.argument("round_name", metavar="ROUND")
@click.argument("overrides", metavar="[OVERRIDES ...]", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="For programs (docs/schemas/round-status.schema.json).")
@click.option("--watch", "every", metavar="SECONDS", type=float, is_flag=False, flag_value=5.0, default=None,
              help="Look again every so often, 5 seconds by default; Ctrl-C ends it.")  # fmt: skip
@click.option("--submission", "only", metavar="TEAM/ENTRY", default="", help="This one alone.")
@click.option("--for-team", "letter", is_flag=True, help="What may be sent to its team, in French and English.")
def status(
    round_name: str, overrides: tuple[str, ...], as_json: bool, every: float | None, only: str, letter: bool
) -> None:
    """Show where every submission of a round stands, how fast it goes, what it costs, and what is wrong.

    No item and no answer is ever shown. With --watch on a terminal the table stays and changes; elsewhere a line is
    printed for each change, and with --json one object a look. With --watch and notify=… alarms are told, each once.

    \b
    defi round status demo
    defi round status spring-2027 cluster=jean_zay --watch
    defi round status spring-2027 --watch 60 notify=webhook notify.webhook.url=https://example.org/hook
    defi round status spring-2027 --submission TEAM/ENTRY --for-team
    """
    workspace = find_workspace()
    settings = compose_round(workspace, round_name, overrides)
    watched = Watched(RoundPaths(workspace.runs, settings.round.name), settings.round, expected_of(settings))

    def see() -> View:
        return look(watched, datetime.datetime.now(datetime.UTC), only)

    _check(see, only, letter=letter, every=every)
    if letter:
        click.echo(printable(for_team(see().rows[0], settings.round.name)))
    elif every is not None:
        folder = watched.paths.folder
        with courier(folder, settings.notify, lambda words: click.echo(words, err=True)) as tell:
            teller = Teller(tell.notify, watched)
            _watch(_told(see, teller) if folder.is_dir() else see, every, as_json=as_json)
    elif as_json:
        click.echo(json_text(see().to_json()))
    else:
        _print(see(), sealed=settings.round.sealed)


def _told(see: Callable[[], View], teller: Teller) -> Callable[[], View]:
    """A look that tells what it finds."""

    def look_and_tell() -> View:
        view = see()
        teller.tell(view)
        return view

    return look_and_tell


def _check(see: Callable[[], View], only: str, *, letter: bool, every: float | None) -> None:
    if letter and not only:
        raise UsageError("--for-team is of one submission", remedy="--submission TEAM/ENTRY --for-team")
    if letter and every is not None:
        raise UsageError("--for-team is said once", remedy="leave --watch out")
    if every is not None and every < _LEAST:
        raise UsageError(f"--watch {every:g} is too often", remedy=f"at least {_LEAST:g} seconds")
    if only and not see().rows:
        raise UnknownNameError("submission", only, see().names)


def _print(view: View, *, sealed: bool) -> None:
    if sealed or view.life["state"] != "free":  # a free round in the open has no life to speak of
        click.echo(printable(view.life["summary"]))
    if view.alarm is not None:
        click.echo(printable(_alarm(view)))
    head, rows = _filled([cells(row) for row in view.rows])
    print_table(head, rows)
    click.echo(_sum(view))


def _alarm(view: View) -> str:
    """Of the round itself; empty where there is none."""
    return "" if view.alarm is None else f"ALARM {view.alarm.name}: {view.alarm.why}"


def _filled(rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Head and rows without the columns that are empty in all rows."""
    used = [n for n in range(len(_HEAD)) if n < 2 or any(row[n] for row in rows)]
    return [_HEAD[n] for n in used], [[row[n] for n in used] for row in rows]


def _sum(view: View) -> str:
    """All submissions in one line."""
    totals: dict[str, Json] = view.totals
    states = ", ".join(f"{count} {state}" for state, count in totals["states"].items())
    parts = [states, f"{totals['items']['done']} of {totals['items']['all']} items"]
    if totals["tokens_per_second"] is not None:
        parts.append(f"{number(totals['tokens_per_second'])} tokens/s")
    if totals["spent"]["gpu_seconds"]:
        parts.append(f"{totals['spent']['gpu_seconds'] / 3600:.1f} GPU-h spent")
    if totals["alarms"]:
        parts.append(f"{totals['alarms']} alarm{'s' if totals['alarms'] > 1 else ''}")
    return "; ".join(parts)


def _watch(see: Callable[[], View], every: float, *, as_json: bool) -> None:
    """Until Ctrl-C, which ends it well, or until nobody reads any more."""
    try:
        if as_json:
            _again(see, every, lambda view: click.echo(json_text(view.to_json()).replace("\n", "")))
        elif console().is_terminal:
            with Live(console=console(), screen=False, auto_refresh=False) as live:
                _again(see, every, lambda view: live.update(_screen(view), refresh=True))
        else:
            _again(see, every, _Changes().show)
    except KeyboardInterrupt:
        sys.stdout.flush()


def _again(see: Callable[[], View], every: float, show: Callable[[View], object]) -> None:
    while True:
        began = time.monotonic()
        show(see())
        time.sleep(max(_LEAST, every - (time.monotonic() - began)))


class _Changes:
    """Prints what is another than the last time, a line each."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[Json, ...]] = {}

    def show(self, view: View) -> None:
        life = (view.life["summary"], view.alarm and view.alarm.name)
        if self._last.get("") != life:
            said = "; ".join(filter(None, (view.life["summary"], _alarm(view))))
            click.echo(printable(f"{view.at} {view.round}: {said}"))
            self._last[""] = life
        for row in view.rows:
            now = (row.state, row.items.done, row.shards.done, row.reason, row.alarm and row.alarm.name)
            if self._last.get(row.submission) != now:
                click.echo(printable(f"{view.at} {line(row)}"))
                self._last[row.submission] = now


def _screen(view: View) -> Group:
    """As much of the table as fits: what needs a person first, then what is under way."""
    fits = max(3, console().height - 6)
    order = sorted(range(len(view.rows)), key=lambda n: (_rank(view, n), n))
    shown = sorted(order[:fits])
    head, rows = _filled([cells(view.rows[n]) for n in shown])
    table = Table(expand=True)  # the note takes what the others leave
    for name in head:
        table.add_column(name, overflow="ellipsis", no_wrap=True, ratio=1 if name == _HEAD[-1] else None)
    for row in rows:
        table.add_row(*(Text(printable(cell.partition("\n")[0])) for cell in row))
    hidden = len(view.rows) - len(shown)
    more = f"; {hidden} more are not shown" if hidden else ""
    above = "\n".join(filter(None, (view.life["summary"], _alarm(view))))
    return Group(Text(printable(above)), table, Text(f"{view.at}  {_sum(view)}{more}"))


def _rank(view: View, place: int) -> int:
    row = view.rows[place]
    if row.alarm is not None:
        return 0
    order = ("running", "stopped", "failed", "refused", "generated", "waiting", "cut", "not started")
    return order.index(row.state) + 1 if row.state in order else len(order) + 1
