"""Who is at work on a round: its conductor, jobs on a site, and whoever holds a record."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from harness.errors import BusyError
from harness.launch.batches import BatchBook
from harness.record import RoundPaths, list_runs

BATCHES = "batches.jsonl"  # what a site was given


@contextlib.contextmanager
def sole_conductor(paths: RoundPaths) -> Iterator[None]:
    """Nobody else conducts this round meanwhile; BusyError where somebody does."""
    try:
        with FileLock(paths.folder / ".conductor.lock", timeout=0):
            yield
    except Timeout as error:
        remedy = "`defi round status` shows what it does"
        raise BusyError("another `defi round run` is at work on it", where=paths.round, remedy=remedy) from error


def refuse_at_work(paths: RoundPaths) -> None:
    """BusyError while anything of the round may still be asked. Looks, and writes nothing."""
    remedy = f"wait until `defi round run {paths.round}` has ended, or end it; `scancel` ends jobs that it left"
    if _held(paths.folder / ".conductor.lock"):
        raise BusyError("the round is being run", where=paths.round, remedy=remedy)
    if sent := [batch.name for batch in BatchBook(paths.folder / BATCHES).batches if not batch.over]:
        what = f"jobs were sent whose end nobody has seen: {', '.join(sent[:4])}"
        raise BusyError(what, where=paths.round, remedy=f"`defi round run {paths.round}` looks after them")
    parts = [run.part(int(path.name)) for run in list_runs(paths) for path in run.parts.glob("[0-9]*")]
    if busy := dict.fromkeys(run.id for run in (*list_runs(paths), *parts) if _held(run.lock)):
        raise BusyError(f"somebody is asking {', '.join(busy)}", where=paths.round, remedy=remedy)


def _held(lock: Path) -> bool:
    if not lock.exists():
        return False
    try:
        with FileLock(lock, timeout=0):
            return False
    except Timeout:
        return True
