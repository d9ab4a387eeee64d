"""Who is at work on a round, and what is refused meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from harness.at_work import BATCHES, abandon, refuse_at_work, refuse_elsewhere, sole_conductor
from harness.errors import BusyError, UnknownNameError, UsageError
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


def test_another_cluster_is_not_gone_to_while_jobs_are_open(paths: RoundPaths) -> None:
    """They would be sent a second time; what to do is said, and once they have ended nothing is."""
    book = BatchBook(paths.folder / BATCHES)
    batch = book.opened("spring", ["team/one:ask:1", "team/one:ask:2"], Needs(), "jean_zay")
    refuse_elsewhere(paths, "jean_zay")
    for other in ("local", "eurohpc_lumi"):
        with pytest.raises(UsageError, match=f"cluster=jean_zay may still wait or run: {batch.name}") as caught:
            refuse_elsewhere(paths, other)
        assert caught.value.where == f"cluster={other}"
        for words in ("defi round run spring cluster=jean_zay", "scancel --me", "--abandon jean_zay"):
            assert words in caught.value.remedy
    book.ended(batch, {n: JobView(key, str(n), "ended") for n, key in batch.open})
    refuse_elsewhere(paths, "local")


def test_a_cluster_that_is_gone_for_good(paths: RoundPaths) -> None:
    """Its open jobs are taken for lost, those that had ended stay as they were, another cluster's are left alone."""
    book = BatchBook(paths.folder / BATCHES)
    gone = book.opened("spring", ["team/one:ask:1", "team/one:ask:2"], Needs(), "jean_zay")
    book.ended(gone, {0: JobView("team/one:ask:1", "7_0", "ended")})
    book.opened("spring", ["team/two:ask:1"], Needs(), "slurm")
    with pytest.raises(UnknownNameError, match="eurohpc_lumi") as caught:
        abandon(paths, "eurohpc_lumi")
    assert caught.value.valid == ["jean_zay", "slurm"]
    assert abandon(paths, "jean_zay") == 1
    first, second = BatchBook(paths.folder / BATCHES).batches
    assert [first.ended[n].state for n in (0, 1)] == ["ended", "lost"]
    assert "given up" in first.ended[1].reason
    assert not second.over
    refuse_elsewhere(paths, "slurm")
