"""Files that others write meanwhile: nothing torn is believed, nothing unchanged is read again."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from watched import NOW, Disk

from harness.canonical import dumps
from harness.watching.files import TAIL, Files
from harness.watching.logs import read_log

KEY = "team/one:ask:1"


def log_of(disk: Disk) -> Path:
    return disk.run().part(1).events


def whole(disk: Disk, lines: int) -> bytes:
    disk.begun(KEY, 5.0 * lines + 5)
    for n in range(lines):
        disk.progress(KEY, 5.0 * (lines - 1 - n), n, lines, since=5.0 * lines + 5, tokens=100 * n)
    return log_of(disk).read_bytes()


def test_a_long_log_is_read_from_its_end(tmp_path: Path) -> None:
    """Of megabytes a few kilobytes are enough for how far, how fast and since when."""
    disk = Disk(tmp_path, "team/one")
    assert len(whole(disk, 1000)) > 4 * TAIL
    log = read_log(Files(), log_of(disk))
    assert log is not None
    assert (log.done, log.items, log.open) == (999, 1000, True)
    assert log.began == NOW.timestamp() - 5005
    pace = log.pace(NOW.timestamp())
    assert pace == (0.2, 20.0)


@given(at=st.integers(0, 3000), junk=st.binary(max_size=40))
def test_a_torn_or_damaged_end_is_passed_over(at: int, junk: bytes, tmp_path_factory: object) -> None:
    """Cut anywhere, with anything behind it: what is told is what some whole line said, and no error is raised."""
    made = Path(tmp_path_factory.mktemp("log"))  # type: ignore[attr-defined]
    disk = Disk(made, "team/one")
    data = whole(disk, 12)[:at]
    path = log_of(disk)
    path.write_bytes(data + junk)
    log = read_log(Files(), path)
    full = [line for line in data.split(b"\n")[:-1] if line]
    if not full:
        return
    assert log is not None
    assert log.done <= max(len(full) - 2, 0)


def test_a_log_that_holds_no_event_tells_nothing(tmp_path: Path) -> None:
    """Empty, zeros after a full disk, or JSON of something else."""
    path = tmp_path / "log.jsonl"
    for data in (b"", b"\0\0\0\n", b"[1]\n", b'{"event": 1}\n', b"no line end"):
        path.write_bytes(data)
        assert read_log(Files(), path) is None
    assert read_log(Files(), tmp_path / "none.jsonl") is None


def test_a_file_that_was_replaced_is_read_again_and_an_old_one_is_not(tmp_path: Path) -> None:
    """By its inode, size and time; one that goes away takes its value with it."""
    files, path, reads = Files(), tmp_path / "x.json", []

    def made(data: bytes) -> bytes:
        reads.append(data)
        return data

    path.write_text("1")
    assert [files.read(path, made, b""), files.read(path, made, b"")] == [b"1", b"1"]
    assert len(reads) == 1
    (tmp_path / "y").write_text("2")
    (tmp_path / "y").replace(path)
    assert files.read(path, made, b"") == b"2"
    path.unlink()
    assert files.read(path, made, b"gone") == b"gone"
    assert files.count(path) == 0
    path.write_text("a\nb\ntorn")
    assert files.count(path) == 2
    assert files.lines(path) == ()
    path.write_text(dumps({"a": 1}) + "\n{torn")
    assert files.lines(path) == ({"a": 1},)
