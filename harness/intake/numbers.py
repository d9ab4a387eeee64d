"""NaN, infinity and zeros in the numbers of safetensors files: every value is looked at, in bounded memory.

A number is not finite when its bits without the sign, as an unsigned integer, reach a bound: IEEE 754-2019 section 3.4
for F64, F32 and F16; bfloat16 likewise; the OCP 8-bit formats E4M3 (no infinity, one NaN) and E5M2 (as IEEE).
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.intake.reading import BLOCK, Progress, Watch, blocks, in_threads, steady, unwatched
from harness.intake.safetensors_header import Tensor
from harness.intake.strict import RefusedError
from harness.intake.tree import Entry

_FORMS = {  # dtype -> bytes a number, bits without the sign, smallest such bits that are not finite
    "F64": (8, (1 << 63) - 1, 0x7FF0_0000_0000_0000),
    "F32": (4, 0x7FFF_FFFF, 0x7F80_0000),
    "F16": (2, 0x7FFF, 0x7C00),
    "BF16": (2, 0x7FFF, 0x7F80),
    "F8_E4M3": (1, 0x7F, 0x7F),
    "F8_E5M2": (1, 0x7F, 0x7C),
}
FLOATS = tuple(_FORMS)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was seen of one tensor."""

    name: str
    count: int
    not_finite: int  # NaN and infinities
    zero: bool  # every number is


def scan(
    files: Sequence[tuple[Entry, tuple[Tensor, ...]]], watch: Watch = unwatched
) -> Mapping[str, tuple[Numbers, ...] | RefusedError]:
    """Every tensor of floating-point numbers that has one, by file; or a RefusedError `unreadable` or `changed`.

    Args:
        files: safetensors files with their sound headers.
        watch: is told of every block.
    """
    progress = Progress("looking at every number", sum(_bytes(header) for _, header in files), watch)
    found = in_threads(functools.partial(_scan_file, progress), files, progress)
    return dict(zip((entry.name for entry, _ in files), found, strict=True))


def _bytes(header: Sequence[Tensor]) -> int:
    return sum(tensor.end - tensor.begin for tensor in header if tensor.dtype in _FORMS)


def _scan_file(progress: Progress, file: tuple[Entry, tuple[Tensor, ...]]) -> tuple[Numbers, ...] | RefusedError:
    entry, header = file
    try:
        return _scan(entry.path, header, progress)
    except RefusedError as error:
        return error


def _scan(path: Path, header: Sequence[Tensor], progress: Progress) -> tuple[Numbers, ...]:
    buffer = memoryview(bytearray(BLOCK))
    with steady(path) as (descriptor, _):
        (length,) = struct.unpack("<Q", next(blocks(descriptor, 0, 8, buffer)))
        wanted = [tensor for tensor in header if tensor.dtype in _FORMS and tensor.count]
        return tuple(_look(descriptor, 8 + length, tensor, buffer, progress) for tensor in wanted)


def _look(descriptor: int, start: int, tensor: Tensor, buffer: memoryview, progress: Progress) -> Numbers:
    import numpy as np

    width, unsigned, bound = _FORMS[tensor.dtype]
    bad, largest = 0, 0
    for piece in blocks(descriptor, start + tensor.begin, tensor.end - tensor.begin, buffer):
        bits: Any = np.frombuffer(piece, dtype=f"<u{width}")
        bits = bits & bits.dtype.type(unsigned)
        most = int(bits.max())
        if most >= bound:
            bad += int(np.count_nonzero(bits >= bits.dtype.type(bound)))
        largest = max(largest, most)
        progress.advance(len(piece))
    return Numbers(tensor.name, tensor.count, bad, zero=largest == 0)
