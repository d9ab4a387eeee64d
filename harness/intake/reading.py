"""Reading large files of strangers: never through a link, only to the size they had, and found out if they change.

Work is spread over threads; hashing and numpy let go of Python's lock. A watcher is told of every block.
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from harness.intake.strict import RefusedError

BLOCK = 8 << 20  # bytes read at once
_THREADS = 8
Watch = Callable[[str, int, int], None]  # what is done, bytes done, bytes in all

T = TypeVar("T")
R = TypeVar("R")


def unwatched(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


class Progress:
    """Bytes done by all threads together; the one place where they hear that the work is called off."""

    def __init__(self, what: str, total: int, watch: Watch = unwatched) -> None:
        """`total` bytes of work that is called `what`."""
        self._what, self._total, self._watch = what, total, watch
        self._done, self._lock = 0, threading.Lock()
        self.stopped = False

    def advance(self, count: int) -> None:
        """`count` more bytes are done; InterruptedError when the work was called off."""
        if self.stopped:
            raise InterruptedError(f"{self._what} was called off")
        with self._lock:
            self._done += count
            self._watch(self._what, self._done, self._total)


def in_threads(work: Callable[[T], R], things: Iterable[T], progress: Progress) -> list[R]:
    """`work` on everything, results in order; whatever interrupts one stops all within a block."""
    with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
        try:
            return list(pool.map(work, things))
        except BaseException:
            progress.stopped = True
            raise


@contextmanager
def steady(path: Path) -> Iterator[tuple[int, os.stat_result]]:
    """A regular file, open, with its facts; RefusedError `changed` when at the end it is not as it was.

    Raises:
        RefusedError: `unreadable`, or `changed`.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                raise RefusedError("changed", "it is no regular file any more")
            yield descriptor, before
            if not same(before, os.fstat(descriptor)) or not same(before, path.lstat()):
                raise RefusedError("changed", "the file changed while it was read")
        finally:
            os.close(descriptor)
    except InterruptedError:
        raise
    except OSError as error:
        raise RefusedError("unreadable", f"cannot be read: {error.strerror}") from error


def same(before: os.stat_result, after: os.stat_result) -> bool:
    """Whether two looks saw one unchanged file. The time of change (ctime) cannot be set back by its owner."""
    return facts(before) == facts(after)


def facts(seen: os.stat_result) -> tuple[int, int, int, int, int]:
    """What tells one state of one file from another."""
    return seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns


def blocks(descriptor: int, begin: int, size: int, buffer: memoryview) -> Iterator[memoryview]:
    """`size` bytes from `begin` on, in pieces of the buffer; RefusedError `changed` where the file ends before."""
    left = size
    while left:
        piece = buffer[: min(left, len(buffer))]
        got = 0
        while got < len(piece):
            more = os.preadv(descriptor, [piece[got:]], begin + got)
            if not more:
                raise RefusedError("changed", "the file became shorter while it was read")
            got += more
        begin, left = begin + got, left - got
        yield piece
