"""What crosses the wall: every plain value comes back as it was, and no bytes at all do harm."""

from __future__ import annotations

import json
import math
import time
from collections import Counter, OrderedDict, namedtuple
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.sandbox.channel import (
    MAX_DEPTH,
    MAX_INT,
    ChannelError,
    TooLargeError,
    decode,
    encode,
    frame,
    length_of,
)

TEXT = st.text(st.characters(codec="utf-8"))
HASHABLE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | TEXT | st.binary(),
    lambda inner: st.lists(inner, max_size=4).map(tuple) | st.frozensets(inner, max_size=4),
    max_leaves=8,
)
VALUES = st.recursive(
    HASHABLE,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.lists(inner, max_size=5).map(tuple)
        | st.sets(HASHABLE, max_size=5)
        | st.dictionaries(HASHABLE, inner, max_size=5)
    ),
    max_leaves=20,
)


def same(one: Any, other: Any) -> bool:
    """Equal in type, order and value, where NaN equals NaN and 0.0 is not -0.0."""
    if isinstance(one, set | frozenset):
        return type(one) is type(other) and sorted(map(shown, one)) == sorted(map(shown, other))
    return type(one) is type(other) and shown(one) == shown(other)


def shown(value: Any) -> str:
    """The value's text, with sets in one order."""
    if isinstance(value, set | frozenset):
        return f"{type(value).__name__}({sorted(map(shown, value))})"
    if isinstance(value, list | tuple):
        return f"{type(value).__name__}({[shown(held) for held in value]})"
    if isinstance(value, dict):
        return f"dict({[(shown(key), shown(held)) for key, held in value.items()]})"
    return repr(value)


@given(VALUES)
def test_round_trip(value: Any) -> None:
    """Any plain value comes back equal, of the same types, in the same order."""
    assert same(decode(encode(value)), value)


@given(st.binary(max_size=60) | TEXT.map(str.encode))
def test_any_bytes(body: bytes) -> None:
    """Bytes from a program give a plain value or a ChannelError, and nothing else."""
    try:
        value = decode(body)
    except ChannelError:
        return
    assert same(decode(encode(value)), value)


TAGS = st.sampled_from("ltszdibcf")
TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | TAGS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.builds(lambda tag, held: [tag, *held], TAGS, st.lists(inner)),
    max_leaves=20,
)


@given(TREES)
def test_any_json(tree: Any) -> None:
    """JSON that only looks like ours gives a plain value or a ChannelError, and nothing else."""
    body = json.dumps(tree).encode()
    try:
        value = decode(body)
    except ChannelError:
        return
    assert same(decode(encode(value)), value)


@pytest.mark.parametrize("value", [MAX_INT - 1, 1 - MAX_INT, 2**53, 2**53 - 1, -(2**53), 2**64, 0, -1])
def test_integers(value: int) -> None:
    """Integers of up to 4300 digits cross, and can be printed by who receives them."""
    assert decode(encode(value)) == value
    assert str(decode(encode(value)))


@pytest.mark.parametrize(
    "value", [MAX_INT, -MAX_INT, 1 << 100_000, "\ud800", object(), range(3), bytearray(b"x"), len], ids=range(8)
)
def test_no_plain_data(value: object) -> None:
    """What is no plain data, or could not be shown by who receives it, is refused by the sender."""
    with pytest.raises(ChannelError):
        encode(value)


def test_subclasses() -> None:
    """Subclasses of plain types cross as the plain value that they are."""
    point = namedtuple("point", "x y")(1, 2)
    colour = IntEnum("Colour", "RED")  # type: ignore[misc]
    value = [Counter("aab"), OrderedDict(a=1), point, colour.RED]  # type: ignore[attr-defined]
    assert same(decode(encode(value)), [{"a": 2, "b": 1}, {"a": 1}, (1, 2), 1])


def nested(depth: int) -> list[Any]:
    """`depth` lists in each other."""
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


def test_depth() -> None:
    """Values nested as deep as allowed cross; one level more is refused on both sides."""
    assert decode(encode(nested(MAX_DEPTH))) == nested(MAX_DEPTH)
    with pytest.raises(ChannelError, match="nested"):
        encode(nested(MAX_DEPTH + 2))
    with pytest.raises(ChannelError, match="nested"):
        decode(b'["l",' * (MAX_DEPTH + 3) + b"1" + b"]" * (MAX_DEPTH + 3))
    with pytest.raises(ChannelError):
        decode(b"[" * 10**6)


def test_budget() -> None:
    """An answer above its budget is refused before it is built, even if it is one list shared over and over."""
    shared: list[Any] = []
    for _ in range(MAX_DEPTH - 1):
        shared = [shared, shared]
    with pytest.raises(TooLargeError):
        encode(shared, budget=10_000)
    with pytest.raises(TooLargeError):
        encode(["x" * 1000] * 1000, budget=10_000)
    assert len(encode(["x" * 1000] * 9, budget=10_000)) < 10_000


def test_members_of_one_hash() -> None:
    """A set of numbers chosen to share a hash would take minutes to build; it is refused at once."""
    rows = ",".join(f'["i","{n * (2**61 - 1):x}"]' for n in range(1, 40_000))
    begun = time.process_time()
    for tag in ("s", "z"):
        with pytest.raises(ChannelError, match="one hash"):
            decode(f'["{tag}",{rows}]'.encode())
    with pytest.raises(ChannelError, match="one hash"):
        decode(('["d",' + ",".join(f"[{row},1]" for row in rows.replace("],", "]|").split("|")) + "]").encode())
    assert time.process_time() - begun < 20  # quadratic time would be minutes


@pytest.mark.parametrize(
    "body",
    [b"NaN", b"-Infinity", b"1e999", b'["f","NAN"]', b'["f",1.0]', b'["i",5]', b'["i","0x10"]', b'["c",1.0]', b'["q"]']
    + [
        b'["s",["d"]]',
        b'["s",1,true]',
        b'["d",[1,2,3]]',
        b'["d",[[],1]]',
        b"[]",
        b"[1,2]",
        b'{"a":1}',
        b"\xc3\xa9",
        b"",
    ],
)
def test_refused(body: bytes) -> None:
    """JSON that `encode` never writes is refused."""
    with pytest.raises(ChannelError):
        decode(body)


def test_special_floats() -> None:
    """Infinities and NaN are values, written with a tag."""
    assert decode(encode([math.inf, -math.inf])) == [math.inf, -math.inf]
    assert math.isnan(decode(encode(math.nan)))
    assert encode(math.nan) == b'["f","nan"]'


def test_frame() -> None:
    """A frame is four bytes of length, most significant first, and the body."""
    assert frame(b"abc") == b"\0\0\0\x03abc"
    assert length_of(b"\0\0\x01\0") == 256
