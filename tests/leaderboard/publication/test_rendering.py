"""Rendering in parts: one process or several, the same files; a fault in one is a fault of the whole."""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from harness.errors import PublishError
from leaderboard.publication.rendering import Job, carry_out
from leaderboard.publication.writing import Writer


def _files(number: int, count: int = 5) -> Iterator[tuple[str, bytes]]:
    for place in range(count):
        yield f"{number}/{place}.txt", f"{number}.{place}".encode() * 100


def _broken() -> Iterator[tuple[str, bytes]]:
    yield "half.txt", b"half"
    raise PublishError("broken on purpose", where="a page", remedy="mend it")


def _dying() -> Iterator[tuple[str, bytes]]:
    yield "half.txt", b"half"
    os._exit(9)


def test_two_processes_write_what_one_writes(tmp_path: Path) -> None:
    """The same files, with the same digests, in the order of the jobs."""
    jobs = [Job(f"kind-{number}", partial(_files, number)) for number in range(5)]
    found = []
    for processes in (1, 2):
        folder = tmp_path / str(processes)
        folder.mkdir()
        done = list(carry_out(jobs, Writer(folder, folder), processes))
        assert [one.kind for one in done] == [job.kind for job in jobs]
        found.append([one for part in done for one in part.written])
        assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.txt")} == {w.path for w in found[-1]}
    assert found[0] == found[1]
    assert [one.path for one in found[0]][:2] == ["0/0.txt", "0/1.txt"]


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_comes_back_whole(tmp_path: Path, processes: int) -> None:
    """What, where and remedy cross the border between processes."""
    jobs = [Job("good", partial(_files, 1)), Job("bad", _broken)]
    with pytest.raises(PublishError) as caught:
        list(carry_out(jobs, Writer(tmp_path, tmp_path), processes))
    assert (caught.value.what, caught.value.where, caught.value.remedy) == ("broken on purpose", "a page", "mend it")


def test_a_dead_process_is_an_error(tmp_path: Path) -> None:
    """A process that was killed, for lack of memory say, never leaves half a round that looks whole."""
    with pytest.raises(PublishError, match="died"):
        list(carry_out([Job("bad", _dying), Job("good", partial(_files, 1))], Writer(tmp_path, tmp_path), 2))


def test_no_file_is_written_twice(tmp_path: Path) -> None:
    """Two parts that make one path are a mistake of ours, and it is named."""
    jobs = [Job("a", partial(_files, 1)), Job("b", partial(_files, 1))]
    with pytest.raises(PublishError, match=r"1/0\.txt"):
        list(carry_out(jobs, Writer(tmp_path, tmp_path / "none"), 1))


def test_a_large_round_is_the_same_on_two_processes(tmp_path: Path) -> None:
    """The whole publication, in a process of its own, byte by byte."""
    code = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from conftest import example_table
from leaderboard.publish import publish
table = example_table(submissions=3, tasks=1, levels=2)
for processes in (1, 2):
    publish(table, Path(sys.argv[1]) / str(processes), processes=processes)
"""
    support = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", code, str(tmp_path), str(support)], check=True)
    trees = [
        {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (tmp_path / "1", tmp_path / "2")
    ]
    assert len(trees[0]) > 40
    assert trees[0] == trees[1]
