"""Every number of a weight file is looked at, in every floating-point format and in bounded memory."""

from __future__ import annotations

import json
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file

from harness.intake import numbers
from harness.intake.numbers import FLOATS, Numbers, scan
from harness.intake.safetensors_header import read_header
from harness.intake.strict import RefusedError
from harness.intake.tree import walk

DTYPES = {
    "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
    "F8_E4M3": torch.float8_e4m3fn, "F8_E5M2": torch.float8_e5m2,
}  # fmt: skip


def scanned(path: Path) -> tuple[Numbers, ...] | RefusedError:
    (entry,) = walk(path.parent).files()
    return scan([(entry, read_header(path))])[path.name]


def raw(path: Path, dtype: str, data: bytes, count: int) -> Path:
    header = json.dumps({"w": {"dtype": dtype, "shape": [count], "data_offsets": [0, len(data)]}}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + data)
    return path


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("wrong", ["nan", "inf", "-inf"])
def test_one_bad_number_is_found_in_every_format(tmp_path: Path, dtype: str, wrong: str) -> None:
    """The first, a middle or the last number, with the count; E4M3 has no infinity, so there it becomes a NaN."""
    values = torch.ones(1000)
    values[[0, 500, 999]] = float(wrong)
    save_file({"w": values.to(DTYPES[dtype])}, tmp_path / "m.safetensors")
    found = scanned(tmp_path / "m.safetensors")
    expected = int((~torch.isfinite(values.to(DTYPES[dtype]).float())).sum())
    assert expected in (0, 3)
    assert found == (Numbers("w", 1000, expected, zero=False),)
    assert expected == 3 or (dtype, wrong) in {("F8_E4M3", "inf"), ("F8_E4M3", "-inf")}


@pytest.mark.parametrize("dtype", ["F16", "BF16", "F8_E4M3", "F8_E5M2"])
def test_every_number_of_the_small_formats_is_told_as_torch_tells_it(tmp_path: Path, dtype: str) -> None:
    """All 65,536 or 256 bit patterns: as many are not finite as torch says."""
    width = 2 if "16" in dtype else 1
    patterns = np.arange(1 << (8 * width), dtype=np.uint16 if width == 2 else np.uint8)
    as_torch = torch.frombuffer(bytearray(patterns.tobytes()), dtype=DTYPES[dtype]).float()
    found = scanned(raw(tmp_path / "m.safetensors", dtype, patterns.tobytes(), len(patterns)))
    assert not isinstance(found, RefusedError)
    assert found[0].not_finite == int((~torch.isfinite(as_torch)).sum())


@given(st.lists(st.floats(width=32), min_size=1, max_size=40))
def test_any_numbers_are_counted_as_numpy_counts_them(
    tmp_path_factory: pytest.TempPathFactory, values: list[float]
) -> None:
    """NaN and infinities among anything, and whether all are zero (of either sign)."""
    array = np.array(values, "<f4")
    found = scanned(raw(tmp_path_factory.mktemp("n") / "m.safetensors", "F32", array.tobytes(), len(values)))
    assert found == (Numbers("w", len(values), int((~np.isfinite(array)).sum()), not array.any()),)


def test_what_is_no_float_is_left_out(tmp_path: Path) -> None:
    """Integers have no NaN, and an empty tensor no numbers."""
    save_file({"i": torch.zeros(3, dtype=torch.int64), "e": torch.zeros((0, 3))}, tmp_path / "m.safetensors")
    assert scanned(tmp_path / "m.safetensors") == ()


def test_memory_is_bounded_by_the_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tensor of 32 MiB is scanned in blocks of 64 KiB; a bad number at a block's edge is found."""
    monkeypatch.setattr(numbers, "BLOCK", 64 << 10)
    values = torch.ones(8 << 20)
    values[[(16 << 10) - 1, 16 << 10, -1]] = float("nan")
    save_file({"w": values}, tmp_path / "m.safetensors")
    tracemalloc.start()
    found = scanned(tmp_path / "m.safetensors")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == (Numbers("w", 8 << 20, 3, zero=False),)
    assert peak < 2 << 20


def test_a_file_cut_after_its_header_was_read_is_found(tmp_path: Path) -> None:
    """What ends early while it is scanned has changed."""
    path = tmp_path / "m.safetensors"
    save_file({"w": torch.ones(1000)}, path)
    header, (entry,) = read_header(path), walk(tmp_path).files()
    path.write_bytes(path.read_bytes()[:-8])
    found = scan([(entry, header)])[path.name]
    assert isinstance(found, RefusedError)
    assert found.code == "changed"
