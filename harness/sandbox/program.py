"""Running programs: `call_all` for one function, `Program` for a conversation, `run_program` for a whole script."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from harness.errors import SandboxUnavailableError
from harness.sandbox.limits import VERDICTS, Answer, Limits, Outcome, Ran, Verdict, shorten
from harness.sandbox.pool import POOL
from harness.sandbox.streams import EndedError, GoneError

_NOT_TEXT = "the source is no text that can be run: it holds half a surrogate pair"


class Program:
    """A program in a sandbox of its own, called as often as one likes within its limits.

    A context manager: `with Program(source) as program: program.call("f", 1)`. The sandbox is ended on leaving it, or
    as soon as the program comes to its end; calls after that raise `EndedError`, and `outcome` says how it ended.
    """

    def __init__(self, source: str, limits: Limits = Limits()) -> None:  # noqa: B008 frozen
        """Keep what is to be run; nothing runs before `__enter__`."""
        self._source = source
        self._limits = limits
        self._answers: list[Answer] = []
        self._ended: EndedError | None = None
        self._begun = self._over = 0.0

    def __enter__(self) -> Self:
        """Load the program: SandboxUnavailableError where there is no isolation, never for what the program does."""
        self._cell = POOL.take(self._limits)
        self._begun = time.monotonic()
        self._deadline = self._begun + self._limits.wall
        try:
            if not _is_text(self._source):
                raise EndedError("crashed", _NOT_TEXT)
            self._cell.give("load", self._source, self._limits)
            POOL.refill(self._cell.shape)
            self._expect("loaded")
        except EndedError as ended:
            self._end(ended)
        except BaseException:
            self._end(EndedError("crashed", "it was given up"))
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the sandbox."""
        self._end(None)

    def call(self, function: str, *arguments: Any) -> Answer:
        """Call a function with plain data; `EndedError` where the program has ended or ends over it."""
        if self._ended is not None:
            raise self._ended
        if self._over:
            raise EndedError("crashed", "its sandbox is closed")
        try:
            if self._cell.streams.has_unasked:
                raise EndedError("crashed", "it answered before it was asked")
            self._cell.streams.send("call", function, arguments)
            answer = self._expect("value", "error")
        except EndedError as ended:
            self._end(ended)
            raise
        self._answers.append(answer)
        return answer

    @property
    def outcome(self) -> Outcome:
        """What it has come to so far: `done` unless it has ended."""
        verdict: Verdict = self._ended.verdict if self._ended else "done"
        reason = self._ended.reason if self._ended else ""
        seconds = (self._over or time.monotonic()) - self._begun
        return Outcome(verdict, tuple(self._answers), shorten(reason), seconds)

    def _expect(self, *words: str) -> Answer:
        """The next message, which must begin with one of `words`."""
        try:
            message = self._cell.streams.receive(self._deadline)
        except GoneError:
            raise self._cell.why_gone() from None
        match message:
            case ("value", value) if "value" in words:
                return Answer(value)
            case ("error", str() as error) if "error" in words and error:
                return Answer(None, shorten(error))
            case ("loaded",) if "loaded" in words:
                return Answer(None)
        raise _fault(message)

    def _end(self, ended: EndedError | None) -> None:
        """End the sandbox, once."""
        if not self._over:
            self._ended = ended
            self._over = time.monotonic()
            POOL.give_back(self._cell)


def call_all(
    source: str,
    function: str,
    calls: Sequence[Sequence[Any]],
    limits: Limits = Limits(),  # noqa: B008 frozen
) -> Outcome:
    """Load `source` in a fresh sandbox and call `function` with each of the argument tuples, in order.

    The answers are as many as came before the program's end; the caller compares them with what it expects, out here.
    Raises SandboxUnavailableError where no isolation can be had.
    """
    with Program(source, limits) as program:
        try:
            for arguments in calls:
                program.call(function, *arguments)
        except EndedError:
            pass  # the outcome says so
    return program.outcome


def run_program(source: str, stdin: str = "", limits: Limits = Limits()) -> Ran:  # noqa: B008 frozen
    """Run a whole script in a fresh sandbox with `stdin` before it; SandboxUnavailableError where none can be had."""
    cell = POOL.take(limits)
    begun = time.monotonic()
    verdict: Verdict = "done"
    reason, status = "", None
    try:
        if not _is_text(source):
            raise EndedError("crashed", _NOT_TEXT)
        cell.give("run", source, limits, stdin.encode(errors="replace"))
        POOL.refill(cell.shape)
        message = cell.streams.drain(begun + limits.wall)
        if message is not None:
            raise _fault(message)
        status = cell.status()
        if status != 0:
            raise cell.why_gone()
    except EndedError as ended:
        verdict, reason = ended.verdict, ended.reason
    finally:
        seconds = time.monotonic() - begun
        POOL.give_back(cell)
    stdout, stderr = (bytes(cell.streams.printed[name]).decode(errors="replace") for name in ("stdout", "stderr"))
    return Ran(verdict, stdout, stderr, status, seconds, shorten(reason))


def unavailable() -> str | None:
    """Why no isolation can be had here and what to do about it, tried out once; None where it can."""
    try:
        POOL.host()
    except SandboxUnavailableError as error:
        return str(error)
    return None


def _fault(message: tuple[Any, ...]) -> EndedError:
    """What the driver says of a program's end; anything else is no message of the driver's."""
    match message:
        case ("fault", str() as verdict, str() as reason) if verdict in VERDICTS and verdict not in ("done", "slow"):
            return EndedError(verdict, reason)
    return EndedError("crashed", "it spoiled its channel: no answer to what was asked")


def _is_text(source: str) -> bool:
    try:
        source.encode()
    except UnicodeEncodeError:
        return False
    return True
