"""`defi round run --dry-run` and `defi round budget`, through worker processes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from harness.cli.main import main
from harness.record import RoundPaths, RunPaths, read_completions

ROUND = """
name: tiny
title: {{fr: Petite manche, en: Tiny round}}
date: "2026-11-22"
seed: round
languages: [fr, en]
levels: 2
counts: {counts}
{more}
tasks: [understanding/reading_choice, problem_solving/word_problems]
level_weights: uniform
submissions: [{submissions}]
"""


def open_round(workspace: Path, *submissions: str, counts: int = 12, more: str = "") -> RoundPaths:
    text = ROUND.format(counts=counts, more=more, submissions=", ".join(submissions))
    (workspace / "configs/round/tiny.yaml").write_text(text)
    return RoundPaths(workspace / "runs", "tiny")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    capsys.readouterr()
    main(["round", "budget", "tiny", *words, "--json"])
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_a_dry_run_then_the_round(workspace: Path, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No record is begun, nothing measured twice; the run asks what was planned, less what stopping saves."""
    names = ("baselines/oracle", "baselines/null", "baselines/echo")
    paths = open_round(workspace, *names, counts=30, more="stopping: {core: 5, step: 5, thresholds: [0.5]}")
    manifest = workspace / "submissions/baselines/echo/manifest.yaml"
    manifest.write_text(manifest.read_text() + "\nsurprise: 1\n")
    with pytest.raises(SystemExit):
        main(["round", "run", "tiny", "--dry-run", "tracking=none"])
    shown = capsys.readouterr()
    assert "1 of 3 submissions could not be calibrated: baselines/echo" in shown.err
    assert "surprise" in shown.err
    assert not list(paths.folder.glob("*/*/submission.json"))
    assert not (paths.folder / "frozen.json").exists()
    kept = {path: path.stat().st_mtime_ns for path in (paths.folder / "costs").glob("*.json")}
    assert len(kept) == 2
    with pytest.raises(SystemExit):
        main(["round", "run", "tiny", "--dry-run", "--calibrate", "1", "tracking=none"])
    assert {path: path.stat().st_mtime_ns for path in (paths.folder / "costs").glob("*.json")} == kept
    before = told(capsys)
    jsonschema.validate(before, json.loads((checkout / "docs/schemas/budget.schema.json").read_text()))
    assert before["totals"]["unknown"] == ["baselines/echo"]
    planned = {one["submission"]: one["planned"]["items"] for one in before["submissions"] if one["planned"]}
    assert planned == {"baselines/oracle": 240, "baselines/null": 240}
    expected = {one["submission"]: one["expected"]["items"] for one in before["submissions"] if one["expected"]}
    for name in names[:2]:
        main(["run", name, "--round", "tiny", "tracking=none"])
        asked = len(read_completions(paths.run(*name.split("/"))))
        assert asked < 160
        assert asked == pytest.approx(expected[name], rel=0.5)  # of two clusters a level, little is known
    after = told(capsys)
    saved = {one["submission"]: one["spent"]["saved_items"] for one in after["submissions"]}
    assert saved["baselines/oracle"] == 240 - len(read_completions(paths.run("baselines", "oracle")))
    assert after["totals"]["saved"]["items"] == sum(saved.values()) > 0


@pytest.mark.model
def test_tokens_of_a_model_are_predicted(workspace: Path, smollm2: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Items exactly; tokens read of a choice and written in answers within what few items can tell; times add up."""
    name = "huggingface/smollm2-135m-instruct"
    paths = open_round(workspace, name, counts=4)
    main(["round", "run", "tiny", "--dry-run", "tracking=none"])
    found = told(capsys)["submissions"][0]["planned"]
    main(["run", name, "--round", "tiny", "tracking=none"])
    run: RunPaths = paths.run(*name.split("/"))
    done = read_completions(run).values()
    assert found["items"] == len(done) == 32
    assert found["tokens"] == pytest.approx(sum(one.completion_tokens for one in done), rel=0.4)
    assert sum(found["jobs"]["ask"]) > found["engine"] > 0
