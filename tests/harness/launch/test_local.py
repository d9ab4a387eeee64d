"""Jobs in worker processes."""

from __future__ import annotations

import os
from pathlib import Path

import marks
import pytest
from slurm.processes import wait_until

from harness.launch.base import JobView, Launcher, Needs
from harness.launch.errand import Errand
from harness.launch.local import LocalLauncher


def errand(folder: Path, shard: int = 1) -> Errand:
    return Errand("ask", "tiny", "team/one", shard, (), str(folder))


def ended(launcher: Launcher, shard: int = 1) -> JobView:
    """The view of an errand that has ended."""
    key = f"team/one:ask:{shard}"
    wait_until(lambda: not launcher.look()[key].active, 60, "the job ends")
    return launcher.look()[key]


@pytest.fixture(autouse=True)
def _path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers find the functions of `marks`."""
    monkeypatch.setenv("PYTHONPATH", str(Path(marks.__file__).parent))


def test_a_job_runs_in_another_process(tmp_path: Path) -> None:
    """Results travel through files; the worker is not this process."""
    with LocalLauncher(marks.whoami) as launcher:
        launcher.send([errand(tmp_path)], Needs())
        assert (ended(launcher).state, ended(launcher).reason) == ("ended", "")
    assert int((tmp_path / "pid").read_text()) != os.getpid()


def test_a_killed_worker_is_said_and_replaced(tmp_path: Path) -> None:
    """A SIGKILL under a job is lost, which is nobody's fault, and the next job finds a new worker."""
    with LocalLauncher(marks.die_or_touch) as launcher:
        launcher.send([errand(tmp_path, 1)], Needs())
        assert ended(launcher, 1).state == "lost"
        assert "died" in ended(launcher, 1).reason
        launcher.send([errand(tmp_path, 2)], Needs())
        assert ended(launcher, 2).state == "ended"
    assert (tmp_path / "team_one:ask:2").exists()


def test_an_error_is_told(tmp_path: Path) -> None:
    """In words, with its kind."""
    with LocalLauncher(marks.fail) as launcher:
        launcher.send([errand(tmp_path)], Needs())
        assert (ended(launcher).state, ended(launcher).reason) == ("ended", "ValueError: team/one:ask:1")


def test_what_waits_can_be_taken_back(tmp_path: Path) -> None:
    """Not what runs; and there is room for as much as keeps the workers busy."""
    with LocalLauncher(marks.linger) as launcher:
        assert launcher.room() == 2
        launcher.send([errand(tmp_path, n) for n in range(1, 6)], Needs())
        assert launcher.room() == 0
        wait_until(lambda: launcher.look()["team/one:ask:1"].state == "running", 60, "the first runs")
        launcher.cancel(["team/one:ask:1", "team/one:ask:5"])
        assert launcher.look()["team/one:ask:5"].reason == "cancelled"
        assert ended(launcher, 1).state == "ended"
