from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from harness.intake.safetensors_header import LONGEST_HEADER, read_header
from harness.intake.strict import RefusedError


def built(header: object, data: bytes = b"", length: int | None = None) -> bytes:
    """A file with this header (bytes as they are) and a claimed length."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def tensor(begin: int, end: int, shape: list[object] | None = None, dtype: str = "U8") -> dict[str, object]:
    return {"dtype": dtype, "shape": [end - begin] if shape is None else shape, "data_offsets": [begin, end]}


HOSTILE = {
    "empty": (b"", "truncated"),
    "short": (b"\0\0\0", "truncated"),
    "length beyond file": (built({}, length=1000), "truncated"),
    "length of exabytes": (built({}, length=2**64 - 1), "header"),
    "length over the limit": (built({}, length=LONGEST_HEADER + 1), "header"),
    "not json": (built(b"hello"), "header"),
    "not utf-8": (built(b'{"\xff": 1}'), "header"),
    "not an object": (built([1]), "header"),
    "deep": (built(b"[" * 5000 + b"]" * 5000), "header"),
    "duplicate tensor": (built(b'{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":1}'), "header"),
    "nan": (built(b'{"a": NaN}'), "header"),
    "entry is no object": (built({"a": 1}), "header"),
    "extra key": (built({"a": tensor(0, 1) | {"x": 1}}, b"1"), "header"),
    "missing key": (built({"a": {"dtype": "U8", "shape": [1]}}, b"1"), "header"),
    "unknown dtype": (built({"a": tensor(0, 1, dtype="PICKLE")}, b"1"), "header"),
    "dtype of a strange type": (built({"a": tensor(0, 1) | {"dtype": ["U8"]}}, b"1"), "header"),
    "negative shape": (built({"a": tensor(0, 1, [-1, -1])}, b"1"), "header"),
    "boolean shape": (built({"a": tensor(0, 1, [True])}, b"1"), "header"),
    "huge number": (built(b'{"a":{"dtype":"U8","shape":[' + b"9" * 5000 + b'],"data_offsets":[0,1]}}'), "header"),
    "metadata of numbers": (built({"__metadata__": {"a": 1}}), "header"),
    "negative offset": (built({"a": {"dtype": "U8", "shape": [1], "data_offsets": [-1, 0]}}, b"1"), "offsets"),
    "three offsets": (built({"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1, 2]}}, b"1"), "offsets"),
    "backwards": (built({"a": {"dtype": "U8", "shape": [1], "data_offsets": [1, 0]}}, b"1"), "offsets"),
    "shape and offsets disagree": (built({"a": tensor(0, 2, [1])}, b"12"), "offsets"),
    "shape that overflows 64 bits": (built({"a": tensor(0, 1, [2**33, 2**33])}, b"1"), "offsets"),
    "overlap": (built({"a": tensor(0, 2), "b": tensor(1, 3)}, b"123"), "offsets"),
    "gap": (built({"a": tensor(0, 1), "b": tensor(2, 3)}, b"123"), "offsets"),
    "trailing bytes": (built({"a": tensor(0, 1)}, b"1234"), "offsets"),
    "data cut off": (built({"a": tensor(0, 100)}, b"1234"), "truncated"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_every_broken_header_is_refused_with_its_code(entry: Any, name: str) -> None:
    """Each way to break a file is refused, in bounded time, with the right code."""
    content, code = HOSTILE[name]
    entry.put("model.safetensors", content)
    assert entry.codes() == [f"safetensors.{code}"]


def test_a_sound_file_is_read_as_the_library_reads_it(tmp_path: Path) -> None:
    """Names, shapes, dtypes and counts are those of the safetensors library, scalars and empty tensors included."""
    path = tmp_path / "x.safetensors"
    arrays = {"a": np.zeros((2, 3), np.float16), "b": np.array(5, np.int64), "c": np.zeros((0, 4), np.float32)}
    path.write_bytes(save(arrays, metadata={"format": "pt"}))
    read = {t.name: t for t in read_header(path)}
    assert {name: t.shape for name, t in read.items()} == {name: a.shape for name, a in arrays.items()}
    assert {name: t.count for name, t in read.items()} == {name: a.size for name, a in arrays.items()}
    assert (read["a"].dtype, read["b"].dtype, read["c"].dtype) == ("F16", "I64", "F32")


@settings(max_examples=150, deadline=None)
@given(
    data=st.data(),
    names=st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True),
)
def test_what_we_accept_the_library_accepts(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, names: list[str]
) -> None:
    """After a few changed bytes our reader refuses cleanly, or the library opens the file too."""
    path = tmp_path_factory.mktemp("fuzz") / "x.safetensors"
    content = bytearray(save({name: np.zeros(2, np.float32) for name in names}))
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content))
    try:
        tensors = read_header(path)
    except RefusedError:
        return
    try:
        with safe_open(path, "np") as opened:
            assert set(opened.keys()) == {t.name for t in tensors}
    except SafetensorError as error:
        pytest.fail(f"the library refuses what we accept: {error}")
