"""Cascade attention: what a pass shares is attended once for all its tokens, and merged with what each has for itself.

A pass is one flat line of tokens, [1, tokens], so that all layers but attention see no rows and no padding. Attention
puts the line back in order, part by part:

    own      rows being decoded look at their own buffers; pieces of prompts look at themselves
    shared   all tokens below a shared piece look at its keys and values, in one product

Each part gives its output and the log-sum-exp of its scores; two parts merge exactly by weighing each with its share of
the exponentials' sum (Milakov and Gimelshein 2018, equation 4; Juravsky et al. 2024, "Hydragen", section 3.1).
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import torch
from transformers import AttentionInterface

from harness.engine.transformers.kernels import attention
from harness.engine.transformers.slots import Slots

NAME = "cascade"  # among the attention functions of the transformers library
KeyValues = list[tuple[torch.Tensor, torch.Tensor]]  # one a layer, each [1, heads, tokens, size]


@dataclass(frozen=True, slots=True, eq=False)
class Prefix:
    """The keys and values of a computed piece; freed when no node and no row holds it any more."""

    key_values: KeyValues
    start: int  # position of its first token

    @property
    def length(self) -> int:
        """Tokens."""
        return self.key_values[0][0].shape[2]


@dataclass(slots=True, eq=False)
class Block:
    """Pieces of about one length: `places` are their tokens in the line, padded with each piece's own last one."""

    places: torch.Tensor  # [pieces, longest], indices into the line
    seen: torch.Tensor  # [pieces, longest, longest], True where a token may look
    positions: torch.Tensor  # [pieces, longest]
    back: torch.Tensor  # [tokens], where each token of the line stands in the flattened block

    def distances(self) -> torch.Tensor:
        """From each token to each of its piece, [pieces, longest, longest]."""
        return self.positions[:, :, None] - self.positions[:, None, :]


@dataclass(slots=True, eq=False)
class Shared:
    """A computed piece and the tokens of the line that come after it."""

    prefix: Prefix
    places: torch.Tensor | None  # [tokens], None for the whole line
    positions: torch.Tensor  # [tokens], of those tokens
    span: tuple[int, int]  # the lowest and the highest of the positions


@dataclass(slots=True, eq=False)
class Pass:
    """One forward pass: the line of tokens, and what each may look at."""

    ids: torch.Tensor  # [1, tokens]
    positions: torch.Tensor  # [1, tokens]
    wanted: torch.Tensor  # [wanted], places whose logits are asked for
    rows: int  # the first tokens of the line, one for each row of `slots`
    slots: Slots | None
    blocks: Sequence[Block]
    shared: Sequence[Shared]
    keeps: bool  # whether the pieces' keys and values will be asked for
    computed: KeyValues = field(default_factory=list)  # of the pieces' tokens, a layer at a time
    masks: dict[Any, torch.Tensor] = field(default_factory=dict)  # made by the first layer, used by all


_CURRENT: ContextVar[Pass] = ContextVar("pass")


@contextlib.contextmanager
def attending(work: Pass) -> Iterator[None]:
    """Every attention layer called inside belongs to this pass."""
    token = _CURRENT.set(work)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def cascade(
    module: torch.nn.Module, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, *_: Any, **given: Any
) -> tuple[torch.Tensor, None]:
    """What the library calls in every layer: [1, heads, tokens, size] to [1, tokens, heads, size].

    Of what the layer gives, `scaling`, `sliding_window`, `softcap` and `s_aux` are heeded (attention sinks: one logit a
    head that takes its share and gives nothing). A layer that needs anything else is told by the probe.
    """
    work = _CURRENT.get()
    index: int = module.layer_idx
    scale = given.get("scaling") or query.shape[-1] ** -0.5
    layer = _Layer(
        scale, given.get("sliding_window"), given.get("softcap"), key.shape[1], query.shape[1] // key.shape[1]
    )
    if work.keeps:
        work.computed.append((key[:, :, work.rows :], value[:, :, work.rows :]))
    out, total = _own(work, layer, index, query[0], key[0], value[0])
    for shared in work.shared:
        _merge(out, total, shared, _look_back(work, layer, index, shared, query[0]))
    if (sinks := given.get("s_aux")) is not None:
        out = out * torch.sigmoid(total - sinks.float()[None, :])[..., None]
    return out.to(query.dtype)[None], None


AttentionInterface.register(NAME, cascade)


@dataclass(frozen=True, slots=True)
class _Layer:
    """How one layer attends."""

    scale: float
    window: int | None
    softcap: float | None
    groups: int  # key heads
    share: int  # query heads that share one

    def attend(
        self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """[rows, heads, queries, size] over [rows, groups, keys, size]; heads of a group are more queries of it."""
        rows, heads, count, size = query.shape
        folded = query.reshape(rows, self.groups, self.share * count, size)
        out, total = attention(folded, key, value, self.scale, mask, self.softcap)
        return out.reshape(rows, heads, count, -1), total.reshape(rows, heads, count)

    def mask(self, seen: torch.Tensor, distances: Callable[[], torch.Tensor], dtype: torch.dtype) -> torch.Tensor:
        """What is added to the scores: [rows, queries, keys] of True and False to [rows, 1, share * queries, keys].

        `distances` from query to key are asked for where there is a window.
        """
        if self.window is not None:
            seen = seen & (distances() < self.window)
        added = torch.zeros(seen.shape, dtype=dtype, device=seen.device).masked_fill_(~seen, -torch.inf)
        return added.repeat(1, self.share, 1)[:, None]


def _own(
    work: Pass, layer: _Layer, index: int, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Every token over what is its own: [tokens, heads, size] and [tokens, heads], both in float32."""
    parts = [_of_rows(work, layer, index, query, key, value)] if work.rows and work.slots is not None else []
    for n, block in enumerate(work.blocks):
        mask = _mask(work, (n, layer.window), functools.partial(layer.mask, block.seen, block.distances, query.dtype))
        parts.append(_of_block(layer, block, [tensor[:, block.places] for tensor in (query, key, value)], mask))
    if len(parts) == 1:
        return parts[0]
    return torch.cat([out for out, _ in parts]), torch.cat([total for _, total in parts])


def _of_rows(
    work: Pass, layer: _Layer, index: int, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The first tokens of the line, one a row, over the rows' buffers."""
    assert work.slots is not None  # noqa: S101 - where there are rows, there are slots
    rows, slots = slice(0, work.rows), work.slots
    keys, values = slots.write(index, key[:, rows].transpose(0, 1), value[:, rows].transpose(0, 1))
    mask = _mask(work, ("rows", layer.window), lambda: layer.mask(slots.seen(), slots.distances, query.dtype))
    out, total = layer.attend(query[:, rows].transpose(0, 1)[:, :, None], keys, values, mask)
    return out[:, :, 0].float(), total[:, :, 0].float()


def _of_block(
    layer: _Layer, block: Block, tensors: Sequence[torch.Tensor], mask: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Pieces over themselves; `tensors` are queries, keys and values, each [heads, pieces, longest, size]."""
    query, key, value = (tensor.transpose(0, 1) for tensor in tensors)
    out, total = layer.attend(query, key, value, mask)
    line = [tensor.transpose(1, 2).flatten(0, 1)[block.back].float() for tensor in (out, total)]
    return line[0], line[1]


def _look_back(
    work: Pass, layer: _Layer, index: int, shared: Shared, query: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor] | None:
    """The tokens after a shared piece over that piece; None where all of it lies before the window."""
    key, value = shared.prefix.key_values[index]
    start = shared.prefix.start
    mask = None
    if layer.window is not None:
        first = max(0, shared.span[0] - layer.window + 1 - start)  # earlier keys nobody sees
        if first >= key.shape[2]:
            return None
        key, value, start = key[:, :, first:], value[:, :, first:], start + first
        if shared.span[1] - start >= layer.window:
            distances = shared.positions[:, None] - torch.arange(start, start + key.shape[2], device=query.device)
            seen = torch.ones_like(distances, dtype=torch.bool)
            mask = _mask(
                work, (id(shared), layer.window), lambda: layer.mask(seen[None], lambda: distances, query.dtype)
            )
    asked = query if shared.places is None else query[:, shared.places]
    out, total = layer.attend(asked[None], key, value, mask)
    total = total[0].transpose(0, 1).float()
    if mask is not None:
        total = total.masked_fill(torch.isinf(mask[0, 0, : len(total)]).all(-1)[:, None], -torch.inf)
    return out[0].transpose(0, 1).float(), total


def _merge(
    out: torch.Tensor, total: torch.Tensor, shared: Shared, found: tuple[torch.Tensor, torch.Tensor] | None
) -> None:
    """Merge a part into what the tokens have, in place; the share of each is that of its exponentials."""
    if found is None:
        return
    part, log = found
    if shared.places is None:
        out.lerp_(part, torch.sigmoid(log - total)[..., None])
        torch.logaddexp(total, log, out=total)
        return
    before = total[shared.places]
    out[shared.places] = out[shared.places].lerp(part, torch.sigmoid(log - before)[..., None])
    total[shared.places] = torch.logaddexp(before, log)


def _mask(work: Pass, name: Any, make: Callable[[], torch.Tensor]) -> torch.Tensor:
    """A mask that all layers of one kind share; the first one makes it."""
    if name not in work.masks:
        work.masks[name] = make()
    return work.masks[name]
