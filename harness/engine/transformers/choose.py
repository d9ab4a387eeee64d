"""Log-likelihoods of options: a prompt and all its options are one tree, computed in one piece where it is short."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch

from harness.engine.transformers.model import Model
from harness.engine.transformers.passes import Piece, line_up
from harness.engine.transformers.tree import Node, fold, grow, split
from harness.engine.transformers.walk import Width, batches, walk

_PIECE = 256  # tokens of a prompt with its options that are computed in one piece, each seeing its own branch only
_ROWS = 8  # rows of logits whose sums are taken at a time: exponentials of all would triple the memory


@dataclass(frozen=True, slots=True)
class Weight:
    """An option's sum of log-probabilities, and whether each of its tokens was the model's first choice."""

    logprob: float
    greedy: bool


@dataclass(frozen=True, slots=True)
class _Want:
    """The log-probability of `token` after the token at `offset` of a node, for one sequence."""

    offset: int
    token: int
    sequence: int


def weigh(
    model: Model, pairs: Sequence[tuple[list[int], list[int]]], width: Width
) -> Iterator[list[tuple[int, Weight]]]:
    """Weigh options: pairs of prompt and option tokens, neither empty.

    Yields, pass by pass, the places of the pairs that are done with their weights.
    """
    root = grow([prompt + option[:-1] for prompt, option in pairs])
    fold(root, keep=lambda node: node.size <= _PIECE)
    split(root, width.tokens)
    wants = _wants(root, pairs)
    missing = [len(option) for _, option in pairs]
    totals = [Weight(0.0, True)] * len(pairs)

    def light(node: Node) -> bool:
        return not node.children or node.size <= min(_PIECE, width.tokens)

    def wanted(piece: Piece) -> int:
        return sum(len({want.offset for want in wants[node]}) for node in piece.nodes)

    for nodes, hold in walk(root, light, width.shared):
        pieces = [Piece.of(*([node] if hold else node.below())) for node in nodes]
        for batch in batches(pieces, width, wanted):
            done = []
            for want, logprob, first in _computed(model, batch, wants, hold=hold):
                total = totals[want.sequence]
                totals[want.sequence] = Weight(total.logprob + logprob, total.greedy and first)
                missing[want.sequence] -= 1
                if not missing[want.sequence]:
                    done.append((want.sequence, totals[want.sequence]))
            if done:
                yield done


def _wants(root: Node, pairs: Sequence[tuple[list[int], list[int]]]) -> Mapping[Node, list[_Want]]:
    """Which log-probabilities each node must give."""
    wants: dict[Node, list[_Want]] = defaultdict(list)
    for leaf in root.below():
        path = [*leaf.ancestors(), leaf]
        for sequence in leaf.ends:
            prompt, option = pairs[sequence]
            nodes = iter(path)
            node = next(nodes)
            for place, token in enumerate(option, start=len(prompt) - 1):
                while place >= node.end:
                    node = next(nodes)
                wants[node].append(_Want(place - node.start, token, sequence))
    return wants


def _computed(
    model: Model, batch: Sequence[Piece], wants: Mapping[Node, list[_Want]], *, hold: bool
) -> Iterator[tuple[_Want, float, bool]]:
    """One pass: every wanted log-probability of its nodes, and whether that token was the first choice."""
    line = line_up(batch, model.device, keeps=hold)
    nodes = [node for piece in batch for node in piece.nodes]
    places: dict[tuple[Node, int], int] = {}
    for node in nodes:
        for want in wants[node]:
            places.setdefault((node, want.offset), len(places))
    line.wanted(list(places))
    logits = model.forward(line.work)
    if hold:
        for node in nodes:
            node.held = line.prefix(node)
    asked = [(want, places[node, want.offset]) for node in nodes for want in wants[node]]
    rows = torch.tensor([row for _, row in asked], device=logits.device)
    tokens = torch.tensor([want.token for want, _ in asked], device=logits.device)
    if asked:
        total, best = _sums(logits)
        chosen = logits[rows, tokens]
        values = (chosen.double() - total[rows].double()).tolist()
        first = (chosen >= best[rows]).tolist()
        yield from ((want, value, is_first) for (want, _), value, is_first in zip(asked, values, first, strict=True))


def _sums(logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Log-sum-exp and maximum of each row: [rows, vocabulary] to [rows] twice, in float32.

    A few rows at a time, so that what is made of them stays in the processor's cache.
    """
    sums, best = [], []
    for part in logits.split(_ROWS):
        exact = part.float()
        highest = exact.amax(-1)
        best.append(highest)
        sums.append((exact - highest[:, None]).exp_().sum(-1))
    highest = torch.cat(best)
    return highest + torch.cat(sums).log(), highest
