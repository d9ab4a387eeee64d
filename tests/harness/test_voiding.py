"""Voiding: the answers of one task are set aside and asked again, and nothing is lost whoever is killed when."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from decided import ITEMS, NAME, OTHER, TASK, closed_round, copied, events, finish, items
from filelock import FileLock
from life import KilledError, killed

from harness.attest.log import append
from harness.attest.sealing import is_sealed
from harness.canonical import sha256_file
from harness.decisions import Bench, reinstate, settle_rulings, take_out, void
from harness.errors import BusyError, RecordError
from harness.round_state import LifeError
from harness.rulings import read_rulings, voided
from harness.voiding import before_voiding


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return closed_round(tmp_path, monkeypatch)


def test_voiding_sets_one_task_aside_and_nothing_else(bench: Bench) -> None:
    """Answers and canaries of the task leave the record, whole; what is asked again has another seal."""
    run = bench.run(NAME)
    before = {path: path.read_bytes() for path in (run.completions, run.canaries)}
    first = sha256_file(run.completions)
    made, count = void(bench, NAME, TASK, "a GPU with memory errors")
    assert (count, made.task) == (3, TASK)
    assert items(run.completions) == [f"{OTHER}/{n}" for n in (2, 1, 0)]
    assert items(run.canaries) == [f"{OTHER}/0~repeat"]
    assert items(run.scores) == [f"{OTHER}/{n}" for n in range(3)]
    state = json.loads(run.state.read_bytes())
    assert (state["state"], is_sealed(run.folder)) == ("planned", False)
    assert events(bench)[-5:] == ["record.sealed", "ruling.made", "result.voided", "record.reopened", "run.state"]
    assert before_voiding(run.folder, ["voided/1.jsonl"]) == first
    assert before_voiding(run.folder, ["voided/1.canaries.jsonl"], "canaries.jsonl") == sha(before[run.canaries])
    finish(run)
    assert is_sealed(run.folder)
    assert before_voiding(run.folder, ["voided/1.jsonl"]) == first, "what is asked again stands behind what was kept"
    assert json.loads((run.folder / "seal.json").read_bytes())["number"] == 2


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_voiding_twice_waits_for_new_answers(bench: Bench) -> None:
    """Nothing is left to void until the items were asked again; then it is another ruling, and nothing is lost."""
    run, first = bench.run(NAME), sha256_file(bench.run(NAME).completions)
    assert [void(bench, NAME, TASK, "x")[0].number for _ in range(2)] == [1, 1]
    finish(run)
    second = sha256_file(run.completions)
    assert void(bench, NAME, TASK, "again")[0].number == 2
    assert void(bench, NAME, OTHER, "too")[0].number == 3
    finish(run)
    assert before_voiding(run.folder, ["voided/3.jsonl", "voided/2.jsonl"]) == second
    assert before_voiding(run.folder, [f"voided/{n}.jsonl" for n in (1, 2, 3)]) == first
    assert voided(read_rulings(bench.folder)).keys() == {(NAME, TASK), (NAME, OTHER)}


def test_what_was_set_aside_and_changed_is_found(bench: Bench) -> None:
    """Nobody exchanges a voided answer unseen: the record before would have another hash."""
    void(bench, NAME, TASK, "x")
    aside = bench.run(NAME).folder / "voided/1.jsonl"
    aside.write_text(aside.read_text().replace("track/a/1", "track/a/7"))
    with pytest.raises(RecordError, match="not those that were there"):
        before_voiding(bench.run(NAME).folder, ["voided/1.jsonl"])


def test_a_voiding_is_taken_back_before_anything_was_asked_again(bench: Bench) -> None:
    """The record is what it was, to the byte; of two answers nobody may choose the better."""
    run = bench.run(NAME)
    before = {path: path.read_bytes() for path in (run.completions, run.canaries)}
    void(bench, NAME, TASK, "x")
    assert reinstate(bench, NAME, TASK, "the GPU was sound").takes_back == 1
    assert {path: path.read_bytes() for path in before} == before
    assert not list((run.folder / "voided").iterdir())
    assert void(bench, NAME, TASK, "it was not")[0].number == 3
    finish(run)
    with pytest.raises(LifeError, match="asked again since"):
        reinstate(bench, NAME, TASK, "the first were better")


def test_what_cannot_be_voided(bench: Bench) -> None:
    """A record that was not begun, a task it does not have, one that is being written, and items that are public."""
    with pytest.raises(RecordError, match="nothing was asked"):
        void(bench, "team/two", TASK, "x")
    with pytest.raises(RecordError, match="no task 'track/c'") as told:
        void(bench, NAME, "track/c", "x")
    assert told.value.remedy == "valid: track/a, track/b"
    with FileLock(bench.run(NAME).lock), pytest.raises(BusyError, match="another process"):
        void(bench, NAME, TASK, "x")
    (bench.run(NAME).parts).mkdir()
    with pytest.raises(BusyError, match="shards of this record"):
        void(bench, NAME, TASK, "x")
    (bench.run(NAME).parts).rmdir()
    append(bench.folder / "log.jsonl", "round.published", {})
    with pytest.raises(LifeError, match="is published"):
        void(bench, NAME, TASK, "x")
    assert not (bench.folder / "rulings.jsonl").exists(), "nothing that is refused is a ruling"


def test_what_is_out_of_the_round_is_not_voided(bench: Bench) -> None:
    """Of a withdrawn or disqualified submission nothing counts: it is said by which ruling, and what to do first."""
    for kind, word in (("withdraw", "withdrawn"), ("disqualify", "disqualified")):
        made = take_out(bench, kind, NAME, "x")  # type: ignore[arg-type]
        with pytest.raises(LifeError, match=f"is {word} by ruling {made.number}: nothing of it counts") as told:
            void(bench, NAME, TASK, "y")
        assert "defi round reinstate tiny team/one" in told.value.remedy
        assert is_sealed(bench.run(NAME).folder)
    for reason in ("the appeal was heard", "it stays after all"):  # one ruling at a time
        reinstate(bench, NAME, "", reason)
    assert void(bench, NAME, TASK, "y")[1] == 3


def test_a_round_that_went_on_after_a_kill_is_not_harmed(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at any write, asked and sealed by somebody, then called again: in the end all is asked and sealed."""
    for writes in range(40):
        again = copied(bench, tmp_path / str(writes))
        run = again.run(NAME)
        try:
            with killed(writes, monkeypatch):
                void(again, NAME, TASK, "x")
            break
        except KilledError:
            if not is_sealed(run.folder):
                finish(run)
        void(again, NAME, TASK, "x")
        finish(run)
        assert is_sealed(run.folder), writes
        assert sorted(items(run.completions)) == sorted(str(item["id"]) for item in ITEMS)
        names = [f"voided/{path.name}" for path in (run.folder / "voided").glob("?.jsonl")]
        assert before_voiding(run.folder, names), "what was set aside fits what is there"
    else:
        pytest.fail("more than forty writes")


def test_a_voided_record_that_was_moved_away_stops_nobody(bench: Bench, tmp_path: Path) -> None:
    """Nothing is left of it to void, and the round goes on; what is asked instead is a record like any other."""
    void(bench, NAME, TASK, "x")
    shutil.move(bench.run(NAME).folder, tmp_path / "moved")
    settle_rulings(bench.folder)
    assert take_out(bench, "withdraw", "team/two", "leaves").number == 2
    assert not bench.run(NAME).folder.exists()
