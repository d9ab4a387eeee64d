"""A record without a seal: said once, with the remedy; what has lost its seal is another thing."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.attest.keys import SigningKey
from harness.attest.sealing import reopen
from harness.errors import UsageError
from harness.verify import Check, Report, verify_record

DEPENDENT = {"files", "hashes", "signatures", "statement", "log", "seals", "columns"}


def failures(report: Report) -> list[Check]:
    return [check for check in report.checks if check.verdict == "failed"]


def test_a_record_that_was_never_sealed_is_called_just_that(unsealed: Path, organiser: SigningKey) -> None:
    """One cause, said first, with what to do; nothing fails for it, and nothing is called proven."""
    report = verify_record(unsealed, [organiser.public])
    first = report.checks[0]
    assert (first.verdict, first.words) == ("not checked", "not sealed: set DEFI_KEY and run the same command again")
    assert (failures(report), report.sealed) == ([], False)
    assert {check.name for check in report.checks if check.verdict == "not checked"} >= DEPENDENT
    assert {check.name for check in report.checks if check.verdict == "ok"} >= {"plan", "items", "judging", "estimates"}
    assert report.sentence.startswith("tiny/baselines/random: not sealed, so that nothing is proven; what was checked")
    assert "NOT" not in report.sentence


def test_an_unsealed_record_that_is_wrong_is_called_wrong(unsealed: Path) -> None:
    """The want of a seal excuses nothing else."""
    (unsealed / "estimates.json").write_text("{}")
    report = verify_record(unsealed)
    assert [check.name for check in failures(report)] == ["estimates"]
    assert "NOT as it says (estimates), and not sealed" in report.sentence


def test_a_seal_that_was_taken_away_is_missed(own: Path, organiser: SigningKey) -> None:
    """Its signature, or the log's line, says that there was one: taking both files away is no way to be unsealed."""
    (own / "seal.json").unlink()
    assert ("files", "seal.json") in {(one.name, one.where) for one in failures(verify_record(own, [organiser.public]))}
    (own / "attestation.json").unlink()
    (lost,) = failures(verify_record(own, [organiser.public]))
    assert (lost.name, lost.where) == ("log", "seal.json")
    assert lost.words.endswith("says that baselines/random is sealed")


def test_a_reopened_record_waits_for_its_next_seal(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log says that it was reopened: its seal is not missed."""
    monkeypatch.delenv("DEFI_KEY", raising=False)
    (own.parents[1] / "log-head.json").unlink()
    reopen(own, "a scorer was mended")
    report = verify_record(own)
    assert (failures(report), report.sealed) == ([], False)


def test_a_rounds_folder_names_its_records(own: Path) -> None:
    """Of a round or a team: a wrong argument, with the records to choose from; an empty folder holds none."""
    for folder in (own.parents[1], own.parent):
        with pytest.raises(UsageError, match="1 record below this folder") as caught:
            verify_record(folder)
        assert caught.value.remedy == f"name one: {own}"
    (own.parents[1] / "empty").mkdir()
    with pytest.raises(UsageError, match="no record is in this folder"):
        verify_record(own.parents[1] / "empty")


def test_a_record_is_one_whatever_lies_in_it(own: Path) -> None:
    """Folders inside a record make it no round: it is checked, and fails."""
    inner = own / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "submission.json").write_text("{}")
    (own / "submission.json").unlink()
    assert {"submission.json", "a/b/submission.json"} <= {check.where for check in failures(verify_record(own))}
