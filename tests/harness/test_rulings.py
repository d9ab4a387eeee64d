"""Rulings as they are read: the log decides, and a file that says otherwise stops whoever reads it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from decided import NAME, closed_round

from harness.attest.log import append, read_log
from harness.decisions import Bench, reinstate, settle_rulings, take_out
from harness.errors import RecordError
from harness.journal import read_lines
from harness.rulings import read_rulings, ruled_out
from harness.sealed_round import competing, refuse_late


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return closed_round(tmp_path, monkeypatch)


def test_a_ruling_that_was_edited_is_refused(bench: Bench) -> None:
    """The file is public: another word in it, or a line that is left out, is damage."""
    take_out(bench, "withdraw", NAME, "x")
    path = bench.folder / "rulings.jsonl"
    whole = path.read_text()
    for other in (whole.replace('"number":1', '"number":2'), whole.replace("withdraw", "pardon")):
        path.write_text(other)
        with pytest.raises(RecordError, match="line 1 is no ruling 1"):
            read_rulings(bench.folder)


def test_a_ruling_of_the_file_alone_decides_nothing(bench: Bench) -> None:
    """Whoever adds a line for a rival stops all that reads it: no step takes it into the log, and the log decides."""
    made = take_out(bench, "withdraw", "team/two", "x")
    path, log = bench.folder / "rulings.jsonl", read_log(bench.folder / "log.jsonl")
    forged = dataclasses.replace(made, number=2, kind="disqualify", submission=NAME)
    path.write_text(path.read_text() + json.dumps(dataclasses.asdict(forged)) + "\n")
    for reads in (read_rulings, competing, settle_rulings, lambda folder: refuse_late(folder, NAME, "1" * 64)):
        with pytest.raises(RecordError, match="line 2 is not a ruling of the round's log") as told:
            reads(bench.folder)
        assert "move rulings.jsonl away" in told.value.remedy
    path.unlink()
    settle_rulings(bench.folder)
    assert [json.loads(one)["submission"] for one in path.read_text().splitlines()] == ["team/two"]
    assert read_log(bench.folder / "log.jsonl") == log


def test_a_ruling_that_was_cut_off_the_file_still_stands(bench: Bench) -> None:
    """Numbers follow the log: the next ruling is not a second number 1, and the file gets its line back."""
    take_out(bench, "disqualify", NAME, "trained on the items")
    path = bench.folder / "rulings.jsonl"
    path.write_bytes(b"")
    assert ruled_out(read_rulings(bench.folder)).keys() == {NAME}
    assert take_out(bench, "withdraw", "team/two", "leaves").number == 2
    assert [one["submission"] for one in read_lines(path)] == [NAME, "team/two"]


def test_two_rulings_of_one_number_are_refused(bench: Bench) -> None:
    """In the log too: of two, nobody may choose the one that stands."""
    made = take_out(bench, "disqualify", NAME, "trained on the items")
    append(bench.folder / "log.jsonl", "ruling.made", dataclasses.replace(made, submission="team/two").facts())
    with pytest.raises(RecordError, match="is not ruling 2: one was erased, or made twice") as told:
        read_rulings(bench.folder)
    assert told.value.where == "tiny/log.jsonl"
    append(bench.folder / "log.jsonl", "ruling.made", {"ruling": "2"})
    with pytest.raises(RecordError, match="is not ruling 2"):
        take_out(bench, "withdraw", "team/two", "x")


def test_a_reinstatement_takes_one_ruling_back(bench: Bench) -> None:
    """Who was disqualified, and withdrew then, does not come back by taking the withdrawal back."""
    take_out(bench, "disqualify", NAME, "case 3")
    take_out(bench, "withdraw", NAME, "leaves")
    assert reinstate(bench, NAME, "", "stays after all").takes_back == 2
    assert ruled_out(read_rulings(bench.folder))[NAME].number == 1
    assert reinstate(bench, NAME, "", "stays after all").number == 3, "the same words are the same decision"
    assert reinstate(bench, NAME, "", "the appeal was heard").takes_back == 1
    assert ruled_out(read_rulings(bench.folder)) == {}
    refuse_late(bench.folder, NAME, "1" * 64)
