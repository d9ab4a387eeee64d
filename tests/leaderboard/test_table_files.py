"""`round.json` from the files of records: what is sealed, missing or unusable."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from trial import FakeRun, frozen, run, table, up_to

from harness.attest.sealing import seal
from harness.errors import PublishError, UnknownNameError
from harness.record import RoundPaths, freeze_round, write_json, write_scores
from leaderboard.facts import standings_alone
from leaderboard.table import build_table, table_from_runs


@pytest.fixture(scope="module")
def schema(checkout: Path) -> dict[str, Any]:
    """The published JSON Schema, itself checked."""
    loaded: dict[str, Any] = json.loads((checkout / "docs/schemas/round.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(loaded)
    return loaded


def listing(*names: str) -> dict[str, Any]:
    """The round of `frozen` with these submissions on its list."""
    made = frozen()
    made["round"]["submissions"] = list(names)
    return made


def recorded(root: Path, listed: dict[str, Any], runs: list[FakeRun]) -> RoundPaths:
    """The records of a round as files."""
    paths = RoundPaths(root, "trial")
    freeze_round(paths, listed)
    for made in runs:
        files = paths.run(made.team, made.entry)
        write_json(files.submission, made.submission)
        write_json(files.state, {"state": made.state, "reason": ""})
        write_json(files.plan, made.plan)
        write_json(files.conditions, made.conditions)
        write_scores(files, made.scores)
    return paths


def test_table_is_built_from_the_files_of_a_record(tmp_path: Path) -> None:
    """Records on disk give the table that their contents give."""
    runs = [run("alpha/two", up_to(2)), run("bravo/one", up_to(1))]
    listed = listing("bravo/one", "alpha/two")
    built = build_table(recorded(tmp_path, listed, runs).folder)
    assert standings_alone(built) == table_from_runs(listed, [replace(made, completions=()) for made in runs])


def test_a_sealed_record_that_was_changed_is_not_ranked(tmp_path: Path, schema: dict[str, Any]) -> None:
    """Scores written after the seal are refused by name: no rank and no figure of theirs; the others are ranked."""
    runs = [run("alpha/two", up_to(2)), run("bravo/one", up_to(1))]
    paths = recorded(tmp_path, listing("bravo/one", "alpha/two"), runs)
    for made in runs:
        folder = paths.run(made.team, made.entry).folder
        for name in ("judging.json", "estimates.json", "completions.jsonl"):
            (folder / name).write_text("{}" if name.endswith(".json") else "")
        seal(folder)
    whole = build_table(paths.folder)
    assert [row["rank"] for row in whole["standings"]] == [[1, 1], [2, 2]]
    write_scores(paths.run("bravo", "one"), run("bravo/one", up_to(3)).scores)
    built = build_table(paths.folder)
    jsonschema.validate(built, schema)
    assert [(row["submission"], row["rank"], row["state"]) for row in built["standings"]] == [
        ("alpha/two", [1, 1], "scored"),
        ("bravo/one", None, "refused"),
    ]
    refused = built["standings"][1]
    assert refused["reason"] == "the record is not what was sealed: scores.jsonl is not as it was sealed"
    assert (refused["area"], refused["items"], refused["by_task"], built["comparisons"]) == (None, 0, {}, [])


def test_a_practice_run_is_not_ranked(tmp_path: Path) -> None:
    """A record of an entry that the round does not list has no row, no comparison, and moves nobody's rank."""
    better, listed = run("zulu/practice", up_to(3)), listing("alpha/two", "bravo/one")
    runs = [run("alpha/two", up_to(2)), run("bravo/one", up_to(1))]
    built = build_table(recorded(tmp_path, listed, [*runs, better]).folder)
    assert [(row["submission"], row["rank"]) for row in built["standings"]] == [
        ("alpha/two", [1, 1]),
        ("bravo/one", [2, 2]),
    ]
    assert "zulu" not in json.dumps(built["comparisons"])


def test_a_listed_submission_without_a_record_is_planned(tmp_path: Path, schema: dict[str, Any]) -> None:
    """An entry of the round that was never run is shown as planned, after the others and without a rank."""
    listed = listing("charlie/late", "alpha/two")
    built = build_table(recorded(tmp_path, listed, [run("alpha/two", up_to(2))]).folder)
    jsonschema.validate(built, schema)
    row = built["standings"][1]
    assert (row["submission"], row["state"], row["reason"]) == ("charlie/late", "planned", "")
    assert (row["rank"], row["area"], row["items"], row["by_task"]) == (None, None, 0, {})


def test_unusable_rounds_say_so(tmp_path: Path) -> None:
    """No such round, a task without a card, or two records of one entry: an error that names it."""
    with pytest.raises(UnknownNameError, match="round"):
        build_table(tmp_path / "nowhere")
    with pytest.raises(UnknownNameError, match="understanding/c"):
        table_from_runs({**frozen(), "cards": frozen()["cards"][:2]}, [])
    with pytest.raises(PublishError, match="alpha/two"):
        table(run("alpha/two"), run("alpha/two"))
