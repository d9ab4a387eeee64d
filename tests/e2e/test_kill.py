"""A run that is killed at random moments ends in the record of a run that was not."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.journal import count_lines, read_all
from harness.types import Completion

ENTRY = "huggingface/smollm2-135m-instruct"
ROUND = """
name: tiny
title: {fr: Petite manche, en: Tiny round}
date: "2026-11-22"
seed: kill
languages: [fr, en]
levels: 2
counts: 4
tasks: [understanding/reading_choice, content_production/constrained_writing]
level_weights: uniform
submissions: [huggingface/smollm2-135m-instruct]
"""
ITEMS = 2 * 2 * 4 * 2
LATEST = 24  # answers of one batch may end together: a kill after the last of them would prove nothing
TOLERANCE = 1e-4  # of the engine in float32


def start(runs: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "harness.cli.main",
        "run",
        ENTRY,
        "--round",
        "tiny",
        "engine.dtype=float32",
        "tracking=none",
    ]
    return subprocess.Popen(
        command, env={**os.environ, "DEFI_RUNS": str(runs)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def finished(runs: Path) -> Path:
    process = start(runs)
    out, _ = process.communicate(timeout=240)
    assert process.returncode == 0, out.decode()
    return runs / "tiny" / ENTRY


def kill_at(runs: Path, lines: int) -> int:
    """Kill a run as soon as its record has `lines` lines; the number of lines that it left."""
    journal = runs / "tiny" / ENTRY / "completions.jsonl"
    process = start(runs)
    while process.poll() is None and count_lines(journal) < lines:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return count_lines(journal)


@pytest.mark.model
def test_a_killed_run_equals_an_uninterrupted_one(workspace: Path, smollm2: Path, tmp_path: Path) -> None:
    """SIGKILL at three random moments; then the same texts, and log-likelihoods within the engine's tolerance."""
    (workspace / "configs/round/tiny.yaml").write_text(ROUND)
    whole = finished(tmp_path / "whole")
    runs, rng = tmp_path / "killed", random.Random(11)
    left = [kill_at(runs, count) for count in sorted(rng.sample(range(1, LATEST), 3))]
    assert all(0 < count < ITEMS for count in left), "the kills came too late to prove anything"
    killed = finished(runs)
    answers = {done.item: done for done in read_all(Completion, whole / "completions.jsonl")}
    resumed = list(read_all(Completion, killed / "completions.jsonl"))
    assert sorted(done.item for done in resumed) == sorted(answers), "an item is missing, or was asked twice"
    for done in resumed:
        one = answers[done.item]
        assert (done.text, done.finish, done.prompt_sha256) == (one.text, one.finish, one.prompt_sha256)
        assert done.option_logprobs == pytest.approx(one.option_logprobs, abs=TOLERANCE)
    for name in ("plan.json", "scores.jsonl", "estimates.json"):
        assert (killed / name).read_bytes() == (whole / name).read_bytes()
    assert json.loads((killed / "conditions.json").read_text())["spent"]["sessions"] >= 1
