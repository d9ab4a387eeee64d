"""Reading and writing a record's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import RecordError, UnknownNameError
from harness.journal import Journal
from harness.record import (
    RoundPaths,
    freeze_round,
    list_runs,
    read_completions,
    read_frozen,
    read_json,
    read_run,
    read_scores,
    write_json,
    write_scores,
)
from harness.types import Completion, ScoreRow


def row(item: str, value: float | None) -> ScoreRow:
    return ScoreRow(item, "t/x", 1, "fr", "c", 0, 0.0, value, "right", False, "é\udcff", "why", {"part": 0.5})


def test_scores_come_back_equal(tmp_path: Path) -> None:
    """Score rows are written and read without loss, None included."""
    run = RoundPaths(tmp_path, "r").run("team", "entry")
    run.folder.mkdir(parents=True)
    rows = (row("a", 1.0), row("b", None))
    write_scores(run, rows)
    assert read_scores(run) == rows


def test_the_first_completion_of_an_item_counts(tmp_path: Path) -> None:
    """A doubled line never replaces what was recorded first."""
    run = RoundPaths(tmp_path, "r").run("team", "entry")
    with Journal(run.completions) as journal:
        journal.append(Completion("i", "first", "stop", 1, 1, "h"))
        journal.append(Completion("i", "second", "stop", 1, 1, "h"))
    assert read_completions(run)["i"].text == "first"


def test_json_is_replaced_at_once(tmp_path: Path) -> None:
    """A replaced file leaves no partial one beside it, and NaN is refused before the old file is touched."""
    path = tmp_path / "state.json"
    write_json(path, {"a": 1})
    with pytest.raises(ValueError, match="Out of range"):
        write_json(path, {"a": float("nan")})
    assert read_json(path) == {"a": 1}
    write_json(path, {"a": 2})
    assert read_json(path) == {"a": 2}


def test_damaged_json_is_named(tmp_path: Path) -> None:
    """A damaged file is an error that names it."""
    path = tmp_path / "plan.json"
    path.write_text("{")
    with pytest.raises(RecordError, match=r"plan\.json"):
        read_json(path)


def test_a_round_that_was_never_run_lists_those_that_were(tmp_path: Path) -> None:
    """Asking for a round without results lists the rounds that have some."""
    freeze_round(RoundPaths(tmp_path, "spring"), {"round": {}})
    with pytest.raises(UnknownNameError, match="spring"):
        read_frozen(RoundPaths(tmp_path, "sprong"))


def test_runs_of_a_round_are_listed_in_order(tmp_path: Path) -> None:
    """Records are listed by team and entry; a bare record reads as planned."""
    paths = RoundPaths(tmp_path, "r")
    for team, entry in (("b", "x"), ("a", "z"), ("a", "y")):
        write_json(paths.run(team, entry).submission, {"team": team, "entry": entry})
    runs = [read_run(run) for run in list_runs(paths)]
    assert [run.id for run in runs] == ["a/y", "a/z", "b/x"]
    assert runs[0].state == "planned"
    assert runs[0].plan is None
