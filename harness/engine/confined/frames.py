"""The channel between the harness and a worker: JSON values, each behind its length in four bytes.

The harness believes nothing that comes out of it: a frame is bounded before it is read, and `messages.py` takes from
it only what an answer may hold.
"""

from __future__ import annotations

import json
import os
import select
import struct
import time
from typing import Any

from harness.types import Json

LONGEST = 16 << 20  # bytes of a frame
_LENGTH = struct.Struct(">I")
_CHUNK = 1 << 20


class ChannelError(Exception):
    """The other side has gone, keeps silent, or says what is no message."""


class SilenceError(ChannelError):
    """Nothing came in time."""


class Frames:
    """One side of the channel."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        """Take two open descriptors; `close` closes them."""
        self._in, self._out = incoming, outgoing

    def send(self, message: Json) -> None:
        """Write one message; ChannelError when nobody reads, ValueError for NaN."""
        data = json.dumps(message, allow_nan=False, separators=(",", ":")).encode("ascii")
        if len(data) > LONGEST:
            raise ChannelError(f"a message of {len(data)} bytes is too long")
        rest = memoryview(_LENGTH.pack(len(data)) + data)
        while rest:
            try:
                rest = rest[os.write(self._out, rest) :]
            except OSError as error:
                raise ChannelError(f"the other side does not listen any more: {error.strerror}") from error

    def receive(self, seconds: float | None = None) -> Any:
        """Read one message, waiting `seconds` at most for the whole of it (None: for ever)."""
        deadline = None if seconds is None else time.monotonic() + seconds
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size, deadline))
        if length > LONGEST:
            raise ChannelError(f"a message of {length} bytes was announced, and {LONGEST} is the most")
        try:
            return json.loads(self._exactly(length, deadline), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, too deep, NaN
            raise ChannelError(f"no message: {str(error)[:200]}") from error

    def _exactly(self, count: int, deadline: float | None) -> bytes:
        data = bytearray()
        while len(data) < count:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            if left is not None and not select.select([self._in], [], [], left)[0]:
                raise SilenceError("silent for too long")
            part = os.read(self._in, min(count - len(data), _CHUNK))
            if not part:
                raise ChannelError("the other side has closed the channel")
            data += part
        return bytes(data)

    def close(self) -> None:
        """Close both descriptors, once."""
        for name in ("_in", "_out"):
            if getattr(self, name) >= 0:
                os.close(getattr(self, name))
                setattr(self, name, -1)


def _refuse(constant: str) -> Json:
    raise ValueError(f"{constant} is no JSON")
