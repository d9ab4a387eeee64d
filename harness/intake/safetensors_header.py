"""The header of a safetensors file, read and bounds-checked without loading a tensor.

Layout (huggingface/safetensors, README "Format"): 8 bytes N (little endian), N bytes of JSON that map each tensor
name to `{dtype, shape, data_offsets}`, then the data, which the tensors must cover without gap or overlap.
"""

from __future__ import annotations

import math
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from harness.intake.strict import RefusedError, parse_json
from harness.types import Json

LONGEST_HEADER = 16 * 1024 * 1024
DTYPE_BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16,
    "I32": 32, "U32": 32, "F32": 32, "I64": 64, "U64": 64, "F64": 64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor as the header describes it."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    begin: int  # bytes from the start of the data
    end: int

    @property
    def count(self) -> int:
        """Number of values."""
        return math.prod(self.shape)


def read_header(path: Path) -> tuple[Tensor, ...]:
    """The tensors of a file, in the order of their data.

    Raises:
        RefusedError: code `truncated` (the file ends too early), `header` (the JSON or an entry is wrong) or `offsets`
            (a tensor out of bounds, an overlap, a gap, bytes left over).
        OSError: the file cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        size = os.fstat(descriptor).st_size
        header = _header_bytes(stream, size)
    raw = _parse(header)
    tensors = [_tensor(name, entry) for name, entry in raw.items() if name != "__metadata__"]
    _check_metadata(raw.get("__metadata__", {}))
    return _check_cover(tensors, size - 8 - len(header))


def _header_bytes(stream: BinaryIO, size: int) -> bytes:
    if size < 8:
        raise RefusedError("truncated", f"{size} bytes are too few for a safetensors file")
    (length,) = struct.unpack("<Q", stream.read(8))
    if length > LONGEST_HEADER:
        raise RefusedError("header", f"the header claims {length:,} bytes; at most {LONGEST_HEADER:,} are allowed")
    if length > size - 8:
        raise RefusedError("truncated", f"the header claims {length:,} bytes and the file has {size - 8:,} left")
    header = stream.read(length)
    if len(header) != length:
        raise RefusedError("truncated", "the file ends inside the header")
    return header


def _parse(header: bytes) -> dict[str, Json]:
    try:
        raw = parse_json(header, depth=4)
    except RefusedError as error:
        raise RefusedError("header", f"the header is refused: {error.what}") from error
    if not isinstance(raw, dict):
        raise RefusedError("header", "the header is not a JSON object")
    return raw


def _check_metadata(raw: Json) -> None:
    if not isinstance(raw, dict) or not all(isinstance(value, str) for value in raw.values()):
        raise RefusedError("header", "__metadata__ must map texts to texts")


def _tensor(name: str, raw: Json) -> Tensor:
    if not isinstance(raw, dict) or raw.keys() != {"dtype", "shape", "data_offsets"}:
        raise RefusedError("header", f"tensor {name!r} must have exactly dtype, shape and data_offsets")
    dtype, shape, offsets = raw["dtype"], raw["shape"], raw["data_offsets"]
    if not isinstance(dtype, str) or dtype not in DTYPE_BITS:
        raise RefusedError("header", f"tensor {name!r} has the unknown dtype {dtype!r}")
    if not _naturals(shape) or len(shape) > 16:
        raise RefusedError("header", f"tensor {name!r} has the impossible shape {shape!r}")
    if not _naturals(offsets) or len(offsets) != 2:
        raise RefusedError("offsets", f"tensor {name!r} has the impossible data_offsets {offsets!r}")
    tensor = Tensor(name, dtype, tuple(shape), *offsets)
    if (tensor.end - tensor.begin) * 8 != tensor.count * DTYPE_BITS[dtype]:
        raise RefusedError("offsets", f"tensor {name!r}: its data_offsets do not fit its shape and dtype")
    return tensor


def _naturals(value: Json) -> bool:
    return isinstance(value, list) and all(type(number) is int and 0 <= number < 1 << 63 for number in value)


def _check_cover(tensors: list[Tensor], size: int) -> tuple[Tensor, ...]:
    """The tensors in the order of their data, which they must cover exactly."""
    ordered = sorted(tensors, key=lambda tensor: (tensor.begin, tensor.end))
    reached = 0
    for tensor in ordered:
        if tensor.begin != reached:
            problem = "overlaps the one before it" if tensor.begin < reached else "leaves a gap before it"
            raise RefusedError("offsets", f"tensor {tensor.name!r} {problem} (byte {tensor.begin:,})")
        reached = tensor.end
    if reached > size:
        raise RefusedError("truncated", f"the tensors need {reached:,} bytes and the file holds {size:,}")
    if reached < size:
        raise RefusedError("offsets", f"{size - reached:,} bytes follow the last tensor")
    return tuple(ordered)
