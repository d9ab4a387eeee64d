"""The round's log behind a record: what a signed head covers is believed, and nothing after it."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pytest

from harness.attest import log_head
from harness.attest.keys import SigningKey, new_key, read_signing_key
from harness.attest.log import append, read_log
from harness.canonical import sha256_file
from harness.rulings import Ruling
from harness.verify import Check, Report, verify_record


def failures(report: Report) -> list[Check]:
    return [check for check in report.checks if check.verdict == "failed"]


def open_words(report: Report) -> str:
    """All that was not checked."""
    return "\n".join(check.words for check in report.checks if check.verdict == "not checked")


def test_a_log_that_was_rewritten_is_found(own: Path, organiser: SigningKey) -> None:
    """A chain made anew is sound in itself, and not the one whose head was signed."""
    log = own.parents[1] / "log.jsonl"
    log.unlink()
    append(log, "round.opened", {"round": "tiny", "another": "truth"})
    append(log, "record.sealed", {"submission": "baselines/random", "seal_sha256": sha256_file(own / "seal.json")})
    assert {check.name for check in failures(verify_record(own, [organiser.public]))} == {"log"}


def test_a_log_that_went_on_is_fine(own: Path, organiser: SigningKey) -> None:
    """Lines after the signed head are chained and said to be later."""
    append(own.parents[1] / "log.jsonl", "run.state", {"submission": "other/one", "state": "scored"})
    report = verify_record(own, [organiser.public])
    assert failures(report) == []
    assert any(", 1 line added since" in check.words for check in report.checks)


def test_a_voided_result_is_no_result(own: Path, organiser: SigningKey) -> None:
    """The log's last word on a submission counts, and no line after the signed head undoes it."""
    log, facts = own.parents[1] / "log.jsonl", {"submission": "baselines/random", "reason": "case 1"}
    sealed = next(dict(one.facts) for one in read_log(log) if one.event == "record.sealed")
    log_head.append_signed(log, "result.voided", facts, organiser)
    append(log, "record.sealed", sealed)
    report = verify_record(own, [organiser.public])
    assert any("voided: case 1" in check.words for check in failures(report))
    assert "record.sealed: after the signed head" in open_words(report)


@pytest.mark.parametrize("event", ["result.voided", "record.reopened", "case.opened"])
def test_what_stands_after_the_signed_head_is_not_believed(own: Path, organiser: SigningKey, event: str) -> None:
    """A line that anybody can add neither voids a rival's result nor reopens it: it is said, as not checked."""
    append(own.parents[1] / "log.jsonl", event, {"submission": "baselines/random", "case": 1, "reason": "forged"})
    report = verify_record(own, [organiser.public])
    assert failures(report) == []
    assert f"{event}: after the signed head" in open_words(report)
    assert "cases/1.json" not in open_words(report)


def test_a_seal_that_only_an_unsigned_line_records_is_not_recorded(own: Path, organiser: SigningKey) -> None:
    """The record's own line counts under the head alone."""
    log = own.parents[1] / "log.jsonl"
    sealed = next(dict(one.facts) for one in read_log(log) if one.event == "record.sealed")
    log.unlink()
    log.with_name("log-head.json").unlink()
    log_head.append_signed(log, "round.opened", {"round": "tiny"}, organiser)
    append(log, "record.sealed", sealed)
    found = failures(verify_record(own, [organiser.public]))
    assert any("no line under its head says" in check.words for check in found)


def test_a_log_that_was_cut_short_is_found_by_a_head_that_was_kept(
    own: Path, organiser: SigningKey, tmp_path: Path
) -> None:
    """The whole round put back to an earlier day is sound in itself: only a later head that somebody kept shows it."""
    round_ = own.parents[1]
    shutil.copytree(round_, tmp_path / "earlier")
    facts = {"submission": "baselines/random", "reason": "cheated"}
    log_head.append_signed(round_ / "log.jsonl", "result.voided", facts, organiser)
    kept = shutil.copy(round_ / "log-head.json", tmp_path / "kept.json")
    shutil.rmtree(round_)
    shutil.copytree(tmp_path / "earlier", round_)
    assert failures(verify_record(own, [organiser.public])) == []
    found = failures(verify_record(own, [organiser.public], kept=Path(kept)))
    assert any("lines were cut off" in check.words and check.where == "log.jsonl" for check in found)


def test_a_kept_head_is_compared(own: Path, organiser: SigningKey, tmp_path: Path) -> None:
    """An earlier head that the log goes on from is said to hold; an older one published, or a stranger's, fails."""
    log, head = own.parents[1] / "log.jsonl", own.parents[1] / "log-head.json"
    before, kept = head.read_bytes(), tmp_path / "kept.json"
    shutil.copy(head, kept)
    log_head.append_signed(log, "run.state", {"submission": "other/one"}, organiser)
    report = verify_record(own, [organiser.public], kept=kept)
    assert failures(report) == []
    assert any("goes on from the head of" in check.words for check in report.checks if check.verdict == "ok")
    shutil.copy(head, kept)
    head.write_bytes(before)
    found = failures(verify_record(own, [organiser.public], kept=kept))
    assert [(check.where, "older than the head" in check.words) for check in found] == [("log-head.json", True)]
    new_key(tmp_path / "stranger.key")
    kept.unlink()
    other = tmp_path / "tiny" / "elsewhere" / "log.jsonl"
    other.parent.mkdir()
    shutil.copy(log, other)
    log_head.sign_head(other, read_signing_key(tmp_path / "stranger.key"))
    shutil.move(other.with_name("log-head.json"), kept)
    found = failures(verify_record(own, [organiser.public], kept=kept))
    assert [check.words for check in found] == ["no valid signature of a key that was given"]
    kept.unlink()
    assert "kept.json" in {check.where for check in failures(verify_record(own, [organiser.public], kept=kept))}


def test_an_open_case_is_said_until_it_is_closed(own: Path, organiser: SigningKey) -> None:
    """A doubt that nobody has settled is no failure, and never passed over."""
    log, facts = own.parents[1] / "log.jsonl", {"submission": "baselines/random", "case": 1}
    log_head.append_signed(log, "case.opened", facts, organiser)
    append(log, "case.closed", facts)  # by a stranger, who has no key
    assert "cases/1.json" in open_words(verify_record(own, [organiser.public]))
    assert "case.closed: after the signed head" in open_words(verify_record(own, [organiser.public]))
    log_head.sign_head(log, organiser)
    assert "cases/1.json" not in open_words(verify_record(own, [organiser.public]))


def test_another_rounds_head_is_no_head(own: Path, organiser: SigningKey) -> None:
    """A head says which round's log it is of."""
    round_ = own.parents[1]
    other = round_.with_name("other")
    other.mkdir()
    shutil.copy(round_ / "log.jsonl", other / "log.jsonl")
    log_head.sign_head(other / "log.jsonl", organiser)
    shutil.copy(other / "log-head.json", round_ / "log-head.json")
    assert any("another round" in check.words for check in failures(verify_record(own, [organiser.public])))


def rulings(*kinds: str) -> list[Ruling]:
    """Rulings on the record, in their order."""
    return [Ruling(n, kind, "baselines/random", "r", "the jury", "2027") for n, kind in enumerate(kinds, 1)]  # type: ignore[arg-type]


def write(round_: Path, *lines: Ruling) -> None:
    (round_ / "rulings.jsonl").write_text("".join(json.dumps(dataclasses.asdict(line)) + "\n" for line in lines))


def test_two_rulings_of_one_number_are_found(own: Path, organiser: SigningKey) -> None:
    """A disqualification erased from the file, and another ruling made under its number: the log holds both."""
    log = own.parents[1] / "log.jsonl"
    for one in rulings("disqualify") + rulings("withdraw"):
        log_head.append_signed(log, "ruling.made", one.facts(), organiser)
    write(own.parents[1], *rulings("withdraw"))
    (found,) = failures(verify_record(own, [organiser.public]))
    assert found.words == "not ruling 2: one was erased, or made twice"
    assert found.where == f"log.jsonl, line {len(read_log(log))}"


def test_a_ruling_that_the_log_does_not_tell_is_found(own: Path, organiser: SigningKey) -> None:
    """A line of the file alone rules nobody out, and fails; one after the signed head is not believed either."""
    (one,) = rulings("disqualify")
    write(own.parents[1], one)
    (found,) = failures(verify_record(own, [organiser.public]))
    assert (found.where, found.words) == ("rulings.jsonl", "line 1: the log tells of no such ruling")
    append(own.parents[1] / "log.jsonl", "ruling.made", one.facts())
    report = verify_record(own, [organiser.public])
    assert failures(report) == []
    assert "rulings.jsonl, line 1: the log tells it after its signed head" in open_words(report)
    log_head.sign_head(own.parents[1] / "log.jsonl", organiser)
    assert [one.words for one in failures(verify_record(own, [organiser.public]))] == ["disqualified by ruling 1: r"]


def test_a_ruling_is_what_the_log_tells_of_it(own: Path, organiser: SigningKey) -> None:
    """Another word in the file fails; a file that lacks a ruling takes no disqualification back."""
    (one,) = rulings("disqualify")
    log_head.append_signed(own.parents[1] / "log.jsonl", "ruling.made", one.facts(), organiser)
    report = verify_record(own, [organiser.public])
    assert [check.words for check in failures(report)] == ["disqualified by ruling 1: r"]
    assert "rulings.jsonl lacks 1 ruling of the log" in open_words(report)
    write(own.parents[1], dataclasses.replace(one, kind="withdraw"))
    words = [check.words for check in failures(verify_record(own, [organiser.public]))]
    assert words == ["line 1 is not ruling 1 of the log", "disqualified by ruling 1: r"]
