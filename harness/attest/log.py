"""The log of a round: every change of state, one line each, chained so that no line can be changed or left out.

    {"event":"record.sealed","facts":{…},"hash":"…","index":7,"previous":"…","time":"2026-11-22T12:00:00.000+00:00"}

`hash` is the SHA-256 of the line's canonical JSON without `hash`, `previous` the hash of the line before. Over all
lines stands a Merkle head (RFC 6962). What stands here is public: no secret is ever let in.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock

from harness.attest import merkle
from harness.attest.errors import AttestationError
from harness.attest.files import canonical, parse_canonical
from harness.journal import Journal
from harness.types import Json

NAME = "log.jsonl"
FIRST = "0" * 64  # `previous` of the first line
_EVENT = re.compile(r"[a-z]+(\.[a-z-]+)+")
_MOST = 256 * 1024  # bytes of a line
_SECRET = re.compile(r"(^|[^a-z])(secret|seed|target|token|salt|password|private)$")
_FIELDS = {"index", "time", "event", "facts", "previous", "hash"}


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of a log."""

    index: int  # from 0
    time: str  # ISO, UTC
    event: str  # for instance round.opened
    facts: Mapping[str, Json]
    previous: str  # hash of the line before
    hash: str  # of everything else here
    leaf: bytes = field(default=b"", repr=False)  # hash of its line, as it was read, in the Merkle tree (RFC 6962)


@dataclass(frozen=True, slots=True)
class _Read:
    """The lines of so many bytes with that SHA-256, wherever they stand."""

    size: int
    sha256: bytes
    entries: tuple[LogEntry, ...]


_last_read = [_Read(0, hashlib.sha256().digest(), ())]  # one seal reads a long log several times


def append(path: Path, event: str, facts: Mapping[str, Json]) -> None:
    """Add a line; several processes may.

    Raises:
        AttestationError: the event is no name, the facts are too long or hold what is not public, or the log's last
            line is damaged.
    """
    _refuse(event, facts)
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path), Journal(path) as journal:
        last = _last(path)
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        body = {
            "index": last.index + 1 if last else 0,
            "time": now,
            "event": event,
            "facts": dict(facts),
            "previous": last.hash if last else FIRST,
        }
        journal.append({**body, "hash": _hash(body)})


def locked(path: Path) -> FileLock:
    """The lock of whoever adds to a log, or signs its head."""
    return FileLock(path.with_name(f".{path.name}.lock"))


def read_log(path: Path) -> tuple[LogEntry, ...]:
    """Every whole line, the chain checked; none where there is no file. A torn last line is passed over.

    Raises:
        AttestationError: a line is damaged, or does not follow from the line before; it is named.
    """
    if not path.exists():
        return ()
    data = path.read_bytes()
    data = data[: data.rfind(b"\n") + 1]
    known = _last_read[0]
    digest = hashlib.sha256(data[: known.size])
    if digest.digest() != known.sha256:  # another log, or one that was changed
        known, digest = _Read(0, b"", ()), hashlib.sha256()
    entries = list(known.entries)
    for number, line in enumerate(data[known.size :].split(b"\n")[:-1], len(entries) + 1):
        entry = _entry(line, f"{path.name}, line {number}")
        if entry.index != len(entries) or entry.previous != (entries[-1].hash if entries else FIRST):
            what = "does not follow from the line before: a line was changed, moved, added or left out"
            raise AttestationError(what, where=f"{path.name}, line {number}", remedy="restore the log")
        entries.append(entry)
    digest.update(data[known.size :])
    _last_read[0] = _Read(len(data), digest.digest(), tuple(entries))
    return _last_read[0].entries


def head(entries: Sequence[LogEntry]) -> dict[str, Json]:
    """The Merkle head of a log: how many entries, and the hash of them all."""
    return {"size": len(entries), "root": merkle.root([entry.leaf for entry in entries]).hex()}


def torn_bytes(path: Path) -> int:
    """How many bytes follow the last line end: of a line whose writer was killed."""
    return len(_tail(path).rpartition(b"\n")[2]) if path.exists() else 0


def _entry(line: bytes, where: str) -> LogEntry:
    raw = parse_canonical(line, where)
    if not isinstance(raw, dict) or raw.keys() != _FIELDS or not isinstance(raw["facts"], dict):
        raise AttestationError("not an entry of a log", where=where, remedy="restore the log")
    own = f',"hash":"{raw["hash"]}"'.encode("utf-8", "backslashreplace")
    body, _, rest = line.rpartition(own)  # the line is canonical: without these bytes it is that of all else
    if raw["hash"] != hashlib.sha256(body + rest).hexdigest():
        raise AttestationError("is not what its hash says: the line was changed", where=where, remedy="restore the log")
    return LogEntry(**raw, leaf=merkle.leaf_hash(line))


def _hash(body: Mapping[str, Json]) -> str:
    return hashlib.sha256(canonical(body)).hexdigest()


def _last(path: Path) -> LogEntry | None:
    """The last line, found from the end: adding to a long log costs no more than adding to a short one."""
    lines = _tail(path).split(b"\n")[:-1]
    return _entry(lines[-1], f"{path.name}, last line") if lines else None


def _tail(path: Path) -> bytes:
    """The end of a file: long enough for one line."""
    with path.open("rb") as stream:
        stream.seek(max(0, stream.seek(0, os.SEEK_END) - 2 * _MOST))
        return stream.read()


def _refuse(event: str, facts: Mapping[str, Json]) -> None:
    if not _EVENT.fullmatch(event):
        remedy = "for instance round.opened or record.sealed"
        raise AttestationError(f"{event!r} is no name of an event", where=NAME, remedy=remedy)
    if secret := _secret_key(facts):
        remedy = "publish its hash or its commitment, under such a name; never the thing itself"
        raise AttestationError(f"the facts hold {secret!r}, and a log is public", where=NAME, remedy=remedy)
    try:
        size = len(canonical(facts))
    except (TypeError, ValueError) as error:
        raise AttestationError(f"the facts of {event} are not JSON: {error}", where=NAME) from error
    if size > _MOST - 1024:
        remedy = "put them into a file, and its SHA-256 here"
        raise AttestationError(f"the facts of {event} are {size} bytes long", where=NAME, remedy=remedy)


def _secret_key(value: Json) -> str:
    """A key, at any depth, that by its name holds what must not be public; empty where there is none."""
    if isinstance(value, Mapping):
        named = (str(key) for key in value if _SECRET.search(str(key).lower()))
        return next(named, "") or _secret_key(list(value.values()))
    if isinstance(value, list | tuple):
        return next((found for one in value if (found := _secret_key(one))), "")
    return ""
