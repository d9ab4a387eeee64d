"""Jobs in worker processes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.errors import UnknownNameError, WorkerLostError
from harness.launch.local import LocalLauncher
from harness.task import load_task


def test_a_job_runs_in_another_process(tmp_path: Path) -> None:
    """Results travel through files; the worker is not this process."""
    with LocalLauncher() as launcher:
        launcher.submit(os.system, f"echo $PPID > {tmp_path}/parent").result(60)
    assert int((tmp_path / "parent").read_text()) != os.getpid()


def test_a_killed_worker_is_said_and_replaced(tmp_path: Path) -> None:
    """A SIGKILL under a job is WorkerLostError, and the next job finds a new worker."""
    with LocalLauncher() as launcher:
        with pytest.raises(WorkerLostError, match="died"):
            launcher.submit(os.system, "kill -9 $PPID").result(60)
        launcher.submit(Path.touch, tmp_path / "next").result(60)
    assert (tmp_path / "next").exists()


def test_our_errors_keep_their_parts() -> None:
    """What, remedy and valid names cross the process border."""
    with LocalLauncher() as launcher, pytest.raises(UnknownNameError) as caught:
        launcher.submit(load_task, "no/such").result(60)
    assert caught.value.name == "no/such"
    assert "valid:" in caught.value.remedy
