"""Who is at work on a round, and what is refused meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from harness.at_work import BATCHES, refuse_at_work, sole_conductor
from harness.errors import BusyError
from harness.launch.base import JobView, Needs
from harness.launch.batches import BatchBook
from harness.record import RoundPaths, write_json


@pytest.fixture
def paths(tmp_path: Path) -> RoundPaths:
    """A round with one record."""
    paths = RoundPaths(tmp_path, "spring")
    write_json(paths.run("team", "one").submission, {})
    return paths


def files(paths: RoundPaths) -> set[Path]:
    return set(paths.folder.rglob("*"))


def test_nobody_is_at_work(paths: RoundPaths) -> None:
    """Looking leaves no file behind."""
    before = files(paths)
    refuse_at_work(paths)
    assert files(paths) == before


def test_a_conductor_is_seen(paths: RoundPaths) -> None:
    """`defi round run` in another process."""
    with sole_conductor(paths), pytest.raises(BusyError, match="is being run"):
        refuse_at_work(paths)
    refuse_at_work(paths)


@pytest.mark.parametrize("shard", [0, 3])
def test_who_asks_is_seen(paths: RoundPaths, shard: int) -> None:
    """A record that somebody holds, or a part of one."""
    run = paths.run("team", "one")
    held = run.part(shard) if shard else run
    held.folder.mkdir(parents=True, exist_ok=True)
    with FileLock(held.lock), pytest.raises(BusyError, match="somebody is asking team/one"):
        refuse_at_work(paths)
    refuse_at_work(paths)


def test_a_job_whose_end_nobody_has_seen_may_still_ask(paths: RoundPaths) -> None:
    """The conductor was killed, its jobs were not: they are looked after first."""
    book = BatchBook(paths.folder / BATCHES)
    batch = book.opened("spring", ["team/one:ask:1"], Needs())
    with pytest.raises(BusyError, match="whose end nobody has seen"):
        refuse_at_work(paths)
    book.ended(batch, {0: JobView("team/one:ask:1", "1", "ended")})
    refuse_at_work(paths)
