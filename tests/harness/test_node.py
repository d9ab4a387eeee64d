"""What a job leaves where it cannot do its errand: a word about it, in the errand's own run."""

from __future__ import annotations

import signal
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

import harness.node
from harness.due import outcome
from harness.errors import ManifestError
from harness.launch.base import JobView
from harness.launch.errand import Errand
from harness.node import RESTARTS, StuckError, do
from harness.record import RoundPaths, RunPaths, read_json, write_json
from harness.sealed_round import LIFE, LateError
from harness.states import mark

ROUND = """
name: tiny
title: {fr: Petite manche, en: Tiny round}
date: "2026-11-22"
seed: kill
languages: [fr, en]
levels: 1
counts: 2
tasks: [understanding/reading_choice]
level_weights: uniform
submissions: [baselines/random]
"""


def errand(root: Path, kind: str, shard: int = 0) -> Errand:
    overrides = ("tracking=none", "cluster.shard_tokens=12")
    return Errand(kind, "tiny", "baselines/random", shard, overrides, str(root))  # type: ignore[arg-type]


@pytest.fixture
def run(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> RunPaths:
    """A record that is cut into shards, of which the first was asked."""
    monkeypatch.setattr("harness.shards.FEWEST", 1)
    (workspace / "configs/round/tiny.yaml").write_text(textwrap.dedent(ROUND))
    do(errand(workspace, "cut"))
    do(errand(workspace, "ask", 1))
    return RoundPaths(workspace / "runs", "tiny").run("baselines", "random")


def test_who_came_late_is_refused_and_no_alarm(workspace: Path) -> None:
    """After the closing an entry that was not listed is refused, for good, and by nobody's fault but its own."""
    (workspace / "configs/round/tiny.yaml").write_text(textwrap.dedent(ROUND))
    run = RoundPaths(workspace / "runs", "tiny").run("baselines", "random")
    closed = {"at": "2026-11-22T12:00:00+00:00", "submissions": {"other/entry": "0" * 64}}
    write_json(run.round_folder / LIFE, {"closed": closed})
    with pytest.raises(LateError, match="came after the intake closed"):
        do(errand(workspace, "whole"))
    end = outcome(run, JobView("baselines/random:whole", "1", "ended", "the errand failed"), still_due=True)
    assert (end.result, end.fault, end.again) == ("refused", "own", False)


def test_a_manifest_that_became_unfit_is_said(workspace: Path, run: RunPaths) -> None:
    """After the round began to ask an entry its shard fails by its own fault, for good; what is finished stays."""
    manifest = workspace / "submissions/baselines/random/manifest.yaml"
    manifest.write_text(manifest.read_text().replace("license:", "licence:"))
    record = run.state.read_bytes()
    with pytest.raises(ManifestError, match="licen"):
        do(errand(workspace, "ask", 2))
    end = outcome(run, JobView("baselines/random:ask:2", "1", "ended", "the errand failed"), still_due=True)
    assert (end.result, end.fault) == ("failed", "own")
    assert "licen" in end.reason
    with pytest.raises(ManifestError):
        do(errand(workspace, "ask", 1))
    assert read_json(run.part(1).state)["state"] == "finished"
    assert run.state.read_bytes() == record


def test_an_intake_that_refuses_what_was_begun(workspace: Path, run: RunPaths) -> None:
    """What the intake finds later fails the errand, own and not to be tried again, and its job with it."""
    manifest = workspace / "submissions/baselines/random/manifest.yaml"
    manifest.write_text(manifest.read_text().replace('entry: "random"', "entry: other"))
    with pytest.raises(ManifestError):
        do(errand(workspace, "ask", 2))
    told = read_json(run.part(2).state)
    assert (told["state"], told["fault"], told["again"]) == ("failed", "own", False)


def test_a_try_begins_without_the_last_ones_end(
    workspace: Path, run: RunPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure that stands there is put away first; what stops the errand before its stages is written down."""
    part, seen = run.part(2), []

    def full(*_: object) -> None:
        seen.append(read_json(part.state)["state"])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(harness.node, "_do", full)
    mark(part, "failed", "weights are no numbers", fault="own", again=True)
    with pytest.raises(OSError, match="No space"):
        do(errand(workspace, "ask", 2))
    assert seen == ["planned"]
    told = read_json(part.state)
    assert (told["state"], told["fault"], told["error"]) == ("failed", "ours", "OSError")


def test_what_cannot_be_written_hides_no_error(workspace: Path, run: RunPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, or a damaged state, does not put its own error in the place of the errand's."""

    def broken(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(harness.node, "_do", lambda *_: 1 / 0)
    monkeypatch.setattr(harness.node, "_mark_failed", broken)
    with pytest.raises(ZeroDivisionError):
        do(errand(workspace, "ask", 2))
    events = [line for line in harness.node._events(run.part(2)) if line["event"] == "failed"]
    assert "division by zero" in events[-1]["reason"]


@pytest.fixture
def session(workspace: Path, run: RunPaths, monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int, int], None]:
    """One session of a job that Slurm queues again: its number, the code that it leaves with, and new answers."""
    monkeypatch.setenv("SLURM_JOB_ID", "12")

    def one(restart: int, code: int, answers: int) -> None:
        if restart:
            monkeypatch.setenv("SLURM_RESTART_COUNT", str(restart))
        else:
            monkeypatch.delenv("SLURM_RESTART_COUNT", raising=False)

        def cut_off(*_: object) -> None:
            run.part(2).folder.mkdir(exist_ok=True)
            with run.part(2).completions.open("ab") as stream:
                stream.write(b"{}\n" * answers)
            raise SystemExit(code)

        monkeypatch.setattr(harness.node, "_do", cut_off)
        with pytest.raises(SystemExit):
            do(errand(workspace, "ask", 2))

    return one


LIMIT, TAKEN_BACK = -1, 128 + signal.SIGTERM


def test_an_answer_longer_than_a_job_is_not_begun_for_ever(
    run: RunPaths, session: Callable[[int, int, int], None]
) -> None:
    """Three restarts at the time limit without an answer are the last ones, and a new job may try again."""
    session(0, LIMIT, 1)
    for restart in range(1, RESTARTS + 1):
        session(restart, LIMIT, 0)
    with pytest.raises(StuckError, match="begun 4 times"):
        _begin(session, RESTARTS + 1)
    told = read_json(run.part(2).state)
    assert (told["state"], told["fault"], told["again"]) == ("failed", "ours", False)
    session(0, LIMIT, 0)
    session(3, LIMIT, 0)


def _begin(session: Callable[[int, int, int], None], restart: int) -> None:
    session(restart, LIMIT, 0)


@pytest.mark.parametrize(("code", "answers"), [(LIMIT, 1), (TAKEN_BACK, 0)])
def test_restarts_that_are_not_in_vain(session: Callable[[int, int, int], None], code: int, answers: int) -> None:
    """With one more answer each, or where the site took its node back, a job goes on as often as it takes."""
    for restart in range(3 * RESTARTS):
        session(restart, code, answers)
