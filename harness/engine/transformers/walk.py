"""The order in which a tree is computed, and how much at a time.

Depth first, siblings together: shared pieces are computed in passes as full as possible, then all that stands below
them, then they are let go. What is held at a time stays within a budget of memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.engine.transformers.passes import Piece
from harness.engine.transformers.tree import Node


@dataclass(frozen=True, slots=True)
class Width:
    """How much is computed and held at a time; every number is at least 1."""

    tokens: int  # of one pass
    logits: int  # positions of one pass whose logits are kept
    shared: int  # tokens of shared pieces held
    rows: int  # answers decoded together
    own: int  # columns of all rows' buffers together, room for answers included

    def halved(self) -> Width:
        """Half of everything, for a machine that has run out of memory."""
        return Width(*(max(1, n // 2) for n in (self.tokens, self.logits, self.shared, self.rows, self.own)))


def walk(root: Node, light: Callable[[Node], bool], shared: int) -> Iterator[tuple[list[Node], bool]]:
    """Yields (nodes, True) to be computed and held, and (nodes, False) to be finished with all that stands below them.

    `light` says which nodes are finished in one piece. At most about `shared` tokens are held at a time.
    """
    held: list[Node] = []
    stack: list[tuple[list[Node], bool]] = [(root.children, False)]
    try:
        while stack:
            nodes, done = stack.pop()
            if done:
                _let_go(nodes)
                held = [node for node in held if node.held is not None]
                continue
            finished = [node for node in nodes if light(node)]
            if finished:
                yield finished, False
            heavy = [node for node in nodes if not light(node)]
            if heavy:
                count = _fitting(heavy, (shared - sum(len(node.tokens) for node in held)) // 2)
                group, rest = heavy[:count], heavy[count:]
                stack += [(rest, False)] if rest else []
                yield group, True
                held += group
                stack += [(group, True), ([child for node in group for child in node.children], False)]
    finally:
        _let_go(root.below())  # also after an error: a node and its parent hold each other


def _let_go(nodes: Iterable[Node]) -> None:
    for node in nodes:
        node.held = None


def batches(pieces: Sequence[Piece], width: Width, wanted: Callable[[Piece], int]) -> Iterator[list[Piece]]:
    """Cut pieces into passes within the limits, at least one a pass; pieces of like length stand together."""
    batch: list[Piece] = []
    tokens = logits = 0
    for piece in sorted(pieces, key=lambda piece: -piece.length):
        more = wanted(piece)
        if batch and (tokens + piece.length > width.tokens or logits + more > width.logits):
            yield batch
            batch, tokens, logits = [], 0, 0
        batch.append(piece)
        tokens, logits = tokens + piece.length, logits + more
    if batch:
        yield batch


def _fitting(nodes: Sequence[Node], tokens: int) -> int:
    """How many of the nodes are held together; at least one."""
    total = 0
    for count, node in enumerate(nodes):
        total += len(node.tokens)
        if count and total > tokens:
            return count
    return len(nodes)
