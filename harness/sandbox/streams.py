"""Our ends of a sandbox's pipes: everything is counted while it is read, and no wait outlasts the clock."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable
from typing import Any

from harness.sandbox import channel
from harness.sandbox.limits import Verdict

_TICK = 0.05  # seconds between two looks at what no pipe tells
_CHUNK = 65536
NAMES_IN = ("stdin", "calls")
NAMES_OUT = ("stdout", "stderr", "answers")


class EndedError(Exception):
    """The program came to its end before it answered: the verdict, and the reason in words."""

    def __init__(self, verdict: Verdict, reason: str) -> None:
        """Keep both."""
        super().__init__(reason)
        self.verdict: Verdict = verdict
        self.reason = reason


class GoneError(Exception):
    """Nothing more comes from the program: how it ended is for the caller to find out."""


class Streams:
    """Sends to a program and receives from it, within `allowed` bytes."""

    def __init__(self, ends: dict[str, int], exited: int, look: Callable[[], None]) -> None:
        """`ends`: the pipes by name; `exited`: readable when the program is over; `look` may raise EndedError."""
        self.allowed = channel.TRUSTED_BYTES
        self.printed = {"stdout": bytearray(), "stderr": bytearray()}
        self.is_over = False
        self._ends = ends
        self._exited = exited
        self._look = look
        self._looked = time.monotonic()
        self._pending: dict[str, memoryview] = {}
        self._received = bytearray()
        self._answered = 0
        for name in (*NAMES_IN, *NAMES_OUT):
            os.set_blocking(ends[name], False)

    def send(self, *message: Any) -> None:
        """Queue a message; it goes out while `receive` waits."""
        self._pending["calls"] = memoryview(channel.frame(channel.encode(message)))

    def feed(self, stdin: bytes) -> None:
        """Queue all of the program's standard input; it is closed after that."""
        self._pending["stdin"] = memoryview(stdin)
        self._write("stdin")

    @property
    def has_unasked(self) -> bool:
        """Whether the program has said something before it was asked."""
        return bool(self._received)

    def receive(self, deadline: float) -> tuple[Any, ...]:
        """The next message, a tuple that begins with a word; EndedError or GoneError where none comes in time."""
        while True:
            message = self._message()
            if message is not None:
                return message
            if "answers" not in self._ends:
                raise GoneError
            self._pump(deadline)

    def drain(self, deadline: float) -> tuple[Any, ...] | None:
        """Read until the program is over and its pipes are empty; the last message that came, if one did."""
        last = None
        while not self.is_over:
            last = self._message() or last
            self._pump(deadline)
        return self._message() or last

    def last_words(self) -> bytes:
        """All that is on stderr, read without waiting: why a sandbox did not start."""
        while "stderr" in self._ends:
            before = len(self.printed["stderr"])
            self._read("stderr")
            if len(self.printed["stderr"]) == before:
                break
        return bytes(self.printed["stderr"])

    def close(self) -> None:
        """Close our ends."""
        while self._ends:
            os.close(self._ends.popitem()[1])

    def _pump(self, deadline: float) -> None:
        """Wait for one thing to happen, and let it; after the program is over, take what is left and no more."""
        now = time.monotonic()
        if now >= deadline:
            raise EndedError("slow", "its time ran out")
        if now - self._looked >= _TICK:
            self._looked = now
            self._look()
        names = {self._ends[name]: name for name in NAMES_OUT if name in self._ends}
        names |= {self._ends[name]: name for name in NAMES_IN if name in self._ends and self._pending.get(name)}
        poll = select.poll()
        for descriptor, name in names.items():
            poll.register(descriptor, select.POLLOUT if name in NAMES_IN else select.POLLIN)
        poll.register(self._exited, select.POLLIN)
        happened = poll.poll(1000 * min(_TICK, deadline - now))
        for descriptor, _ in happened:
            if descriptor in names:
                (self._write if names[descriptor] in NAMES_IN else self._read)(names[descriptor])
        if [descriptor for descriptor, _ in happened] == [self._exited]:
            self.is_over = True  # and nothing was left to read
            self._drop("answers")

    def _read(self, name: str) -> None:
        """Take what there is on one pipe; EndedError once it is more than the program may say."""
        try:
            data = os.read(self._ends[name], _CHUNK)
        except BlockingIOError:
            return
        if not data:
            self._drop(name)
        elif name == "answers":
            self._answered += len(data)
            self._received += data
            if self._answered > self.allowed:
                raise EndedError("flooded", f"it sent more than {self.allowed} bytes")
        else:
            self.printed[name] += data
            if sum(map(len, self.printed.values())) > self.allowed:
                raise EndedError("flooded", f"it printed more than {self.allowed} bytes")

    def _write(self, name: str) -> None:
        """Send what the pipe takes; a program that has closed its end is found out by what it does not answer."""
        pending = self._pending[name]
        try:
            pending = pending[os.write(self._ends[name], pending) :] if pending else pending
        except BlockingIOError:
            return
        except BrokenPipeError:
            pending = pending[:0]
        self._pending[name] = pending
        if name == "stdin" and not pending:
            self._drop(name)

    def _drop(self, name: str) -> None:
        if name in self._ends:
            os.close(self._ends.pop(name))

    def _message(self) -> tuple[Any, ...] | None:
        """The first whole message of what was received."""
        if len(self._received) < 4:
            return None
        size = channel.length_of(bytes(self._received[:4]))
        if size > self.allowed:
            raise EndedError("flooded", f"an answer of {size} bytes where {self.allowed} are allowed")
        if len(self._received) < 4 + size:
            return None
        body = bytes(self._received[4 : 4 + size])
        del self._received[: 4 + size]
        try:
            message = channel.decode(body)
        except channel.ChannelError as error:
            raise EndedError("crashed", f"it spoiled its channel: {error}") from None
        if not isinstance(message, tuple) or not message or not isinstance(message[0], str):
            raise EndedError("crashed", "it spoiled its channel: no message of the driver's")
        return message
