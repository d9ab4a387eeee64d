"""A whole record: everything holds as it was sealed, and nothing after any change."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from harness.attest import log_head
from harness.attest.dsse import Envelope, read_envelope, sign, write_envelope
from harness.attest.keys import PublicKey, SigningKey, new_key, read_signing_key
from harness.attest.log import append, read_log
from harness.attest.sealing import UNSEALED, reopen, seal
from harness.attest.statement import PAYLOAD, add_signature, read_statement, sign_manifest
from harness.canonical import dumps, plain, sha256_file, sha256_json
from harness.errors import UsageError
from harness.intake.manifest import read_manifest
from harness.record import RunPaths, read_completions, read_json, read_scores, write_json, write_scores
from harness.scoring import score_items
from harness.scoring.estimates import estimates
from harness.types import Json, ScoreRow
from harness.verify import Check, Report, judging, verify_record
from harness.verify.evidence import Evidence

TASK = "understanding/reading_choice"


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


def test_better_scores_are_found_by_judging_again(unsealed: Path, organiser: SigningKey) -> None:
    """An organiser who writes 1 for 0 before sealing has every hash right, and is found all the same."""
    path = unsealed / "scores.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    worse = next(row for row in rows if row["value"] == 0)
    worse.update(value=1.0, category="right")
    path.write_text("".join(json.dumps(row, sort_keys=True, separators=(",", ":")) + "\n" for row in rows))
    seal(unsealed, organiser)
    found = failures(verify_record(unsealed, [organiser.public]))
    assert {check.name for check in found} == {"judging", "estimates"}
    assert any(worse["item"] in check.words for check in found)


def test_other_items_than_the_seeds_are_found(unsealed: Path, organiser: SigningKey) -> None:
    """A plan that names another item hash, with its own hash put right, is not what the seed gives."""
    plan = read_json(unsealed / "plan.json")
    plan["items"][0]["item_sha256"] = "0" * 64
    plan["hash"] = sha256_json({key: value for key, value in plan.items() if key != "hash"})
    write_json(unsealed / "plan.json", plan)
    seal(unsealed, organiser)
    found = failures(verify_record(unsealed, [organiser.public]))
    assert [(check.name, check.where) for check in found] == [("items", "plan.json")]
    assert plan["items"][0]["id"] in found[0].words


def test_a_plan_whose_hash_is_another_is_found(unsealed: Path, organiser: SigningKey) -> None:
    """The plan's hash is computed again, not believed."""
    plan = read_json(unsealed / "plan.json")
    plan["engine"] = {"name": "better"}
    write_json(unsealed / "plan.json", plan)
    seal(unsealed, organiser)
    assert [check.name for check in failures(verify_record(unsealed, [organiser.public]))] == ["plan"]


def test_answers_to_other_questions_are_found(unsealed: Path, organiser: SigningKey) -> None:
    """An answer to another prompt, to no item of the plan, or given twice does not belong to the record."""
    path = unsealed / "completions.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines[0]["prompt_sha256"] = "0" * 64
    lines.append({**lines[1]})
    lines.append({**lines[2], "item": "problem_solving/word_problems/fr/L01/99999"})
    path.write_text("".join(json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n" for line in lines))
    seal(unsealed, organiser)
    found = [check for check in failures(verify_record(unsealed)) if check.name == "completions"]
    assert [check.where for check in found] == [f"completions.jsonl, line {n}" for n in (1, len(lines) - 1, len(lines))]


def test_a_left_out_judgement_is_found(unsealed: Path, organiser: SigningKey) -> None:
    """Nobody's worst answer can be left out."""
    path = unsealed / "scores.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))
    seal(unsealed, organiser)
    assert "scores" in {check.name for check in failures(verify_record(unsealed))}


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


@pytest.mark.parametrize("dialogue", [False, True])
def test_silence_is_found(unsealed: Path, organiser: SigningKey, dialogue: bool) -> None:
    """A wrong answer taken out, or a dialogue broken off, would be left out of the mean: it fails, by its item."""
    path = unsealed / "completions.jsonl"
    seal(unsealed, organiser)
    lines = path.read_bytes().splitlines(keepends=True)
    turns = [json.loads(line) for line in lines]
    chosen = next(one for one in turns if (one["turn"] > 0) == dialogue)
    kept = [line for line, one in zip(lines, turns, strict=True) if (one["item"], one["turn"]) < key_of(chosen)]
    kept += [line for line, one in zip(lines, turns, strict=True) if one["item"] > chosen["item"]]
    path.write_bytes(b"".join(kept))
    words = "the dialogue was not over" if dialogue else "asked, and no answer is there"
    told = [check.words for check in failures(verify_record(unsealed)) if check.name == "completions"]
    assert told == [f"{chosen['item']}: {words}"]


def key_of(line: dict[str, Json]) -> tuple[str, int]:
    return line["item"], line["turn"]


def test_answers_lacking_by_our_fault_are_counted(unsealed: Path, organiser: SigningKey) -> None:
    """Wrong answers turned into errors of ours leave the mean: their number is said, as not checked."""
    path = unsealed / "completions.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    chosen = [row for row in rows if "word_problems" in row["item"]][:2]
    for row in chosen:
        row.update(finish="error", error="the GPU fell off", text="")
    path.write_text("".join(dumps(row) + "\n" for row in rows))
    run = RunPaths(unsealed)
    write_scores(run, score_items(Evidence(unsealed, (), None).items, read_completions(run)))
    write_json(run.estimates, estimates(read_scores(run)))
    seal(unsealed, organiser)
    report = verify_record(unsealed, [organiser.public])
    assert failures(report) == []
    assert "2 of 12 items have an error of ours for an answer: " in open_words(report)
    assert all(row["item"] in open_words(report) for row in chosen)


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


def test_code_that_judges_otherwise_is_said_and_not_called_wrong(unsealed: Path, organiser: SigningKey) -> None:
    """Scores by another version of the scorers that differ are not checked here; which version judged is said."""
    judging = read_json(unsealed / "judging.json")
    judging.update(shared="0" * 64, harness="0.0.1")
    write_json(unsealed / "judging.json", judging)
    path = unsealed / "scores.jsonl"
    path.write_text(path.read_text().replace('"category":"wrong"', '"category":"partial"', 1))
    seal(unsealed, organiser)
    (told,) = [check for check in verify_record(unsealed).checks if check.name == "judging"]
    assert told.verdict == "not checked"
    assert "0.0.1" in told.words


def test_forged_scores_behind_an_altered_digest_are_found(unsealed: Path, organiser: SigningKey) -> None:
    """Better scores with another digest of the judging code, which says it is the version that is here: both fail."""
    judging = read_json(unsealed / "judging.json")
    write_json(unsealed / "judging.json", {**judging, "shared": "0" * 64})
    seal(unsealed, organiser)
    assert failures(verify_record(unsealed, [organiser.public])) == []  # other code, and the same scores
    reopen(unsealed, "to forge")
    run = RunPaths(unsealed)
    write_scores(run, [dataclasses.replace(row, value=1.0, category="right") for row in read_scores(run)])
    write_json(run.estimates, estimates(read_scores(run)))
    seal(unsealed, organiser)
    named = {(check.name, check.where) for check in failures(verify_record(unsealed, [organiser.public]))}
    assert named == {("judging", "judging.json"), ("judging", "scores.jsonl")}


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


def test_another_rounds_head_is_no_head(own: Path, organiser: SigningKey) -> None:
    """A head says which round's log it is of."""
    round_ = own.parents[1]
    other = round_.with_name("other")
    other.mkdir()
    shutil.copy(round_ / "log.jsonl", other / "log.jsonl")
    log_head.sign_head(other / "log.jsonl", organiser)
    shutil.copy(other / "log-head.json", round_ / "log-head.json")
    assert any("another round" in check.words for check in failures(verify_record(own, [organiser.public])))


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


def test_a_manifest_at_hand_is_compared(unsealed: Path, organiser: SigningKey, checkout: Path, tmp_path: Path) -> None:
    """Its digest must be the one that was run; a team's signature counts for the team's key, and for no other."""
    team = tmp_path / "entry"
    team.mkdir()
    shutil.copy(checkout / "submissions/huggingface/smollm2-135m-instruct/manifest.yaml", team)
    declared = read_manifest(team)
    digest = declared.digest
    seal(unsealed, organiser)

    def told(key: PublicKey | None = None) -> list[tuple[str, str]]:
        report = verify_record(unsealed, [organiser.public], team / "manifest.yaml", team=key)
        return [(check.verdict, check.words) for check in report.checks if check.name == "submission"]

    assert ("failed", "the manifest here has another digest than the one that was run") in told()
    plan = read_json(unsealed / "plan.json")
    own = {"submission": declared.id, "submission_digest": digest, "checkpoint": declared.files}
    write_json(unsealed / "plan.json", {**plan, **own})
    write_json(unsealed / "submission.json", {**plain(declared), "baseline": True, "title": "GPT-9"})
    assert told()[1:] == [("failed", "not what the manifest declares: baseline, title")]
    write_json(unsealed / "submission.json", declared)
    assert told()[1:] == [("ok", "the manifest has that digest, and declares what submission.json says")]
    public = new_key(tmp_path / "team.key")
    assert told(public)[2:] == [("failed", "the team did not sign its manifest")]
    sign_manifest(team, organiser, digest)
    assert told()[2][0] == "not checked"
    assert told(public)[2:] == [("failed", f"not signed by the key {public.id}")]
    sign_manifest(team, read_signing_key(tmp_path / "team.key"), digest)
    assert told(public)[2:] == [("ok", f"the manifest is signed by the team's key {public.id}")]
    sign_manifest(team, read_signing_key(tmp_path / "team.key"), "0" * 64)
    assert told(public)[2:] == [("failed", "signs another content of the manifest")]


def test_a_submission_that_is_not_the_planned_one_is_found(unsealed: Path) -> None:
    """Name, digest and files in `submission.json` are the plan's."""
    value = read_json(unsealed / "submission.json")
    value.update(entry="another", files={"model.safetensors": "0" * 64})
    write_json(unsealed / "submission.json", value)
    seal(unsealed)
    found = {check.words for check in failures(verify_record(unsealed)) if check.name == "submission"}
    assert found == {"`submission` is not the plan's", "`files` is not the plan's"}


def test_estimates_that_do_not_follow_from_the_scores_are_found(unsealed: Path) -> None:
    """A better mean, and a task that nobody was asked about."""
    value = read_json(unsealed / "estimates.json")
    for changed in ({**value, "x/y": {}}, {**value, TASK: {"curve": []}}):
        write_json(unsealed / "estimates.json", changed)
        assert "estimates.json" in {check.where for check in failures(verify_record(unsealed))}
    value[TASK]["curve"][0]["low"] += 1e-13  # the last digit of another processor is no forgery
    write_json(unsealed / "estimates.json", value)
    assert "estimates" not in {check.name for check in failures(verify_record(unsealed))}


def test_a_plan_cannot_ask_for_more_items_than_it_has(unsealed: Path) -> None:
    """A forged index would make a verifier generate for ever: it is refused before anything is made."""
    plan = read_json(unsealed / "plan.json")
    plan["items"][0]["index"] = 10**12
    write_json(unsealed / "plan.json", plan)
    assert any("index beyond" in check.words for check in failures(verify_record(unsealed)) if check.name == "items")


def test_what_cannot_be_judged_here_is_said(unsealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer whose scorer needs what this machine has not is not checked, and not called wrong."""
    real = judging.score_items

    def without_sandbox(*given: object) -> Iterator[ScoreRow]:
        rows = list(real(*given))  # type: ignore[arg-type]
        yield dataclasses.replace(rows[0], value=None, category="unscored", reason="no sandbox here")
        yield from rows[1:]

    monkeypatch.setattr("harness.verify.judging.score_items", without_sandbox)
    (told,) = [check for check in verify_record(unsealed).checks if check.name == "judging"]
    assert (told.verdict, told.words) == (
        "not checked",
        "1 answer cannot be judged on this machine: no sandbox here",
    )


def test_a_signed_statement_about_another_plan_is_found(own: Path, organiser: SigningKey) -> None:
    """A sound signature over a predicate that is not the record's."""
    envelope, statement = read_statement(own / "attestation.json")
    statement["predicate"]["plan"] = "0" * 64
    write_envelope(own / "attestation.json", sign(statement, envelope.kind, organiser))
    found = [(check.name, check.words) for check in failures(verify_record(own, [organiser.public]))]
    assert found == [("statement", "its `plan` is not the one that was signed")]


def test_a_signed_statement_about_another_declaration_is_found(own: Path, organiser: SigningKey) -> None:
    """What the entry declares is part of what is signed, by a hash of its own."""
    envelope, statement = read_statement(own / "attestation.json")
    assert statement["predicate"]["declared"] == sha256_json(read_json(own / "submission.json"))
    statement["predicate"]["declared"] = "0" * 64
    write_envelope(own / "attestation.json", sign(statement, envelope.kind, organiser))
    found = [(check.where, check.words) for check in failures(verify_record(own, [organiser.public]))]
    assert found == [("submission.json", "its `declared` is not the one that was signed")]


def test_many_findings_of_one_check_are_counted(unsealed: Path) -> None:
    """The first twenty are shown, the rest is a number, and still a failure."""
    path = unsealed / "completions.jsonl"
    line = {**json.loads(path.read_text().splitlines()[0]), "item": "none"}
    text = json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n"
    path.write_text(path.read_text() + text * 50)
    told = [check for check in verify_record(unsealed).checks if check.name == "completions"]
    assert len(told) == 21
    assert (told[-1].verdict, told[-1].words) == ("failed", "and 30 more")
