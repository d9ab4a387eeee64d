"""What the terminal shows: tables and progress, plain lines where it is no terminal."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from harness.cli.printable import printable

_PLAIN_EVERY = 15.0  # seconds between plain lines


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> None:
    """Print rows under a head; numbers are given as text, already formatted."""
    table = Table(title=title or None, title_justify="left")
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    console().print(table)


def console() -> Console:
    """Standard output; wide where it is no terminal, so that tables are not folded into a file."""
    out = Console(highlight=False)
    return out if out.is_terminal else Console(highlight=False, width=140)


class Bars:
    """Progress of one or many runs: bars on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        """Choose the form."""
        self.error = Console(stderr=True, highlight=False)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        self.live = Progress(*columns, console=self.error) if self.error.is_terminal else None
        self._tasks: dict[str, TaskID] = {}
        self._said: dict[str, float] = {}
        self._last: dict[str, tuple[int, int]] = {}  # no line is said twice in a row
        if self.live:
            self.live.start()

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self.live:
            self.live.stop()

    def show(self, name: str, done: int, total: int) -> None:
        """`done` of `total` items of a run are on disk."""
        if self.live:
            if name not in self._tasks:
                self._tasks[name] = self.live.add_task(name, total=total, completed=done)
            self.live.update(self._tasks[name], completed=done, total=total)
            return
        now = time.monotonic()
        if name not in self._said or now - self._said[name] > _PLAIN_EVERY or done == total:
            if (done, total) == self._last.get(name):
                return
            self._said[name], self._last[name] = now, (done, total)
            self.error.print(printable(f"{name}: {done} of {total}"), markup=False)

    def say(self, text: str) -> None:
        """One line above the bars."""
        (self.live.console if self.live else self.error).print(printable(text), markup=False)
