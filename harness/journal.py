"""Append-only JSON lines that survive being killed at any instant.

A line is written by one system call and counts only with its line end. A torn last line is cut off before the next
append, and its item is redone. Lines are forced to the disk at most once a second and when the journal closes.
"""

from __future__ import annotations

import dataclasses
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from harness.canonical import dumps
from harness.errors import RecordError
from harness.types import Json

_FORCE_EVERY = 1.0  # seconds

T = TypeVar("T")


class Journal:
    """A file that only grows; one writer at a time (the record's lock sees to it)."""

    def __init__(self, path: Path) -> None:
        """Open for appending, after cutting off a torn last line."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        os.ftruncate(self._file, whole_bytes(path))
        os.lseek(self._file, 0, os.SEEK_END)
        self._forced = time.monotonic()

    def append(self, value: Json) -> None:
        """Write one line."""
        line = dumps(value).encode("utf-8", "backslashreplace") + b"\n"  # a lone surrogate becomes its JSON escape
        written = 0
        while written < len(line):
            written += os.write(self._file, line[written:])
        if time.monotonic() - self._forced > _FORCE_EVERY:
            os.fsync(self._file)
            self._forced = time.monotonic()

    def __enter__(self) -> Self:
        """Nothing more to do."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Force what is written to the disk and close."""
        os.fsync(self._file)
        os.close(self._file)


def read_lines(path: Path) -> Iterator[Json]:
    """Every whole line of a journal; RecordError names a line that is damaged. A torn last line is passed over."""
    if not path.exists():
        return
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if not line.endswith(b"\n"):
                return
            try:
                yield json.loads(line)
            except ValueError as error:
                raise RecordError(
                    f"line {number} is not JSON: {error}",
                    where=path.name,
                    remedy="restore the file, or move the record away and run again",
                ) from error


def read_all(kind: type[T], path: Path) -> Iterator[T]:
    """Every line of a journal as a dataclass; RecordError where a line does not fit it."""
    fields = {f.name for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    for line in read_lines(path):
        if not isinstance(line, dict) or line.keys() - fields:
            raise RecordError(
                "a line has unknown fields", where=path.name, remedy="read it with the version that wrote it"
            )
        values = {key: tuple(value) if isinstance(value, list) else value for key, value in line.items()}
        try:
            yield kind(**values)
        except TypeError as error:
            raise RecordError(f"a line lacks fields: {error}", where=path.name) from error


def count_lines(path: Path) -> int:
    """Number of whole lines; 0 where there is no file."""
    if not path.exists():
        return 0
    with path.open("rb") as stream:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b""))


def whole_bytes(path: Path) -> int:
    """Length of the file up to and with its last line end."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        end, step = size, 1 << 16
        while end > 0:
            start = max(0, end - step)
            stream.seek(start)
            at = stream.read(end - start).rfind(b"\n")
            if at >= 0:
                return start + at + 1
            end = start
    return 0
