"""A round that stops by itself, from its file to its standings and its seal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.attest.keys import new_key, read_public_key
from harness.cli.main import main
from harness.record import RunPaths, read_json, read_scores
from harness.verify.record import verify_record

ROUND = """
name: climb
title: {fr: Montée, en: Climb}
date: "2026-11-22"
seed: climb
languages: [fr, en]
levels: 3
counts: 40
stopping: {core: 8, step: 4, alpha: 0.05, thresholds: [0.5]}
tasks: [understanding/reading_choice, problem_solving/word_problems]
level_weights: uniform
submissions: [baselines/oracle, baselines/null, baselines/random]
"""


@pytest.fixture
def climbed(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The round's folder, sealed."""
    (workspace / "configs/round/climb.yaml").write_text(ROUND)
    new_key(workspace / "secrets/a.key")
    monkeypatch.setenv("DEFI_KEY", str(workspace / "secrets/a.key"))
    for name in ("oracle", "null", "random"):
        main(["run", f"baselines/{name}", "--round", "climb", "tracking=none"])
    return workspace / "runs/climb"


def test_a_round_that_stops_is_ranked_sealed_and_verified(
    climbed: Path, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fewer than half of the items are asked; levels are of all that was, areas of the core; the seal holds."""
    capsys.readouterr()
    main(["rank", "--round", "climb", "--json"])
    table = json.loads(capsys.readouterr().out)
    rows = {row["submission"]: row for row in table["standings"]}
    assert {name: row["level_cleared"] for name, row in rows.items()}["baselines/null"] == 0
    oracle = rows["baselines/oracle"]
    assert {task["level_cleared"] for task in oracle["by_task"].values()} == {3}
    assert oracle["area"]["value"] == 1.0
    assert all(row["rank"] for row in rows.values())
    key = read_public_key(workspace / "secrets/a.key.pub")
    for name in ("oracle", "null", "random"):
        run = RunPaths(climbed / "baselines" / name)
        planned = read_json(run.plan)["items"]
        assert 2 * 2 * 3 * 8 <= len(read_scores(run)) < len(planned) / 2
        report = verify_record(run.folder, [key])
        assert not [check for check in report.checks if check.verdict == "failed"], name
        assert any("stops where" in check.words for check in report.checks)


def test_an_answer_left_out_is_found(climbed: Path, workspace: Path) -> None:
    """Of a round that stops, what it would still ask is no silence that anybody may choose."""
    run = RunPaths(climbed / "baselines/random")
    lines = run.completions.read_bytes().splitlines(keepends=True)
    run.completions.write_bytes(b"".join(lines[1:]))
    item = json.loads(lines[0])["item"]
    kept = [line for line in run.scores.read_bytes().splitlines(keepends=True) if json.loads(line)["item"] != item]
    run.scores.write_bytes(b"".join(kept))
    report = verify_record(run.folder, [read_public_key(workspace / "secrets/a.key.pub")])
    assert any(item in check.words for check in report.checks if check.name == "completions")
