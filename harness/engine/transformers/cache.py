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
    """One layer's keys and values in a buffer with room for `capacity` tokens."""

    def __init__(self, keys: torch.Tensor, values: torch.Tensor, capacity: int) -> None:
        """Start from what is computed: keys and values [rows, heads, tokens, size]."""
        super().__init__()
        self.dtype, self.device = keys.dtype, keys.device
        self.is_initialized = True
        self.length = keys.shape[-2]
        self._buffers = [_grown(tensor, capacity) for tensor in (keys, values)]
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

    def keep_rows(self, rows: torch.Tensor, drop_left: int) -> None:
        """Keep some rows, and forget columns on the left that are padding in all of them."""
        capacity = self._buffers[0].shape[-2] - drop_left
        self._buffers = [_grown(b[rows][:, :, drop_left : self.length], capacity) for b in self._buffers]
        self.length -= drop_left
        self._show()

    def _show(self) -> None:
        self.keys, self.values = (buffer[:, :, : self.length] for buffer in self._buffers)


def _grown(tensor: torch.Tensor, capacity: int) -> torch.Tensor:
    rows, heads, tokens, size = tensor.shape
    buffer = tensor.new_empty(rows, heads, capacity, size)
    buffer[:, :, :tokens] = tensor
    return buffer


def branch(shared: KeyValues, rows: int, room: int) -> Cache:
    """A cache of `rows` equal rows that starts from shared keys and values, with room for `room` new tokens."""
    length = shared[0][0].shape[-2] if shared else 0
    layers = [BufferLayer(k.expand(rows, -1, -1, -1), v.expand(rows, -1, -1, -1), length + room) for k, v in shared]
    return Cache(layers=layers) if layers else Cache(layer_class_to_replicate=DynamicLayer)


def contents(cache: Cache) -> KeyValues:
    """Keys and values of a cache, layer by layer."""
    return [(layer.keys, layer.values) for layer in cache.layers]


def stack(prompts: Sequence[KeyValues], room: int) -> tuple[Cache, torch.Tensor]:
    """Stack prompts (one row each) into a batch padded on the left, with room for `room` new tokens.

    Returns the cache and the number of real tokens of each row, [rows].
    """
    lengths = [prompt[0][0].shape[-2] for prompt in prompts]
    longest = max(lengths)
    layers = []
    for parts in zip(*prompts, strict=True):
        keys, values = (_left_padded([part[side] for part in parts], longest) for side in (0, 1))
        layers.append(BufferLayer(keys, values, longest + room))
    return Cache(layers=layers), torch.tensor(lengths)


def _left_padded(tensors: Sequence[torch.Tensor], length: int) -> torch.Tensor:
    first = tensors[0]
    batch = first.new_zeros(len(tensors), first.shape[1], length, first.shape[3])
    for row, tensor in enumerate(tensors):
        batch[row, :, length - tensor.shape[-2] :] = tensor[0]
    return batch
