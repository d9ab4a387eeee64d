"""The SHA-256 of many large files: in parallel, streamed, and resumed file by file after an interruption.

The state of a SHA-256 cannot be kept half-way, so what resumes is a file: shards of a few gigabytes cost little when a
check is interrupted, one file of 100 GB begins again. A finished hash of a large file is noted for a day under the
file's device, inode, size and times. Small files are always read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from harness.canonical import sha256_json
from harness.intake.reading import BLOCK, Progress, Watch, blocks, facts, in_threads, steady, unwatched
from harness.intake.strict import RefusedError
from harness.intake.tree import Entry

NOTED_FROM = 16 << 20  # bytes: smaller files are hashed in no time
_NOTED_FOR = 24 * 3600  # seconds; what is older is read again, so that a failing disk is found
_QUIET = 2 * 10**9  # nanoseconds without a change, before a note is taken: clocks of file systems are coarse
_SHA256 = re.compile("[0-9a-f]{64}")

UNREAD = {  # what to do, by code of the RefusedError
    "unreadable": "make it readable",
    "changed": "let nothing write there, then check again",
}


class Shelf:
    """Notes of finished hashes, one small file each, so that several processes can write them."""

    def __init__(self, folder: Path) -> None:
        """Forget what is too old."""
        self._folder = folder
        with contextlib.suppress(OSError):  # not there yet, or another process was quicker to forget
            for note in folder.iterdir():
                if time.time() - note.stat().st_mtime > _NOTED_FOR:
                    note.unlink()

    def find(self, seen: os.stat_result) -> str | None:
        """The hash of a large file in exactly this state, if it was noted."""
        if seen.st_size < NOTED_FROM:
            return None
        try:
            note = json.loads(self._place(seen).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None  # not noted, or torn: the file is read
        digest = note.get("sha256") if isinstance(note, dict) and note.get("facts") == list(facts(seen)) else None
        return digest if isinstance(digest, str) and _SHA256.fullmatch(digest) else None

    def note(self, seen: os.stat_result, digest: str, begun: int) -> None:
        """Note a hash, if nothing changed the file in the moments before it was `begun` (nanoseconds)."""
        if seen.st_size < NOTED_FROM or begun - seen.st_ctime_ns < _QUIET:
            return
        with contextlib.suppress(OSError):  # a full disk costs time at the next check, not this verdict
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=self._folder, delete=False, encoding="utf-8") as rough:
                json.dump({"sha256": digest, "facts": facts(seen)}, rough)
            Path(rough.name).replace(self._place(seen))

    def _place(self, seen: os.stat_result) -> Path:
        return self._folder / f"{sha256_json(facts(seen))}.json"


def hash_files(
    files: Sequence[Entry], shelf: Shelf | None = None, watch: Watch = unwatched
) -> dict[str, str | RefusedError]:
    """The SHA-256 of every file by name, or a RefusedError: `unreadable`, or `changed` while it was read.

    Args:
        files: ordinary files of one folder.
        shelf: where finished hashes are noted; None reads everything.
        watch: is told of every block.
    """
    progress = Progress("hashing", sum(entry.size for entry in files), watch)

    def digest(entry: Entry) -> str | RefusedError:
        try:
            return _digest(entry.path, shelf, progress)
        except RefusedError as error:
            return error

    longest_first = sorted(files, key=lambda entry: -entry.size)
    found = dict(zip((entry.name for entry in longest_first), in_threads(digest, longest_first, progress), strict=True))
    return {entry.name: found[entry.name] for entry in files}


def _digest(path: Path, shelf: Shelf | None, progress: Progress) -> str:
    begun = time.time_ns()
    with steady(path) as (descriptor, seen):
        noted = shelf.find(seen) if shelf else None
        if noted:
            progress.advance(seen.st_size)
            return noted
        digest = hashlib.sha256()
        for piece in blocks(descriptor, 0, seen.st_size, memoryview(bytearray(min(BLOCK, seen.st_size)))):
            digest.update(piece)
            progress.advance(len(piece))
    if shelf:
        shelf.note(seen, digest.hexdigest(), begun)
    return digest.hexdigest()
