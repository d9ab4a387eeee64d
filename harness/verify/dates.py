"""Did the round keep the calendar that it published, or say why not? By the log's lines under its signed head.

Each step is held against the last calendar before it: a date that was changed afterwards is found as such. Steps whose
line names its time are compared by that time, the others by the time of their line.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from harness.attest import log
from harness.attest.log import LogEntry
from harness.calendar import Calendar, moment, read_calendar
from harness.commitment import announced
from harness.round_state import LATE
from harness.verify import heads
from harness.verify.evidence import Evidence
from harness.verify.report import Check, failed, ok

_STEPS = {  # of a round, each with the event that ends the time in which its date may change
    "open": ("round.intake", "round.intake"),
    "close": ("round.closed", "round.closed"),
    "draw": ("round.drawn", "round.closed"),
    "run": ("round.running", "round.running"),
    "reveal": ("round.revealed", "round.revealed"),
    "publish": ("round.published", "round.published"),
}
_TIMES = {"round.closed": "at", "round.drawn": "dated", "round.revealed": "at"}


def check(evidence: Evidence) -> Iterator[Check]:
    """Every step that was taken; nothing for a round without a calendar."""
    lines = heads.standing(evidence)
    calendars = [
        (one.index, read_calendar(one.facts["calendar"], _line(one), sealed=evidence.sealed_round))
        for one in lines
        if one.event == "round.calendar"
    ]
    if not calendars:
        return
    kept = True
    for step, (event, fixing) in _STEPS.items():
        taken = next((one for one in lines if one.event == event), None)
        fixed = next((one for one in lines if one.event == fixing), None)
        if taken is not None and fixed is not None:
            found = list(_step(step, taken, fixed, calendars, lines))
            kept = kept and not found
            yield from found
    if kept:
        yield ok("every step kept the date that was published before it")


def _step(
    step: str,
    taken: LogEntry,
    fixed: LogEntry,
    calendars: Sequence[tuple[int, Calendar]],
    lines: Sequence[LogEntry],
) -> Iterator[Check]:
    """What is to be said of one step."""
    before = [calendar for index, calendar in calendars if index < fixed.index]
    if not before:
        yield failed(_line(taken), f"`{step}` was taken before any calendar was published")
        return
    due = before[-1].due(step)
    for index, later in calendars:
        if index > fixed.index and later.due(step) != due:
            yield failed(
                f"{log.NAME}, line {index + 1}", f"the date of `{step}` was changed after line {fixed.index + 1}"
            )
    if step == "close" and before[-1].announced and not announced(str(taken.facts["source"]), before[-1].announced):
        yield failed(_line(taken), f"another source of randomness than the calendar's, {before[-1].announced}")
    if due is not None and (words := _departure(step, taken, due)):
        forced = [one for one in lines[: taken.index] if one.event == "round.forced"]
        said = [one for one in forced if (one.facts.get("step"), one.facts.get("due")) == (step, due.isoformat())]
        if said and step != "draw":
            yield ok(f"{words}, for the reason of line {said[-1].index + 1}: {said[-1].facts.get('reason')}")
        else:
            yield failed(_line(taken), f"{words}, and no line before it says why")


def _departure(step: str, taken: LogEntry, due: datetime.datetime) -> str:
    """How a step departs from its date; empty where it does not. Only a late closing favours anybody."""
    key = _TIMES.get(taken.event)
    at = moment(taken.facts[key] if key else taken.time, _line(taken))
    if at < due or (step == "draw" and at == due):
        return f"`{step}` was due at {due.isoformat()}, and is of {at.isoformat()}"
    if step == "close" and at > due + LATE:
        return f"`{step}` was due at {due.isoformat()}, and came late, at {at.isoformat()}"
    return ""


def _line(entry: LogEntry) -> str:
    return f"{log.NAME}, line {entry.index + 1}"
