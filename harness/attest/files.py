"""Files with one spelling: what is signed or chained is canonical JSON to the byte: no changed bit is harmless."""

from __future__ import annotations

import json
import os
from pathlib import Path

from harness.attest.errors import AttestationError
from harness.canonical import dumps
from harness.types import Json


def canonical(value: Json) -> bytes:
    """Canonical JSON as bytes; a lone surrogate becomes its JSON escape, as in the journals."""
    return dumps(value).encode("utf-8", "backslashreplace")


def parse_canonical(data: bytes, where: str) -> Json:
    """The value of canonical JSON; AttestationError where the bytes are any other spelling of it, or no JSON."""
    try:
        value = json.loads(data)
        same = canonical(value) == data
    except (ValueError, RecursionError) as error:
        raise AttestationError(f"not JSON: {_short(error)}", where=where, remedy="restore the file") from error
    if not same:
        what = "the bytes are not the canonical spelling of what they say"
        raise AttestationError(what, where=where, remedy="restore the file: somebody or something rewrote it")
    return value


def read_canonical(path: Path) -> Json:
    """The value of a file that `write_canonical` wrote; AttestationError where a byte differs from that."""
    data = read_bytes(path)
    if not data.endswith(b"\n"):
        raise AttestationError("the file does not end as it was written", where=path.name, remedy="restore the file")
    return parse_canonical(data[:-1], path.name)


def write_canonical(path: Path, value: Json) -> None:
    """Replace a file at once by one line of canonical JSON."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with partial.open("wb") as stream:
        stream.write(canonical(value) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)


def read_bytes(path: Path) -> bytes:
    """A file's bytes; AttestationError where there is none or it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise AttestationError(f"cannot be read: {error.strerror}", where=path.name) from error


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__
