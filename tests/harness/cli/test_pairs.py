"""`defi pairs`: from a round's records to a column of its own."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import made
import pytest
from ruled import rule

from harness.cli.main import main
from harness.config import Settings
from harness.freezing import freeze
from harness.pipeline import Job, evaluate
from harness.record import RoundPaths, RunPaths
from harness.types import Round, RoundTask
from leaderboard.table import build_table

TASK = "content_production/constrained_writing"
ROUND = Round(
    name="tiny",
    title={"fr": "Petite manche", "en": "Tiny round"},
    date="2026-11-22",
    seed="s",
    languages=("fr", "en"),
    tasks=(RoundTask(TASK, 1, (6,)),),
    level_weights=(1.0,),
    submissions=("team/one", "team/three", "team/two"),
)
ENTRY = made.entry(team="team", entry="one", baseline=False)
KINDS = {"one": "Chance", "two": "Echo", "three": "Constant"}


@pytest.fixture
def judged(workspace: Path) -> Path:
    """A workspace with a round that three entries have answered."""
    paths = RoundPaths(workspace / "runs", "tiny")
    freeze(paths, ROUND)
    for name, target in KINDS.items():
        settings = Settings(ROUND, {"_target_": f"harness.engine.baselines.{target}"}, {"workers": 1}, {"uri": None})
        entry = dataclasses.replace(ENTRY, entry=name, engine={"Chance": "random"}.get(target, target.lower()))
        evaluate(Job(settings, entry, None, RunPaths(paths.folder / "team" / name)))
    return workspace


def call(*words: str) -> int:
    try:
        main(list(words))
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_from_records_to_a_column(judged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pairs are exported without names, a baseline judges them, people's labels rate the entries."""
    out, key = judged / "judging", judged / "secrets" / "key.jsonl"
    given = ("--pairs", str(out / "pairs.jsonl"))
    assert call("pairs", "export", "--round", "tiny", "--out", str(out), "--key", str(key), "--seed", "x") == 0
    text = (out / "pairs.jsonl").read_text()
    rows = [json.loads(line) for line in key.read_text().splitlines()]
    assert len(rows) == len(text.splitlines()) == 24
    assert len({row["cluster"] for row in rows}) == 6  # the French and the English telling are one prompt
    assert "team" not in text
    model = str(out / "model.jsonl")
    assert call("pairs", "judge", "baselines/constant", *given, "--out", model, "--by", "choice") == 0
    assert "in 24 the order decided" in capsys.readouterr().out
    people = []
    for number, row in enumerate(rows):
        likes_one = "team/one" in (row["first"], row["second"]) and number % 4
        side = "first" if row["first"] == "team/one" else "second"
        people.append({"pair": row["id"], "winner": side if likes_one else "tie", "judge": "p1"})
    labels = judged / "people.jsonl"
    labels.write_text("".join(json.dumps(row) + "\n" for row in people))
    told = ("--key", str(key), "--labels", str(labels), "--judge", model)
    result = judged / "runs" / "tiny" / "production.json"
    assert call("pairs", "rate", *given, *told, "--out", str(result), "--json") == 0
    found = json.loads(result.read_text())
    assert found == json.loads(capsys.readouterr().out)
    assert found["standings"][0]["submission"] == "team/one"
    assert found["judge"]["leans"][0]["value"] == pytest.approx(0.5)  # always the first place
    assert call("pairs", "rate", *given, *told) == 0
    assert "team/one" in capsys.readouterr().out


def test_a_column_joins_only_its_own_round(judged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--round` writes a column of the round's own entries; others are refused by name, and nothing is written."""
    out, key, labels = judged / "judging", judged / "key.jsonl", judged / "people.jsonl"
    assert call("pairs", "export", "--round", "tiny", "--out", str(out), "--key", str(key), "--seed", "x") == 0
    rows = [json.loads(line) for line in key.read_text().splitlines()]
    said = ({"pair": row["id"], "winner": "tie", "judge": "p1"} for row in rows)
    labels.write_text("".join(json.dumps(row) + "\n" for row in said))
    words = ("pairs", "rate", "--pairs", str(out / "pairs.jsonl"), "--key", str(key), "--labels", str(labels))
    target, opened = judged / "runs" / "tiny" / "production.json", judged / "runs" / "tiny" / "frozen.json"
    frozen = json.loads(opened.read_text())
    for names, code in ((["team/one", "team/two"], 1), ([f"team/{name}" for name in KINDS], 0)):
        frozen["round"]["submissions"] = names
        opened.write_text(json.dumps(frozen))
        assert not target.exists()
        assert call(*words, "--round", "tiny") == code
    assert "not in the round: team/three" in capsys.readouterr().err
    assert [row["submission"] for row in json.loads(target.read_text())["standings"]] == [
        "team/one",
        "team/three",
        "team/two",
    ]


def test_the_result_never_replaces_what_it_is_made_from(judged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A key that was overwritten is lost: naming it as --out is refused before anything is read."""
    key = judged / "key.jsonl"
    key.write_text("kept")
    words = ("--pairs", str(judged / "p"), "--labels", str(judged / "l"), "--out", str(key))
    assert call("pairs", "rate", "--key", str(key), *words) == 2
    assert "would replace" in capsys.readouterr().err
    assert key.read_text() == "kept"


def test_a_key_among_the_pairs_is_refused(judged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What judges are handed must not hold who wrote what."""
    out = judged / "judging"
    assert call("pairs", "export", "--round", "tiny", "--out", str(out), "--key", str(out / "key.jsonl")) == 2
    assert "among what judges see" in capsys.readouterr().err
    assert not out.exists()


def test_who_is_ruled_out_is_shown_to_nobody(judged: Path) -> None:
    """No pair holds a text of an entry that was disqualified, nor of one that has not answered everything."""
    folder = judged / "runs" / "tiny"
    rule(folder, 1, "disqualify", "team/two")
    key = judged / "k.jsonl"
    words = ("pairs", "export", "--round", "tiny", "--out", str(judged / "o"), "--key", str(key))
    assert call(*words) == 0
    shown = {row[side] for row in map(json.loads, key.read_text().splitlines()) for side in ("first", "second")}
    assert shown == {"team/one", "team/three"}
    scores = folder / "team/three/scores.jsonl"
    scores.write_text("".join(scores.read_text().splitlines(keepends=True)[:-1]))
    assert call(*words) == 2


def test_who_is_ruled_out_after_the_pairs_were_judged_is_not_rated(judged: Path) -> None:
    """Rated for a round, pairs with an entry that was disqualified meanwhile count for nothing; the column omits it."""
    out, key, labels = judged / "judging", judged / "key.jsonl", judged / "people.jsonl"
    assert call("pairs", "export", "--round", "tiny", "--out", str(out), "--key", str(key), "--seed", "x") == 0
    rows = [json.loads(line) for line in key.read_text().splitlines()]
    said = ({"pair": row["id"], "winner": "tie", "judge": "p1"} for row in rows)
    labels.write_text("".join(json.dumps(row) + "\n" for row in said))
    words = ("--pairs", str(out / "pairs.jsonl"), "--key", str(key), "--labels", str(labels), "--round", "tiny")
    assert call("pairs", "rate", *words) == 0
    folder = judged / "runs" / "tiny"
    rule(folder, 1, "disqualify", "team/two")
    column = build_table(folder)["production"]
    assert [row["submission"] for row in column["standings"]] == ["team/one", "team/three"]
    assert call("pairs", "rate", *words) == 0
    written = json.loads((folder / "production.json").read_text())
    assert [row["submission"] for row in written["standings"]] == ["team/one", "team/three"]
    assert written["comparisons"] == sum("team/two" not in row.values() for row in rows) < column["comparisons"]


def test_a_round_without_texts_to_compare_is_refused(judged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A task that nobody answered gives no pairs, and the words say what is needed."""
    words = ("--out", str(judged / "o"), "--key", str(judged / "k.jsonl"), "--task", "problem_solving/sudoku")
    assert call("pairs", "export", "--round", "tiny", *words) == 2
    assert "no item has two answers" in capsys.readouterr().err
