"""How fast every task makes its items: items a second at the first, middle and top level, in one process.

The bar is for families whose questions fit on a page: 2,000 items a second on their slowest level. Longer ones (whole
documents to read) are shown beside them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from bench.options import options
from bench.result import Result, compare
from harness.cli.show import print_table
from harness.task import Task, load_task, task_names

LIMIT = 1 / 2_000  # seconds an item
_PAGE = 6_000  # characters of a question
_FEW, _LONG = 20, 0.4  # items of the first try; seconds that a timing lasts at least


@dataclass(frozen=True, slots=True)
class Rate:
    """What was measured at one level."""

    task: str
    level: int
    seconds: float  # of processor time, an item
    characters: float  # of a question, on average

    @property
    def a_second(self) -> int:
        """Items a second."""
        return round(1 / self.seconds)


def measure() -> Iterator[Result]:
    """Time every task, print its row, and hold the slowest level of a page to the limit."""
    rates = [rate for name in task_names() for rate in _rates(load_task(name))]
    _show(rates)
    slowest = max((rate for rate in rates if rate.characters <= _PAGE), key=lambda rate: rate.seconds)
    found = {f"{rate.task} {rate.level}": rate.a_second for rate in rates}
    where = f"{slowest.task}, level {slowest.level}"
    yield compare("items", "s", [slowest.seconds], [LIMIT], 1, against="a limit", slowest=where, items_a_second=found)


def _rates(task: Task) -> Iterator[Rate]:
    """The first, middle and top level of a task."""
    top = task.card.levels
    for level in (1, (top + 1) // 2, top):
        yield _rate(task, level)


def _rate(task: Task, level: int) -> Rate:
    """Make items until that takes long enough to be timed; the first few, which fill caches, do not count."""
    count = options().rows or _FEW
    task.items(level, "en", "bench", 2)
    while True:
        begin = time.process_time()
        items = task.items(level, "en", "bench", count)
        spent = time.process_time() - begin
        if spent >= _LONG or options().rows:
            length = sum(len(item.question) for item in items) / count
            return Rate(task.card.name, level, spent / count, length)
        count = max(2 * count, int(count * _LONG / max(spent, 1e-4)))


def _show(rates: list[Rate]) -> None:
    rows: dict[str, list[str]] = {}
    for rate in rates:
        long = " (long)" if rate.characters > _PAGE else ""
        rows.setdefault(rate.task, [rate.task]).append(f"{rate.a_second}{long}")
    print_table(["items a second", "first level", "middle", "top"], list(rows.values()))
