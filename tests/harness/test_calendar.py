"""A round's calendar: which files are one, and what is said of those that are not."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from harness.calendar import CalendarError, find_calendar, moment, read_calendar

SCHEMA = Path(__file__).parents[2] / "docs/schemas/calendar.schema.json"
OPEN = {
    "opens": "2027-03-01T12:00:00+01:00",
    "closes": "2027-05-31T23:59:00+02:00",
    "runs_from": "2027-06-01T12:00:00+02:00",
    "publishes": "2027-09-01T14:00:00+02:00",
}
SEALED: dict[str, Any] = {
    **OPEN,
    "randomness": {"source": "drand quicknet", "after": "2027-06-01T12:00:00+02:00"},
    "reveals": "2027-09-01T12:00:00+02:00",
}


@pytest.mark.parametrize(("raw", "sealed"), [(OPEN, False), (SEALED, True)])
def test_a_calendar_survives_being_published(raw: dict[str, Any], sealed: bool) -> None:
    """What the log holds gives the same dates as the file, and keeps the schema."""
    made = read_calendar(raw, "x", sealed=sealed)
    jsonschema.validate(made.to_json(), json.loads(SCHEMA.read_bytes()))
    assert read_calendar(made.to_json(), "x", sealed=sealed) == made
    assert made.to_json() == raw


def test_the_example_is_a_calendar_of_a_sealed_round(checkout: Path) -> None:
    """Dates that YAML reads as times are those that it writes as texts."""
    found = find_calendar(checkout / "configs", "example", sealed=True)
    assert found == read_calendar(SEALED, "x", sealed=True)
    assert find_calendar(checkout / "configs", "demo", sealed=False) is None


def test_every_step_has_its_date() -> None:
    """A step that waits for no date may be taken at once."""
    made = read_calendar(SEALED, "x", sealed=True)
    due = {step: made.due(step) for step in ("open", "close", "draw", "run", "reveal", "publish", "new")}
    assert due["draw"] == moment(SEALED["randomness"]["after"], "x")
    assert due["reveal"] == moment(SEALED["reveals"], "x")
    assert due["new"] is None
    assert read_calendar(OPEN, "x", sealed=False).due("reveal") is None
    assert made.announced == "drand quicknet, the first value after 2027-06-01T12:00:00+02:00"


GOLDEN = [
    ({"opens": "2027-03-01"}, "cal, opens: '2027-03-01' is no time with an offset"),
    ({"opens": "2027-03-01T12:00:00"}, "cal, opens: '2027-03-01T12:00:00' is no time with an offset"),
    ({"opens": datetime.date(2027, 3, 1)}, "cal, opens: '2027-03-01' is no time with an offset"),
    ({"opens": None}, "cal, opens: 'None' is no time with an offset"),
    (
        {"closes": OPEN["opens"]},
        "cal: `closes` (2027-03-01T12:00:00+01:00) is not after `opens` (2027-03-01T12:00:00+01:00)",
    ),
    (
        {"randomness": {"source": "drand", "after": OPEN["closes"]}},
        "cal: `randomness.after` (2027-05-31T23:59:00+02:00) is not after `closes` (2027-05-31T23:59:00+02:00)",
    ),
    (
        {"reveals": "2027-06-01T12:00:00+02:00"},
        "cal: `reveals` (2027-06-01T12:00:00+02:00) is not after `runs_from` (2027-06-01T12:00:00+02:00)",
    ),
    ({"randomness": {"source": " ", "after": OPEN["runs_from"]}}, "cal, randomness.source: no source of randomness"),
    ({"randomness": {"source": "drand"}}, "cal, randomness: keys: missing after"),
    ({"randomness": "drand"}, "cal, randomness: not keys with dates"),
    ({"ends": "2027"}, "cal: keys: unknown ends"),
]


@pytest.mark.parametrize(("change", "said"), GOLDEN)
def test_a_wrong_calendar_says_which_line(change: dict[str, Any], said: str) -> None:
    """The words name the key, what is wrong with it, and what a right one looks like."""
    with pytest.raises(CalendarError) as told:
        read_calendar({**SEALED, **change}, "cal", sealed=True)
    assert str(told.value).startswith(said)
    assert told.value.remedy


def test_only_a_sealed_round_draws_and_reveals() -> None:
    """A round in the open that promises randomness promises what it does not do; a sealed one must say when."""
    with pytest.raises(CalendarError, match="unknown randomness, reveals") as told:
        read_calendar(SEALED, "cal", sealed=False)
    assert told.value.remedy == "a round in the open has opens, closes, runs_from, publishes"
    with pytest.raises(CalendarError, match="missing randomness, reveals"):
        read_calendar(OPEN, "cal", sealed=True)


@pytest.mark.parametrize("text", ["opens: [", "opens: 2027-13-41T12:00:00Z", "- a", ""])
def test_a_file_that_is_no_calendar_is_named(tmp_path: Path, text: str) -> None:
    """Broken YAML, a day that no month has, a list, an empty file."""
    (tmp_path / "calendar").mkdir()
    (tmp_path / "calendar/spring.yaml").write_text(text)
    with pytest.raises(CalendarError, match=r"configs/calendar/spring\.yaml"):
        find_calendar(tmp_path, "spring", sealed=False)


def test_running_and_publishing_may_follow_at_once() -> None:
    """A round may be run from the moment of the drawing, and published at the reveal."""
    at_once = {**SEALED, "publishes": SEALED["reveals"]}
    assert read_calendar(yaml.safe_load(yaml.safe_dump(at_once)), "x", sealed=True).publishes
