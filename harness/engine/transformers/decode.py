"""Greedy decoding: rows leave the batch as they end, and waiting prompts take their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from transformers.cache_utils import Cache

from harness.engine.transformers.cache import KeyValues, mask_of, row_of, stack
from harness.engine.transformers.model import Model
from harness.types import Finish

_MOVE_AT = 0.5  # share of live rows at which the batch is stacked anew
_TAIL = 24  # tokens decoded to look for a stop string: each new token may complete one begun a few tokens before


@dataclass(slots=True, eq=False)
class Row:
    """One prompt being answered."""

    item: str
    stops: tuple[str, ...]
    budget: int
    prompt_tokens: int
    prompt: KeyValues  # until it has its place in a batch
    tokens: list[int]  # begins with the first generated token, from the prompt's own logits
    text: str = ""
    finish: Finish = "stop"


@dataclass(frozen=True, slots=True)
class Width:
    """How large a batch may be."""

    rows: int
    tokens: int  # columns of all rows together, padding and room for answers included


class _Batch:
    """The rows being decoded, in one cache padded on the left.

    A row that ends keeps its place, without a reader, until a quarter of the places are free: moving keys and values
    costs more than computing a few tokens that nobody reads.
    """

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.ended: set[Row] = set()
        self.lengths = torch.zeros(0, dtype=torch.long)  # real columns of each row, [rows]
        self.cache: Cache | None = None

    @property
    def live(self) -> list[Row]:
        """The rows that are still being answered."""
        return [row for row in self.rows if row not in self.ended]

    @property
    def roomy(self) -> bool:
        """Whether enough places are free to move the rest."""
        return len(self.live) <= _MOVE_AT * len(self.rows)

    def restack(self, new: list[Row]) -> None:
        """Move the live rows and the new ones into fresh buffers."""
        prompts = [*self._parts(), *(row.prompt for row in new)]
        self.rows, self.ended = [*self.live, *new], set()
        for row in new:
            row.prompt = []  # the batch holds it from here on
        self.cache = None
        if self.rows:
            room = max(row.budget - len(row.tokens) for row in self.rows)
            self.cache, self.lengths = stack(prompts, room)

    def _parts(self) -> list[KeyValues]:
        """Keys and values of each live row, without its padding."""
        if self.cache is None:
            return []
        filled = self.cache.get_seq_length()
        places = [n for n, row in enumerate(self.rows) if row not in self.ended]
        return [row_of(self.cache, n, filled - int(self.lengths[n]), filled) for n in places]


def decode(model: Model, waiting: Iterator[Row], width: Width) -> Iterator[Row]:
    """Decode rows greedily, yielding each with `text` and `finish` as it ends."""
    batch, pending = _Batch(), _Pending(waiting)
    while True:
        if batch.roomy:
            new = []
            for row in pending.admit(batch.live, width):
                if _ended(model, row):
                    yield row
                else:
                    new.append(row)
            batch.restack(new)
        if batch.rows:
            yield from _step(model, batch)
        elif pending.empty:
            return


class _Pending:
    """Prompts that wait for a place; one that does not fit waits at the head."""

    def __init__(self, waiting: Iterator[Row]) -> None:
        self._waiting = waiting
        self._head: Row | None = None
        self.empty = False

    def admit(self, active: list[Row], width: Width) -> list[Row]:
        """As many as fit beside the active rows; at least one when there are none."""
        new: list[Row] = []
        while len(active) + len(new) < width.rows:
            self._head = self._head or next(self._waiting, None)
            if self._head is None:
                self.empty = True
                break
            rows = [*active, *new, self._head]
            if len(rows) > 1 and len(rows) * max(map(_columns, rows)) > width.tokens:
                break
            new.append(self._head)
            self._head = None
        return new


def _columns(row: Row) -> int:
    """Columns that a row may come to need."""
    return row.prompt_tokens + row.budget


def _step(model: Model, batch: _Batch) -> Iterator[Row]:
    """One token for every row, yielding those that end."""
    assert batch.cache is not None  # noqa: S101 - a batch with rows has a cache
    mask = mask_of(batch.lengths, batch.cache.get_seq_length(), 1)
    last = torch.tensor([[row.tokens[-1]] for row in batch.rows])
    logits = model.forward(last, batch.cache, keep=1, mask=mask, start=batch.lengths)
    batch.lengths = batch.lengths + 1
    best = logits[:, -1].max(-1)  # three times as fast as argmax over a large vocabulary; NaN is the largest of all
    finite = torch.isfinite(best.values).tolist()
    for n, (row, token) in enumerate(zip(batch.rows, best.indices.tolist(), strict=True)):
        if row not in batch.ended:
            row.tokens.append(token)
            if not finite[n]:
                row.finish = "broken"
            if row.finish == "broken" or _ended(model, row):
                batch.ended.add(row)
                yield row


def _ended(model: Model, row: Row) -> bool:
    """Whether the last token ends the answer; then `text` and `finish` are set."""
    if row.tokens[-1] in model.ends:
        row.text, row.finish = _text(model, row.tokens[:-1]), "stop"
    elif any(stop in _text(model, row.tokens[-_TAIL:]) for stop in row.stops):
        whole = _text(model, row.tokens)
        row.text, row.finish = whole[: min(at for s in row.stops if (at := whole.find(s)) >= 0)], "stop"
    elif len(row.tokens) >= row.budget:
        row.text, row.finish = _text(model, row.tokens), "length"
    else:
        return False
    return True


def _text(model: Model, tokens: list[int]) -> str:
    text: str = model.tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    return text
