"""Reading files that others write meanwhile: what has not changed is not read again, and nothing torn is believed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from harness.journal import count_lines
from harness.types import Json

TAIL = 16 << 10  # bytes: some sixty events

T = TypeVar("T")
_Stamp = tuple[int, int, int]


class Files:
    """What was read, by file and reader, with the stamp that it had then."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._kept: dict[tuple[str, str], tuple[_Stamp, object]] = {}

    def read(self, path: Path | str, made: Callable[[bytes], T], default: T, *, tail: bool = False) -> T:
        """What `made` makes of a file, or of its end; `default` where there is none. `made` is known by its name."""
        name = (str(path), made.__qualname__)
        try:
            found = os.open(name[0], os.O_RDONLY)
        except (FileNotFoundError, NotADirectoryError):
            self._kept.pop(name, None)
            return default
        try:
            facts = os.fstat(found)
            stamp = (facts.st_ino, facts.st_mtime_ns, facts.st_size)
            kept = self._kept.get(name)
            if kept is not None and kept[0] == stamp:
                return kept[1]  # type: ignore[return-value]
            value = made(_bytes(found, facts.st_size, tail=tail))
        finally:
            os.close(found)
        self._kept[name] = (stamp, value)
        return value

    def json(self, path: Path | str) -> dict[str, Json]:
        """An object; an empty one where there is none, or a damaged one: who writes records says so, not who looks."""
        return self.read(path, _object, {})

    def lines(self, path: Path | str) -> tuple[dict[str, Json], ...]:
        """Every whole line of a journal that is an object."""
        return self.read(path, _objects, ())

    def count(self, path: Path | str) -> int:
        """Number of whole lines."""
        try:
            facts = Path(path).stat()
        except (FileNotFoundError, NotADirectoryError):
            return 0
        name, stamp = (str(path), "count"), (facts.st_ino, facts.st_mtime_ns, facts.st_size)
        if (kept := self._kept.get(name)) is None or kept[0] != stamp:
            self._kept[name] = kept = (stamp, count_lines(Path(path)))
        return int(str(kept[1]))


def whole_lines(data: bytes) -> list[bytes]:
    """Lines with their end, of a file's end: what comes before the first line end may be half of one."""
    lines = data.split(b"\n")[:-1]
    return lines[1:] if len(data) >= TAIL else lines


def parsed(line: bytes) -> dict[str, Json] | None:
    """A line's object; None where it is none."""
    try:
        value = json.loads(line.decode())  # bytes would be tried for other encodings first
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _bytes(found: int, size: int, *, tail: bool) -> bytes:
    if tail:
        return os.pread(found, TAIL, max(0, size - TAIL))
    with os.fdopen(os.dup(found), "rb") as stream:
        return stream.read()


def _object(data: bytes) -> dict[str, Json]:
    return parsed(data) or {}


def _objects(data: bytes) -> tuple[dict[str, Json], ...]:
    return tuple(found for line in data.split(b"\n")[:-1] if (found := parsed(line)) is not None)
