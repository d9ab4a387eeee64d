"""What lies in a checkpoint folder, seen without following a link and without reading a byte."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

MOST_ENTRIES = 5000
DEEPEST = 8
MOST_BYTES = 4 << 40  # of all files together; hashing as much takes an hour


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the folder."""

    name: str  # path inside the folder, with forward slashes
    path: Path
    kind: Literal["file", "link", "special"]  # special: a pipe, a socket, a device
    size: int  # bytes
    links: int = 1  # names that the same bytes have on this disk


@dataclass(frozen=True, slots=True)
class Tree:
    """All things in the folder but the folders themselves."""

    entries: Mapping[str, Entry]  # by name, sorted
    complete: bool  # False when it is too large or too deep to walk

    def files(self) -> list[Entry]:
        """The ordinary files, the only ones that are ever opened."""
        return [entry for entry in self.entries.values() if entry.kind == "file"]

    @property
    def size(self) -> int:
        """Bytes of the ordinary files together."""
        return sum(entry.size for entry in self.files())


def walk(folder: Path) -> Tree:
    """Walk a folder within limits; a folder that cannot be listed counts as incomplete."""
    found: list[Entry] = []
    waiting = [(folder, "", 0)]
    complete = True
    while waiting:
        here, prefix, depth = waiting.pop()
        try:
            with os.scandir(here) as listing:
                for item in listing:
                    name = f"{prefix}{item.name}"
                    if item.is_dir(follow_symlinks=False):
                        waiting.append((Path(item.path), f"{name}/", depth + 1))
                    else:
                        found.append(_entry(item, name))
                    if len(found) + len(waiting) > MOST_ENTRIES or depth > DEEPEST:
                        return Tree(_sorted(found), complete=False)
        except OSError:
            complete = False
    return Tree(_sorted(found), complete)


def is_safe(name: str) -> bool:
    """Whether a name stays inside its folder on every system and prints as it is."""
    climbs = any(part in {"", ".", ".."} for part in name.split("/"))  # an absolute name has an empty first part
    return not climbs and not set("\\:") & set(name) and name.isprintable() and len(name) <= 255


def _entry(item: os.DirEntry[str], name: str) -> Entry:
    facts = item.stat(follow_symlinks=False)
    kind: Literal["file", "link", "special"] = "special"
    if stat.S_ISLNK(facts.st_mode):
        kind = "link"
    elif stat.S_ISREG(facts.st_mode):
        kind = "file"
    return Entry(name, Path(item.path), kind, facts.st_size, facts.st_nlink)


def _sorted(found: list[Entry]) -> dict[str, Entry]:
    return {entry.name: entry for entry in sorted(found, key=lambda entry: entry.name)}
