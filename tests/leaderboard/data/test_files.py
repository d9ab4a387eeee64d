"""What lies beside the tables: submissions, metadata, READMEs; and that bytes follow from the table."""

import copy
import hashlib
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import referencing

from leaderboard.names import submission_part
from leaderboard.site.sources import Sources

Table = dict[str, Any]
Data = dict[str, bytes]


def written(data: Data, folder: Path) -> Path:
    """The files in a folder; the folder of the data."""
    for path, content in data.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder / "data"


def test_same_table_same_bytes(data: Data, hostile: Table, make_data: Callable[..., Data]) -> None:
    """No clock, no order of a set, no place."""
    assert make_data(copy.deepcopy(hostile)) == data


def test_the_sites_sources_are_enough(table: Table, make_data: Callable[..., Data]) -> None:
    """What the site is made from has all that the data needs."""
    from leaderboard.data import files

    assert dict(files(Sources(table))) == make_data(table)


def test_a_submissions_part_is_the_tables(data: Data, hostile: Table) -> None:
    """Its standing and every comparison, from its own side; of the published shape."""
    shapes = [json.loads(data[f"data/schema/{name}.schema.json"]) for name in ("round", "submission")]
    known = [("round.schema.json", shapes[0]), ("", shapes[1])]
    registry = referencing.Registry().with_resources(
        [(name, referencing.Resource.from_contents(shape)) for name, shape in known]
    )
    shape = {**shapes[1], "$id": ""}
    validator = jsonschema.Draft202012Validator(shape, registry=registry)
    for row in hostile["standings"]:
        content = json.loads(data[f"data/submissions/{submission_part(row['team'], row['entry'])}.json"])
        validator.validate(content)
        assert content["standing"] == row
        for one in content["comparisons"]:
            pair = next(p for p in hostile["comparisons"] if {p["a"], p["b"]} == {row["submission"], one["other"]})
            sign = 1 if pair["a"] == row["submission"] else -1
            assert one["difference"] == sign * pair["difference"]
            assert one["low"] <= one["difference"] <= one["high"]
            for kind, found in pair.get("parts", {}).items():
                for name, (value, low, high) in found.items():
                    assert one["parts"][kind][name] == ([value, low, high] if sign > 0 else [-value, -high, -low])
    ranked = [row for row in hostile["standings"] if row["rank"] and not row["baseline"]]
    first = json.loads(data[f"data/submissions/{ranked[0]['team']}--{ranked[0]['entry']}.json"])
    assert len(first["comparisons"]) == len(ranked) - 1


def test_hostile_names_stay_apart(make_table: Callable[..., Table], make_data: Callable[..., Data]) -> None:
    """A name of 10,000 characters, a path and a look-alike are files of their own in the folder."""
    table = make_table(submissions=4, tasks=1, levels=1)
    for row, name in zip(table["standings"], ("../../up", "é" * 10_000, "a/b", "A"), strict=False):
        row.update(team=name, entry=name)
    paths = [path for path in make_data(table) if path.startswith("data/submissions/")]
    assert len(set(paths)) == len(table["standings"])
    assert all(path.count("/") == 2 and ".." not in path and len(path) < 200 for path in paths)


def test_croissant_is_valid_and_its_checksums_true(data: Data, tmp_path: Path) -> None:
    """The reference reader accepts it without a warning and reads every table by it; each SHA-256 is the file's."""
    croissant = pytest.importorskip("mlcroissant")
    logging.getLogger("absl").setLevel(logging.ERROR)
    folder = written(data, tmp_path)
    dataset = croissant.Dataset(jsonld=str(folder / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    assert not dataset.metadata.ctx.issues.warnings
    for record_set in dataset.metadata.record_sets:
        rows = list(dataset.records(record_set.uuid))
        lines = data[f"data/{record_set.uuid}.csv"].decode().count("\r\n")
        assert len(rows) == lines - 1 - (record_set.uuid == "standings")  # one title has a line of its own
    raw = json.loads(data["data/croissant.json"])
    assert raw["conformsTo"].endswith("/1.1")
    for one in raw["distribution"]:
        assert one["sha256"] == hashlib.sha256(data[f"data/{one['contentUrl']}"]).hexdigest()
        assert one["contentSize"] == f"{len(data['data/' + one['contentUrl']])} B"
    assert len(raw["distribution"]) == len([path for path in data if path.endswith((".csv", ".parquet"))])


def test_addresses_are_permanent_where_one_is_known(table: Table, make_data: Callable[..., Data]) -> None:
    """With an address, metadata and citations name the round's own folder for good."""
    made = make_data(table, url="https://defi.example/")
    raw = json.loads(made["data/croissant.json"])
    assert raw["url"] == "https://defi.example/rounds/example/data/"
    assert {one["contentUrl"].rpartition("/")[0] + "/" for one in raw["distribution"]} == {raw["url"]}
    for code in ("fr", "en"):
        assert f"2026-11-01, {raw['url']}" in made[f"data/README.{code}.md"].decode()


def test_a_correction_is_another_version(table: Table, make_data: Callable[..., Data]) -> None:
    """Each notice of a correction counts in the data's version."""
    notice = {"number": 2, "at": "2026-12-01", "reason": "r", "standings_sha256": "0" * 64, "former": "1" * 64}
    changed = {**table, "round": {**table["round"], "corrections": [notice]}}
    versions = [json.loads(make_data(one)["data/croissant.json"])["version"] for one in (table, changed)]
    assert versions == ["1.0.0", "1.1.0"]


def test_readmes_are_equals(data: Data, hostile: Table) -> None:
    """Both languages list the same files and columns; French has its no-break spaces."""
    french, english = (data[f"data/README.{code}.md"].decode() for code in ("fr", "en"))
    cells = [[line.split("|")[1] for line in text.splitlines() if line.startswith("| `")] for text in (french, english)]
    assert cells[0] == cells[1]
    assert len(cells[0]) > 70
    ours = french.replace(hostile["round"]["title"]["fr"], "")  # which is as the round's configuration has it
    for mark in ";:!?":
        assert f" {mark}" not in ours
