"""Starting a worker, in a cage where one can be had, and ending it."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from harness.engine.confined import cage as cages
from harness.engine.confined.cage import Bounds, Cage
from harness.engine.confined.frames import Frames
from harness.engine.confined.warden import Warden
from harness.errors import SandboxUnavailableError
from harness.sandbox import seccomp
from harness.sandbox.host import find_bwrap, remedy
from harness.types import Json

_END_SECONDS = 30.0
_WORDS = 1000  # characters of a worker's last words
_SECRETS = ("DEFI_KEY", "DEFI_ROUND_SECRET", "DEFI_ANCHORS_SECRET", "DEFI_AGE_IDENTITY")
_NAMESPACES = ["user", "pid", "net", "ipc", "uts", "mount", "cgroup"]


@dataclass
class Worker:
    """A running worker, as the engine sees it."""

    frames: Frames
    facts: dict[str, Json]  # how it is isolated
    _process: subprocess.Popen[bytes]
    _warden: Warden
    _printed: deque[bytes] = field(default_factory=lambda: deque(maxlen=40))

    @property
    def caged(self) -> bool:
        """Whether it sees its own view of the files."""
        return bool(self.facts["kind"] != "process")

    @property
    def last_words(self) -> str:
        """The last line that it printed, made safe to show."""
        lines = b"".join(self._printed).decode("utf-8", "replace").strip().splitlines()
        return "".join(char if char.isprintable() else " " for char in lines[-1] if lines)[:_WORDS] if lines else ""

    def end(self) -> str:
        """Kill it; why it was ended before, or how it ended by itself ("" where it was alive)."""
        status = self._process.poll()
        self._warden.end()
        self._process.wait(_END_SECONDS)
        if self._warden.reason:
            return self._warden.reason
        if status is None:
            return ""
        number = -status if status < 0 else status - 128 if status > 128 else 0  # bwrap tells a signal as 128 and it
        return f"signal {number} ended it" if number else f"it ended with status {status}"

    def listen(self, stream: IO[bytes]) -> None:
        """Keep the end of what it prints, so that no pipe fills up."""
        while part := stream.read1(4096) if hasattr(stream, "read1") else stream.read(4096):
            self._printed.append(part)


@contextmanager
def start(cage: Cage, bounds: Bounds, policy: str) -> Iterator[Worker]:
    """A worker under a policy (see `ConfinedEngine`); ended when the context is left."""
    facts: dict[str, Json] = {"kind": "process", "reason": "the round asks for no isolation"}
    bwrap = ""
    if policy != "none":
        try:
            bwrap = working_bwrap()
            facts = {"kind": "bubblewrap", "namespaces": _NAMESPACES, "checkpoint": "read-only", "seccomp": True}
        except SandboxUnavailableError as error:
            if policy == "required":
                raise
            facts["reason"] = str(error)
    if not bwrap:
        _refuse_secrets()
    with _running(cage, bounds, bwrap, {**facts, "memory_bytes": bounds.memory}) as worker:
        yield worker


def _refuse_secrets() -> None:
    """SandboxUnavailableError where an ordinary process of this user would find a key beside it."""
    if held := [name for name in _SECRETS if os.environ.get(name)]:
        todo = f"run it without {held[0]} first; the same command with it, when all is answered, seals the record"
        what = f"weights are not run without isolation where {', '.join(held)} can be read"
        raise SandboxUnavailableError(what, where="worker", remedy=todo)


def working_bwrap() -> str:
    """A bwrap that works here: it is tried, as a kernel's refusal shows only then."""
    bwrap = find_bwrap()
    tried = [bwrap, "--unshare-all", "--proc", "/proc", "--ro-bind", "/", "/", "--", "/usr/bin/true"]
    done = subprocess.run(tried, capture_output=True, timeout=60, check=False, env={})  # noqa: S603 - ours
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip()[:300]
        raise SandboxUnavailableError(f"no isolation here: {words}", where="worker", remedy=remedy(words))
    return bwrap


@contextmanager
def _running(cage: Cage, bounds: Bounds, bwrap: str, facts: dict[str, Json]) -> Iterator[Worker]:
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    frames = Frames(ours_in, ours_out)
    program = [
        _interpreter(),
        "-P",
        "-s",
        "-B",
        "-m",
        "harness.engine.confined.worker",
        str(theirs_in),
        str(theirs_out),
    ]
    passed, command = [theirs_in, theirs_out], program
    try:
        if bwrap:
            passed.append(_filter())
            command = cages.command(cage, bwrap, passed[-1], bounds.disk_bytes, program)
        with _deaf(signal.SIGUSR2):  # Slurm tells every process of a job that its time is over; one of them answers
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=passed,
                env={} if bwrap else cages.environment(),
                start_new_session=True,  # a Ctrl-C in the terminal is for us to hear
            )
    except BaseException:
        frames.close()
        raise
    finally:
        for descriptor in passed:
            os.close(descriptor)
    with process, Warden(process.pid, bounds.memory, bounds.processes) as warden:
        worker = Worker(frames, facts, process, warden)
        threading.Thread(target=worker.listen, args=(process.stdout,), daemon=True).start()
        try:
            yield worker
        finally:
            worker.end()
            frames.close()


@contextmanager
def _deaf(number: signal.Signals) -> Iterator[None]:
    """What is started meanwhile does not hear this signal."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _interpreter() -> str:
    """The running interpreter, by a path whose folders are no links: so it stands in the cage."""
    path = Path(sys.executable)
    return str(path.parent.resolve() / path.name)


def _filter() -> int:
    """A descriptor from which bwrap reads the system-call filter."""
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    reading, writing = os.pipe()
    os.write(writing, seccomp.build_denying(machine))
    os.close(writing)
    return reading
