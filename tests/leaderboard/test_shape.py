"""One record that nobody can read stands in the table as refused, and everybody else's figures as before."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from trial import run, write_scored

from harness.record import RoundPaths, RunPaths, read_run, write_scores
from harness.types import LANGUAGES
from leaderboard.publish import publish
from leaderboard.shape import _STATES, misshapen
from leaderboard.site.language import load_catalogue
from leaderboard.table import build_table

Table = dict[str, Any]
BAD, GOOD = "bravo/two", "alpha/one"


@pytest.fixture
def paths(tmp_path: Path) -> RoundPaths:
    """A round with two records that are scored and not sealed."""
    return write_scored(tmp_path / "runs", GOOD, BAD)


def bad(paths: RoundPaths) -> RunPaths:
    """The record that is changed."""
    return paths.run(*BAD.split("/"))


def changed(file: Callable[[RunPaths], Path], **said: Any) -> Callable[[RunPaths], object]:
    """What writes other values of some keys into a file of a record."""

    def write(files: RunPaths) -> None:
        path = file(files)
        path.write_text(json.dumps({**json.loads(path.read_bytes()), **said}))  # NaN too

    return write


def holding(file: Callable[[RunPaths], Path], text: str) -> Callable[[RunPaths], object]:
    """What puts another text into a file of a record."""
    return lambda files: file(files).write_text(text)


def submission(**said: Any) -> Callable[[RunPaths], object]:
    """Of the declarations."""
    return changed(lambda files: files.submission, **said)


def conditions(**said: Any) -> Callable[[RunPaths], object]:
    """Of the conditions."""
    return changed(lambda files: files.conditions, **said)


def state(**said: Any) -> Callable[[RunPaths], object]:
    """Of where the run stands."""
    return changed(lambda files: files.state, **said)


CHANGES: dict[str, Callable[[RunPaths], object]] = {
    "title of no text": submission(title=None),
    "title of many": submission(title=["x"]),
    "licence of no text": submission(license=7),
    "languages of no texts": submission(languages=[[["x"]]]),
    "no language list": submission(languages=True),
    "negative parameters": submission(parameters=-1),
    "parameters of many digits": submission(parameters=10**400),
    "parameters that are none": submission(parameters=float("nan")),
    "a true number of parameters": submission(parameters=True),
    "weights of another kind": submission(weights="ajar"),
    "country of no text": submission(country={"a": 1}),
    "a declaration that is a list": holding(lambda files: files.submission, "[]"),
    "half a declaration": holding(lambda files: files.submission, '{"title'),
    "a declaration without end": holding(lambda files: files.submission, "[" * 100_000),
    "energy without joules": conditions(energy={"measured": True}),
    "endless energy": conditions(energy={"measured": True, "joules": float("inf"), "idle": "keep", "scope": "gpu"}),
    "hardware of no facts": conditions(hardware="secret"),
    "departures of no rule": conditions(departures=[[]]),
    "half a budget": conditions(budget={"planned": {}}),
    "isolation of no facts": conditions(isolation="none"),
    "a package's endless number": conditions(packages={"x": float("-inf")}),
    "a number for no column": conditions(packages={"x": 10**30}),
    "an unknown state": state(state="winning"),
    "no state": holding(lambda files: files.state, "{}"),
    "a reason that is none": state(reason=5),
    "a plan that is a list": holding(lambda files: files.plan, "[1]"),
    "a score beyond 1": lambda files: write_scores(files, run(BAD, lambda row: 7.0).scores),
    "a score that is not JSON": holding(lambda files: files.scores, "x\n"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_one_record_that_cannot_be_read_stops_nobody(
    paths: RoundPaths, tmp_path: Path, change: Callable[[RunPaths], object]
) -> None:
    """Its row says so and has no place; the other keeps its own, and the round is published."""
    change(bad(paths))
    table = build_table(paths.folder)
    rows = {row["submission"]: row for row in table["standings"]}
    assert (rows[BAD]["state"], rows[BAD]["rank"], rows[BAD]["area"]) == ("refused", None, None)
    assert rows[BAD]["reason"].startswith("the record cannot be read: ")
    assert rows[GOOD]["rank"] == [1, 1]
    publish(table, tmp_path / "site")


def test_a_record_of_ours_can_be_read(paths: RoundPaths) -> None:
    """Whole, with more than the table asks for, without any file but its declaration, and with nothing at all."""
    more = {"overrun": {"seconds": 1.5}, "planned": {"seconds": 3, "joules": None}, "spent": {"seconds": 4.5}}
    conditions(budget=more, later=["x"], energy={"measured": False, "why": None}, isolation=None)(bad(paths))
    for name in ("scores", "conditions", "plan", "state", "submission"):
        assert misshapen(read_run(bad(paths))) == ""
        getattr(bad(paths), name).unlink()
    assert misshapen(read_run(bad(paths))) == ""


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_state_has_a_word(code: str) -> None:
    """A state that a record may say is one that pages can say."""
    assert {f"state.{state}" for state in _STATES} == {key for key in load_catalogue(code) if key.startswith("state.")}
