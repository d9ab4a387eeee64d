"""One sandbox, used once: started ahead, given one program, watched from outside, and ended with all that is in it.

It is ended by killing its first process, with which the kernel ends every other one of its process namespace. That
first process is the driver itself (`--as-pid-1`), and bwrap outside waits for it: when bwrap has ended, all have, and
no orphan is left for an init process that containers often lack.
"""

from __future__ import annotations

import json
import math
import os
import select
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from harness.errors import SandboxUnavailableError
from harness.sandbox import bubblewrap, seccomp
from harness.sandbox.host import Host, remedy
from harness.sandbox.limits import MAX_DESCRIPTORS, MAX_FILES, Limits, shorten
from harness.sandbox.streams import NAMES_IN, NAMES_OUT, EndedError, GoneError, Streams

START_SECONDS = 60.0  # for bwrap and the interpreter, on a machine that does much else
_END_SECONDS = 30.0
_SIGNALS = 64  # the highest signal number
_AFTERMATH = 1.0  # seconds from the end of the channel to the end of the process, before we end it


@dataclass(frozen=True, slots=True)
class Shape:
    """What of the limits is fixed when a sandbox is started; the rest is set when it is given its program."""

    disk_bytes: int
    processes: int


class Cell:
    """A sandbox with a driver in it that waits for its one program."""

    def __init__(self, host: Host, shape: Shape) -> None:
        """Start it; it makes itself ready while the caller does something else."""
        self.shape = shape
        self._host = host
        self._handles: dict[str, int] = {}  # pidfds of bwrap and of the first process inside
        self._has_program = False
        self._cpu_allowed = math.inf
        self._first = 0  # the first process's id outside, once it is known
        self._doors: dict[str, int] = {}  # where bwrap tells that id, and where it waits for its users
        self._process: subprocess.Popen[bytes] | None = None
        ours: dict[str, int] = {}
        theirs: dict[str, int] = {}
        try:
            for name in (*NAMES_IN, "gate"):
                theirs[name], ours[name] = os.pipe()
            for name in (*NAMES_OUT, "info"):
                ours[name], theirs[name] = os.pipe()
            self._process = self._launch(theirs)
            self._handles["bwrap"] = os.pidfd_open(self._process.pid)
            self._doors = {name: ours.pop(name) for name in ("info", "gate")}
            self.streams = Streams(ours, self._handles["bwrap"], self._watch)
        except OSError as error:
            self._abandon(ours)
            raise SandboxUnavailableError(
                f"a sandbox cannot be started: {error}", where="sandbox", remedy="see the limits on processes and files"
            ) from error
        finally:
            _close_all(theirs)

    def _launch(self, theirs: dict[str, int]) -> subprocess.Popen[bytes]:
        """Start bwrap with its ends of the pipes and the filter."""
        theirs["filter"], filling = os.pipe()
        os.write(filling, seccomp.build(self._host.machine, self.shape.processes))  # less than a pipe holds
        os.close(filling)
        gate = theirs["gate"] if self._host.mapped else None
        descriptors = bubblewrap.Descriptors(theirs["calls"], theirs["answers"], theirs["filter"], theirs["info"], gate)
        command = bubblewrap.command(self._host.bwrap, self._host.runtime, descriptors, self.shape.disk_bytes)
        return subprocess.Popen(  # noqa: S603 the command is ours
            command,
            stdin=theirs["stdin"],
            stdout=theirs["stdout"],
            stderr=theirs["stderr"],
            pass_fds=descriptors.all,
            env={},
            cwd="/",
            process_group=0,  # a Ctrl-C in the terminal is for us to hear
        )

    def _abandon(self, ours: dict[str, int]) -> None:
        """Undo a start that went half way."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(_END_SECONDS)
        for descriptors in (ours, self._doors, self._handles):
            _close_all(descriptors)

    def meet(self) -> None:
        """Learn the first process's id, map its users where that is ours to do, and let it go on; once."""
        if self._first or not self._doors:
            return
        told = b""
        deadline = time.monotonic() + START_SECONDS
        while b"}" not in told:
            ready = _wait_for(self._doors["info"], deadline - time.monotonic())
            part = os.read(self._doors["info"], 4096) if ready else b""
            if not part:
                raise self._unavailable("bwrap did not start")
            told += part
        try:
            self._let_in(int(json.loads(told)["child-pid"]))
        except OSError as error:
            raise self._unavailable(f"the sandbox's users cannot be mapped: {error}") from None
        _close_all(self._doors)

    def _let_in(self, first: int) -> None:
        """Hold on to the process `first`, if it is still bwrap's child, and open the gate for it."""
        handle = os.pidfd_open(first)
        parent = Path(f"/proc/{first}/stat").read_text().rpartition(")")[2].split()[1]
        if parent != str(self._started.pid):  # the number has gone to another process already
            os.close(handle)
            raise self._unavailable("the sandbox ended while it started")
        self._handles["first"], self._first = handle, first
        if self._host.mapped:
            for kind in ("uid", "gid"):
                Path(f"/proc/{first}/{kind}_map").write_text(self._host.id_map)
            os.write(self._doors["gate"], b"1")

    @property
    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise SandboxUnavailableError("a sandbox that was never started", where="sandbox")
        return self._process

    def wait_ready(self) -> None:
        """Wait until the driver says that it is ready; SandboxUnavailableError where it never does."""
        self.meet()
        try:
            message = self.streams.receive(time.monotonic() + START_SECONDS)
        except (EndedError, GoneError) as error:
            raise self._unavailable(str(error) or "the sandbox ended before it was ready") from None
        if message != ("ready", seccomp.SELF):
            raise self._unavailable(f"the driver says {message!r}")
        if self._started.poll() is not None:
            raise self._unavailable("the sandbox ended while it waited for a program")

    def give(self, kind: str, source: str, limits: Limits, stdin: bytes = b"") -> None:
        """Hand the program over, with the limits that the driver sets on itself first."""
        self.streams.send(kind, source, self._rlimits(limits), limits.processes, limits.output_bytes)
        self.streams.allowed = limits.output_bytes
        self._cpu_allowed = self._cpu_seconds() + limits.seconds
        self._has_program = True
        self.streams.feed(stdin)

    def _rlimits(self, limits: Limits) -> list[tuple[str, int]]:
        return [
            ("RLIMIT_AS", limits.memory_bytes),
            (
                "RLIMIT_CPU",
                math.ceil(limits.seconds) + 2,
            ),  # the first process is watched, and ends before
            ("RLIMIT_FSIZE", limits.disk_bytes),
            ("RLIMIT_NOFILE", MAX_DESCRIPTORS),
            ("RLIMIT_NPROC", limits.processes),
            *(
                (name, 0)
                for name in ("RLIMIT_CORE", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE", "RLIMIT_RTPRIO", "RLIMIT_NICE")
            ),
        ]

    def why_gone(self) -> EndedError:
        """What the end of a program that owed an answer means, by its exit status."""
        if not self._handles:
            return EndedError("crashed", "its sandbox belongs to the process that this one was forked from")
        if not _wait_for(self._handles["bwrap"], _AFTERMATH):
            return EndedError("crashed", "it closed its channel")
        status = self.status()
        if status == -signal.SIGSYS:
            return EndedError("blocked", "a forbidden system call")
        if status < 0:
            return EndedError("crashed", f"signal {-status} ended it")
        return EndedError("crashed", f"it ended before its time, with exit status {status}")

    def status(self) -> int:
        """The program's exit status, minus the signal's number where one ended it (as bwrap tells: 128 and that)."""
        status = self._started.wait(_END_SECONDS)
        return 128 - status if 128 < status <= 128 + _SIGNALS else status

    def _watch(self) -> None:
        """End a program whose time is over, or that makes too many files."""
        if not self._has_program:  # while bwrap makes its mounts, the path still leads to the host's own folder
            return
        if self._cpu_seconds() >= self._cpu_allowed:
            raise EndedError("slow", "its time ran out")
        self._count_files()

    def _cpu_seconds(self) -> float:
        """CPU time of the first process and of those that it has waited for; 0 once it has ended."""
        try:
            fields = Path(f"/proc/{self._first}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")  # utime, stime, cutime, cstime: see proc(5)

    def _count_files(self) -> None:
        """End a program that makes too many files: the file system limits their bytes only, and inodes are memory."""
        try:
            state = os.statvfs(f"/proc/{self._first}/root{bubblewrap.WORK}")
        except OSError:  # it has ended meanwhile
            return
        if state.f_files - state.f_ffree > MAX_FILES:
            raise EndedError("flooded", f"it made more than {MAX_FILES} files")

    def kill(self) -> None:
        """End everything inside, without waiting for it."""
        try:
            if "first" in self._handles:
                signal.pidfd_send_signal(self._handles["first"], signal.SIGKILL)
            elif self._handles and self._started.poll() is None:
                self._started.kill()
        except ProcessLookupError:
            pass  # it has ended by itself

    def close(self) -> None:
        """End everything inside, wait until it has ended, and leave no descriptor behind."""
        self.kill()
        try:
            self._started.wait(_END_SECONDS)
        finally:
            self.forget()

    def forget(self) -> None:
        """Close our descriptors and no more: what a forked copy of this process does with its parent's sandboxes."""
        self.streams.close()
        _close_all(self._handles)
        _close_all(self._doors)
        if self._started.returncode is None:
            self._started.returncode = 0  # not a child of this process: Popen is not to wait for it

    def _unavailable(self, what: str) -> SandboxUnavailableError:
        _wait_for(self._handles["bwrap"], _AFTERMATH)
        words = shorten(self.streams.last_words().decode(errors="replace").strip())
        return SandboxUnavailableError(f"{what}: {words}" if words else what, where="sandbox", remedy=remedy(words))


def _wait_for(descriptor: int, seconds: float) -> bool:
    """Whether there is something to read, or the process has ended, within the time."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(1000 * max(0.0, seconds)))


def _close_all(descriptors: dict[str, int]) -> None:
    while descriptors:
        os.close(descriptors.popitem()[1])
