"""Processes that were started here, and those that they started: found, waited for and ended by their ids."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

PROC = Path("/proc")
DELETED = " (deleted)"


@dataclass
class Daemon:
    """One program kept in the foreground, so that its id is ours and its last words are in a file."""

    name: str
    command: list[str]
    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def alive(self) -> bool:
        """Whether it was started and still runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def output(self) -> Path:
        """Where its standard output and errors go."""
        return self.folder / f"{self.name}.out"

    def start(self) -> None:
        """Start it in a session of its own: an interrupt at the keyboard is for the tests, not for it."""
        if self.alive:
            raise RuntimeError(f"{self.name} already runs")
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=self.folder,
                start_new_session=True,
            )

    def stop(self, patience: float = 10) -> None:
        """Ask it to end, and end it where it does not within `patience` seconds."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def last_words(self, lines: int = 15) -> str:
        """The end of what it said, for an error's text."""
        files = (self.output, self.folder / f"{self.name}.log")
        said = [line for file in files if file.exists() for line in file.read_text(errors="replace").splitlines()]
        return "\n".join(f"    {line}" for line in said[-lines:])


def wait_until(condition: Callable[[], bool], seconds: float, what: str, pause: float = 0.05) -> float:
    """Wait for the condition; returns the seconds it took, or raises TimeoutError that names `what`."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > seconds:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(pause)
    return time.monotonic() - start
