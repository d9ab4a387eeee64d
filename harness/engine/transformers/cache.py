"""Keys and values of a prompt: taken from a shared prefix, and stacked into batches.

The libraries' dynamic cache copies every key and value at each new token. Here a batch lives in buffers made once
for its longest possible answer, so that a step writes one column.

Rows of different lengths are padded on the left, and the padding is masked. Distances between real tokens stay what
they are alone, also for sliding windows, which count places and not positions.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from transformers.cache_utils import Cache, DynamicLayer

KeyValues = list[tuple[torch.Tensor, torch.Tensor]]  # one (keys, values) a layer, each [rows, heads, tokens, size]


class BufferLayer(DynamicLayer):
    """One layer's keys and values in buffers with room for tokens to come; `length` columns are filled."""

    def __init__(self, keys: torch.Tensor, values: torch.Tensor, length: int) -> None:
        """Take over two buffers [rows, heads, capacity, size] of which the first `length` columns are filled."""
        super().__init__()
        self.dtype, self.device = keys.dtype, keys.device
        self.is_initialized = True
        self.length = length
        self._buffers = (keys, values)
        self._show()

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: object, **kwargs: object
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Write new columns and return all that are filled."""
        end = self.length + key_states.shape[-2]
        for buffer, states in zip(self._buffers, (key_states, value_states), strict=True):
            buffer[:, :, self.length : end] = states
        self.length = end
        self._show()
        return self.keys, self.values

    def rewind(self, length: int) -> None:
        """Forget every column from `length` on."""
        self.length = length
        self._show()

    def _show(self) -> None:
        self.keys, self.values = (buffer[:, :, : self.length] for buffer in self._buffers)


def branch(shared: KeyValues, rows: int, room: int) -> Cache:
    """A cache of `rows` equal rows that starts from shared keys and values, with room for `room` new tokens."""
    if not shared:
        return Cache(layer_class_to_replicate=DynamicLayer)
    layers = []
    for pair in shared:
        length = pair[0].shape[-2]
        buffers = [tensor.new_empty(rows, tensor.shape[1], length + room, tensor.shape[3]) for tensor in pair]
        for buffer, tensor in zip(buffers, pair, strict=True):
            buffer[:, :, :length] = tensor
        layers.append(BufferLayer(buffers[0], buffers[1], length))
    return Cache(layers=layers)


def row_of(cache: Cache, row: int, start: int, end: int) -> KeyValues:
    """Keys and values of one row's columns `start` to `end`, layer by layer (views)."""
    span = (slice(row, row + 1), slice(None), slice(start, end))
    return [(layer.keys[span], layer.values[span]) for layer in cache.layers]


def stack(prompts: Sequence[KeyValues], room: int) -> tuple[Cache, torch.Tensor]:
    """Stack prompts (one row each) into a batch padded on the left, with room for `room` new tokens.

    Returns the cache and the number of real tokens of each row, [rows].
    """
    lengths = [prompt[0][0].shape[-2] for prompt in prompts]
    longest = max(lengths)
    layers = []
    for parts in zip(*prompts, strict=True):
        keys, values = (_left_padded([part[side] for part in parts], longest, room) for side in (0, 1))
        layers.append(BufferLayer(keys, values, longest))
    return Cache(layers=layers), torch.tensor(lengths)


def rewind(cache: Cache, length: int) -> None:
    """Forget what was computed after the first `length` columns of a stacked batch."""
    for layer in cache.layers:
        layer.rewind(length)


def mask_of(lengths: torch.Tensor, filled: int, new: int) -> torch.Tensor:
    """Attention mask [rows, filled + new] of a batch padded on the left: 0 on padding."""
    return (torch.arange(filled + new)[None, :] >= (filled - lengths)[:, None]).long()


def _left_padded(tensors: Sequence[torch.Tensor], length: int, room: int) -> torch.Tensor:
    first = tensors[0]
    batch = first.new_empty(len(tensors), first.shape[1], length + room, first.shape[3])
    for row, tensor in enumerate(tensors):
        begin = length - tensor.shape[-2]
        batch[row, :, :begin] = 0  # masked, but no NaN may lurk there
        batch[row, :, begin:length] = tensor[0]
    return batch
