"""A whole record: everything holds as it was sealed, and nothing after any change."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from harness.attest import log_head
from harness.attest.dsse import Envelope, read_envelope, write_envelope
from harness.attest.keys import SigningKey, new_key, read_signing_key
from harness.attest.sealing import UNSEALED, reopen, seal
from harness.attest.statement import PAYLOAD, add_signature
from harness.errors import UsageError
from harness.record import RunPaths, read_completions, write_scores
from harness.scoring import score_items
from harness.verify import Check, Report, verify_record
from harness.verify.evidence import Evidence


def failures(report: Report) -> list[Check]:
    return [check for check in report.checks if check.verdict == "failed"]


def test_a_sealed_record_holds(sealed: Path, organiser: SigningKey) -> None:
    """As it was sealed nothing fails, and only what needs a file that is not here was not checked."""
    report = verify_record(sealed, [organiser.public])
    assert failures(report) == []
    open_ = [(check.name, check.words) for check in report.checks if check.verdict == "not checked"]
    assert open_ == [
        ("log", "whether the log goes on from an earlier head: give one that you kept with --head"),
        ("submission", "title, declarations and digest of submission.json: the manifest is not at hand"),
    ]
    assert {check.name for check in report.checks if check.verdict == "ok"} == {
        "files",
        "hashes",
        "signatures",
        "statement",
        "log",
        "seals",
        "columns",
        "plan",
        "submission",
        "commitment",
        "items",
        "completions",
        "scores",
        "judging",
        "estimates",
    }
    assert "not checked: log, submission" in report.sentence


def files_of(run: Path) -> list[Path]:
    """Every file that a verification must answer for: of the record, and the round's log with its head."""
    round_ = run.parents[1]
    own = [path for path in sorted(run.rglob("*")) if path.is_file() and path.name not in UNSEALED]
    return [*own, round_ / "log.jsonl", round_ / "log-head.json"]


def open_words(report: Report) -> str:
    """All that was not checked."""
    return "\n".join(check.words for check in report.checks if check.verdict == "not checked")


def flipped(path: Path, place: int, bit: int) -> Callable[[], None]:
    """Flip one bit of a file; what puts it back."""
    before = path.read_bytes()
    changed = bytearray(before)
    changed[place] ^= 1 << bit
    path.write_bytes(bytes(changed))
    return lambda: (path.write_bytes(before), None)[1]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choice=st.integers(0, 10**6), part=st.integers(0, 10**9), bit=st.integers(0, 7))
@example(choice=0, part=0, bit=0)
def test_any_flipped_bit_is_found_and_its_file_named(
    sealed: Path, organiser: SigningKey, choice: int, part: int, bit: int
) -> None:
    """Whatever the file and wherever the bit: a check fails, and one of those that fail names that file."""
    files = files_of(sealed)
    path = files[choice % len(files)]
    restore = flipped(path, part % path.stat().st_size, bit)
    try:
        found = failures(verify_record(sealed, [organiser.public]))
    finally:
        restore()
    assert any(
        check.where.startswith(path.relative_to(sealed).as_posix() if path.is_relative_to(sealed) else path.name)
        for check in found
    ), [(check.name, check.where) for check in found]


def test_the_last_byte_of_every_file_counts(sealed: Path, organiser: SigningKey) -> None:
    """A line end that is no longer one is found like any other bit: in a log, too, where a torn line is tolerated."""
    for path in files_of(sealed):
        restore = flipped(path, path.stat().st_size - 1, 0)
        try:
            found = failures(verify_record(sealed, [organiser.public]))
        finally:
            restore()
        assert any(path.name in check.where for check in found), path.name


def test_a_file_cut_short_gone_or_added_is_found(own: Path, organiser: SigningKey) -> None:
    """Less, nothing, or more than was sealed: each is named."""
    for name in [path.relative_to(own).as_posix() for path in files_of(own) if path.is_relative_to(own)]:
        whole = (own / name).read_bytes()
        for act in (lambda path, whole=whole: path.write_bytes(whole[:-1]), lambda path: path.unlink()):
            act(own / name)
            assert any(name in check.where for check in failures(verify_record(own, [organiser.public]))), name
            (own / name).write_bytes(whole)
    (own / "more.txt").write_text("x")
    assert failures(verify_record(own, [organiser.public]))[0].where == "more.txt"


def test_what_may_change_after_the_seal_may_change(own: Path, organiser: SigningKey) -> None:
    """The lock and what the tracking server was told belong to no result."""
    for name in UNSEALED:
        (own / name).write_text("anything")
    assert failures(verify_record(own, [organiser.public])) == []


def test_a_record_that_says_it_all_anew_needs_the_key(own: Path, organiser: SigningKey, tmp_path: Path) -> None:
    """Somebody who changes an answer, seals anew and signs with another key is found by the signature and the log."""
    lines = (own / "completions.jsonl").read_text().replace('"finish":"stop"', '"finish":"length"', 1)
    (own / "completions.jsonl").write_text(lines)
    for name in ("seal.json", "attestation.json"):
        (own / name).unlink()
    new_key(tmp_path / "other.key")
    (own.parents[1] / "log.jsonl").unlink()
    (own.parents[1] / "log-head.json").unlink()
    seal(own, read_signing_key(tmp_path / "other.key"))
    named = {(check.name, check.where) for check in failures(verify_record(own, [organiser.public]))}
    assert {("signatures", "attestation.json"), ("log", "log-head.json")} <= named
    assert ("judging", "scores.jsonl") in named  # the scores are of other answers


def test_without_a_signature_or_a_key_nothing_is_called_signed(unsealed: Path, organiser: SigningKey) -> None:
    """What could not be checked is said, and a key that was given must have signed."""
    seal(unsealed)
    report = verify_record(unsealed)
    assert not report.failed
    assert {"signatures", "statement"} <= {check.name for check in report.checks if check.verdict == "not checked"}
    assert not any(check.verdict == "ok" for check in report.checks if check.name == "signatures")
    assert [check.name for check in failures(verify_record(unsealed, [organiser.public]))] == ["signatures"]


def test_a_signed_record_without_a_given_key_is_not_called_signed(sealed: Path) -> None:
    """A signature proves nothing to somebody who has no key."""
    report = verify_record(sealed)
    assert {check.verdict for check in report.checks if check.name == "signatures"} == {"not checked"}


def test_two_may_sign(own: Path, organiser: SigningKey, tmp_path: Path) -> None:
    """A team's signature beside the organiser's: both are asked for, and a lost one is missed."""
    new_key(tmp_path / "team.key")
    team = read_signing_key(tmp_path / "team.key")
    both = [organiser.public, team.public]
    assert [check.name for check in failures(verify_record(own, both))] == ["signatures"]
    add_signature(own / "attestation.json", team)
    assert failures(verify_record(own, both)) == []
    assert any("give its public key" in check.words for check in verify_record(own, [organiser.public]).checks)


def test_a_record_without_its_round_is_checked_as_far_as_it_goes(own: Path, organiser: SigningKey) -> None:
    """A record taken elsewhere has no log: that is said, and the rest holds."""
    alone = own.parents[2] / "elsewhere" / "tiny" / "baselines" / "random"
    shutil.copytree(own, alone)
    report = verify_record(alone, [organiser.public])
    assert failures(report) == []
    assert [check.verdict for check in report.checks if check.name == "log"] == ["not checked"]


@pytest.mark.parametrize("name", ["tiny/me/mine", "tiny/baselines/mine", "final/baselines/random"])
def test_a_record_in_another_entrys_folder_is_found(own: Path, organiser: SigningKey, name: str) -> None:
    """A winner's record copied into another entry's folder, or another round's, is nobody else's result."""
    shutil.copytree(own, own.parents[2] / name)
    found = failures(verify_record(own.parents[2] / name, [organiser.public]))
    assert ("plan", f"a plan of tiny/baselines/random, in the folder {name}") in {(c.name, c.words) for c in found}


def test_judged_again_under_a_new_seal(own: Path, organiser: SigningKey) -> None:
    """Reopened, judged and sealed again: the second seal holds, and names the first, which is kept."""
    assert reopen(own, "a scorer was mended", organiser) == 1
    log_head.sign_head(own.parents[1] / "log.jsonl", organiser)  # as where DEFI_KEY is set
    assert (verify_record(own).sealed, failures(verify_record(own))) == (False, [])
    run = RunPaths(own)
    write_scores(run, score_items(Evidence(own, (), None).items, read_completions(run)))
    content = seal(own, organiser)
    assert content["number"] == 2
    report = verify_record(own, [organiser.public])
    assert failures(report) == []
    assert any(check.words == "judged again 1 time, each former seal kept" for check in report.checks)
    restore = flipped(own / "seals/1/scores.parquet", 100, 3)
    assert "seals/1/scores.parquet" in {check.where for check in failures(verify_record(own, [organiser.public]))}
    restore()


def test_an_envelope_has_one_spelling(own: Path, organiser: SigningKey) -> None:
    """The same envelope with other white space is refused: no byte of the file is free."""
    path = own / "attestation.json"
    path.write_text(json.dumps(json.loads(path.read_text()), indent=1))
    assert ("signatures", "attestation.json") in {
        (c.name, c.where) for c in failures(verify_record(own, [organiser.public]))
    }


def test_an_envelope_without_signatures_is_none(own: Path) -> None:
    """Taking the signatures out is no way to be unsigned."""
    path = own / "attestation.json"
    whole = read_envelope(path, PAYLOAD)
    write_envelope(path, Envelope(whole.kind, whole.payload, ()))
    assert ("signatures", "attestation.json") in {(c.name, c.where) for c in failures(verify_record(own))}


def test_a_folder_that_is_none_is_an_error(tmp_path: Path) -> None:
    """What is not there is no record, sealed or not."""
    with pytest.raises(UsageError, match="no such record"):
        verify_record(tmp_path / "nothing")


def test_anything_may_lie_in_a_record(own: Path, organiser: SigningKey) -> None:
    """Files of another shape fail their checks, and never stop the others."""
    for name in ("plan.json", "judging.json", "estimates.json", "submission.json", "seal.json"):
        whole = (own / name).read_bytes()
        for junk in (b"[]", b"null", b'{"hash":1}', b"[" * 100_000, b"\xff\xfe", b"1e999"):
            (own / name).write_bytes(junk)
            report = verify_record(own, [organiser.public])
            assert report.failed
            assert len({check.name for check in report.checks}) == 15
        (own / name).write_bytes(whole)


def test_a_link_is_no_file(own: Path, organiser: SigningKey) -> None:
    """A link in a record points at what nobody sealed."""
    whole = own.parents[1] / "outside"
    (own / "plan.json").rename(whole)
    (own / "plan.json").symlink_to(whole)
    assert "plan.json" in {check.where for check in failures(verify_record(own, [organiser.public]))}
