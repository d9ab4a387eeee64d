"""Sends what stands in the outbox, from a thread of its own: a receiver that hangs never holds up a round."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from harness.errors import DefiError
from harness.notify.channels import Channel, NotSentError, read_channels
from harness.notify.events import Event
from harness.notify.outbox import NAME, Outbox
from harness.types import Json

_LONGEST = 300.0  # seconds between two tries
_LOOK_EVERY = 5.0  # seconds: other processes put events too
_FAREWELL = 15.0  # seconds that the end of a round waits for the last ones


@dataclass(slots=True)
class _Waiting:
    """Where one channel stands."""

    failed: int = 0  # times in a row
    until: float = 0.0  # not before this moment
    first: float | None = None  # since when something is due


class Courier:
    """Tells a round's events while it is entered; what is not told by then stays in the outbox for the next time."""

    def __init__(
        self,
        folder: Path,
        channels: Sequence[Channel],
        say: Callable[[str], None],
        kinds: Sequence[str] | None = None,
        pause: float = 1.0,
    ) -> None:
        """Of a round's folder.

        Args:
            folder: `runs/<round>`.
            channels: none: nothing is put and nothing sent.
            say: told what was given up.
            kinds: of events that are told; all by default.
            pause: seconds after a first failure; doubled with each.
        """
        self.outbox, self._channels, self._say = Outbox(folder / NAME), tuple(channels), say
        self._kinds, self._pause = kinds, pause
        self._state = {channel.name: _Waiting() for channel in channels}
        self._wake, self._ending = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="courier", daemon=True)

    def __enter__(self) -> Self:
        """Begin, with what an earlier process left."""
        if self._channels:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for the last ones, but not long."""
        self._ending.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(_FAREWELL)

    def notify(self, event: Event) -> bool:
        """Put an event to be told; False where it was put before, is of no kind that is told, or cannot be written."""
        if not self._channels or (self._kinds is not None and event.kind not in self._kinds):
            return False
        try:
            new = self.outbox.put(event)
        except (OSError, DefiError) as error:  # a full disk must not stop a round: it is said instead
            self._say(f"the notification {event.state!r} of {event.subject or event.round} is lost: {error}")
            return False
        self._wake.set()
        return new

    def _work(self) -> None:
        while True:
            self._wake.clear()
            ending = self._ending.is_set()
            try:
                with self.outbox.sending() as mine:
                    pauses = [self._serve(channel, ending=ending) for channel in self._channels] if mine else []
            except Exception as error:  # the thread must live on: it is said, and tried again
                self._say(f"notifications: {type(error).__name__}: {error}")
                pauses = []
            if ending:
                return
            self._wake.wait(min([_LOOK_EVERY, *pauses]))

    def _serve(self, channel: Channel, *, ending: bool) -> float:
        """Tell what is due on one channel, until it fails or must wait; the seconds until it wants to be called."""
        state = self._state[channel.name]
        while due := self.outbox.due(channel.name):
            now = time.monotonic()
            state.first = now if state.first is None else state.first
            at = max(state.until, state.first + (channel.gather if len(due) < channel.most else 0.0))
            if now < at and not ending:
                return at - now
            if not self._tell(channel, due[: channel.most], state):
                return state.until - now
        state.first = None
        return _LOOK_EVERY

    def _tell(self, channel: Channel, due: Sequence[tuple[Event, datetime.datetime]], state: _Waiting) -> bool:
        """One try; whether the channel may go on at once. A receiver that is away costs no event, for `patience`."""
        events = [event for event, _ in due]
        try:
            channel.send(events)
        except NotSentError as error:
            patient = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=channel.patience)
            if lost := [event for event, at in due if error.final or at < patient]:
                self._say(f"{channel.name}: gave up {len(lost)} notifications: {error.what}")
                self.outbox.end(lost, channel.name, "given up", error.what)
            if not error.final:
                state.failed += 1
                state.until = time.monotonic() + min(self._pause * 2.0 ** min(state.failed - 1, 30), _LONGEST)
                return False
        else:
            self.outbox.end(events, channel.name, "sent")
        state.failed, state.until, state.first = 0, 0.0, None
        return True


def courier(folder: Path, configured: Mapping[str, Json], say: Callable[[str], None]) -> Courier:
    """The courier of a round by its `notify` configuration; UsageError says what is wrong with that."""
    channels = read_channels(configured)
    return Courier(folder, channels, say, configured.get("events"))


def notify(event: Event, configured: Mapping[str, Json], folder: Path, say: Callable[[str], None]) -> bool:
    """Tell one event of a round, for a command that ends after it; waits seconds at most, and loses nothing."""
    with courier(folder, configured, say) as one:
        return one.notify(event)
