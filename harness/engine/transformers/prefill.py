"""Prompts computed in batches on top of the prefix they share.

In a batch the shorter prompts are padded on the *right*: no real token ever looks at what comes after it, so the
padding changes nothing, and each row's keys and values are cut to its own length afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from harness.engine.transformers.cache import KeyValues, branch, row_of
from harness.engine.transformers.model import Model

_SHORTEST_SHARED = 16  # tokens: a shorter common beginning is not worth a pass of its own
_TOKENS = 1024  # of one pass: more rows would only wait for one another
_LOGITS = 64  # positions whose logits one pass keeps: a vocabulary of 262,144 makes each a megabyte


def prefill(model: Model, prompts: Sequence[list[int]]) -> Iterator[tuple[int, KeyValues, torch.Tensor]]:
    """Compute prompts, the longest first.

    Yields each prompt's place in `prompts`, its keys and values ([1, heads, tokens, size] a layer), and the logits
    after its last token, [vocabulary].
    """
    beginning = common_beginning(prompts)
    shared = _compute(model, [], [beginning])[0][0] if beginning else []
    own = [prompt[len(beginning) :] for prompt in prompts]
    order = sorted(range(len(own)), key=lambda n: -len(own[n]))
    for chunk in _chunks(order, [len(ids) for ids in own]):
        computed = _compute(model, shared, [own[n] for n in chunk])
        for n, (key_values, logits) in zip(chunk, computed, strict=True):
            yield n, key_values, logits


def common_beginning(prompts: Sequence[list[int]]) -> list[int]:
    """The longest common beginning that leaves every prompt one token of its own; empty when not worth it."""
    if len(prompts) < 2:
        return []
    low, high = min(prompts), max(prompts)  # in lexicographic order all others lie between
    bound = min(len(prompt) for prompt in prompts) - 1
    length = next((n for n in range(bound) if low[n] != high[n]), bound)
    return low[:length] if length >= _SHORTEST_SHARED else []


def _chunks(order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Cut prompts, ordered by falling length, into passes within the limits."""
    chunk: list[int] = []
    for n in order:
        rows = len(chunk) + 1
        longest = lengths[chunk[0]] if chunk else lengths[n]
        if chunk and (rows * longest > _TOKENS or rows * (longest - lengths[n] + 1) > _LOGITS):
            yield chunk
            chunk = []
        chunk.append(n)
    if chunk:
        yield chunk


def _compute(model: Model, shared: KeyValues, own: Sequence[list[int]]) -> list[tuple[KeyValues, torch.Tensor]]:
    """One pass: keys and values of each row up to its own length, and its last logits."""
    longest, shortest = max(map(len, own)), min(map(len, own))
    ids = torch.tensor([[*row, *[0] * (longest - len(row))] for row in own])
    cache = branch(shared, len(own), longest)
    begin = cache.get_seq_length()
    logits = model.forward(ids, cache, keep=longest - shortest + 1)
    last = [logits[n, len(row) - shortest].clone() for n, row in enumerate(own)]  # not a view that keeps all the rest
    return [(row_of(cache, n, 0, begin + len(row)), last[n]) for n, row in enumerate(own)]
