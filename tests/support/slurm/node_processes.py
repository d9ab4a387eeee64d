"""The processes of one node of the test cluster, so that it can lose its power and they with it.

A step's daemon (slurmstepd) leaves its parent, and its title overwrites its environment. Three signs tell whose it is:
the environment while it starts, the log of its node later, and that it is the parent of one of its jobs' processes.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import psutil
from slurm.processes import wait_until

Answer = TypeVar("Answer")
STEP_DAEMON = "slurmstepd"
MARK = "DEFI_TEST_NODE"  # in the environment of a node's slurmd, and so in that of what it has just started


@dataclass(frozen=True)
class NodeProcesses:
    """What runs on one node besides its slurmd."""

    name: str  # the node's
    folder: Path  # the cluster's

    @property
    def mark(self) -> str:
        """The value of MARK that no other node of any cluster has."""
        return f"{self.folder}/{self.name}"

    def kill(self) -> bool:
        """End them all as if at once; False where there was none.

        All are frozen first, so that no step reports the death of its job and no script that of its command.
        """
        jobs, steps = self._find()
        for what in (signal.SIGSTOP, signal.SIGKILL):
            for process in (*steps, *jobs):
                try:
                    process.send_signal(what)  # psutil leaves an id alone that was given to another meanwhile
                except psutil.NoSuchProcess:
                    continue
        return bool(steps or jobs)

    def _find(self) -> tuple[set[psutil.Process], set[psutil.Process]]:
        log = self.folder / f"slurmd-{self.name}.log"
        of_job = {"SLURMD_NODENAME": self.name, "SLURM_CONF": f"{self.folder}/slurm.conf"}
        jobs: set[psutil.Process] = set()
        steps: set[psutil.Process] = set()
        for process in _living():
            environment: dict[str, str] = _ask(process.environ, {})
            if environment.get(MARK) == self.mark or (_is_step(process) and _holds_open(process.pid, log)):
                steps.add(process)
            elif of_job.items() <= environment.items():
                jobs.add(process)
        steps |= {parent for job in jobs if (parent := _ask(job.parent, None)) and _is_step(parent)}
        for step in steps:
            descendants: list[psutil.Process] = _ask(partial(step.children, recursive=True), [])
            jobs.update(descendants)
        jobs -= steps
        return {job for job in jobs if not _is_dead(job)}, steps


@contextmanager
def held_still(job: str, worker: str) -> Iterator[None]:
    """What `worker` names in a job's command lines stands still meanwhile, so that the job cannot finish by itself.

    `job`: as Slurm calls it in SLURM_JOB_ID. A worker that is still to start is waited for; TimeoutError without one.
    """
    still: list[psutil.Process] = []

    def found() -> bool:
        ours = [one for one in _living() if _ask(one.environ, {}).get("SLURM_JOB_ID") == job]
        below = {child for one in ours for child in _ask(partial(one.children, recursive=True), [])}
        still[:] = [one for one in below if worker in " ".join(_ask(one.cmdline, []))]
        return bool(still)

    wait_until(found, 60, f"job {job} has a process of {worker}", pause=0.5)
    for one in still:
        _ask(partial(one.send_signal, signal.SIGSTOP), None)
    try:
        yield
    finally:
        for one in still:
            _ask(partial(one.send_signal, signal.SIGCONT), None)


def _living() -> Iterator[psutil.Process]:
    return (process for process in psutil.process_iter() if not _is_dead(process))


def _is_dead(process: psutil.Process) -> bool:
    return _ask(process.status, psutil.STATUS_ZOMBIE) == psutil.STATUS_ZOMBIE


def _is_step(process: psutil.Process) -> bool:
    return _ask(process.name, "") == STEP_DAEMON


def _ask(question: Callable[[], Answer], otherwise: Answer) -> Answer:
    """The answer of a process, or what stands for it where it has ended, is another's, or has a title for one."""
    try:
        return question()
    except (psutil.Error, OSError):
        return otherwise


def _holds_open(pid: int, file: Path) -> bool:
    try:
        return any(descriptor.readlink() == file for descriptor in Path(f"/proc/{pid}/fd").iterdir())
    except (FileNotFoundError, PermissionError):
        return False
