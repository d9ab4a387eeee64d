"""What crosses the wall: plain values as tagged JSON in frames of four length bytes and a body.

The same file is read on both sides, so it imports the standard library only. Values are None, bool, int, float,
complex, str, bytes, list, tuple, set, frozenset and dict of these. JSON carries null, booleans, strings, finite floats
and small integers as themselves; everything else is an array that begins with its tag: `["t", 1, 2]` is (1, 2).

`decode` trusts nothing: any bytes at all give a value within the limits or a ChannelError. Limits: `MAX_DEPTH` levels;
integers below 10**4300, which is what Python itself prints by default, so that a caller may show any value it gets;
text that UTF-8 can carry; sets and dicts without more than `MAX_SAME_HASH` members of one hash (such a set would take
quadratic time to build).
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections import Counter
from typing import Any, NoReturn

MAX_DEPTH = 64
MAX_INT = 10**4300
MAX_SAME_HASH = 32
TRUSTED_BYTES = 64 * 1024 * 1024  # what we send ourselves is bounded against accidents only

_HEAD = struct.Struct(">I")
_SMALL = 2**53
_HEX = re.compile(r"-?[0-9a-f]{1,3600}")
_SEQUENCES = {"l": list, "t": tuple, "s": set, "z": frozenset}


class ChannelError(ValueError):
    """A value that is no plain data, or a frame that is none of ours."""


class TooLargeError(ChannelError):
    """A value that takes more bytes than may be sent."""


class _Writer:
    """Turns one value into a JSON tree, with the bytes left counted down so that shared parts cannot blow it up."""

    def __init__(self, budget: int) -> None:
        self.budget = budget

    def spend(self, size: int) -> None:
        self.budget -= size
        if self.budget < 0:
            raise TooLargeError("the value takes more bytes than may be sent")

    def tree(self, value: Any, depth: int = 0) -> Any:
        """The tree of `value`; a subclass of a plain type goes as that type, by the type's own methods."""
        if depth > MAX_DEPTH:
            raise ChannelError(f"a value nested more than {MAX_DEPTH} deep, or in itself, is no plain data")
        self.spend(2)
        if value is None or value is True or value is False:
            return value
        for kind in type(value).__mro__:
            write = _WRITERS.get(kind)
            if write is not None:
                return write(self, value, depth + 1)
        raise ChannelError(f"a value of type {type(value).__name__} is no plain data")


def _write_int(writer: _Writer, value: int, _depth: int) -> Any:
    number = int.__int__(value)
    if abs(number) >= MAX_INT:
        raise ChannelError("an integer of more than 4300 digits is not sent")
    writer.spend(number.bit_length() // 4 + 2)
    return number if abs(number) < _SMALL else ["i", format(number, "x")]


def _write_float(writer: _Writer, value: float, _depth: int) -> Any:
    writer.spend(24)
    number = float.__float__(value)
    return number if math.isfinite(number) else ["f", float.__repr__(number)]


def _write_complex(writer: _Writer, value: complex, depth: int) -> Any:
    real, imaginary = complex.__getnewargs__(value)  # type: ignore[attr-defined]
    return ["c", _write_float(writer, real, depth), _write_float(writer, imaginary, depth)]


def _write_str(writer: _Writer, value: str, _depth: int) -> str:
    text = str.__str__(value)
    try:
        writer.spend(len(text.encode()))
    except UnicodeEncodeError:
        raise ChannelError("text with half a surrogate pair is not sent") from None
    return text


def _write_bytes(writer: _Writer, value: bytes, _depth: int) -> Any:
    writer.spend(2 * bytes.__len__(value))
    return ["b", bytes.hex(value)]


def _write_dict(writer: _Writer, value: dict[Any, Any], depth: int) -> Any:
    return ["d", *([writer.tree(key, depth), writer.tree(held, depth)] for key, held in dict.items(value))]


def _write_list(writer: _Writer, value: list[Any], depth: int) -> Any:
    return ["l", *(writer.tree(held, depth) for held in list.__iter__(value))]


def _write_tuple(writer: _Writer, value: tuple[Any, ...], depth: int) -> Any:
    return ["t", *(writer.tree(held, depth) for held in tuple.__iter__(value))]


def _write_set(writer: _Writer, value: set[Any], depth: int) -> Any:
    return ["s", *(writer.tree(held, depth) for held in set.__iter__(value))]


def _write_frozenset(writer: _Writer, value: frozenset[Any], depth: int) -> Any:
    return ["z", *(writer.tree(held, depth) for held in frozenset.__iter__(value))]


_WRITERS: dict[type, Any] = {
    int: _write_int,
    float: _write_float,
    complex: _write_complex,
    str: _write_str,
    bytes: _write_bytes,
    list: _write_list,
    tuple: _write_tuple,
    set: _write_set,
    frozenset: _write_frozenset,
    dict: _write_dict,
}


def encode(value: Any, budget: int = TRUSTED_BYTES) -> bytes:
    """The body for `value`; ChannelError where it is no plain data, TooLargeError above `budget` bytes (about)."""
    return json.dumps(_Writer(budget).tree(value), separators=(",", ":")).encode("ascii")


def decode(body: bytes) -> Any:
    """The value of a body, made of new objects; ChannelError for anything that `encode` would not have written."""
    try:
        tree = json.loads(
            body.decode("ascii"),
            parse_int=_read_int,
            parse_float=_read_float,
            parse_constant=_refuse,
            object_pairs_hook=_refuse,
        )
        return _read(tree, 0)
    except ChannelError:
        raise
    except (ValueError, RecursionError, MemoryError) as error:
        raise ChannelError(f"not a body of this channel: {type(error).__name__}") from None


def frame(body: bytes) -> bytes:
    """The body with its length before it."""
    return _HEAD.pack(len(body)) + body


def length_of(head: bytes) -> int:
    """How long the body is that follows these four bytes."""
    return int(_HEAD.unpack(head)[0])


def _refuse(_: Any) -> NoReturn:
    raise ChannelError("JSON that this channel never writes")


def _read_int(text: str) -> int:
    return int(text) if len(text) <= 17 else _refuse(text)


def _read_float(text: str) -> float:
    number = float(text) if len(text) <= 32 else math.inf
    return number if math.isfinite(number) else _refuse(text)


def _read(tree: Any, depth: int) -> Any:
    if depth > MAX_DEPTH + 1:
        raise ChannelError(f"nested more than {MAX_DEPTH} deep")
    if isinstance(tree, str):
        tree.encode()  # a UnicodeEncodeError is a ValueError: half a surrogate pair
        return tree
    if not isinstance(tree, list):
        return tree
    if not tree or not isinstance(tree[0], str):
        _refuse(tree)
    tag, parts = tree[0], tree[1:]
    if tag in _SEQUENCES:
        return _gather(_SEQUENCES[tag], [_read(part, depth + 1) for part in parts])
    if tag == "d":
        return _read_dict(parts, depth)
    return _read_scalar(tag, parts)


def _read_scalar(tag: str, parts: list[Any]) -> Any:
    match tag, parts:
        case "i", [str() as digits] if _HEX.fullmatch(digits):
            number = int(digits, 16)
            return number if abs(number) < MAX_INT else _refuse(parts)
        case "f", [("nan" | "inf" | "-inf") as name]:
            return float(name)
        case "b", [str() as digits]:
            return bytes.fromhex(digits)
        case "c", [real, imaginary]:
            return complex(_part(real), _part(imaginary))
    return _refuse(parts)


def _part(tree: Any) -> float:
    number = _read(tree, 1)
    return number if type(number) is float else _refuse(tree)


def _read_dict(parts: list[Any], depth: int) -> dict[Any, Any]:
    if not all(isinstance(part, list) and len(part) == 2 for part in parts):
        _refuse(parts)
    keys = [_read(key, depth + 1) for key, _ in parts]
    _gather(set, keys)
    return dict(zip(keys, (_read(held, depth + 1) for _, held in parts), strict=True))


def _gather(kind: type, members: list[Any]) -> Any:
    """`kind(members)`; for sets only once it is known to take linear time and to lose no member."""
    if kind in (list, tuple):
        return kind(members)
    try:
        hashes = Counter(map(hash, members))
    except TypeError:
        _refuse(members)
    if hashes and max(hashes.values()) > MAX_SAME_HASH:
        raise ChannelError("too many members of one hash")
    gathered = kind(members)
    return gathered if len(gathered) == len(members) else _refuse(members)
