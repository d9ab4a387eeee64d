"""Taking a place: at one instant, one at a time, and nothing that was left stands in the way."""

import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from harness.errors import PublishError
from leaderboard.publication import place
from leaderboard.publication.place import beside, exchange, put, workshop
from leaderboard.publish import publish

Table = dict[str, Any]


def _folder(path: Path, word: str) -> Path:
    path.mkdir(parents=True)
    (path / "word").write_text(word)
    return path


def test_two_folders_are_exchanged(tmp_path: Path) -> None:
    """Each stands where the other stood."""
    one, other = _folder(tmp_path / "one", "1"), _folder(tmp_path / "other", "2")
    assert exchange(one, other) is True
    assert ((one / "word").read_text(), (other / "word").read_text()) == ("2", "1")


@pytest.mark.parametrize("system", [True, False], ids=["renameat2", "two renames"])
def test_put_replaces_and_hands_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: bool) -> None:
    """With the system's exchange and without it, the new folder stands and the old one is where the new one was."""
    if not system:
        monkeypatch.setattr(place, "_renameat2", lambda: None)
    made, out = _folder(tmp_path / "made", "new"), _folder(tmp_path / "out", "old")
    put(made, out)
    assert ((out / "word").read_text(), (made / "word").read_text()) == ("new", "old")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made", "out"]


def test_a_file_system_without_exchange_gets_two_renames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """EINVAL of the call means that it cannot; any other error is an error."""
    made, out = _folder(tmp_path / "made", "new"), _folder(tmp_path / "out", "old")

    def refusing(number: int) -> Any:
        def call(*_given: object) -> int:
            place.ctypes.set_errno(number)
            return -1

        return lambda: call

    monkeypatch.setattr(place, "_renameat2", refusing(22))
    assert exchange(made, out) is False
    monkeypatch.setattr(place, "_renameat2", refusing(13))
    with pytest.raises(PublishError, match="Permission denied"):
        put(made, out)
    assert (out / "word").read_text() == "old"


def test_one_publishing_at_a_time(autumn: Table, tmp_path: Path) -> None:
    """While another process publishes to a folder, this one is told to wait, and changes nothing."""
    publish(autumn, tmp_path / "site")
    lock = os.open(beside(tmp_path / "site") / "lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with pytest.raises(PublishError, match="another process is publishing here"):
        publish(autumn, tmp_path / "site")
    os.close(lock)
    publish(autumn, tmp_path / "site")


def test_what_an_interrupted_publishing_left_is_swept_away(autumn: Table, tmp_path: Path) -> None:
    """Half a site, half a kept publication: the next publishing removes them, and keeps what is whole."""
    publish(autumn, tmp_path / "site")
    home = beside(tmp_path / "site")
    for name in (".building-abc", ".0002"):
        _folder(home / name, "half")
    publish(autumn, tmp_path / "site")
    assert sorted(path.name for path in home.iterdir() if not path.name.startswith(".building-")) == ["0001", "lock"]
    assert not (home / ".building-abc").exists()


def test_a_killed_publishing_does_not_stop_the_next(autumn: Table, tmp_path: Path) -> None:
    """A process that dies while it builds leaves its folder and its lock file; the lock itself goes with it."""
    code = (
        "import os, sys; from pathlib import Path; from leaderboard.publication.place import workshop\n"
        "with workshop(Path(sys.argv[1])) as made:\n (made / 'half').write_text('x'); os._exit(9)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "site")]
    assert subprocess.run(command, check=False).returncode == 9
    assert len(list(beside(tmp_path / "site").iterdir())) == 2
    assert publish(autumn, tmp_path / "site").files > 0
    assert [path.name for path in beside(tmp_path / "site").glob(".building-*")] == []


def test_no_process_outlives_a_killed_publishing(autumn: Table, tmp_path: Path) -> None:
    """Those that render for it are killed with it: they would hold the lock, and wait for ever."""
    code = """
import sys, time
from pathlib import Path
from leaderboard.publication.place import workshop
from leaderboard.publication.rendering import Job, carry_out
from leaderboard.publication.writing import Writer
def slow():
    print("working", flush=True)
    time.sleep(60)
    yield "a", b"a"
with workshop(Path(sys.argv[1])) as made:
    list(carry_out([Job("slow", slow), Job("none", list)], Writer(made, made), 2))
"""
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "site")], stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"working\n"
        with pytest.raises(PublishError, match="another process"):
            publish(autumn, tmp_path / "site")
        run.kill()
        assert run.stdout.read() == b"", "ends when the last process that could write has ended"
    assert publish(autumn, tmp_path / "site").files > 0


def test_a_failed_first_publishing_leaves_nothing(tmp_path: Path) -> None:
    """Where nothing was kept before, even the folder beside is gone."""
    with pytest.raises(ValueError, match="on purpose"), workshop(tmp_path / "a" / "site"):
        raise ValueError("on purpose")
    assert list((tmp_path / "a").iterdir()) == []


def test_a_reader_never_meets_half_a_site(autumn: Table, spring: Table, tmp_path: Path) -> None:
    """Readers who hammer the site while it is exchanged hundreds of times always find it, and never two halves."""
    one, other = tmp_path / "one", tmp_path / "other"
    publish(autumn, one)
    publish(spring, other)
    texts = {(folder / "round.json").read_bytes(): (folder / "rounds.json").read_bytes() for folder in (one, other)}
    troubles: list[object] = []
    counts, stop = [0, 0], threading.Event()

    def read(number: int) -> None:
        while not stop.is_set():
            try:
                folder = os.open(one, os.O_RDONLY)  # as whoever walks a tree: everything from one folder
                found = [_read_at(folder, name) for name in ("round.json", "rounds.json")]
                os.close(folder)
                (one / "index.html").read_bytes()
            except OSError as error:
                troubles.append(error)
                continue
            if texts.get(found[0]) != found[1]:
                troubles.append("two halves")
            counts[number] += 1

    readers = [threading.Thread(target=read, args=(number,)) for number in (0, 1)]
    for reader in readers:
        reader.start()
    exchanged = 0
    while min(counts) < 100 or exchanged < 300:
        assert exchange(other, one)
        exchanged += 1
    stop.set()
    for reader in readers:
        reader.join()
    assert troubles == []


def _read_at(folder: int, name: str) -> bytes:
    file = os.open(name, os.O_RDONLY, dir_fd=folder)
    with os.fdopen(file, "rb") as opened:
        return opened.read()
