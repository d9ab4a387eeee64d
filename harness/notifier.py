"""A spectator of a round that has every new state told, and every alarm: `harness.notify` says how and to whom."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Sequence

from harness.conduct import Spectator
from harness.due import Outcome
from harness.notify import Event, alarm, round_event, submission_event
from harness.record import RunPaths, read_json
from harness.types import Json
from harness.watching import Watched, look
from harness.watching.logs import iso

_EVERY = 60.0  # seconds between two looks for alarms


class Notifier:
    """Passes everything on to another spectator, and tells what is new.

    The same event has the same key, so a conductor that is started again tells nothing twice.
    """

    def __init__(self, inner: Spectator, notify: Callable[[Event], object], watched: Watched, *, sealed: bool) -> None:
        """Tell by `notify` (a courier's).

        Args:
            inner: who else watches.
            notify: puts an event to be told.
            watched: the round, with what is expected of it.
            sealed: whether its items are secret: no reason is told then, but the kind of error.
        """
        self._inner, self._notify, self._watched, self._sealed = inner, notify, watched, sealed
        self._states: dict[str, tuple[str, str]] = {}
        self._alarms: dict[str, str] = {}
        self._looked = time.monotonic()
        self._life: tuple[str, str] | None = None

    def moved(self, submission: str, run: RunPaths, errands: Sequence[str]) -> None:
        """A look of the conductor's: a new state is told, and now and then the whole round is looked at."""
        self._inner.moved(submission, run, errands)
        self._state(submission, run)
        if time.monotonic() - self._looked > _EVERY:
            self.look()

    def ended(self, submission: str, run: RunPaths, end: Outcome) -> None:
        """A submission needs nothing more, or is stopped."""
        self._inner.ended(submission, run, end)
        self._state(submission, run)
        if end.result == "failed" and end.fault == "ours":
            self._alarm(submission, "tries spent", str(read_json(run.state, {}).get("since") or _now()))

    def said(self, words: str) -> None:
        """For those who sit before it; no event, as it may be anything."""
        self._inner.said(words)

    def look(self) -> None:
        """Look at the whole round now: its own state, and what is longer in its state than expected."""
        view = look(self._watched, datetime.datetime.now(datetime.UTC))
        life = (str(view.life["state"]), str(view.life["since"]))
        if life[0] not in ("free", "unknown") and life != self._life:
            self._notify(round_event(view.round, *life))
            self._life = life
        for row in view.rows:
            if row.alarm is not None:
                self._alarm(row.submission, row.alarm.name, row.since)
            else:
                self._alarms.pop(row.submission, None)
        self._looked = time.monotonic()

    def _state(self, submission: str, run: RunPaths) -> None:
        told: dict[str, Json] = read_json(run.state, {})
        now = (str(told.get("state", "")), str(told.get("since", "")))
        if not now[0] or self._states.get(submission, ("", ""))[0] == now[0]:
            return  # every shard that begins writes `running` anew: that is no new state
        self._states[submission] = now
        self._notify(submission_event(self._watched.paths.round, submission, told, sealed=self._sealed))

    def _alarm(self, submission: str, name: str, since: str) -> None:
        """Once for as long as it lasts."""
        if self._alarms.get(submission) != name:
            self._alarms[submission] = name
            self._notify(alarm(self._watched.paths.round, name, since, submission=submission))


def _now() -> str:
    return iso(time.time())
