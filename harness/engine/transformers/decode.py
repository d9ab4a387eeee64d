"""Greedy decoding: a row leaves as it ends, and a waiting prompt takes its place in the same pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch

from harness.engine.ending import Ending
from harness.engine.transformers.attention import Prefix
from harness.engine.transformers.drain import Drain
from harness.engine.transformers.model import Model
from harness.engine.transformers.passes import Line, Piece, line_up
from harness.engine.transformers.slots import Slots
from harness.engine.transformers.tree import Node, fold, grow, split
from harness.engine.transformers.walk import Width, batches, walk
from harness.types import Finish


@dataclass(slots=True, eq=False)
class Row:
    """One prompt being answered."""

    place: int  # among the prompts
    budget: int  # tokens
    ending: Ending
    prompt: list[int]
    tokens: list[int] = field(default_factory=list)
    columns: int = 0  # that it may come to need beside what it shares
    behind: Sequence[Prefix] = ()  # what it shares with other rows
    text: str = ""
    finish: Finish | None = None

    def take(self, token: int, *, finite: bool) -> bool:
        """One more token; whether the answer has ended."""
        self.tokens.append(token)
        if not finite:
            self.finish = "broken"
        else:
            self.finish = self.ending.after(self)
        return self.finish is not None


def decode(model: Model, rows: Sequence[Row], width: Width) -> Iterator[Row]:
    """Answer the rows greedily, yielding each with `text` and `finish` as it ends."""
    root = grow([row.prompt for row in rows], [len(row.prompt) + row.budget for row in rows])
    fold(root)
    split(root, width.tokens)
    batch = _Batch(model, rows, width, _leaves(model, root, width))
    while batch.step():
        yield from batch.ended()
    model.drained_seconds += batch.drain.lost


def _leaves(model: Model, root: Node, width: Width) -> Iterator[Piece]:
    """The prompts' own ends, the longest first; what stands before each is computed when it comes."""
    for nodes, hold in walk(root, lambda node: not node.children, width.shared // 2):
        if not hold:
            yield from (Piece.of(node) for node in nodes)
            continue
        for batch in batches([Piece.of(node) for node in nodes], width, lambda _: 0):
            line = line_up(batch, model.device, keeps=True)
            model.forward(line.work)
            for piece in batch:
                piece.nodes[0].held = line.prefix(piece.nodes[0])


@dataclass(frozen=True, slots=True)
class Joining:
    """A prompt that joins the rows, once for each of the requests that ask it."""

    piece: Piece
    places: Sequence[int]  # of the requests

    def split(self, most: int) -> tuple[Joining, Joining | None]:
        """What joins now, at most so many rows, and what waits."""
        now, later = self.places[:most], self.places[most:]
        return Joining(self.piece, now), Joining(self.piece, later) if later else None


class _Batch:
    """The rows being decoded; row n of `_live` has the place n of the slots."""

    def __init__(self, model: Model, rows: Sequence[Row], width: Width, leaves: Iterator[Piece]) -> None:
        self._model, self._rows, self._width = model, rows, width
        self._waiting = leaves
        self._head: Joining | None = None
        self._live: list[Row] = []
        self._ended: list[Row] = []
        self._slots = Slots(model.device)
        self.drain = Drain()

    def step(self) -> bool:
        """One token for every row and the first for those that join; False when nothing is left."""
        new = self._admit()
        if not self._live and not new:
            return False
        if self._live:
            self._slots.advance()
        line = line_up(
            [joining.piece for joining in new],
            self._model.device,
            keeps=bool(new),
            slots=self._slots,
            last=[row.tokens[-1] for row in self._live],
            behind=[(len(row.prompt) + len(row.tokens) - 1, row.behind) for row in self._live],
        )
        line.wanted([(joining.piece.nodes[0], joining.piece.length - 1) for joining in new])
        before = self._model.forward_seconds
        best = self._model.forward(line.work).max(-1)  # much faster than argmax over a large vocabulary
        tokens, finite = best.indices.tolist(), torch.isfinite(best.values).tolist()  # NaN is the largest of all
        count = len(self._live)
        if not new:
            self.drain.note(count, self._model.forward_seconds - before, alone=self._next() is None)
        self._advance(tokens[:count], finite[:count])
        for joining, token, good in zip(new, tokens[count:], finite[count:], strict=True):
            self._join(joining, line, token, finite=good)
        return True

    def ended(self) -> Iterator[Row]:
        """The rows that ended since the last call."""
        ended, self._ended = self._ended, []
        yield from ended

    def _admit(self) -> list[Joining]:
        """As many waiting prompts as fit beside the rows; at least one when there are none."""
        new: list[Joining] = []
        count, tokens = len(self._live), len(self._live)
        longest = max((row.columns for row in self._live), default=0)
        behind = {prefix for row in self._live for prefix in row.behind}
        while (joining := self._next()) is not None:
            piece = joining.piece
            longest = max([longest, *(self._reserved(piece.nodes[0], self._rows[n]) for n in joining.places)])
            behind.update(piece.behind)
            tokens += piece.length
            free = min(self._width.rows, self._width.own // longest) - count
            small = count < self._width.logits and tokens <= self._width.tokens
            shared = sum(prefix.length for prefix in behind)
            if (new or self._live) and not (free > 0 and small and shared <= self._width.shared // 2):
                break
            now, later = joining.split(max(1, free))
            new.append(now)
            count += len(now.places)
            self._head = later
        return new

    def _next(self) -> Joining | None:
        if self._head is None and (piece := next(self._waiting, None)) is not None:
            self._head = Joining(piece, piece.nodes[0].ends)
        return self._head

    @staticmethod
    def _reserved(leaf: Node, row: Row) -> int:
        """Columns that a row may come to need beside what it shares."""
        shared = max((node.end for node in leaf.ancestors() if node.sequences > 1), default=0)
        row.columns = leaf.end - shared + row.budget
        return row.columns

    def _advance(self, tokens: Sequence[int], finite: Sequence[bool]) -> None:
        """Give each row its token; those that end leave, and the last row takes the place."""
        gone = [n for n, row in enumerate(self._live) if row.take(tokens[n], finite=finite[n])]
        for n in reversed(gone):
            row = self._live[n]
            self._slots.remove(n, poisoned=row.finish == "broken")
            self._live[n] = self._live[-1]
            self._live.pop()
            self._ended.append(row)

    def _join(self, joining: Joining, line: Line, token: int, *, finite: bool) -> None:
        """Rows of a prompt just computed: what they share stays where it is, what is their own goes to a place."""
        leaf = joining.piece.nodes[0]
        above = list(zip(leaf.ancestors(), joining.piece.behind, strict=True))
        own = [prefix for node, prefix in above if node.sequences == 1]
        parts = [prefix.key_values for prefix in (*own, line.prefix(leaf))]
        for n in joining.places:
            row = self._rows[n]
            row.behind = [prefix for node, prefix in above if node.sequences > 1]
            if row.take(token, finite=finite):
                self._ended.append(row)
            else:
                self._slots.add(parts)
                self._live.append(row)
