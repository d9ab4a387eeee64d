"""Greedy decoding of a batch of prompts; a row leaves as soon as it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from transformers.cache_utils import Cache

from harness.engine.transformers.cache import KeyValues, stack
from harness.engine.transformers.model import Model
from harness.types import Finish

_TAIL = 24  # tokens decoded to look for a stop string: each new token may complete one begun a few tokens before


@dataclass(slots=True, eq=False)
class Row:
    """One prompt being answered."""

    item: str
    stops: tuple[str, ...]
    budget: int
    prompt: KeyValues
    first: int  # the first generated token, from the prompt's own logits
    tokens: list[int] = field(default_factory=list)
    text: str = ""
    finish: Finish = "stop"


def decode(model: Model, rows: Sequence[Row]) -> Iterator[Row]:
    """Decode rows greedily together, yielding each with `text` and `finish` as it ends."""
    waiting = list(rows)
    for row in waiting:
        row.tokens.append(row.first)
    ended = [row for row in waiting if _ended(model, row)]
    yield from ended
    active = [row for row in waiting if row not in ended]
    if active:
        yield from _decode_batch(model, active)


def _decode_batch(model: Model, active: list[Row]) -> Iterator[Row]:
    cache, lengths = stack([row.prompt for row in active], room=max(row.budget for row in active))
    for row in active:
        row.prompt = []  # the batch holds its own copy
    while active:
        filled = cache.get_seq_length()
        mask = torch.arange(filled + 1)[None, :] >= (filled - lengths)[:, None]
        last = torch.tensor([[row.tokens[-1]] for row in active])
        logits = model.forward(last, cache, keep=1, mask=mask.long(), start=lengths)
        lengths = lengths + 1
        for row, token in zip(active, logits[:, -1].argmax(-1).tolist(), strict=True):
            row.tokens.append(token)
        ended = {n for n, row in enumerate(active) if _ended(model, row)}
        yield from (active[n] for n in sorted(ended))
        if ended:
            kept = [n for n in range(len(active)) if n not in ended]
            active = [active[n] for n in kept]
            lengths = lengths[kept]
            if active:
                _keep(cache, torch.tensor(kept), cache.get_seq_length() - int(lengths.max()))


def _keep(cache: Cache, kept: torch.Tensor, drop_left: int) -> None:
    for layer in cache.layers:
        layer.keep_rows(kept, drop_left)


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
