"""Who is at work on a round: its conductor, jobs on a site, and whoever holds a record."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from harness.errors import BusyError, UnknownNameError, UsageError
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


def refuse_elsewhere(paths: RoundPaths, cluster: str) -> None:
    """UsageError while jobs of another cluster are open, which a conductor of this one would not see and send again."""
    open_ = [one for one in BatchBook(paths.folder / BATCHES).batches if not one.over]
    there = [one for one in open_ if one.cluster != cluster]
    if not there:
        return
    other = there[0].cluster
    named = ", ".join(one.name for one in there[:4])
    what = f"jobs that were sent with cluster={other} may still wait or run: {named}{' …' if there[4:] else ''}"
    remedy = (
        f"go on with them (`defi round run {paths.round} cluster={other}`); or end them there (`scancel --me "
        f"--name=NAME`) and let that command see it; or, where {other} is gone for good, `--abandon {other}`"
    )
    raise UsageError(what, where=f"cluster={cluster}", remedy=remedy)


def abandon(paths: RoundPaths, cluster: str) -> int:
    """Take the open jobs of a cluster for lost; how many there were. UnknownNameError where it has none."""
    book = BatchBook(paths.folder / BATCHES)
    there = [one for one in book.batches if not one.over]
    if cluster not in (names := {one.cluster for one in there}):
        raise UnknownNameError("cluster with open jobs", cluster, names, where="--abandon")
    found = 0
    for batch in (one for one in there if one.cluster == cluster):
        found += len(list(batch.open))
        book.abandon(batch, f"cluster={cluster} was given up")
    return found


def _held(lock: Path) -> bool:
    if not lock.exists():
        return False
    try:
        with FileLock(lock, timeout=0):
            return False
    except Timeout:
        return True
