"""Decisions of the organisers: each once, in the log, finished after a kill, and taken back by another one only."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from decided import NAME, OPENED, OTHER, TASK, closed_round, copied
from life import START, KilledError, killed

from harness.attest.log import append, read_log
from harness.attest.log_head import read_head
from harness.commitment import CommitmentError
from harness.decisions import Bench, admit, close_case, reinstate, settle_rulings, take_out, void
from harness.errors import DefiError, UnknownNameError, UsageError
from harness.journal import read_lines
from harness.record import write_json
from harness.round_state import LifeError
from harness.rulings import admitted, read_rulings, ruled_out
from harness.sealed_round import competing, refuse_late
from harness.verify.cases import open_case

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/rulings.schema.json").read_bytes())


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return closed_round(tmp_path, monkeypatch)


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
    with pytest.raises(LifeError, match="the round is running: nobody is admitted once it is run") as told:
        admit(bench, "team/later", "6" * 64, "x")
    assert told.value.remedy == "submit it to the next round"
    assert admitted(read_rulings(bench.folder)).keys() == {"team/late", NAME}


def test_who_is_out_is_not_admitted(bench: Bench) -> None:
    """It would compete by one ruling and not by another: it is reinstated first, and listed then as it was before."""
    take_out(bench, "disqualify", NAME, "case 3")
    with pytest.raises(LifeError, match="is disqualified by ruling 1") as told:
        admit(bench, NAME, "7" * 64, "mended")
    assert "reinstate" in told.value.remedy
    reinstate(bench, NAME, "", "the appeal was heard")
    assert admit(bench, NAME, "7" * 64, "mended").number == 3


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


def test_a_case_is_closed_with_what_was_found(bench: Bench) -> None:
    """The log's line is the one that `defi verify` looks for."""
    open_case(bench.folder, NAME, "it differs", {}, append)
    with pytest.raises(UnknownNameError, match="unknown case '7'"):
        close_case(bench, 7, "unfounded", "x")
    assert close_case(bench, 1, "unfounded", "another machine").submission == NAME
    assert close_case(bench, 1, "unfounded", "another machine").number == 1
    last = read_log(bench.folder / "log.jsonl")[-1]
    assert (last.event, last.facts["case"], last.facts["submission"]) == ("case.closed", 1, NAME)


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


DECISIONS: dict[str, Callable[[Bench], object]] = {
    "withdraw": lambda bench: take_out(bench, "withdraw", NAME, "x"),
    "admit": lambda bench: admit(bench, "team/late", "9" * 64, "x"),
    "void": lambda bench: void(bench, NAME, TASK, "x"),
    "reinstate": lambda bench: reinstate(bench, NAME, OTHER, "x"),
    "close-case": lambda bench: close_case(bench, 1, "unfounded", "x"),
}


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
