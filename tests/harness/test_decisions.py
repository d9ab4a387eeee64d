"""Decisions of the organisers: each once, in the log, finished after a kill, and taken back by another one only."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from filelock import FileLock
from life import START, KilledError, killed

from harness.attest.keys import new_key
from harness.attest.log import append, read_log
from harness.attest.log_head import read_head
from harness.attest.sealing import is_sealed, seal
from harness.canonical import sha256_file
from harness.commitment import CommitmentError
from harness.decisions import Bench, admit, close_case, reinstate, settle_rulings, take_out, void
from harness.errors import BusyError, DefiError, RecordError, UnknownNameError, UsageError
from harness.journal import read_lines
from harness.record import RunPaths, write_json
from harness.round_state import LifeError
from harness.rulings import admitted, read_rulings, ruled_out, voided
from harness.sealed_round import competing, refuse_late
from harness.verify.cases import open_case
from harness.voiding import before_voiding

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/rulings.schema.json").read_bytes())
NAME, TASK, OTHER = "team/one", "track/a", "track/b"
ITEMS = [{"id": f"{task}/{n}", "task": task} for task in (TASK, OTHER) for n in range(3)]
OPENED = {"schema": "grand-defi/life/1", "round": "tiny", "generator": {}, "generator_digest": "g", "rules_digest": "r"}
ROW = {"level": 1, "language": "fr", "cluster": "c", "index": 0, "chance": 0.0, "category": "wrong"}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A closed round in the open with one sealed record, and the organisers' key."""
    new_key(tmp_path / "organiser.key")
    monkeypatch.setenv("DEFI_KEY", str(tmp_path / "organiser.key"))
    folder = tmp_path / "runs/tiny"
    closed = {"at": START.isoformat(), "submissions": {NAME: "1" * 64, "team/two": "2" * 64}}
    write_json(folder / "life.json", {**OPENED, "rules": {}, "opened": START.isoformat(), "closed": closed})
    made = Bench(folder, False, (NAME, "team/two"), "the jury", START)
    settle_rulings(made.folder)
    finish(made.run(NAME))
    return made


def line(item: str, **more: Any) -> str:
    return json.dumps({"item": item, "text": f"é\u2028 {item}", **more}, ensure_ascii=False) + "\n"


def finish(run: RunPaths) -> None:
    """Ask what has no answer, score all and seal: what `defi round run` does."""
    write_json(run.submission, {})
    write_json(run.plan, {"hash": "p", "submission_digest": "1" * 64, "items": ITEMS, "round": {}})
    said = {one["item"] for one in read_lines(run.completions)}
    with run.completions.open("a") as stream:
        stream.writelines(line(item["id"]) for item in reversed(ITEMS) if item["id"] not in said)
    again = {one["item"] for one in read_lines(run.canaries)}
    with run.canaries.open("a") as stream:
        stream.writelines(line(f"{item['id']}~repeat") for item in ITEMS[::3] if f"{item['id']}~repeat" not in again)
    with run.scores.open("w") as stream:
        for item in ITEMS:
            row = {**ROW, "item": item["id"], "task": item["task"], "value": 0.0, "capped": False}
            stream.write(json.dumps({**row, "answer": "", "reason": ""}) + "\n")
    for path in (run.judging, run.estimates, run.conditions):
        write_json(path, {})
    write_json(run.state, {"state": "scored", "reason": "", "since": ""})
    seal(run.folder)


def items(path: Path) -> list[str]:
    return [one["item"] for one in read_lines(path)]


def events(bench: Bench) -> list[str]:
    return [one.event for one in read_log(bench.folder / "log.jsonl")]


def test_a_ruling_is_a_line_of_its_file_and_of_the_signed_log(bench: Bench) -> None:
    """With reason, author and time; the log holds its hash, and the head is signed over it."""
    made = take_out(bench, "disqualify", NAME, " trained on the items ")
    (written,) = read_lines(bench.folder / "rulings.jsonl")
    jsonschema.validate(written, SCHEMA)
    assert (written["reason"], written["by"], written["at"]) == (
        "trained on the items",
        "the jury",
        "2027-03-01T12:00:00.000+00:00",
    )
    last = read_log(bench.folder / "log.jsonl")[-1]
    assert (last.event, last.facts["ruling_sha256"]) == ("ruling.made", made.sha256)
    assert read_head(bench.folder / "log-head.json")[1]["size"] == last.index + 1


def test_a_ruling_is_taken_back_by_another_one_only(bench: Bench) -> None:
    """Out, in again, out for another reason: each a line, and the last word counts."""
    take_out(bench, "withdraw", NAME, "asked for")
    assert competing(bench.folder) == {"team/two": "2" * 64}
    with pytest.raises(CommitmentError, match="withdrawn by ruling 1: asked for"):
        refuse_late(bench.folder, NAME, "1" * 64)
    assert take_out(bench, "withdraw", NAME, "asked for twice").number == 1, "what stands is not decided again"
    back = reinstate(bench, NAME, "", "an error")
    assert (back.number, back.takes_back) == (2, 1)
    assert reinstate(bench, NAME, "", "an error").number == 2
    refuse_late(bench.folder, NAME, "1" * 64)
    assert take_out(bench, "disqualify", NAME, "case 3").number == 3
    assert take_out(bench, "withdraw", NAME, "leaves").number == 4, "another kind is another ruling"
    assert [one.kind for one in read_rulings(bench.folder)] == ["withdraw", "reinstate", "disqualify", "withdraw"]
    assert ruled_out(read_rulings(bench.folder))[NAME].number == 4


def test_nobody_unknown_is_ruled_upon(bench: Bench) -> None:
    """A name that is mistyped lists the right ones; a ruling without a reason or an author is none."""
    with pytest.raises(UnknownNameError, match="unknown submission 'team/onne'") as told:
        take_out(bench, "withdraw", "team/onne", "x")
    assert "did you mean team/one" in told.value.remedy
    for words in (bench, dataclasses.replace(bench, by=" ")):
        with pytest.raises(UsageError, match="a ruling has a reason"):
            take_out(words, "withdraw", NAME, " " if words is bench else "x")
    with pytest.raises(LifeError, match="nothing to take back"):
        reinstate(bench, NAME, "", "x")
    assert not (bench.folder / "rulings.jsonl").exists()


def test_a_late_submission_is_admitted_before_its_items_exist(bench: Bench) -> None:
    """Its digest counts as listed, with its time; once the round runs, nobody is let in."""
    with pytest.raises(CommitmentError, match="came after"):
        refuse_late(bench.folder, "team/late", "9" * 64)
    assert admit(bench, "team/late", "9" * 64, "our machine was down").number == 1
    assert admit(bench, "team/late", "9" * 64, "our machine was down").number == 1
    refuse_late(bench.folder, "team/late", "9" * 64)
    with pytest.raises(CommitmentError, match="was changed after"):
        refuse_late(bench.folder, "team/late", "8" * 64)
    assert admit(bench, NAME, "7" * 64, "mended at our request").number == 2
    with pytest.raises(CommitmentError, match="was changed after"):
        refuse_late(bench.folder, NAME, "1" * 64)
    with pytest.raises(LifeError, match="listed at the closing"):
        admit(bench, "team/two", "2" * 64, "x")
    assert competing(bench.folder) == {NAME: "7" * 64, "team/late": "9" * 64, "team/two": "2" * 64}
    append(bench.folder / "log.jsonl", "round.running", {})
    with pytest.raises(LifeError, match="the round is running"):
        admit(bench, "team/later", "6" * 64, "x")
    assert admitted(read_rulings(bench.folder)).keys() == {"team/late", NAME}


def test_a_sealed_round_admits_between_closing_and_drawing(bench: Bench) -> None:
    """Before, nobody is late; after it, the items may be known."""
    sealed = dataclasses.replace(bench, sealed=True)
    append(bench.folder / "log.jsonl", "round.drawn", {})
    with pytest.raises(LifeError, match="is drawn: its items may be known"):
        admit(sealed, "team/late", "9" * 64, "x")
    for name in ("log.jsonl", "log-head.json"):
        (bench.folder / name).unlink()
    write_json(bench.folder / "life.json", {**OPENED, "rules": {}, "opened": START.isoformat(), "closed": None})
    with pytest.raises(LifeError, match="the intake is open: nobody is late"):
        admit(sealed, "team/late", "9" * 64, "x")


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
    import hashlib

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


def test_a_case_is_closed_with_what_was_found(bench: Bench) -> None:
    """The log's line is the one that `defi verify` looks for."""
    open_case(bench.folder, NAME, "it differs", {}, append)
    with pytest.raises(UnknownNameError, match="unknown case '7'"):
        close_case(bench, 7, "unfounded", "x")
    assert close_case(bench, 1, "unfounded", "another machine").submission == NAME
    assert close_case(bench, 1, "unfounded", "another machine").number == 1
    last = read_log(bench.folder / "log.jsonl")[-1]
    assert (last.event, last.facts["case"], last.facts["submission"]) == ("case.closed", 1, NAME)


def test_a_ruling_that_was_edited_is_refused(bench: Bench) -> None:
    """The file is public: another word in it, or a line that is left out, is damage."""
    take_out(bench, "withdraw", NAME, "x")
    path = bench.folder / "rulings.jsonl"
    whole = path.read_text()
    for other in (whole.replace('"number":1', '"number":2'), whole.replace("withdraw", "pardon")):
        path.write_text(other)
        with pytest.raises(RecordError, match="line 1 is no ruling 1"):
            read_rulings(bench.folder)


DECISIONS: dict[str, Callable[[Bench], object]] = {
    "withdraw": lambda bench: take_out(bench, "withdraw", NAME, "x"),
    "admit": lambda bench: admit(bench, "team/late", "9" * 64, "x"),
    "void": lambda bench: void(bench, NAME, TASK, "x"),
    "reinstate": lambda bench: reinstate(bench, NAME, OTHER, "x"),
    "close-case": lambda bench: close_case(bench, 1, "unfounded", "x"),
}


def copied(bench: Bench, to: Path) -> Bench:
    shutil.copytree(bench.folder, to / "tiny")
    return dataclasses.replace(bench, folder=to / "tiny")


def outcome(bench: Bench) -> dict[str, object]:
    """What a decision leaves, but for times and how often a seal was put aside."""
    run = bench.run(NAME)
    told = [(one.event, one.facts.get("ruling")) for one in read_log(bench.folder / "log.jsonl")]
    named = {
        path.relative_to(run.folder).as_posix() for path in run.folder.rglob("*.json*") if ".lock" not in path.name
    }
    return {
        "rulings": (bench.folder / "rulings.jsonl").read_bytes(),
        "log": sorted({(event, number or 0) for event, number in told}),
        "files": {name for name in named if not name.startswith(".")},
        **{path.name: path.read_bytes() for path in (run.completions, run.canaries, run.scores)},
        "state": json.loads(run.state.read_bytes())["state"],
    }


@pytest.mark.parametrize("kind", DECISIONS)
@pytest.mark.parametrize("settled", [False, True])
def test_a_decision_that_was_killed_is_finished(
    kind: str, settled: bool, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before any of its writes: the same command, or a round that goes on, leaves what a quiet one leaves."""
    open_case(bench.folder, NAME, "it differs", {}, append)
    if kind == "reinstate":
        void(bench, NAME, OTHER, "y")
    decide = DECISIONS[kind]
    quiet = copied(bench, tmp_path / "quiet")
    decide(quiet)
    for writes in range(40):
        again = copied(bench, tmp_path / str(writes))
        try:
            with killed(writes, monkeypatch):
                decide(again)
            break
        except KilledError:
            if settled:
                settle_rulings(again.folder)
        decide(again)
        assert outcome(again) == outcome(quiet), writes
    else:
        pytest.fail("more than forty writes")


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


def test_errors_of_decisions_have_remedies(bench: Bench) -> None:
    """Whoever decides wrongly is told what to do."""
    for wrong in (
        lambda: void(bench, "team/two", TASK, "x"),
        lambda: close_case(bench, 3, "x", "x"),
        lambda: reinstate(bench, NAME, TASK, "x"),
    ):
        with pytest.raises(DefiError) as told:
            wrong()
        assert told.value.remedy


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


def test_a_voided_record_that_was_moved_away_stops_nobody(bench: Bench, tmp_path: Path) -> None:
    """Nothing is left of it to void, and the round goes on; what is asked instead is a record like any other."""
    void(bench, NAME, TASK, "x")
    shutil.move(bench.run(NAME).folder, tmp_path / "moved")
    settle_rulings(bench.folder)
    assert take_out(bench, "withdraw", "team/two", "leaves").number == 2
    assert not bench.run(NAME).folder.exists()
