"""From pieces of the tree and rows being decoded to one pass: a line of tokens and what each may look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import torch

from harness.engine.transformers.attention import Block, Pass, Prefix, Shared
from harness.engine.transformers.slots import Slots
from harness.engine.transformers.tree import Node

_ALIKE = 0.6  # the shortest piece of a block has this share of the longest's tokens


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Nodes computed together, parents first: one node, or a node with all below it."""

    nodes: Sequence[Node]
    behind: Sequence[Prefix]  # what their ancestors hold, from the first on

    @classmethod
    def of(cls, *nodes: Node) -> Self:
        """A piece whose ancestors are computed and held now; it keeps hold of them."""
        return cls(nodes, [node.held for node in nodes[0].ancestors()])

    @property
    def length(self) -> int:
        """Tokens."""
        return sum(len(node.tokens) for node in self.nodes)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The place of everything in a pass."""

    work: Pass
    begins: Mapping[Node, int]  # place of each node's first token, among the pieces' tokens
    rows: int

    def wanted(self, offsets: Sequence[tuple[Node, int]]) -> None:
        """Ask for logits after the rows' tokens, and after the given tokens of the pieces, in this order."""
        places = [*range(self.rows), *(self.rows + self.begins[node] + offset for node, offset in offsets)]
        self.work.wanted = torch.tensor(places, dtype=torch.long, device=self.work.ids.device)

    def prefix(self, node: Node) -> Prefix:
        """What the pass computed for a node, in memory of its own."""
        span = slice(self.begins[node], self.begins[node] + len(node.tokens))
        pairs = [(key[:, :, span].contiguous(), value[:, :, span].contiguous()) for key, value in self.work.computed]
        return Prefix(pairs, node.start)


def line_up(
    pieces: Sequence[Piece],
    device: torch.device,
    *,
    keeps: bool,
    slots: Slots | None = None,
    last: Sequence[int] = (),
    behind: Sequence[tuple[int, Sequence[Prefix]]] = (),
) -> Line:
    """Lay out pieces, and before them the `last` tokens of the rows in `slots`.

    `behind` gives each row's position and the shared pieces that it looks back at.
    """
    pieces = sorted(pieces, key=lambda piece: -piece.length)
    ids, positions = list(last), [position for position, _ in behind]
    below: dict[Prefix, list[int]] = {}
    for row, (_, prefixes) in enumerate(behind):
        for prefix in prefixes:
            below.setdefault(prefix, []).append(row)
    begins: dict[Node, int] = {}
    for piece in pieces:
        first = len(ids)
        for node in piece.nodes:
            begins[node] = len(ids) - len(last)
            ids += node.tokens
            positions += range(node.start, node.end)
        for prefix in piece.behind:
            below.setdefault(prefix, []).extend(range(first, len(ids)))
    where = torch.tensor(positions, device=device)
    work = Pass(
        ids=torch.tensor([ids], device=device),
        positions=where[None],
        wanted=torch.zeros(0, dtype=torch.long),
        rows=len(last),
        slots=slots,
        blocks=[_block(block, len(last), begins, where) for block in _alike(pieces)],
        shared=[_shared(prefix, places, where) for prefix, places in below.items()],
        keeps=keeps,
    )
    return Line(work, begins, len(last))


def _shared(prefix: Prefix, places: list[int], positions: torch.Tensor) -> Shared:
    whole = len(places) == len(positions)
    index = None if whole else torch.tensor(places, device=positions.device)
    own = positions if index is None else positions[index]
    return Shared(prefix, index, own, (int(own.min()), int(own.max())))


def _alike(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Cut pieces, the longest first, into blocks of about one length."""
    block: list[Piece] = []
    for piece in pieces:
        if block and piece.length < _ALIKE * block[0].length:
            yield block
            block = []
        block.append(piece)
    if block:
        yield block


def _block(pieces: Sequence[Piece], rows: int, begins: Mapping[Node, int], positions: torch.Tensor) -> Block:
    longest = pieces[0].length
    seen = torch.zeros(len(pieces), longest, longest, dtype=torch.bool)
    places: list[list[int]] = []
    back: list[int] = []
    for n, piece in enumerate(pieces):
        first, length = rows + begins[piece.nodes[0]], piece.length
        places.append([first + min(k, length - 1) for k in range(longest)])
        back += range(n * longest, n * longest + length)
        seen[n] = _tree(piece, longest)
    index = torch.tensor(places, device=positions.device)
    return Block(index, seen.to(positions.device), positions[index], torch.tensor(back, device=positions.device))


def _tree(piece: Piece, longest: int) -> torch.Tensor:
    """Who sees whom within a piece: each token itself, what stands before it in its node, and the node's ancestors."""
    seen = torch.zeros(longest, longest, dtype=torch.bool)
    spans: dict[Node, slice] = {}
    column = 0
    for node in piece.nodes:
        span = spans[node] = slice(column, column + len(node.tokens))
        seen[span, span] = torch.ones(len(node.tokens), len(node.tokens), dtype=torch.bool).tril()
        above = node.parent
        while above is not None and above in spans:
            seen[span, spans[above]] = True
            above = above.parent
        column = span.stop
    seen[column:] = seen[column - 1]  # padding repeats the last token
    return seen
