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
from harness.attest.keys import SigningKey, new_key, read_signing_key
from harness.attest.log import append
from harness.attest.sealing import UNSEALED, reopen, seal
from harness.attest.statement import PAYLOAD, add_signature, read_statement, sign_manifest
from harness.canonical import sha256_file, sha256_json
from harness.errors import RecordError
from harness.intake.manifest import read_manifest
from harness.record import RunPaths, read_completions, read_json, write_json, write_scores
from harness.scoring import score_items
from harness.types import ScoreRow
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
    assert open_ == [("submission", "the digest was not computed again: the manifest is not at hand")]
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
    assert "not checked: submission" in report.sentence


def files_of(run: Path) -> list[Path]:
    """Every file that a verification must answer for: of the record, and the round's log with its head."""
    round_ = run.parents[1]
    own = [path for path in sorted(run.rglob("*")) if path.is_file() and path.name not in UNSEALED]
    return [*own, round_ / "log.jsonl", round_ / "log-head.json"]


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
    assert any("1 lines were added since" in check.words for check in report.checks)


def test_a_voided_result_is_no_result(own: Path, organiser: SigningKey) -> None:
    """The log's last word on a submission counts."""
    append(own.parents[1] / "log.jsonl", "result.voided", {"submission": "baselines/random", "reason": "case 1"})
    assert any("voided: case 1" in check.words for check in failures(verify_record(own, [organiser.public])))


def test_an_open_case_is_said_until_it_is_closed(own: Path) -> None:
    """A doubt that nobody has settled is no failure, and never passed over."""
    log, facts = own.parents[1] / "log.jsonl", {"submission": "baselines/random", "case": 1}
    append(log, "case.opened", facts)
    assert any("cases/1.json" in check.words for check in verify_record(own).checks if check.verdict == "not checked")
    append(log, "case.closed", facts)
    assert not any("cases/1.json" in check.words for check in verify_record(own).checks)


def test_a_record_without_its_round_is_checked_as_far_as_it_goes(own: Path, organiser: SigningKey) -> None:
    """A record taken elsewhere has no log: that is said, and the rest holds."""
    alone = own.parents[2] / "elsewhere" / "a" / "b"
    shutil.copytree(own, alone)
    report = verify_record(alone, [organiser.public])
    assert failures(report) == []
    assert [check.verdict for check in report.checks if check.name == "log"] == ["not checked"]


def test_judged_again_under_a_new_seal(own: Path, organiser: SigningKey) -> None:
    """Reopened, judged and sealed again: the second seal holds, and names the first, which is kept."""
    assert reopen(own, "a scorer was mended") == 1
    assert failures(verify_record(own))[0].where == "seal.json"
    run = RunPaths(own)
    write_scores(run, score_items(Evidence(own, (), None).items, read_completions(run)))
    content = seal(own, organiser)
    assert content["number"] == 2
    report = verify_record(own, [organiser.public])
    assert failures(report) == []
    assert any(check.words == "judged again 1 times, each former seal kept" for check in report.checks)
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
    with pytest.raises(RecordError, match="no such record"):
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
    """Its digest must be the one that was run; a team's signature counts for the keys that were given."""
    team = tmp_path / "entry"
    team.mkdir()
    shutil.copy(checkout / "submissions/huggingface/smollm2-135m-instruct/manifest.yaml", team)
    digest = read_manifest(team).digest
    seal(unsealed, organiser)

    def told() -> list[tuple[str, str]]:
        report = verify_record(unsealed, [organiser.public], team / "manifest.yaml")
        return [(check.verdict, check.words) for check in report.checks if check.name == "submission"]

    assert ("failed", "the manifest here has another digest than the one that was run") in told()
    for name, key in (("plan.json", "submission_digest"), ("submission.json", "digest")):
        value = read_json(unsealed / name)
        value[key] = digest
        write_json(unsealed / name, value)
    assert told()[1:] == [("ok", "the manifest has that digest")]
    new_key(tmp_path / "team.key")
    sign_manifest(team, read_signing_key(tmp_path / "team.key"), digest)
    assert told()[2][0] == "not checked"
    sign_manifest(team, organiser, digest)
    assert told()[2] == ("ok", f"the manifest is signed by the key {organiser.public.id}")
    sign_manifest(team, organiser, "0" * 64)
    assert told()[-1][0] == "failed"


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
        "1 answers cannot be judged on this machine: no sandbox here",
    )


def test_a_signed_statement_about_another_plan_is_found(own: Path, organiser: SigningKey) -> None:
    """A sound signature over a predicate that is not the record's."""
    envelope, statement = read_statement(own / "attestation.json")
    statement["predicate"]["plan"] = "0" * 64
    write_envelope(own / "attestation.json", sign(statement, envelope.kind, organiser))
    found = [(check.name, check.words) for check in failures(verify_record(own, [organiser.public]))]
    assert found == [("statement", "its `plan` is not the one that was signed")]


def test_many_findings_of_one_check_are_counted(unsealed: Path) -> None:
    """The first twenty are shown, the rest is a number, and still a failure."""
    path = unsealed / "completions.jsonl"
    line = {**json.loads(path.read_text().splitlines()[0]), "item": "none"}
    text = json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n"
    path.write_text(path.read_text() + text * 50)
    told = [check for check in verify_record(unsealed).checks if check.name == "completions"]
    assert len(told) == 21
    assert (told[-1].verdict, told[-1].words) == ("failed", "and 30 more")
