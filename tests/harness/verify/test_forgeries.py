"""Records that were changed before they were sealed: whatever does not follow from the answers is found."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.attest.dsse import sign, write_envelope
from harness.attest.keys import PublicKey, SigningKey, new_key, read_signing_key
from harness.attest.sealing import reopen, seal
from harness.attest.statement import read_statement, sign_manifest
from harness.canonical import dumps, plain, sha256_json
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


def open_words(report: Report) -> str:
    """All that was not checked."""
    return "\n".join(check.words for check in report.checks if check.verdict == "not checked")


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


def test_a_manifest_at_hand_is_compared(unsealed: Path, organiser: SigningKey, checkout: Path, tmp_path: Path) -> None:
    """Its digest must be the one that was run; a team's signature counts for the team's key, and for no other."""
    team = tmp_path / "entry"
    team.mkdir()
    lines = (checkout / "submissions/huggingface/smollm2-135m-instruct/manifest.yaml").read_text(encoding="utf-8")
    lines = lines.replace("weights: open\n", "").replace("country: US\n", "")  # as a manifest that says neither
    (team / "manifest.yaml").write_text(lines, encoding="utf-8")
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
    former = {key: value for key, value in plain(declared).items() if key not in ("country", "weights")}
    write_json(unsealed / "submission.json", former)  # of before these could be declared
    assert told()[1][0] == "ok"
    write_json(unsealed / "submission.json", {**former, "country": "FR"})
    assert told()[1:] == [("failed", "not what the manifest declares: country")]
    write_json(unsealed / "submission.json", declared)
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
