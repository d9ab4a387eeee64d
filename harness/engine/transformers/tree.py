"""Token sequences as a tree: what several of them begin with stands in it once.

Every sequence ends in a leaf and has at least one token of its own there, so that a leaf is what a request pays for and
the inner nodes are what requests share. Pure Python: no tensor, no model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

_SHORTEST = 32  # tokens: a shorter shared piece costs more as a step of its own than computed again
_SAVING = 128  # tokens that a shared piece must save


@dataclass(slots=True, eq=False)
class Node:
    """A piece of one or several sequences: `tokens` at the positions from `start` on."""

    tokens: list[int]
    start: int
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)  # the sequences that end here; leaves only
    sequences: int = 0  # how many sequences pass
    size: int = 0  # tokens of the node and of all below it
    weight: int = 0  # the largest weight of a sequence below
    held: Any = None  # what the engine computed for it, while later passes need it

    @property
    def end(self) -> int:
        """Position after the last token."""
        return self.start + len(self.tokens)

    def ancestors(self) -> list[Node]:
        """From the first piece down to the parent, without the empty root."""
        found = []
        node = self.parent
        while node is not None and node.parent is not None:
            found.append(node)
            node = node.parent
        return found[::-1]

    def below(self) -> Iterator[Node]:
        """The node and all below it, parents first."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


def grow(sequences: Sequence[list[int]], weights: Sequence[int] | None = None) -> Node:
    """The tree of non-empty sequences below an empty root; children with the heaviest sequences come first.

    `weights` say how long a sequence will keep its place (default: its length).
    """
    root = Node([], 0)
    order = sorted(range(len(sequences)), key=sequences.__getitem__)
    stack = [(root, order, 0)]
    while stack:
        parent, group, depth = stack.pop()
        for part in _alike(sequences, group, depth):
            node = Node([], depth, parent)
            parent.children.append(node)
            first, last = sequences[part[0]], sequences[part[-1]]
            if first == last:  # sorted: all between are equal
                node.tokens, node.ends = first[depth:], part
                continue
            common = _common(first, last, depth)
            node.tokens = first[depth:common]
            stack.append((node, part, common))
    _measure(root, weights or [len(sequence) for sequence in sequences])
    return root


def fold(root: Node, keep: Callable[[Node], bool] = lambda _: False) -> None:
    """Give back to the children every shared piece that is too short to be worth a step, unless `keep` says so."""
    pending = [root]
    while pending:
        node = pending.pop()
        todo, node.children = node.children, []
        while todo:
            child = todo.pop(0)
            if child.children and not keep(child) and not _worth(child):
                for grandchild in child.children:
                    grandchild.tokens = child.tokens + grandchild.tokens
                    grandchild.start, grandchild.parent = child.start, node
                    grandchild.size += len(child.tokens)
                todo = child.children + todo
            else:
                node.children.append(child)
                pending.append(child)


def split(root: Node, longest: int) -> None:
    """Cut pieces of more than `longest` tokens into a chain of shorter ones; a leaf stays the last of its chain."""
    for node in list(root.below()):
        while len(node.tokens) > longest and node.parent is not None:
            cut = len(node.tokens) - longest
            first = max(0, cut % longest) or longest
            head = Node(node.tokens[:first], node.start, node.parent, [node])
            head.sequences, head.size, head.weight = node.sequences, node.size, node.weight
            siblings = node.parent.children
            siblings[siblings.index(node)] = head
            node.tokens, node.start, node.parent = node.tokens[first:], node.start + first, head
            node.size -= first


def _alike(sequences: Sequence[list[int]], group: list[int], depth: int) -> Iterator[list[int]]:
    """Cut a sorted group into parts that go on with the same token; one that ends next to the others stands alone."""
    begin = 0
    while begin < len(group):
        first = sequences[group[begin]]
        alone = len(first) == depth + 1
        end = begin + 1
        while end < len(group) and (
            sequences[group[end]] == first if alone else sequences[group[end]][depth] == first[depth]
        ):
            end += 1
        yield group[begin:end]
        begin = end


def _common(first: list[int], last: list[int], depth: int) -> int:
    """Length of the common beginning, leaving each at least one token; found by halving, at the speed of slices."""
    low, high = depth, min(len(first), len(last)) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == last[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _measure(root: Node, weights: Sequence[int]) -> None:
    for node in reversed(list(root.below())):
        node.sequences = len(node.ends) + sum(child.sequences for child in node.children)
        node.size = len(node.tokens) + sum(child.size for child in node.children)
        node.weight = max([weights[n] for n in node.ends] + [child.weight for child in node.children], default=0)
        node.children.sort(key=lambda child: -child.weight)


def _worth(node: Node) -> bool:
    return len(node.tokens) >= _SHORTEST and (node.sequences - 1) * len(node.tokens) >= _SAVING
