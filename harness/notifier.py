"""What is new of a round, told: states, decisions and alarms. `harness.notify` says how and to whom.

The same event has the same key whoever notices it, the command that did it, a conductor, or a `defi round status
--watch`: it is told once.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator, Sequence

from harness.attest.log import LogEntry
from harness.conduct import Spectator
from harness.due import Outcome
from harness.errors import DefiError
from harness.notify import Event, alarm, round_event, ruling_event, submission_event
from harness.record import RoundPaths, RunPaths, read_json
from harness.round_state import Life
from harness.rulings import Ruling, read_rulings
from harness.types import Json
from harness.watching import View, Watched, look
from harness.watching.conductor import Heartbeat
from harness.watching.logs import iso

_EVERY = 60.0  # seconds between two looks for alarms
_TOLD = {"round.calendar": "amended", "round.corrected": "corrected"}  # lines of the log that lead to no other state
_QUIET = ("free", "unknown")  # states of a round that are not told


def life_events(life: Life) -> Iterator[Event]:
    """Where a round stands, and the last amendment and correction that its log tells."""
    if life.state not in _QUIET:
        yield round_event(life.name, life.state, life.since, _early(life))
    for event, state in _TOLD.items():
        told = [line for line in life.log if line.event == event and ("changed" in line.facts or state != "amended")]
        if told:
            yield round_event(life.name, state, told[-1].time, _reason(told[-1]))


def ruling_events(round_: str, rulings: Sequence[Ruling]) -> Iterator[Event]:
    """Every decision about a submission that changes where it stands."""
    for one in rulings:
        former = rulings[one.takes_back - 1].kind if one.takes_back else None
        if (event := ruling_event(round_, one, former)) is not None:
            yield event


def _early(life: Life) -> str:
    """Why the step that led to this state was not taken at its date; empty where it was."""
    line = next((one for one in reversed(life.log) if one.time == life.since), None)
    before = life.log[line.index - 1] if line is not None and line.index else None
    return _reason(before) if before is not None and before.event == "round.forced" else ""


def _reason(line: LogEntry) -> str:
    return str(line.facts.get("correction") or line.facts.get("reason") or "")


class Teller:
    """Tells what one look after the other finds of a round, each thing once for as long as it lasts."""

    def __init__(self, notify: Callable[[Event], object], watched: Watched) -> None:
        """`notify` puts an event to be told (a courier's). Of what was decided, what comes from now on is told."""
        self._notify, self._watched = notify, watched
        self._alarms: dict[str, str] = {}
        self._life: tuple[str, str] | None = None
        self._began = iso(time.time())
        self._told: set[str] = set()

    def look(self) -> View:
        """Look at the whole round now, and tell."""
        view = look(self._watched, datetime.datetime.now(datetime.UTC))
        self.tell(view)
        return view

    def tell(self, view: View) -> None:
        """What a look found: the round's own state, decisions, and what is longer in its state than expected."""
        life = (str(view.life["state"]), str(view.life["since"]))
        if life[0] not in _QUIET and life != self._life:
            self._notify(round_event(view.round, *life))
            self._life = life
        self._decisions()
        if view.alarm is not None:
            self.alarm("", view.alarm.name, view.looked, view.alarm.why)
        else:
            self._alarms.pop("", None)
        for row in view.rows:
            if row.alarm is not None:
                self.alarm(row.submission, row.alarm.name, row.since, row.alarm.why)
            else:
                self._alarms.pop(row.submission, None)

    def alarm(self, submission: str, name: str, since: str, why: str = "") -> None:
        """Of a submission, or of the round where it names none; once for as long as it lasts."""
        if self._alarms.get(submission) != name:
            self._alarms[submission] = name
            self._notify(alarm(self._watched.paths.round, name, since, submission=submission, why=why))

    def _decisions(self) -> None:
        """Those made since this began."""
        paths: RoundPaths = self._watched.paths
        for event in ruling_events(paths.round, read_rulings(paths.folder)):
            if event.since >= self._began and event.key not in self._told:
                self._told.add(event.key)
                self._notify(event)


class Notifier:
    """A spectator of a round that has every new state told, and every alarm; passes everything on to another one."""

    def __init__(self, inner: Spectator, notify: Callable[[Event], object], watched: Watched, *, sealed: bool) -> None:
        """Tell by `notify` (a courier's).

        Args:
            inner: who else watches.
            notify: puts an event to be told.
            watched: the round, with what is expected of it.
            sealed: whether its items are secret: no reason is told then, but the kind of error and whose fault it is.
        """
        self._inner, self._notify, self._watched, self._sealed = inner, notify, watched, sealed
        self._teller = Teller(notify, watched)
        self._heart = Heartbeat(watched.paths, watched.expected.look_every)
        self._states: dict[str, tuple[str, bool]] = {}
        self._looked = time.monotonic()

    def moved(self, submission: str, run: RunPaths, errands: Sequence[str]) -> None:
        """A look of the conductor's: a new state is told, and now and then the whole round is looked at."""
        self._inner.moved(submission, run, errands)
        self._heart.beat()
        self._state(submission, run)
        if time.monotonic() - self._looked > _EVERY:
            self.look()

    def ended(self, submission: str, run: RunPaths, end: Outcome) -> None:
        """A submission needs nothing more, or is stopped."""
        self._inner.ended(submission, run, end)
        since = ""
        try:
            self._state(submission, run)
            since = str(read_json(run.state, {}).get("since", ""))
        except DefiError as error:  # a record that cannot be read is told of all the same
            self._inner.said(f"the end of {submission} could not be read: {error}")
        if end.result == "failed" and end.fault == "ours":
            self._teller.alarm(submission, "tries spent", since or iso(time.time()))

    def said(self, words: str) -> None:
        """For those who sit before it; no event, as it may be anything."""
        self._inner.said(words)

    def look(self) -> None:
        """Look at the whole round now: its own state, and what is longer in its state than expected."""
        self._looked = time.monotonic()
        try:
            self._teller.look()
        except DefiError as error:  # of the round, or of one record: no trouble of who is visited, nor of the conductor
            self._inner.said(f"the round could not be looked at: {error}")

    def _state(self, submission: str, run: RunPaths) -> None:
        told: dict[str, Json] = read_json(run.state, {})
        state, last = str(told.get("state", "")), told.get("again") is False  # whether no other try follows
        if not state or self._states.get(submission) == (state, last):
            return  # every shard that begins writes `running` anew: that is no new state
        self._states[submission] = state, last
        if state == "failed" and not told.get("error"):  # it was stopped for what its shards met
            told = {**told, "error": _error_of_parts(run)}
        self._notify(submission_event(self._watched.paths.round, submission, told, sealed=self._sealed))


def _error_of_parts(run: RunPaths) -> str:
    """The kind of error that a shard failed with last."""
    told = (read_json(path, {}) for path in sorted(run.parts.glob("*/state.json")))
    failed = [one for one in told if one.get("state") == "failed" and one.get("error")]
    return str(max(failed, key=lambda one: str(one.get("since")))["error"]) if failed else ""
