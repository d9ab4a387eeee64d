"""What Slurm's queue and accounting know of our jobs, in the words of the Launcher protocol: two calls, no cache.

A job is known by its name, which is a batch's, and its place in the array. The queue's word goes before the
accounting's, which lags, and which keeps a row for every time that a job was requeued.
"""

from __future__ import annotations

import datetime
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from harness.errors import UsageError
from harness.launch.base import LauncherAwayError

TOLD = 73  # exit code of a job whose errand failed, and wrote down why; any other is not the errand's own
_PATIENCE = 60.0  # seconds for one answer of the site
_UNCONFIGURED = "could not establish a configuration source"  # neither a slurm.conf nor a name that leads to one
_NOT_EARLIER = datetime.timedelta(hours=1)  # between the clock of this machine and the site's
_FIELDS = ("Name:80", "ArrayJobID:16", "ArrayTaskID:16", "State:20", "exit_code:12")
_TIMES = ("SubmitTime:22", "StartTime:22", "EndTime:22", "NodeList:60", "Reason:300")
_ACCOUNTED = "JobName,JobID,State,ExitCode,Submit,Start,End,NodeList"
_UNKNOWN = ("N/A", "Unknown", "None", "None assigned", "(null)")
_ARRAY = re.compile(r"(\d+)(?:_(?:(\d+)|\[([\d,-]+)(?::\d+)?(?:%\d+)?\]))?")

State = Literal["waiting", "running", "ended", "lost"]
_WAITING = {
    *("PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT", "SUSPENDED", "STOPPED"),
    "RESV_DEL_HOLD",
}
_RUNNING = {"RUNNING", "COMPLETING", "RESIZING", "SIGNALING", "STAGE_OUT"}
_LOST = {
    "NODE_FAIL": "its node failed",
    "TIMEOUT": "it reached its time limit",
    "PREEMPTED": "it was preempted",
    "CANCELLED": "it was cancelled",
    "OUT_OF_MEMORY": "it took more memory than it was given",
    "BOOT_FAIL": "its node did not start",
    "DEADLINE": "its deadline passed",
    "REVOKED": "the site revoked it",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A job as the site shows it."""

    name: str
    index: int  # in its array; 0 of a job by itself
    job: str  # the site's number
    state: State
    reason: str
    since: str
    node: str

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ("waiting", "running")


def read_queue() -> list[Seen]:
    """All of our jobs that the queue still has; those that ended stay there for some minutes."""
    form = ",".join(f"{one}|" for one in (*_FIELDS, *_TIMES[:-1])) + f",{_TIMES[-1]}"
    text = ask(["squeue", "--me", "--all", "--array", "--noheader", "--states=all", f"--Format={form}"])
    return list(parse_queue(text))


def read_accounts(since: datetime.datetime) -> list[Seen]:
    """Those that the accounting has since `since`."""
    start = (since.astimezone(datetime.UTC) - _NOT_EARLIER).strftime("%Y-%m-%dT%H:%M:%S")
    words = ["sacct", "-X", "-P", "-n", f"--uid={os.getuid()}", f"--starttime={start}", f"--format={_ACCOUNTED}"]
    return list(parse_accounts(ask(words)))


def parse_queue(text: str) -> Iterator[Seen]:
    """Lines of squeue."""
    for line in text.splitlines():
        parts = [part.strip() for part in line.split("|", len(_FIELDS) + len(_TIMES) - 1)]
        if len(parts) < len(_FIELDS) + len(_TIMES):
            continue
        name, array, task, state, code, *times, node, reason = parts
        alone = not task.isdecimal()
        job = array if alone else f"{array}_{task}"
        yield _seen(name, 0 if alone else int(task), job, state, _exit_code(code), times, node, reason)


def parse_accounts(text: str) -> Iterator[Seen]:
    """Lines of sacct; one line may stand for many tasks of an array that never began."""
    for line in text.splitlines():
        parts = line.split("|")
        if len(parts) != len(_ACCOUNTED.split(",")):
            continue
        name, job, state, code, *times, node = parts
        for index, number in _tasks(job):
            yield _seen(name, index, number, state, _exit_code(code), times, node, "")


def ask(words: Sequence[str]) -> str:
    """What a command of the site prints; LauncherAwayError where it fails or says nothing in time."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words, and no shell
            words, env=_environment(), capture_output=True, text=True, errors="replace", timeout=_PATIENCE, check=False
        )
    except FileNotFoundError as error:
        raise missing(words[0]) from error
    except subprocess.TimeoutExpired as error:
        raise LauncherAwayError(f"no answer within {_PATIENCE:.0f} s", where=words[0]) from error
    if done.returncode:
        said = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
        if "accounting storage is disabled" in said.lower():
            raise UsageError(said, where=words[0], remedy="cluster.sacct=false: the site keeps no accounting")
        if _UNCONFIGURED in said.lower():
            remedy = "run it where jobs are sent from (a login node), set SLURM_CONF, or use cluster=local"
            raise UsageError("Slurm's commands are here, but no cluster of theirs", where=words[0], remedy=remedy)
        raise LauncherAwayError(said, where=words[0])
    return done.stdout


def missing(program: str) -> UsageError:
    """There is no Slurm here."""
    remedy = "run it where jobs are sent from (a login node), or use cluster=local"
    return UsageError(f"there is no `{program}` on this machine", where="cluster.kind=slurm", remedy=remedy)


def _environment() -> Mapping[str, str]:
    """Ours, less what would change how Slurm answers; times in UTC, and arrays in full."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SQUEUE_", "SACCT_", "SLURM_TIME_FORMAT"))}
    return {**kept, "TZ": "UTC", "SLURM_BITSTR_LEN": "0", "LC_ALL": "C"}


def _seen(name: str, index: int, job: str, told: str, code: int, times: Sequence[str], node: str, why: str) -> Seen:
    submitted, began, ended = (_time(time) for time in times)
    state, reason = understood(told, code, "" if why in _UNKNOWN else why)
    since = {"waiting": submitted, "running": began}.get(state, ended)
    return Seen(name, index, job, state, reason, since, "" if node in _UNKNOWN else node)


def understood(told: str, code: int, why: str = "") -> tuple[State, str]:
    """A state of Slurm and an exit code as one of ours, with the reason in words.

    A state that is not known, of a later Slurm, decides nothing: the job waits, and says why.
    """
    first = told.split(maxsplit=1)[0] if told else ""
    if first == "FAILED":
        early = f"it ended with exit code {code} before its errand could say why"
        return ("ended", "the errand failed") if code == TOLD else ("lost", early)
    if first in _LOST:
        return "lost", f"{_LOST[first]} ({first})"
    known: dict[str, tuple[State, str]] = {"COMPLETED": ("ended", ""), **dict.fromkeys(_RUNNING, ("running", ""))}
    return known.get(first) or ("waiting", why if first in _WAITING else f"the site says {told!r}")


def _exit_code(told: str) -> int:
    """Of `73:0`, as sacct has it, or of the wait status that squeue shows; of a signal, 128 more than its number."""
    first, separator, signal = told.partition(":")
    if separator:
        return 128 + int(signal) if signal.isdecimal() and int(signal) else int(first or 0)
    status = int(told) if told.isdecimal() else 0
    return status >> 8 if status > 0xFF else 128 + status if status else 0


def _tasks(job: str) -> Iterator[tuple[int, str]]:
    """Places in the array that an id of sacct names (`12`, `12_3`, `12_[0-2,5%4]`), each with the job's number."""
    found = _ARRAY.fullmatch(job)
    if found is None:
        return
    array, one, many = found.groups()
    if many is None:
        yield (0, array) if one is None else (int(one), f"{array}_{one}")
        return
    for stretch in many.split(","):
        first, _, last = stretch.partition("-")
        for index in range(int(first), int(last or first) + 1):
            yield index, f"{array}_{index}"


def _time(told: str) -> str:
    """ISO with its zone; empty where there is none."""
    return "" if told in _UNKNOWN or not told else f"{told}+00:00"
