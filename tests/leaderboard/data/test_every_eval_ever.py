"""The export to Every Eval Ever, against the real schema (its licence lies beside it)."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from leaderboard.data import every_eval_ever

Table = dict[str, Any]
Logs = dict[str, Table]
_PLACE = re.compile(r"data/[^/]+/[^/]+/[^/]+/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.json")


def read(packed: bytes) -> Logs:
    """The files of an archive, by path."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


@pytest.fixture(scope="module")
def logs(data: dict[str, bytes]) -> Logs:
    """The hostile round's export."""
    return read(data["data/every_eval_ever.zip"])


@pytest.fixture(scope="module")
def shape(checkout: Path) -> Table:
    """The schema as its authors publish it."""
    return json.loads((checkout / "tests/data/every_eval_ever/eval.schema.json").read_text(encoding="utf-8"))


def test_every_file_fits_the_real_schema(logs: Logs, shape: Table) -> None:
    """Of the version that the export names."""
    assert shape["version"] == every_eval_ever.VERSION
    for log in logs.values():
        jsonschema.Draft7Validator(shape).validate(log)
        assert log["schema_version"] == shape["version"]


def test_a_file_lies_where_its_model_says(logs: Logs) -> None:
    """data/COLLECTION/DEVELOPER/MODEL/UUID4.json, with developer and model of the model's id."""
    for path, log in logs.items():
        assert _PLACE.fullmatch(path)
        assert "/".join(path.split("/")[2:4]) == log["model_info"]["id"]
    assert len({log["evaluation_id"] for log in logs.values()}) == len(logs)


def test_models_with_an_area_and_no_others(logs: Logs, hostile: Table) -> None:
    """Baselines are no models, and a run that failed has no result."""
    expected = {row["submission"] for row in hostile["standings"] if not row["baseline"] and row["area"]}
    assert {log["model_info"]["id"] for log in logs.values()} == expected


def test_results_are_the_tables(logs: Logs, hostile: Table) -> None:
    """Scores and bounds are those of round.json, within what the metric says is possible."""
    rows = {row["submission"]: row for row in hostile["standings"]}
    for log in logs.values():
        row = rows[log["model_info"]["id"]]
        found = {
            tuple(one["evaluation_result_id"].split("/", 4)[4].split("/", 1)): one for one in log["evaluation_results"]
        }
        assert found["round", "all"]["score_details"]["score"] == row["area"]["value"]
        assert found["round", "level_cleared"]["score_details"]["score"] == row["level_cleared"]
        for name, task in row["by_task"].items():
            bounds = found["task", name]["score_details"]["uncertainty"]["confidence_interval"]
            assert (bounds["lower"], bounds["upper"]) == (task["area"]["low"], task["area"]["high"])
        for one in found.values():
            metric = one["metric_config"]
            assert metric["min_score"] <= one["score_details"]["score"] <= metric["max_score"]
        assert len(found) == 2 + len(row["by_track"]) + len(row["by_language"]) + len(row["by_task"])


def test_the_least_area_is_that_of_nothing_right(make_table: Callable[..., Table]) -> None:
    """With chance 0.25 in one task of two, nothing right is -1/3 there and -1/6 over both."""
    table = make_table(submissions=1, tasks=2, levels=3)
    assert [task["chance"][0] for task in table["tasks"]] == [0.0, 0.25]
    table["round"]["level_weights"] = [1 / 3] * 3
    ((_, log),) = every_eval_ever.logs({**table, "standings": table["standings"][:1]}, "")
    least = {one["evaluation_result_id"].rpartition("/")[2]: one["metric_config"]["min_score"]
             for one in log["evaluation_results"]}  # fmt: skip
    assert least["word_problems"] == 0
    assert least["truth_tellers"] == pytest.approx(-1 / 3, abs=2e-6)
    assert least["all"] == pytest.approx(-1 / 6, abs=2e-6)


def test_open_weights_are_declared(logs: Logs, hostile: Table) -> None:
    """What a team declares of its weights is said in the schema's words."""
    said = {
        log["model_info"]["id"]: log["model_info"]["additional_details"]["model_availability"] for log in logs.values()
    }
    words = {"open": "open_weights", "closed": "closed_weights", "unknown": "unknown"}
    assert said == {
        row["submission"]: words[row["weights"]] for row in hostile["standings"] if row["submission"] in said
    }
    assert set(said.values()) == {"open_weights", "closed_weights"}


@pytest.mark.parametrize("team", ["data", "con", "nul", "É" * 100, "a.", "com1"])
def test_names_that_systems_have_taken_move(make_table: Callable[..., Table], shape: Table, team: str) -> None:
    """A team called like a device or like the datastore's own folder has a folder all the same, and its id says it."""
    table = make_table(submissions=1, tasks=1, levels=2)
    row = {**table["standings"][0], "team": team}
    ((path, log),) = every_eval_ever.logs({**table, "standings": [row]}, "https://defi.example/rounds/example/")
    jsonschema.Draft7Validator(shape).validate(log)
    developer = path.split("/")[2]
    assert developer.partition(".")[0] not in {"data", "con", "nul", "com1"}
    assert developer.isascii()
    assert not developer.endswith(".")
    assert log["model_info"]["id"].startswith(f"{developer}/")
    assert log["evaluation_results"][0]["source_data"]["source_type"] == "url"
