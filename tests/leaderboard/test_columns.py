"""The columns beside the standings: horizons that depend on nobody else, and production that is all of the round."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trial import COUNT, FakeRun, frozen, run, table, up_to

from harness.errors import PublishError
from harness.record import RoundPaths, freeze_round, write_json
from leaderboard.columns import PRODUCTION, read_production
from leaderboard.publish import publish
from leaderboard.table import build_table, table_from_runs

NAMES = ("alpha/two", "bravo/one")
COLUMN = {
    "schema": "grand-defi/production/1",
    "prompts": 40,
    "comparisons": 120,
    "ties": 7,
    "people": 3,
    "standings": [
        {
            "submission": name,
            "rank": [1, 2],
            "strength": {"value": value, "low": value - 0.5, "high": value + 0.5},
            "win_rate": None,
        }
        for name, value in zip(NAMES, (0.2, -0.2), strict=True)
    ],
    "style": [],
    "judge": {"name": "kilo/judge", "used": False, "pairs": 3, "agreement": None, "leans": []},
}


@pytest.fixture(scope="module")
def schema(checkout: Path) -> dict[str, Any]:
    """The published JSON Schema."""
    loaded: dict[str, Any] = json.loads((checkout / "docs/schemas/round.schema.json").read_text(encoding="utf-8"))
    return loaded


def horizons(made: dict[str, Any], name: str) -> str:
    """One standing's, as bytes would have it."""
    return json.dumps(next(row["horizons"] for row in made["standings"] if row["submission"] == name))


def noisy(name: str, seed: int) -> FakeRun:
    """Right mostly on level 1, sometimes on level 2, rarely on level 3."""
    return run(name, lambda row: float((row.index * 7 + seed + len(row.item) % 3) % 10 > 3 * row.level - 2))


def test_horizons_follow_the_answers(schema: dict[str, Any]) -> None:
    """All right to level 2 ends between 2 and 3, nothing is below, everything above; the higher share comes sooner."""
    made = table(run("alpha/two", up_to(2)), run("bravo/none"), run("charlie/all", up_to(3)))
    jsonschema.validate(made, schema)
    rows = {row["submission"]: row["horizons"] for row in made["standings"]}
    two = rows["alpha/two"]
    assert 2 < two["80"]["value"] < two["50"]["value"] < 3
    for share in ("50", "80"):
        assert two[share]["low"] <= two[share]["value"] <= two[share]["high"]
        assert rows["bravo/none"][share] == dict.fromkeys(("value", "low", "high"), "below")
        assert rows["charlie/all"][share] == dict.fromkeys(("value", "low", "high"), "above")


def test_a_partial_run_has_no_horizon(schema: dict[str, Any]) -> None:
    """A curve over some of the tasks would be another curve: as its area, it is null."""
    whole = run("alpha/two", up_to(2))
    made = table(replace(whole, scores=whole.scores[:50]), run("bravo/broken", scores=(), state="failed"))
    jsonschema.validate(made, schema)
    assert [row["horizons"] for row in made["standings"]] == [{"50": None, "80": None}] * 2


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, COUNT)), max_size=3))
def test_nobody_elses_arrival_moves_a_horizon(others: list[tuple[int, int]]) -> None:
    """Whoever else is there, complete or stopped half-way, mine are the same to the byte."""
    mine = noisy("mike/mine", 4)
    short = replace(mine, entry="short", scores=tuple(row for row in mine.scores if row.index < COUNT - 2))
    rest = [noisy(f"team{n}/other", seed) for n, (seed, _) in enumerate(others)]
    rest = [
        replace(one, scores=tuple(row for row in one.scores if row.index < kept))
        for one, (_, kept) in zip(rest, others, strict=True)
    ]
    together, alone = table(mine, short, *rest), (table(mine), table(short))
    assert horizons(together, "mike/mine") == horizons(alone[0], "mike/mine")
    assert horizons(together, "mike/short") == horizons(alone[1], "mike/short")


def test_a_round_that_stops_has_horizons_of_its_core() -> None:
    """Answers beyond the core move no horizon, as they move no area; its levels are of all answers."""
    settled = frozen()
    settled["round"]["stopping"] = {"core": 4, "step": 2}
    for part in settled["round"]["tasks"]:
        part["counts"] = [COUNT] * 3
    whole = noisy("alpha/two", 1)
    core = replace(whole, scores=tuple(row for row in whole.scores if row.index < 4))
    made, fewer = (table_from_runs(settled, [one], replicates=100) for one in (whole, core))
    assert horizons(made, "alpha/two") == horizons(fewer, "alpha/two")
    assert made["round"]["certifiable"]["level"] == 3


def test_a_round_that_stops_clears_by_every_answer() -> None:
    """Levels of the whole round: one perfect cluster a task says less than ten."""
    settled = frozen()
    settled["round"]["stopping"] = {"core": 1, "step": 1}
    whole = run("alpha/all", up_to(3))
    levels = []
    for kept in (1, COUNT):
        few = replace(whole, scores=tuple(row for row in whole.scores if row.index < kept))
        (row,) = table_from_runs(settled, [few], replicates=20)["standings"]
        levels.append((row["level_cleared"], row["level_cleared_80"]))
    assert levels == [(0, 0), (3, 0)]  # ten perfect clusters a task show one half, and not yet four fifths


def written(root: Path, column: Any, names: tuple[str, ...] = NAMES) -> Path:
    """A round of two planned entries with a column of production in its folder."""
    paths, listed = RoundPaths(root, "trial"), frozen()
    listed["round"]["submissions"] = list(names)
    freeze_round(paths, listed)
    write_json(paths.folder / PRODUCTION, column)
    return paths.folder


def test_production_joins_the_table(tmp_path: Path, schema: dict[str, Any]) -> None:
    """The file's column is the table's, in the published shape; its judge is no entry of the round and has no name."""
    made = build_table(written(tmp_path, COLUMN))
    jsonschema.validate(made, schema)
    assert made["production"] == {**COLUMN, "judge": {**COLUMN["judge"], "name": ""}}
    own = {**COLUMN, "judge": {**COLUMN["judge"], "name": "bravo/one"}}
    assert build_table(written(tmp_path, own))["production"] == own
    (tmp_path / "trial" / PRODUCTION).unlink()
    assert "production" not in build_table(tmp_path / "trial")


def test_both_schemas_say_the_same_of_production(checkout: Path, schema: dict[str, Any]) -> None:
    """The column's own schema, the copy that the package reads and the part of round.schema.json are one."""
    shape = json.loads((checkout / "docs/schemas/production.schema.json").read_text(encoding="utf-8"))
    assert json.loads((checkout / "leaderboard/production.schema.json").read_text(encoding="utf-8")) == shape
    assert schema["$defs"]["production"] == {key: shape[key] for key in shape if key not in ("$schema", "$id")}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schema": "grand-defi/production/9"}, "schema: .*production/1"),
        ({"ties": -1}, "ties: -1"),
        ({"key": [{"id": "p1", "first": "alpha/two"}]}, "the whole: .*key"),
        ({"standings": [COLUMN["standings"][0]] * 2}, "rated twice: alpha/two"),
        ({"standings": [{**COLUMN["standings"][0], "submission": "zulu/practice"}]}, "not in the round: zulu/practice"),
    ],
)
def test_an_unusable_column_says_what_is_wrong(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    """Nothing is published of a column that is damaged, holds more than it should, or rates a stranger."""
    with pytest.raises(PublishError, match=words) as caught:
        build_table(written(tmp_path, {**COLUMN, **change}))
    assert caught.value.where == "trial/production.json"
    assert caught.value.remedy


@pytest.mark.parametrize("text", ["{", '{"prompts": NaN}', "[]", "\xff"])
def test_a_column_that_is_no_column_is_refused(tmp_path: Path, text: str) -> None:
    """What is not JSON, holds NaN, or is no object is an error in words."""
    path = tmp_path / PRODUCTION
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(PublishError):
        read_production(path, NAMES)
    assert read_production(tmp_path / "missing.json", NAMES) is None


def test_keys_and_labels_beside_the_column_are_never_published(tmp_path: Path) -> None:
    """A key, labels and pairs left in the round's folder reach no file of the site."""
    folder = written(tmp_path, COLUMN)
    for name in ("pairs-key.jsonl", "key.jsonl", "people.jsonl", "pairs.jsonl", "production-key.json"):
        (folder / name).write_text('{"id": "opaque-1", "first": "alpha/two", "judge": "Jeanne Secret"}\n')
    report = publish(build_table(folder), tmp_path / "site")
    for path in report.root.rglob("*"):
        assert "key" not in path.name
        if path.is_file():
            content = path.read_bytes()
            assert not any(word in content for word in (b"opaque-1", b"Jeanne Secret", b"kilo/judge")), path
