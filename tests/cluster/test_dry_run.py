"""A dry run over a real Slurm: calibrations are jobs like any other."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from slurm.host import SlurmHost

from harness.journal import read_lines

pytestmark = pytest.mark.cluster

ENTRIES = ["baselines/oracle", "baselines/random"]
ROUND = (
    "round.levels=2",
    "round.counts=4",
    "round.tasks=[understanding/reading_choice,problem_solving/word_problems]",
    f"round.submissions=[{','.join(ENTRIES)}]",
    "tracking=none",
    "cluster=slurm",
    "cluster.look_every=1",
    "cluster.cpu.cpus=1",
    "cluster.time_default=5",
    "cluster.submit_limit=4",
)


def defi(*words: str) -> str:
    program = Path(sys.executable).with_name("defi")
    return subprocess.run([program, *words], capture_output=True, text=True, timeout=200, check=True).stdout


def test_a_dry_run_sends_jobs(cluster: SlurmHost, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each submission is calibrated by one job of the site, begins no record, and is predicted job by job."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    defi("round", "run", "demo", *ROUND, "--dry-run")
    own = workspace / "runs/demo/private/calibration"
    ended = [line for line in read_lines(own / "jobs.jsonl") if line["event"] == "ended"]
    assert sorted((line["key"], line["result"]) for line in ended) == [
        (f"{name}:calibrate", "done") for name in ENTRIES
    ]
    assert all(line["node"] for line in ended)
    assert not list((workspace / "runs/demo").glob("*/*/submission.json"))
    found = json.loads(defi("round", "budget", "demo", *ROUND, "--json"))
    for one in found["submissions"]:
        assert one["planned"]["items"] == 2 * 2 * 2 * 4
        assert one["planned"]["jobs"]["cut"] > 0
    jobs = [one["planned"]["jobs"] for one in found["submissions"]]
    longest = max(job["cut"] + max(job["ask"]) + job["score"] for job in jobs)
    assert found["totals"]["wall_seconds"]["planned"] == pytest.approx(longest, abs=0.2)
