"""The public items of a round and the answers to them, as pages read them from records."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import answered
import pyarrow.parquet as pq
import pytest

from harness.attest.sealing import seal
from harness.open_items import FOLDER, INDEX
from harness.record import RoundPaths, read_json, write_json
from harness.showing import show_items
from leaderboard import item_data, revealed
from leaderboard.revealed import revealed_items
from leaderboard.site.sources import Sources
from leaderboard.table import build_table

ORDER = ("loire/cormoran", "sud/manchot", "baselines/oracle", "baselines/echo")


@pytest.fixture(scope="module")
def run_once(tmp_path_factory: pytest.TempPathFactory) -> RoundPaths:
    """A round in the open that was run, with its items made ready; not to be changed."""
    paths = answered.answered(tmp_path_factory.mktemp("runs"))
    show_items(paths)
    return paths


@pytest.fixture
def folder(run_once: RoundPaths, tmp_path: Path) -> Path:
    """A copy of its folder."""
    return Path(shutil.copytree(run_once.folder, tmp_path / run_once.round))


def test_every_item_comes_with_the_answers_as_they_were_given(folder: Path) -> None:
    """In the order asked for: the text to the letter, the score, what was read and why."""
    found = revealed_items(folder)
    assert found is not None
    assert {task: found.count(task) for task in found.tasks} == answered.ITEMS
    items = list(found.load(answered.TASK, ORDER))
    for item in items:
        assert [one.submission for one in item.answers] == list(ORDER)
        nothing, constant, oracle, echo = item.answers
        assert (nothing.text, nothing.value, nothing.category) == ("", 0.0, "wrong")
        assert nothing.reason
        assert constant.text == "A"
        assert (oracle.text, oracle.value, oracle.category) == (item.answer, 1.0, "right")
        assert item.question in echo.text
    chosen = next(iter(found.load(answered.CHOICE, ORDER)))
    assert chosen.answers[2].text == chosen.answer
    assert chosen.answers[0].text == " = ".join(chosen.options), "who prefers nothing prefers all"


def test_outcomes_count_contestants_and_no_baseline(folder: Path) -> None:
    """Two contestants, both wrong: the oracle's right answer is not counted, and the mean is theirs."""
    found = revealed_items(folder)
    assert found is not None
    for item in found.index(answered.TASK):
        assert dict(item.counts) == {"wrong": 2}
        assert item.mean == 0
        assert item.answers == ()


def test_only_the_first_submissions_are_quoted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is bounded: at most SHOWN answers, the first of the order that have figures; outcomes are of all."""
    monkeypatch.setattr(revealed, "SHOWN", 1)
    found = revealed_items(folder)
    assert found is not None
    (item, *_) = found.load(answered.TASK, ("nobody/here", *ORDER))
    assert [one.submission for one in item.answers] == ["loire/cormoran"]
    assert sum(item.counts.values()) == 2


def test_a_record_that_was_changed_after_its_seal_is_neither_quoted_nor_counted(folder: Path) -> None:
    """What is not what was sealed has no figures, and no word of it is shown."""
    seal(folder / "loire/cormoran")
    scores = folder / "loire/cormoran/scores.jsonl"
    scores.write_bytes(scores.read_bytes().replace(b'"wrong"', b'"right"'))
    found = revealed_items(folder)
    assert found is not None
    (item, *_) = found.load(answered.TASK, ORDER)
    assert [one.submission for one in item.answers] == list(ORDER[1:])
    assert dict(item.counts) == {"wrong": 1}


def test_answers_to_items_that_are_not_shown_are_not_read(folder: Path) -> None:
    """An item that the files do not hold has neither question nor answers."""
    index = read_json(folder / FOLDER / INDEX)
    file = folder / FOLDER / index["tasks"][answered.TASK]["file"]
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:2]))
    found = revealed_items(folder)
    assert found is not None
    ids = {json.loads(line)["id"] for line in lines[:2]}
    assert {item.id for item in found.load(answered.TASK, ORDER)} == ids


def test_nothing_is_revealed_without_its_files_or_by_those_of_another_round(folder: Path) -> None:
    """No index, one of another schema, one of another round: nothing to show."""
    path = folder / FOLDER / INDEX
    index = read_json(path)
    for wrong in ({"round": "other"}, {"schema": "grand-defi/shown-items/9"}):
        write_json(path, {**index, **wrong})
        assert revealed_items(folder) is None
    path.unlink()
    assert revealed_items(folder) is None


def test_data_hold_every_outcome_and_the_words_of_those_shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row for each question and submission; words for the first SHOWN alone; a lone surrogate stays text."""
    hostile = "a\ud800b\u202e</script>" + "x" * 5000
    path = folder / "sud/manchot/completions.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    path.write_text("".join(json.dumps({**line, "text": hostile}) + "\n" for line in lines))
    path = folder / "sud/manchot/scores.jsonl"
    judged = [json.loads(line) for line in path.read_text().splitlines()]
    path.write_text("".join(json.dumps({**line, "reason": "no /srv/jane/weights.bin"}) + "\n" for line in judged))
    monkeypatch.setattr(revealed, "SHOWN", 2)
    table = build_table(folder)
    files = dict(item_data.files(Sources(table, items=revealed_items(folder))))
    assert item_data.path_of(answered.TASK) in files
    rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(files[item_data.path_of(answered.TASK)])).to_pylist()
    assert len(rows) == answered.ITEMS[answered.TASK] * len(ORDER)
    assert {row["submission"] for row in rows if row["answer"] is None} == {"baselines/oracle", "baselines/echo"}
    said = {row["answer"] for row in rows if row["submission"] == "sud/manchot"}
    assert said == {hostile.replace("\ud800", "\\ud800")}
    reasons = {row["reason"] for row in rows if row["submission"] == "sud/manchot"}
    assert reasons == {"no …/weights.bin"}  # a machine's folders are its own business
    assert all(row["value"] == 1 for row in rows if row["submission"] == "baselines/oracle")
    questions = pq.read_table(io.BytesIO(files[item_data.path_of(answered.TASK, "questions")])).to_pylist()
    assert len({row["item"] for row in questions}) == answered.ITEMS[answered.TASK]
    assert not list(item_data.files(Sources(table)))
