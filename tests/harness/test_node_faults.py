"""What the intake finds on one machine that is no fault of the team's: it is tried again, and nobody is charged."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

import harness.node
from harness.breakdowns import UNSEEN
from harness.due import Outcome, outcome
from harness.entries import Prepared
from harness.errors import DefiError
from harness.intake.finding import finding
from harness.intake.manifest import read_manifest
from harness.intake.verdict import Verdict
from harness.launch.base import JobView
from harness.launch.errand import Errand, Kind
from harness.node import NodeError, do
from harness.record import RoundPaths, RunPaths, read_json, write_json
from harness.types import Finding

NAME = "baselines/random"
GONE = finding("checkpoint.unresolved", "/scratch/model", "the checkpoint folder does not exist", "correct it")
FEWER = finding("files.missing", "model.safetensors", "listed and not there", "put it there")
ERROR_5 = finding("hash.unreadable", "model.safetensors", "cannot be read: Input/output error", "make it readable")
CRASH = finding("intake.fault", "intake", "the check 'x' failed: KeyError: 1", "tell the organisers")
WRONG = finding("hash.wrong", "model.safetensors", "SHA-256 is a, declared b", "restore the file")


@pytest.fixture
def run(workspace: Path) -> RunPaths:
    return RoundPaths(workspace / "runs", "demo").run("baselines", "random")


def job(kind: Kind, workspace: Path, run: RunPaths, *, seen: bool = False) -> Outcome:
    """Do an errand; how it ends on a site."""
    shard = 1 if kind == "ask" else 0
    one = Errand(kind, "demo", NAME, shard, ("tracking=none",), str(workspace), seen=seen)
    with contextlib.suppress(DefiError):
        do(one)
    return outcome(run, JobView(one.key, "7", "ended", "the errand failed"), still_due=True, elsewhere=True)


def find(monkeypatch: pytest.MonkeyPatch, *found: Finding) -> None:
    """Let the intake find this."""
    monkeypatch.setattr(harness.node, "prepare", lambda *_: Prepared(NAME, Verdict(NAME, found), None))


def taken_in(workspace: Path, run: RunPaths) -> None:
    """The round has cut its plan: the intake had found it fit."""
    declared = read_manifest(workspace / "submissions" / NAME / "manifest.yaml")
    write_json(run.submission, {"team": "baselines", "entry": "random", "digest": declared.digest})
    write_json(run.shards, {})


@pytest.mark.parametrize("found", [GONE, FEWER])
def test_a_checkpoint_that_the_round_had_seen(
    workspace: Path, run: RunPaths, monkeypatch: pytest.MonkeyPatch, found: Finding
) -> None:
    """Missing on one node, it is that node's or ours; the record says so, and another node is to try."""
    taken_in(workspace, run)
    find(monkeypatch, found)
    end = job("ask", workspace, run)
    assert (end.result, end.fault, end.again, end.machine) == ("failed", "ours", True, "odd")
    told = read_json(run.part(1).state)
    assert (told["state"], told["fault"], told["again"], told["error"]) == ("failed", "ours", True, NodeError.__name__)
    assert UNSEEN in told["reason"]
    assert found.what in told["reason"]


def test_a_checkpoint_that_nobody_has_seen(workspace: Path, run: RunPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the team's to give; but not where the command that sent the job saw it."""
    find(monkeypatch, GONE)
    end = job("cut", workspace, run)
    assert (end.result, end.fault, end.again) == ("refused", "own", False)
    end = job("cut", workspace, run, seen=True)
    assert (end.result, end.fault, end.again, end.machine) == ("failed", "ours", True, "odd")
    assert read_json(run.submission)["team"] == "baselines"


def test_a_checkpoint_that_was_seen_of_another_manifest(
    workspace: Path, run: RunPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who changed the manifest, or a file, after the round began has done that alone."""
    taken_in(workspace, run)
    find(monkeypatch, WRONG)
    assert job("ask", workspace, run).fault == "own"
    write_json(run.submission, {"team": "baselines", "entry": "random", "digest": "0" * 64})
    find(monkeypatch, GONE)
    assert job("ask", workspace, run).fault == "own"


@pytest.mark.parametrize(("found", "machine"), [(ERROR_5, "odd"), (CRASH, "")])
def test_a_disk_or_a_check_that_fails(
    workspace: Path, run: RunPaths, monkeypatch: pytest.MonkeyPatch, found: Finding, machine: str
) -> None:
    """No entry is refused for either, whether the round has begun it or not."""
    find(monkeypatch, found)
    end = job("cut", workspace, run)
    assert (end.result, end.fault, end.again, end.machine) == ("failed", "ours", True, machine)


def test_what_nobody_has_fetched(workspace: Path, run: RunPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes have no network: what the organisers did not fetch before is ours, and says which command does it."""
    manifest = workspace / "submissions" / NAME / "manifest.yaml"
    fetched = f"kind: hub\n  repository: team/model\n  revision: {'0' * 40}"
    text = manifest.read_text()
    assert "kind: none" in text
    manifest.write_text(text.replace("kind: none", fetched))
    find(monkeypatch, finding("checkpoint.unresolved", "team/model", "cannot be fetched from the hub", "x"))
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    assert job("cut", workspace, run).fault == "own"
    monkeypatch.setenv("SLURM_JOB_ID", "12")
    end = job("cut", workspace, run)
    assert (end.fault, end.again) == ("ours", True)
    assert f"defi submission check {NAME}" in end.reason
