"""Which items a round that stops by itself asks of a submission, and which of them are judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harness.metrics.ladder import Stopping, next_items
from harness.scoring import score_items
from harness.task import load_task
from harness.types import Completion, Item


class Climb:
    """The ladders of one submission. What comes next follows from the answers alone, so a run may stop anywhere."""

    def __init__(self, stopping: Stopping, items: Iterable[Item]) -> None:
        """`items` are those of the plan, up to each level's cap."""
        self._stopping = stopping
        self._items = {item.id: item for item in items}
        self._chance = {name: load_task(name).card.chance for name in {item.task for item in self._items.values()}}
        self._values: dict[str, float | None] = {}

    def more(self, answered: Mapping[str, Completion]) -> list[str]:
        """The items to be asked now, given everything that is answered; none when every ladder is finished."""
        new = [self._items[name] for name in answered if name not in self._values]
        self._values |= {row.item: row.value for row in score_items(new, answered)}
        return next_items(self._stopping, self._chance, self._items, self._values)
