"""Buffers in which each row being decoded keeps its own keys and values.

Rows stand without a gap: one that leaves gives its place to the last one. Only what a row has for itself lies here;
what it shares with others is attended where it was computed.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

_STEP = 64  # columns by which buffers grow


class Slots:
    """Keys and values of `count` rows, each with a number of filled columns."""

    def __init__(self, device: torch.device) -> None:
        """No row yet; the buffers take their shape from the first."""
        self.device = device
        self.count = 0
        self.lengths = torch.zeros(0, dtype=torch.long)  # filled columns of each row, on the CPU
        self._buffers: list[tuple[torch.Tensor, torch.Tensor]] = []  # [places, heads, columns, size] a layer
        self._filled = self.lengths

    def add(self, parts: Sequence[Sequence[tuple[torch.Tensor, torch.Tensor]]]) -> None:
        """A new last row from its pieces, in order.

        Each piece holds (keys, values) a layer, [1, heads, tokens, size].
        """
        length = sum(part[0][0].shape[2] for part in parts)
        self._reserve(parts[0], self.count + 1, max([length, *self.lengths.tolist()]))
        column = 0
        for part in parts:
            end = column + part[0][0].shape[2]
            for buffers, tensors in zip(self._buffers, part, strict=True):
                for buffer, tensor in zip(buffers, tensors, strict=True):
                    buffer[self.count, :, column:end] = tensor[0]
            column = end
        self.count += 1
        self.lengths = torch.cat([self.lengths[: self.count - 1], torch.tensor([length])])

    def remove(self, row: int, *, poisoned: bool) -> None:
        """Free a row's place; the last row moves there. Values that are not finite must not lurk behind a mask."""
        last = self.count - 1
        gone, moved = int(self.lengths[row]), int(self.lengths[last])
        for buffers in self._buffers:
            for buffer in buffers:
                if poisoned:
                    buffer[row, :, :gone] = 0
                if row != last:
                    buffer[row, :, :moved] = buffer[last, :, :moved]
        self.lengths[row] = self.lengths[last]
        self.lengths, self.count = self.lengths[:last], last

    def advance(self) -> None:
        """Count one more column for every row: the next pass writes there."""
        self._reserve(self._buffers, self.count, int(self.lengths.max()) + 1)
        self._filled = self.lengths.to(self.device)
        self.lengths = self.lengths + 1

    def write(self, layer: int, keys: torch.Tensor, values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Put one new token a row, [rows, heads, size], where `advance` made room; returns all that may be seen."""
        rows = torch.arange(self.count, device=self.device)
        longest = int(self.lengths.max())
        for buffer, new in zip(self._buffers[layer], (keys, values), strict=True):
            buffer[rows, :, self._filled] = new
        key, value = self._buffers[layer]
        return key[: self.count, :, :longest], value[: self.count, :, :longest]

    def seen(self) -> torch.Tensor:
        """What each row's newest token may look at, [rows, 1, columns]."""
        return self.distances() >= 0

    def distances(self) -> torch.Tensor:
        """From each row's newest token to each of its columns, [rows, 1, columns]."""
        columns = torch.arange(int(self.lengths.max()), device=self.device)
        return (self._filled[:, None] - columns[None, :])[:, None]

    def _reserve(self, like: Sequence[tuple[torch.Tensor, torch.Tensor]], places: int, columns: int) -> None:
        """Make room. New buffers are as long as the rows that they hold, not as earlier ones were or may become."""
        if self._buffers and places <= len(self._buffers[0][0]) and columns <= self._buffers[0][0].shape[2]:
            return
        places, columns = 1 << (places - 1).bit_length(), -(-columns // _STEP) * _STEP
        filled = int(self.lengths.max()) if self.count else 0
        for n, pair in enumerate(list(like)):
            made = [tensor.new_zeros(places, tensor.shape[1], columns, tensor.shape[3]) for tensor in pair]
            if self.count:
                for buffer, old in zip(made, self._buffers[n], strict=True):
                    buffer[: self.count, :, :filled] = old[: self.count, :, :filled]
            self._buffers[n : n + 1] = [(made[0], made[1])]
