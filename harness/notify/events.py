"""What can be told: a submission or a round has another state, or something needs a person. Never what was asked.

A notification leaves the machine, so it holds no item, no answer and nothing that could quote one. In a sealed round
the reason of a failure is the kind of error alone, and our own words for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from harness.canonical import sha256_json
from harness.errors import UsageError
from harness.notify.faults import fault_of
from harness.types import Json

EventKind = Literal["submission", "round", "alarm"]
KINDS: tuple[EventKind, ...] = get_args(EventKind)
_LONGEST = 300  # characters of a reason
_WORD = re.compile(r"[a-z][a-z0-9 _-]{0,39}")  # a state or an alarm: a word of ours, never free text


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that has happened, as it may be told to anyone."""

    kind: EventKind
    round: str
    subject: str  # TEAM/ENTRY; empty for the round itself
    state: str  # the new state, or the name of the alarm
    since: str  # ISO time
    fault: str = ""  # kind of error, for instance EngineError
    reason: str = ""  # first line of the reason; always empty in a sealed round

    @property
    def key(self) -> str:
        """The same for the same event, however often and by whomever it is noticed: reasons may be worded anew."""
        return sha256_json([self.kind, self.round, self.subject, self.state, self.since])[:24]


def submission_event(round_: str, submission: str, state: Mapping[str, Json], *, sealed: bool) -> Event:
    """A submission's new state, from its `state.json`; `sealed`: the round's items are secret."""
    reason = str(state.get("reason", ""))
    fault = fault_of(str(state.get("error", ""))) or fault_of(reason)
    told = {"fault": fault, "reason": "" if sealed else _first_line(reason)}
    return _checked(Event("submission", round_, submission, state["state"], state["since"], **told))


def round_event(round_: str, state: str, since: str) -> Event:
    """A round's new state."""
    return _checked(Event("round", round_, "", state, since))


def alarm(round_: str, name: str, since: str, *, submission: str = "", fault: str = "") -> Event:
    """Something that needs a person: `name` is a word of ours, for instance `too long in its state`."""
    return _checked(Event("alarm", round_, submission, name, since, fault=fault_of(fault)))


def _first_line(reason: str) -> str:
    line = (reason.splitlines() or [""])[0]
    text = "".join(char if char.isprintable() else " " for char in line).strip()
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _checked(event: Event) -> Event:
    if not _WORD.fullmatch(event.state):
        remedy = "a state or an alarm is a short word of ours: what a model or an item said is never told"
        raise UsageError(
            f"{event.state[:40]!r} is no state", where=f"notification of round {event.round}", remedy=remedy
        )
    return event
