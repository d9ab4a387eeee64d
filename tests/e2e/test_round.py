"""A whole round from the command line, with a worker process, a refused entry and a dead tracking server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROUND = """
name: tiny
title: {{fr: Petite manche, en: Tiny round}}
date: "2026-11-22"
seed: round
languages: [fr, en]
levels: 2
counts: 4
tasks: [understanding/reading_choice]
level_weights: uniform
submissions: [{submissions}]
"""


def defi(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness.cli.main", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, env=dict(os.environ))


def open_round(workspace: Path, *submissions: str) -> None:
    (workspace / "configs/round/tiny.yaml").write_text(ROUND.format(submissions=", ".join(submissions)))


def dead_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_round_runs_resumes_and_is_published(workspace: Path) -> None:
    """Every submission is run, a second call asks nothing again, and the site shows them."""
    open_round(workspace, "baselines/oracle", "baselines/null", "baselines/echo")
    assert defi("round", "run", "tiny").returncode == 0
    records = sorted((workspace / "runs/tiny").glob("*/*/completions.jsonl"))
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in records}
    assert len(before) == 3
    again = defi("round", "run", "tiny")
    assert again.returncode == 0
    assert before == {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in records}
    sent = [json.loads(path.read_text()) for path in (workspace / "runs/tiny").glob("*/*/tracking.json")]
    assert [entry["sent"] for entry in sent] == [True] * 3
    assert defi("publish", "--round", "tiny", "--out", str(workspace / "site")).returncode == 0
    assert "oracle" in (workspace / "site/rounds/tiny/fr/index.html").read_text()


def test_a_refused_entry_does_not_stop_the_others(workspace: Path) -> None:
    """It leaves a record that says why, the others are complete, and the exit code says that something is missing."""
    open_round(workspace, "baselines/null", "baselines/oracle")
    manifest = workspace / "submissions/baselines/null/manifest.yaml"
    manifest.write_text(manifest.read_text() + "\nsurprise: 1\n")
    done = defi("round", "run", "tiny", "tracking=none")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    told = json.loads(defi("round", "status", "tiny", "--json").stdout)
    status = {row["submission"]: row for row in told["submissions"]}
    assert status["baselines/null"]["state"] == "refused"
    assert "surprise" in status["baselines/null"]["reason"]
    assert status["baselines/oracle"]["state"] == "scored"
    standings = json.loads(defi("rank", "--round", "tiny", "--json").stdout)["standings"]
    assert [row["rank"] is None for row in standings] == [False, True]


def test_a_dead_tracking_server_stops_nothing(workspace: Path) -> None:
    """The run is complete, the failure is said, and `defi track` sends the record when there is a server again."""
    open_round(workspace, "baselines/oracle")
    server = f"tracking.uri=http://127.0.0.1:{dead_port()}"
    done = defi("round", "run", "tiny", "tracking=server", server)
    assert done.returncode == 0
    assert "defi track --round tiny" in done.stderr
    record = workspace / "runs/tiny/baselines/oracle"
    assert json.loads((record / "state.json").read_text())["state"] == "scored"
    assert json.loads((record / "tracking.json").read_text())["sent"] is False
    assert defi("track", "--round", "tiny", "tracking=server", server).returncode == 1
    assert defi("track", "--round", "tiny").returncode == 0
    assert json.loads((record / "tracking.json").read_text())["sent"] is True


def test_an_entry_that_does_not_exist_is_named(workspace: Path) -> None:
    """A round that names an unknown entry says so, and runs the others."""
    open_round(workspace, "baselines/oracel", "baselines/oracle")
    done = defi("round", "run", "tiny", "tracking=none")
    assert done.returncode == 1
    assert "baselines/oracel" in done.stderr
    assert json.loads((workspace / "runs/tiny/baselines/oracle/state.json").read_text())["state"] == "scored"


@pytest.mark.model
def test_a_real_model_climbs_the_ladder(workspace: Path, smollm2: Path) -> None:
    """SmolLM2 through the whole round: above chance at the bottom, a row in the standings, curves on its page."""
    open_round(workspace, "huggingface/smollm2-135m-instruct", "baselines/random")
    assert defi("round", "run", "tiny", "round.counts=12", "tracking=none").returncode == 0
    table = json.loads(defi("rank", "--round", "tiny", "--json").stdout)
    first = table["standings"][0]
    assert first["submission"] == "huggingface/smollm2-135m-instruct"
    curve = first["by_task"]["understanding/reading_choice"]["curve"]
    bottom = next(point for point in curve if point["level"] == 1 and point["language"] == "all")
    assert bottom["value"] > 0.5
    assert first["conditions"]["packages"]["torch"]
