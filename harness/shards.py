"""A plan cut into shards: what one job on a cluster asks, about equal in the tokens that it is expected to cost.

A shard is a stretch of the plan, as neighbours share the beginning of their prompts. In a round that stops by itself a
task is never divided, as what it asks next follows from all its answers. The cut is made once and kept: whatever is
measured later, a job that goes on finds the items it began with.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.errors import RecordError
from harness.plan import request_of, task_of
from harness.record import RunPaths, read_json, write_json
from harness.types import Item, Json

SCHEMA = "grand-defi/shards/1"
FEWEST = 8  # items of a shard, on average: every shard loads the model
MOST = 200  # shards of a submission, whatever a calibration says of its costs
_LETTERS = 4.0  # of a prompt, for one token
_READING = 0.1  # of what a generated token costs: prompts are read many tokens at a time


@dataclass(frozen=True, slots=True)
class Shard:
    """What one job asks."""

    number: int  # from 1
    items: tuple[str, ...]
    tokens: float  # expected, generated or their like


def cut(
    items: Sequence[Item], most: float, *, whole_tasks: bool = False, cost: Mapping[str, float] | None = None
) -> tuple[Shard, ...]:
    """Cut a plan's items into as few shards of about equal cost as keep each near `most` tokens.

    Args:
        items: in the plan's order.
        most: tokens that a shard should cost at most, as far as `FEWEST` and `MOST` let it; an item, or a whole task,
            that costs more is one of its own.
        whole_tasks: never divide a task.
        cost: tokens by item id, where they were measured; what is missing is predicted.
    """
    known = cost or {}
    costs = [known.get(item.id) or predicted(item) for item in items]
    pieces = _tasks(items, costs) if whole_tasks else [([n], own) for n, own in enumerate(costs)]
    number = max(1, min(math.ceil(sum(costs) / most), len(items) // FEWEST, MOST))
    groups = _packed(pieces, number) if whole_tasks else _stretches(pieces, sum(costs) / number)
    return tuple(
        Shard(k, tuple(items[n].id for n in places), round(sum(costs[n] for n in places), 1))
        for k, places in enumerate(groups, 1)
    )


def predicted(item: Item) -> float:
    """Tokens that an item is expected to cost, by its prompt's letters and what its answer may take at most.

    The absolute number hardly matters, as shards are compared with each other; measured costs are better (`costs.py`).
    """
    request = request_of(item)
    read = sum(len(message.content) for message in request.messages) / _LETTERS
    written = 1.0 * max(len(request.options), 1) if request.options else float(request.sampling.max_new_tokens)
    turns = task_of(item).card.turns
    return _READING * read + written * (turns[item.level - 1] if turns else 1)


def write_shards(run: RunPaths, shards: Sequence[Shard]) -> None:
    """Keep the cut in the record."""
    write_json(run.shards, {"schema": SCHEMA, "shards": list(shards)})


def read_shards(run: RunPaths) -> tuple[Shard, ...]:
    """The cut that a record holds; none where it is asked in one piece."""
    raw: Mapping[str, Json] = read_json(run.shards, {"shards": []})
    return tuple(Shard(one["number"], tuple(one["items"]), one["tokens"]) for one in raw["shards"])


def shard_items(run: RunPaths, number: int, items: Iterable[Item]) -> list[Item]:
    """The items of a shard; RecordError where the cut is not of these items."""
    shards, known = read_shards(run), {item.id: item for item in items}
    named = [name for shard in shards for name in shard.items]
    if sorted(named) != sorted(known):
        raise RecordError("shards.json is not a cut of this plan", where=run.id, remedy="move the record away")
    if not 1 <= number <= len(shards):
        raise RecordError(f"there is no shard {number}", where=run.id, remedy=f"valid: 1 to {len(shards)}")
    return [known[name] for name in shards[number - 1].items]


def _tasks(items: Sequence[Item], costs: Sequence[float]) -> list[tuple[list[int], float]]:
    found: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        found.setdefault(item.task, []).append(place)
    return [(places, sum(costs[n] for n in places)) for places in found.values()]


def _packed(pieces: Sequence[tuple[list[int], float]], number: int) -> list[list[int]]:
    """Largest first into the emptiest of `number` groups (Graham 1969: at most 4/3 of the best possible)."""
    groups: list[tuple[float, list[int]]] = [(0.0, []) for _ in range(min(number, len(pieces)))]
    for places, own in sorted(pieces, key=lambda piece: (-piece[1], piece[0])):
        least = min(range(len(groups)), key=lambda k: (groups[k][0], k))
        groups[least] = (groups[least][0] + own, groups[least][1] + places)
    return [sorted(places) for _, places in groups if places]


def _stretches(pieces: Sequence[tuple[list[int], float]], aim: float) -> Iterator[list[int]]:
    """Neighbours together, a new stretch wherever the sum of all before passes a multiple of `aim`."""
    stretch: list[int] = []
    total, edge = 0.0, aim
    for places, own in pieces:
        if stretch and total + own / 2 > edge:
            yield stretch
            stretch, edge = [], edge + aim
        stretch = stretch + places
        total += own
    yield stretch
