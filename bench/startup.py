"""`defi --help` against a limit, beside a bare interpreter in turn: what a user waits before anything happens."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.result import Result, compare

RUNS = 15
LIMIT = 0.3  # seconds


def measure() -> Result:
    """Time both, one after the other, after a warm-up of each."""
    ours = [str(Path(sys.executable).with_name("defi")), "--help"]
    peer = [sys.executable, "-c", "pass"]
    pairs = [(_seconds(ours), _seconds(peer)) for _ in range(RUNS + 1)][1:]
    bare = statistics.median(seconds for _, seconds in pairs)
    limits = [LIMIT] * len(pairs)
    return compare("startup", "s", [a for a, _ in pairs], limits, 1, against="a limit", bare_interpreter=round(bare, 4))


def _seconds(command: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin
