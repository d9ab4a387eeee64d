"""Decisions of the organisers in a round that is really run, sealed and verified: what a team and a reader then see."""

from __future__ import annotations

import datetime
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from harness.attest.keys import new_key, read_signing_key
from harness.cli.main import main
from harness.record import read_json
from harness.verify.record import verify_record

ROUND = """
name: spring
title: {fr: Printemps, en: Spring}
date: "2027-03-01"
seed: in the open
languages: [fr, en]
levels: 1
counts: 3
tasks: [understanding/reading_choice, problem_solving/word_problems]
level_weights: uniform
submissions: [baselines/oracle, baselines/null, baselines/echo]
"""
TASK = "problem_solving/word_problems"


def call(*words: str) -> int:
    try:
        main(list(words))
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


@pytest.fixture
def spring(workspace: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of a round in the open, in a workspace of baselines, where the organisers have a key."""
    for folder in (workspace / "submissions").iterdir():
        if folder.name != "baselines":
            shutil.rmtree(folder)
    (workspace / "configs/round/spring.yaml").write_text(ROUND)
    (workspace / "docs").mkdir()
    (workspace / "docs/rounds.md").write_text("Nobody cheats.\n")
    new_key(tmp_path / "organiser.key")
    monkeypatch.setenv("DEFI_KEY", str(tmp_path / "organiser.key"))
    return workspace / "runs/spring"


def problems(folder: Path, key: Path) -> list[str]:
    """What `defi verify` finds wrong with a record."""
    report = verify_record(folder, [read_signing_key(key).public])
    return [check.words for check in report.checks if check.verdict == "failed"]


def rows(folder: Path, out: Path) -> dict[str, dict[str, Any]]:
    """The standings of the site, by submission; checked against their schema."""
    table = json.loads((out / "round.json").read_bytes())
    schema = json.loads((Path(__file__).parents[2] / "docs/schemas/round.schema.json").read_bytes())
    jsonschema.validate(table, schema)
    return {row["submission"]: row for row in table["standings"]}


def test_a_round_with_decisions_is_run_verified_and_published(
    spring: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Late, out, voided and asked again: the log explains all, records verify, and the standings say why."""
    key, site = tmp_path / "organiser.key", tmp_path / "site"
    manifest = spring.parents[1] / "submissions/baselines/echo/manifest.yaml"
    whole = manifest.read_text()
    assert call("round", "new", "spring") == 0
    assert call("round", "run", "spring", "tracking=none") == 1, "the intake is open"
    assert call("round", "close", "spring", "--dry-run") == 0
    assert "would be listed: baselines/echo" in capsys.readouterr().out
    assert call("round", "close", "spring") == 0
    manifest.write_text(whole.replace("organisers@", "others@"))
    assert call("run", "baselines/echo", "--round", "spring", "tracking=none") == 1, "it was changed after the closing"
    assert call("round", "admit", "spring", "baselines/echo", "--reason", "mended at our request") == 0
    assert call("round", "run", "spring", "tracking=none") == 0
    assert "round in the open, ended" in (call("round", "status", "spring"), capsys.readouterr().out)[1]

    run = spring / "baselines/null"
    kept = [line for line in (run / "completions.jsonl").read_text().splitlines() if TASK not in line]
    assert call("round", "void", "spring", "baselines/null", TASK, "--reason", "memory errors") == 0
    assert (run / "completions.jsonl").read_text().splitlines() == kept
    assert call("round", "publish", "spring", "--out", str(site)) == 1, "its items are to be asked again"
    assert call("round", "run", "spring", "tracking=none") == 0
    again = (run / "completions.jsonl").read_text().splitlines()
    assert again[: len(kept)] == kept, "no other item was asked"
    assert len(again) == len(read_json(run / "plan.json")["items"])
    for name in ("null", "echo", "oracle"):
        assert problems(spring / "baselines" / name, key) == [], name

    assert call("round", "disqualify", "spring", "baselines/oracle", "--reason", "it knows the answers") == 0
    assert any("disqualified" in words for words in problems(spring / "baselines/oracle", key))
    assert call("round", "publish", "spring", "--out", str(site)) == 0
    told = rows(spring, site)
    oracle, null = told["baselines/oracle"], told["baselines/null"]
    assert (oracle["state"], oracle["reason"], oracle["rank"], oracle["area"]) == (
        "disqualified",
        "it knows the answers",
        None,
        None,
    )
    assert null["rank"] is not None
    assert [(note["task"], note["reason"]) for note in null["voided"]] == [(TASK, "memory errors")]
    assert call("round", "void", "spring", "baselines/null", TASK, "--reason", "again") == 1, "it is published"
    assert call("round", "reinstate", "spring", "baselines/oracle", "--reason", "so it may") == 0
    assert call("round", "publish", "spring", "--out", str(site)) == 1
    assert call("round", "publish", "spring", "--out", str(site), "--correction", "the oracle may know") == 0
    assert rows(spring, site)["baselines/oracle"]["state"] == "scored"
    (notice,) = json.loads((site / "round.json").read_bytes())["round"]["corrections"]
    assert (notice["number"], notice["reason"]) == (2, "the oracle may know")
    frozen = (spring / "publications/2.json").read_bytes()
    assert hashlib.sha256(frozen).hexdigest() == notice["standings_sha256"]
    assert call("round", "publish", "spring", "--out", str(site)) == 0, "a notice is no other standing"
    assert not (spring / "publications/3.json").exists()


def test_an_answer_that_was_dropped_without_a_ruling_is_found(spring: Path, tmp_path: Path) -> None:
    """A void that no line of the log tells of: who keeps what he likes is found by everybody."""
    from harness.attest.log import read_log
    from harness.attest.sealing import reopen, seal

    key = tmp_path / "organiser.key"
    for words in (("new",), ("close",), ("run",)):
        assert call("round", *words, "spring", *(["tracking=none"] if words[0] == "run" else [])) == 0
    run = spring / "baselines/null"
    reopen(run, "a scorer was mended")
    lines = (run / "completions.jsonl").read_text().splitlines(keepends=True)
    (run / "completions.jsonl").write_text("".join([*lines[1:], lines[0]]))
    seal(run, read_signing_key(key))
    assert any("changed between seal 1 and seal 2" in words for words in problems(run, key))
    assert "result.voided" not in {one.event for one in read_log(spring / "log.jsonl")}


def test_a_late_entry_of_a_sealed_round_verifies_by_its_ruling(spring: Path, tmp_path: Path) -> None:
    """Its digest is not in the closing's list, and a line of the log before the drawing admits it."""
    root, key = spring.parents[1], tmp_path / "organiser.key"
    text = ROUND.replace("in the open", "sealed").replace("null, baselines/echo]", "null]")
    text = text.replace("seed: sealed", "seed: sealed\nconditions: {isolation: required}")
    (root / "configs/round/spring.yaml").write_text(text)
    manifest = root / "submissions/baselines/null/manifest.yaml"
    assert call("round", "new", "spring") == 0
    assert call("round", "close", "spring", "--source", "drand") == 0
    manifest.write_text(manifest.read_text().replace("organisers@", "others@"))
    now = datetime.datetime.now(datetime.UTC).isoformat()
    assert call("round", "admit", "spring", "baselines/null", "--reason", "our page was down") == 0
    assert call("round", "draw", "spring", "--randomness", "8f3c1e7a" * 8, "--dated", now) == 0
    assert call("round", "admit", "spring", "baselines/echo", "--reason", "a friend") == 1, "its items may be known"
    assert call("round", "run", "spring", "tracking=none") == 0
    assert call("round", "void", "spring", "baselines/null", TASK, "--reason", "memory errors") == 0
    assert call("round", "reveal", "spring") == 1, "what is voided is asked again first"
    assert call("round", "run", "spring", "tracking=none") == 0
    assert call("round", "reveal", "spring") == 0
    assert problems(spring / "baselines/null", key) == []
    report = verify_record(spring / "baselines/null", [read_signing_key(key).public])
    assert any("admitted after the closing" in check.words for check in report.checks)
    assert call("round", "void", "spring", "baselines/null", TASK, "--reason", "too late") == 1
    assert call("round", "publish", "spring", "--out", str(tmp_path / "site")) == 0
    assert call("round", "status", "spring") == 0
