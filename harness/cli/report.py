"""Finished records to the tracking server; a dead server is reported and the records wait to be sent again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from harness.config import Settings
from harness.errors import DefiError
from harness.record import RoundPaths, RunPaths
from harness.spool import Collected, Spool, SpoolBusyError, already_sent
from harness.tracking import Sender

__all__ = ["Reporter", "already_sent", "send_record", "sender_of"]

_AGAIN_AFTER = 30.0  # seconds between two attempts at a server that was away


def sender_of(settings: Settings) -> Sender | None:
    """Who sends where the configuration says; None where it says nothing."""
    uri = settings.tracking["uri"]
    return Sender(uri, settings.tracking.get("artifacts")) if uri is not None else None


def send_record(paths: RunPaths, settings: Settings, say: Callable[[str], None]) -> bool:
    """Send one record where the configuration says; True when it is there, or when none is configured."""
    sender, spool = sender_of(settings), Spool.of(paths)
    if sender is None or (left := spool.leave(paths)) is None:
        return True
    name = f"{paths.folder.parent.name}/{paths.folder.name}"
    try:
        found = spool.collect(sender, only=[left])
    except SpoolBusyError as error:
        say(f"{name} waits to be sent: {error}")
        return False
    for trouble in found.troubles.values():
        say(f"tracking failed for {name}, the record is safe: {trouble}")
    return not found.troubles


class Reporter:
    """Sends a round's records while it runs, from a thread: a server that hangs never holds up a round."""

    def __init__(self, settings: Settings, paths: RoundPaths, say: Callable[[str], None]) -> None:
        """`say`: told what could not be sent, each thing once."""
        self._sender, self._spool, self._say = sender_of(settings), Spool(paths), say
        self._said: set[str] = set()
        self._wake, self._ending = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="reporter", daemon=True)

    def __enter__(self) -> Self:
        """Begin, with what an earlier process left."""
        if self._sender is not None:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Send the last ones; a server that is away is not waited for."""
        self._ending.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def ended(self, run: RunPaths) -> None:
        """A record is finished: leave its parcel, to be sent soon."""
        if self._sender is not None:
            self._spool.leave(run, self._sender.uri)
            self._wake.set()

    def _work(self) -> None:
        while True:
            self._wake.clear()
            ending = self._ending.is_set()
            found = self._collect()
            for trouble in set(found.troubles.values()) - self._said:
                self._say(f"tracking failed, the records are safe: {trouble}")
                self._said.add(trouble)
            if ending:
                return
            if found.away:
                self._ending.wait(_AGAIN_AFTER)
            else:
                self._wake.wait()

    def _collect(self) -> Collected:
        if self._sender is None or not self._spool.waiting():
            return Collected()
        try:
            return self._spool.collect(self._sender)
        except SpoolBusyError:  # who is at work takes these too, or the next pass does
            return Collected(away=True)
        except (OSError, DefiError) as error:  # for instance a full disk: it is said, and the round goes on
            return Collected(troubles={"": str(error)}, away=True)
