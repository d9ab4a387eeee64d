"""What can be told: a submission or a round has another state, or something needs a person. Never what was asked.

A notification leaves the machine, so it holds no item, no answer and nothing that could quote one. In a sealed round
a failure is told by its kind of error and by whose fault it is, with our own words for both, and by no word of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from harness.canonical import sha256_json
from harness.errors import UsageError
from harness.notify.faults import fault_of
from harness.rulings import OUT, Kind, Ruling
from harness.types import Fault, Json

EventKind = Literal["submission", "round", "alarm"]
KINDS: tuple[EventKind, ...] = get_args(EventKind)
LAST = "the last one: "  # before the reason of the last of several failures, as `harness.conduct` tells them
_LONGEST = 300  # characters of a reason
_FAILED = ("failed", "refused")
_RULED = {"admit": "admitted", "void": "voided", **OUT}
_WORD = re.compile(r"[a-z][a-z0-9 _-]{0,39}")  # a state or an alarm: a word of ours, never free text


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that has happened, as it may be told to anyone."""

    kind: EventKind
    round: str
    subject: str  # TEAM/ENTRY; empty for the round itself
    state: str  # the new state, or the name of the alarm
    since: str  # ISO time
    fault: str = ""  # whose a failure is: own (the submission's) or ours; empty where nothing failed
    error: str = ""  # kind of error, for instance EngineError; empty where it is not known
    reason: str = ""  # first line; of a failure in a sealed round always empty

    @property
    def key(self) -> str:
        """The same for the same event, however often and by whomever it is noticed: reasons may be worded anew."""
        return sha256_json([self.kind, self.round, self.subject, self.state, self.since])[:24]


def submission_event(round_: str, submission: str, state: Mapping[str, Json], *, sealed: bool) -> Event:
    """A submission's new state, from its `state.json`; `sealed`: the round's items are secret."""
    reason = str(state.get("reason", ""))
    error = fault_of(str(state.get("error", ""))) or fault_of(reason) or fault_of(reason.rpartition(LAST)[2])
    whose = str(state.get("fault", "")) if state["state"] in _FAILED else ""
    told = {"error": error, "fault": whose if whose in get_args(Fault) else ""}
    told["reason"] = "" if sealed else _first_line(reason)
    return _checked(Event("submission", round_, submission, state["state"], state["since"], **told))


def ruling_event(round_: str, ruling: Ruling, former: Kind | None = None) -> Event | None:
    """A decision about a submission, which is public as its reason is; None of a kind that changes no state.

    `former` is the kind of ruling that a reinstatement takes back.
    """
    state = {**_RULED, "reinstate": "restored" if former == "void" else "reinstated"}.get(ruling.kind)
    if state is None:
        return None
    reason = f"{ruling.task}: {ruling.reason}" if ruling.task else ruling.reason
    return _checked(Event("submission", round_, ruling.submission, state, ruling.at, reason=_first_line(reason)))


def round_event(round_: str, state: str, since: str, reason: str = "") -> Event:
    """A round's new state, or what was published of it; `reason`: the organisers' own words, which are public."""
    return _checked(Event("round", round_, "", state, since, reason=_first_line(reason)))


def alarm(round_: str, name: str, since: str, *, submission: str = "", why: str = "") -> Event:
    """Something that needs a person: `name` is a word of ours, for instance `too long in its state`.

    `why` holds numbers, names of jobs and what the site says of them: nothing that a worker said.
    """
    return _checked(Event("alarm", round_, submission, name, since, reason=_first_line(why)))


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
