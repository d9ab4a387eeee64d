"""A round's calendar: `configs/calendar/ROUND.yaml`, the dates that its steps keep. A round without one has no dates.

What the calendar says is published when the round begins. It is changed by an amendment that everybody can read, and
never silently: `harness.round_life` compares the file with what was published at every step.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from harness.errors import RoundError
from harness.types import Json

FOLDER = "calendar"  # in configs/
STEPS = {  # what a step waits for
    "open": "opens",
    "close": "closes",
    "draw": "randomness.after",
    "run": "runs_from",
    "reveal": "reveals",
    "publish": "publishes",
}
_SEALED_ONLY = ("randomness", "reveals")
_KEYS = ("opens", "closes", "randomness", "runs_from", "reveals", "publishes")
_EXAMPLE = "an ISO time with its offset, for instance 2027-03-01T12:00:00+01:00"


class CalendarError(RoundError):
    """A round's calendar is wrong."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The dates of one round, each with its time zone."""

    opens: datetime.datetime  # from when the intake takes submissions
    closes: datetime.datetime  # until when
    runs_from: datetime.datetime
    publishes: datetime.datetime
    source: str = ""  # of a sealed round's public randomness, by its name
    after: datetime.datetime | None = None  # the first value of that source after this time is taken
    reveals: datetime.datetime | None = None  # when a sealed round shows its secret

    @property
    def announced(self) -> str:
        """Where the randomness will come from, in the words that are published; empty for a round in the open."""
        return f"{self.source}, the first value after {self.after.isoformat()}" if self.after else ""

    def due(self, step: str) -> datetime.datetime | None:
        """From when a step may be taken; None where it waits for no date."""
        dates = {name: getattr(self, key.partition(".")[2] or key) for name, key in STEPS.items()}
        found: datetime.datetime | None = dates.get(step)
        return found

    def to_json(self) -> dict[str, Json]:
        """As the file holds it."""
        drawn = {"source": self.source, "after": self.after.isoformat()} if self.after else None
        found = {"opens": self.opens, "closes": self.closes, "randomness": drawn, "runs_from": self.runs_from}
        found |= {"reveals": self.reveals, "publishes": self.publishes}
        return {
            key: value.isoformat() if isinstance(value, datetime.datetime) else value
            for key, value in found.items()
            if value is not None
        }


def find_calendar(configs: Path, name: str, *, sealed: bool) -> Calendar | None:
    """The calendar of a round; None where it has none. CalendarError says which line of it is wrong."""
    path = configs / FOLDER / f"{name}.yaml"
    if not path.is_file():
        return None
    where = f"configs/{FOLDER}/{name}.yaml"
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:  # a day that no month has is a ValueError
        raise CalendarError(f"not YAML: {str(error).splitlines()[0]}", where=where, remedy=_EXAMPLE) from error
    return read_calendar(raw, where, sealed=sealed)


def read_calendar(raw: Json, where: str, *, sealed: bool) -> Calendar:
    """Check what a file or the round's log says, and make it a Calendar."""
    wanted = [key for key in _KEYS if sealed or key not in _SEALED_ONLY]
    _refuse_keys(raw, wanted, where, sealed=sealed)
    drawn: Mapping[str, Json] = raw["randomness"] if sealed else {"source": "", "after": None}
    if sealed:
        _refuse_keys(drawn, ["source", "after"], f"{where}, randomness", sealed=sealed)
        if not str(drawn["source"] or "").strip():
            remedy = "name a beacon that signs what it publishes, for instance drand quicknet"
            raise CalendarError("no source of randomness is named", where=f"{where}, randomness.source", remedy=remedy)
    dates = {key: moment(raw[key], f"{where}, {key}") for key in wanted if key != "randomness"}
    after = moment(drawn["after"], f"{where}, randomness.after") if sealed else None
    made = Calendar(**dates, source=str(drawn["source"]).strip(), after=after)
    _refuse_disorder(made, where)
    return made


def moment(raw: Json, where: str) -> datetime.datetime:
    """A time with its offset; CalendarError on anything else."""
    found = raw
    if isinstance(raw, str):
        try:
            found = datetime.datetime.fromisoformat(raw)
        except ValueError:
            found = None
    if not isinstance(found, datetime.datetime) or found.tzinfo is None:
        raise CalendarError(f"{str(raw)!r} is no time with an offset", where=where, remedy=_EXAMPLE)
    return found


def _refuse_keys(raw: Json, wanted: list[str], where: str, *, sealed: bool) -> None:
    if not isinstance(raw, Mapping):
        raise CalendarError("not keys with dates", where=where, remedy=f"keys: {', '.join(wanted)}")
    unknown, missing = sorted(map(str, raw.keys() - set(wanted))), [key for key in wanted if key not in raw]
    if unknown or missing:
        said = [f"{what} {', '.join(keys)}" for what, keys in (("unknown", unknown), ("missing", missing)) if keys]
        kind = "sealed round" if sealed else "round in the open"
        raise CalendarError(f"keys: {'; '.join(said)}", where=where, remedy=f"a {kind} has {', '.join(wanted)}")


def _refuse_disorder(made: Calendar, where: str) -> None:
    """Each date must be later than the one before it, but for running and publishing, which may follow at once."""
    keys = [key for key in STEPS.values() if made.due(_STEP_OF[key]) is not None]
    for before, after in itertools.pairwise(keys):
        first, second = made.due(_STEP_OF[before]), made.due(_STEP_OF[after])
        at_once = after in ("runs_from", "publishes")
        if first and second and (second < first or (second == first and not at_once)):
            what = f"`{after}` ({second.isoformat()}) is not after `{before}` ({first.isoformat()})"
            raise CalendarError(what, where=where, remedy=f"the order is {', '.join(keys)}")


_STEP_OF = {key: step for step, key in STEPS.items()}
