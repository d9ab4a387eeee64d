"""A round's calendar in its log: each step is held against the dates that were published before it."""

from __future__ import annotations

import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from life import at, dates

from harness.attest.keys import SigningKey
from harness.attest.log import LogEntry
from harness.attest.log_head import append_signed
from harness.calendar import Calendar
from harness.types import Json
from harness.verify import verify_record
from harness.verify.dates import check

SOURCE = dates(sealed=True).announced
Line = tuple[str, datetime.datetime, dict[str, Json]]


def calendar(made: Calendar, days: float = 0) -> Line:
    return ("round.calendar", at(days), {"calendar": made.to_json(), "reason": "x"})


def sealed_life() -> list[Line]:
    """Every step a little after its date."""
    return [
        calendar(dates(sealed=True)),
        ("round.opened", at(0), {}),
        ("round.intake", at(10), {}),
        ("round.closed", at(20.02), {"at": at(20.02).isoformat(), "source": SOURCE}),
        ("round.drawn", at(31), {"dated": at(30.1).isoformat()}),
        ("round.running", at(44), {}),
        ("round.revealed", at(50.1), {"at": at(50.1).isoformat()}),
        ("round.published", at(60), {}),
    ]


def told(lines: list[Line], *, sealed: bool = True) -> list[tuple[str, str, str]]:
    """What is said of a log of these lines, without a head."""
    entries = tuple(LogEntry(n, time.isoformat(), event, facts, "", "") for n, (event, time, facts) in enumerate(lines))
    found: Any = SimpleNamespace(entries=entries, log=Path("log.jsonl"), kept=None, sealed_round=sealed)
    return [(one.verdict, one.where, one.words) for one in check(found)]


def test_a_life_that_kept_its_dates_is_fine() -> None:
    """Later is no departure but for the closing, where an hour is given; a round without a calendar has no dates."""
    assert told(sealed_life()) == [("ok", "", "every step kept the date that was published before it")]
    assert told(sealed_life()[1:]) == []


EARLY = {"open": 2, "close": 3, "draw": 4, "run": 5, "reveal": 6, "publish": 7}


@pytest.mark.parametrize("step", EARLY)
def test_a_step_before_its_date_is_found(step: str) -> None:
    """By its own time where it names one; with a reason that was published before, it is said and no failure."""
    lines, place = sealed_life(), EARLY[step]
    event, _, facts = lines[place]
    due = dates(sealed=True).due(step)
    assert due is not None
    early = due - datetime.timedelta(hours=1)
    lines[place] = (event, early, {key: early.isoformat() if key in ("at", "dated") else facts[key] for key in facts})
    ((verdict, where, words),) = told(lines)
    assert (verdict, where) == ("failed", f"log.jsonl, line {place + 1}")
    assert (
        words == f"`{step}` was due at {due.isoformat()}, and is of {early.isoformat()}, and no line before it says why"
    )
    forced = ("round.forced", early, {"step": step, "due": due.isoformat(), "reason": "the minister comes"})
    lines.insert(place, forced)
    ((verdict, _, words),) = told(lines)
    if step == "draw":  # no reason makes a value random that was there before
        assert verdict == "failed"
    else:
        assert (verdict, words.endswith(f"for the reason of line {place + 1}: the minister comes")) == ("ok", True)
    lines[place], lines[place + 1] = lines[place + 1], lines[place]
    assert [verdict for verdict, _, _ in told(lines)] == ["failed"], "a reason that was given afterwards is none"


def test_a_late_closing_is_found() -> None:
    """Whoever came after the date was favoured."""
    lines = sealed_life()
    lines[3] = ("round.closed", at(27), {"at": at(27).isoformat(), "source": SOURCE})
    ((verdict, where, words),) = told(lines)
    assert (verdict, where, "came late" in words) == ("failed", "log.jsonl, line 4", True)


def test_dates_that_were_changed_after_their_step_are_found() -> None:
    """An amendment before the step counts; after it, it is named, and the randomness is fixed at the closing."""
    later = Calendar(at(10), at(27), at(40), at(60), "drand", at(30), at(50))
    late = ("round.closed", at(27.02), {"at": at(27.02).isoformat(), "source": SOURCE})
    lines = sealed_life()
    lines[3] = late
    assert [one[0] for one in told([*lines[:3], calendar(later, 19), *lines[3:]])] == ["ok"]
    found = told([*lines[:4], calendar(later, 28), *lines[4:]])
    assert [(verdict, where) for verdict, where, _ in found] == [
        ("failed", "log.jsonl, line 5"),
        ("failed", "log.jsonl, line 4"),
    ]
    assert "the date of `close` was changed after line 4" in found[0][2]
    other = Calendar(at(10), at(20), at(40), at(60), "drand", at(30.05), at(50))
    lines = sealed_life()
    ((verdict, where, words),) = told([*lines[:4], calendar(other, 21), *lines[4:]])
    assert (verdict, where) == ("failed", "log.jsonl, line 5")
    assert words == "the date of `draw` was changed after line 4"


def test_a_source_that_the_calendar_did_not_announce_is_found() -> None:
    """Closing with one's own dice is no draw of the announced beacon."""
    lines = sealed_life()
    lines[3] = ("round.closed", at(20.02), {"at": at(20.02).isoformat(), "source": "my dice"})
    assert [one[2] for one in told(lines)] == [f"another source of randomness than the calendar's, {SOURCE}"]


def test_verify_reads_the_calendar(own: Path, organiser: SigningKey) -> None:
    """A round in the open that ran before its date fails for whoever verifies one of its records."""
    now = datetime.datetime.now(datetime.UTC)
    days = [now + datetime.timedelta(days=n) for n in (-20, -10, 5, 30)]
    log = own.parents[1] / "log.jsonl"
    append_signed(log, "round.calendar", {"calendar": Calendar(*days).to_json(), "reason": ""}, organiser)
    append_signed(log, "round.running", {"submissions": 1}, organiser)
    wrong = [one for one in verify_record(own, [organiser.public]).checks if one.verdict == "failed"]
    assert [one.name for one in wrong] == ["commitment"]
    assert "`run` was due at" in wrong[0].words
