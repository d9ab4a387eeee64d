"""Where a round stands: what its files and its log say of it. Nothing here writes but `settle`.

    committed → open → closed → drawn → running → ended → revealed → published

A round in the open is neither drawn nor revealed. One that nobody began is *free*: it has no dates, is run at once, and
every other step of a life is refused. The order is kept by all; the dates of a calendar may be departed from by a
decision, which is published with its reason.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from harness.attest.log import NAME as LOG
from harness.attest.log import LogEntry, read_log
from harness.attest.log_head import append_signed
from harness.calendar import Calendar, read_calendar
from harness.canonical import changed_fields, sha256_json
from harness.commitment import read_published
from harness.errors import RoundError
from harness.record import read_json
from harness.sealed_round import LIFE, LIFE_SCHEMA, logged_facts
from harness.types import Json

State = Literal["free", "committed", "open", "closed", "drawn", "running", "ended", "revealed", "published"]
STATES: tuple[State, ...] = get_args(State)
EVENTS: dict[str, State] = {  # of the round's log
    "round.opened": "committed",
    "round.committed": "committed",
    "round.intake": "open",
    "round.closed": "closed",
    "round.drawn": "drawn",
    "round.running": "running",
    "round.ended": "ended",
    "round.revealed": "revealed",
    "round.published": "published",
}
LATE = datetime.timedelta(hours=1)  # after which a closing would favour those who came meanwhile
_VERBS = ("new", "open", "close", "draw", "run", "run", "reveal", "publish")  # what leads to each state but the first
_SEALED_ONLY = ("drawn", "revealed")
_DONE: dict[State, str] = {"open": "opened", "running": "run"}  # of a state that is no participle: what led to it


class LifeError(RoundError):
    """A step of a round's life is asked for out of order, or not at its date."""


@dataclass(frozen=True, slots=True)
class Life:
    """A round's life so far."""

    folder: Path
    sealed: bool
    state: State
    since: str  # of the state; ISO, UTC; empty for a free round
    calendar: Calendar | None  # as it was published
    content: Mapping[str, Json] | None  # of seed.json, or of life.json; None for a free round
    log: tuple[LogEntry, ...]

    @property
    def name(self) -> str:
        """The round's name."""
        return self.folder.name

    @property
    def order(self) -> tuple[State, ...]:
        """The states that this round goes through."""
        return tuple(state for state in STATES[1:] if self.sealed or state not in _SEALED_ONLY)

    @property
    def next(self) -> str:
        """The command that comes next, and from when on."""
        if self.state in ("running", "published"):
            return f"`defi round run {self.name}` until every run has ended" if self.state == "running" else ""
        following = self.order[self.order.index(self.state) + 1] if self.state != "free" else "committed"
        verb = _VERBS[STATES.index(following) - 1]
        due = self.calendar.due(verb) if self.calendar else None
        return f"`defi round {verb} {self.name}`" + (f" from {due.isoformat()} on" if due else "")

    @property
    def summary(self) -> str:
        """In one line, with what comes next."""
        kind = "sealed round" if self.sealed else "round in the open"
        if self.state == "free":
            run = "" if self.sealed else f", or `defi round run {self.name}` without one"
            return f"{kind}, not opened: {self.next}{run}"
        return f"{kind}, {self.state} since {self.since}" + (f"; next is {self.next}" if self.next else "")


def read_life(folder: Path, *, sealed: bool) -> Life:
    """What `runs/ROUND` says of the round's life; `sealed` is what its configuration says."""
    content = read_content(folder)
    log = read_log(folder / LOG)
    calendars = [one.facts["calendar"] for one in log if one.event == "round.calendar"]
    dates = calendars[-1] if calendars else None
    calendar = read_calendar(dates, f"{folder.name}/{LOG}", sealed=sealed) if dates else None
    if content is None:
        return Life(folder, sealed, "free", "", calendar, None, log)
    steps = [(EVENTS[one.event], one.time) for one in log if one.event in EVENTS]
    state, since = steps[-1] if steps else ("committed", str(content["opened"]))
    for event in steps_of(content):  # a step whose line was not written any more was taken all the same
        if STATES.index(EVENTS[event]) > STATES.index(state):
            state, since = EVENTS[event], ""
    if state == "committed" and calendar is None:
        state = "open"  # there is no date to wait for
    return Life(folder, sealed, state, since or _time_of(content, state), calendar, content, log)


def read_content(folder: Path) -> dict[str, Json] | None:
    """The file of a round's life: `seed.json` of a sealed one, `life.json` of one in the open; None of a free round."""
    found: dict[str, Json] | None = read_published(folder) or read_json(folder / LIFE)
    if found is not None and found.get("schema") == LIFE_SCHEMA and not isinstance(found.get("rules"), dict):
        raise LifeError("the file is damaged", where=f"{folder.name}/{LIFE}", remedy="restore it")
    return found


def steps_of(content: Mapping[str, Json]) -> dict[str, dict[str, Json]]:
    """The lines of the log that follow from the file of a round's life."""
    if content["schema"] != LIFE_SCHEMA:
        return logged_facts(content)
    steps = {"round.committed": {key: content[key] for key in ("generator_digest", "rules_digest")}}
    if (closed := content["closed"]) is not None:
        listed = {"entries": len(closed["submissions"]), "submissions_sha256": sha256_json(closed["submissions"])}
        steps["round.closed"] = {"at": closed["at"], **listed}
    return steps


def settle(folder: Path) -> None:
    """Every step that was taken has its line in the log, also when it was interrupted before it could write it."""
    content = read_content(folder)
    if content is None:
        return
    said = {entry.event for entry in read_log(folder / LOG)}
    for event, facts in steps_of(content).items():
        if event not in said:
            append_signed(folder / LOG, event, facts)


def demand(life: Life, *needed: State, wanted: State) -> None:
    """LifeError where the round has not come so far as `needed`, or is further already."""
    if life.state in needed:
        return
    if life.state == "free":
        remedy = f"`defi round new {life.name}` begins one" + ("" if life.sealed else "; a free round is run at once")
        raise LifeError("this round has not been opened: it has no life yet", where=life.name, remedy=remedy)
    done = STATES.index(life.state) >= STATES.index(wanted)
    what = (
        f"the round is {life.state}: it was {_DONE.get(wanted, wanted)} already"
        if done
        else f"the round is only {life.state}"
    )
    what = f"the round is {life.state} already" if life.state == wanted else what
    raise LifeError(what, where=life.name, remedy=f"next is {life.next}" if life.next else "its life is over")


def departure(life: Life, step: str, now: datetime.datetime, reason: str) -> dict[str, Json] | None:
    """How a step departs from the calendar, for the log; None where it does not. LifeError where no reason is given."""
    due = life.calendar.due(step) if life.calendar else None
    if due is None:
        return None
    late = step == "close" and now > due + LATE
    if due <= now and not late:
        return None
    if not reason:
        what = f"`{step}` was due at {due.isoformat()}: what came since would be favoured" if late else ""
        remedy = "wait" if not late else "move away what came since, or amend the calendar"
        raise LifeError(
            what or f"`{step}` is due at {due.isoformat()}, in {_span(due - now)}",
            where=life.name,
            remedy=f"{remedy}; or `--force REASON`, which is published",
        )
    return {"step": step, "due": due.isoformat(), "reason": reason}


def log_departure(life: Life, facts: Mapping[str, Json] | None) -> None:
    """Publish why a step does not keep its date, before it is taken; once."""
    said = [one.facts for one in life.log if one.event == "round.forced"]
    if facts is not None and (not said or said[-1] != facts):
        append_signed(life.folder / LOG, "round.forced", facts)


def refuse_other_calendar(life: Life, calendar: Calendar | None) -> None:
    """LifeError where the calendar's file says otherwise than what was published; names what changed."""
    told, here = ({} if one is None else one.to_json() for one in (life.calendar, calendar))
    if life.state != "free" and (changed := list(changed_fields(told, here))):
        remedy = f"`defi round amend {life.name} --reason …` publishes the change; or restore the file"
        what = f"the calendar is not the one that was published; changed: {', '.join(changed)}"
        raise LifeError(what, where=life.name, remedy=remedy)


def said_time(moment: datetime.datetime) -> str:
    """As the published files write a time."""
    return moment.astimezone(datetime.UTC).isoformat(timespec="milliseconds")


def _time_of(content: Mapping[str, Json], state: State) -> str:
    """When a step was taken whose line the log does not have yet."""
    within = {"closed": ("closed", "at"), "drawn": ("randomness", "drawn"), "revealed": ("revealed", "at")}
    part, key = within.get(state, ("", ""))
    return str(content[part][key]) if part else str(content["opened"])


def _span(left: datetime.timedelta) -> str:
    if left < datetime.timedelta(minutes=1):
        return "less than a minute"
    hours, rest = divmod(int(left.total_seconds()), 3600)
    return f"{hours // 24} days" if hours >= 48 else f"{hours} h {rest // 60} min"
