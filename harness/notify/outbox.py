"""`runs/<round>/outbox.jsonl`: what is to be told, and what became of it. It only grows, and several processes may add.

    {"key": …, "event": {…}}                                      to be told
    {"key": …, "channel": "webhook", "outcome": "sent", …}        once a channel, last of all
    {"key": …, "channel": "mail", "outcome": "given up", "why": …}

An event stands here before it is sent, and its outcome after: a kill in between sends it once more under the same key,
by which whoever receives it knows it again (`X-Defi-Delivery`, `Message-ID`). Nothing is lost.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from harness.canonical import plain
from harness.journal import Journal, read_lines
from harness.notify.events import Event
from harness.types import Json

NAME = "outbox.jsonl"


class Outbox:
    """The outbox of one round."""

    def __init__(self, path: Path) -> None:
        """Nothing is made by looking."""
        self.path = path

    def put(self, event: Event) -> bool:
        """Add an event that is to be told; False where it stands here already."""
        with self._writing():
            if any(line["key"] == event.key for line in read_lines(self.path)):
                return False
            self._append({"key": event.key, "event": plain(event), "at": _now()})
        return True

    def due(self, channel: str) -> list[tuple[Event, datetime.datetime]]:
        """What a channel has still to tell, in the order in which it was put, and when that was."""
        events: dict[str, tuple[Event, datetime.datetime]] = {}
        for line in read_lines(self.path):
            if "event" in line:
                events.setdefault(line["key"], (Event(**line["event"]), datetime.datetime.fromisoformat(line["at"])))
            elif line["channel"] == channel:
                events.pop(line["key"], None)
        return list(events.values())

    def end(self, events: Iterable[Event], channel: str, outcome: str, why: str = "") -> None:
        """Say what became of events: `sent`, or `given up` and why."""
        facts: dict[str, Json] = {"channel": channel, "outcome": outcome, "at": _now(), **({"why": why} if why else {})}
        with self._writing():
            for event in events:
                self._append({"key": event.key, **facts})

    @contextlib.contextmanager
    def sending(self) -> Iterator[bool]:
        """Be the one that sends; gives False where another process is."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path.with_name(f".{self.path.name}.sending"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    def _writing(self) -> FileLock:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self.path.with_name(f".{self.path.name}.lock"))

    def _append(self, line: dict[str, Json]) -> None:
        with Journal(self.path) as journal:
            journal.append(line)


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
