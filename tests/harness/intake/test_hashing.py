"""Hashing: parallel, streamed, resumed file by file, and never of a file that moves."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from pathlib import Path

import pytest

from harness.intake import hashing, reading
from harness.intake.hashing import Shelf, hash_files
from harness.intake.strict import RefusedError
from harness.intake.tree import Entry, walk


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Small blocks, notes of files from 100 bytes on, and no waiting for clocks."""
    monkeypatch.setattr(hashing, "BLOCK", 64)
    monkeypatch.setattr(hashing, "NOTED_FROM", 100)
    monkeypatch.setattr(hashing, "_QUIET", 0)
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


def entries(folder: Path) -> list[Entry]:
    return walk(folder).files()


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 1000])
def test_a_file_has_its_sha256_whatever_its_size(folder: Path, size: int) -> None:
    """Empty files, whole blocks and parts of blocks are hashed as hashlib does it in one go."""
    (folder / "x").write_bytes(os.urandom(size))
    assert hash_files(entries(folder)) == {"x": sha(folder / "x")}


def test_many_files_keep_their_names_and_order(folder: Path) -> None:
    """Threads finish in any order; results are by name, in the order asked for."""
    for number in range(40):
        (folder / f"{number:02d}").write_bytes(os.urandom(number * 50))
    found = hash_files(entries(folder))
    assert found == {f"{number:02d}": sha(folder / f"{number:02d}") for number in range(40)}
    assert list(found) == sorted(found)


def test_the_watcher_sees_every_byte_once(folder: Path) -> None:
    """What is done grows to the whole, over all threads together."""
    for name in "abc":
        (folder / name).write_bytes(bytes(500))
    seen: list[tuple[int, int]] = []
    hash_files(entries(folder), None, lambda _, done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[-1] == (1500, 1500)


def test_an_interrupted_check_goes_on_with_the_files_that_are_left(folder: Path, tmp_path: Path) -> None:
    """What was hashed before an interruption is not read again; what was not is."""
    for name in "abcd":
        (folder / name).write_bytes(os.urandom(500))
    first, second, *_ = entries(folder)
    hash_files([first, second], Shelf(tmp_path / "shelf"))
    for entry in (first, second):  # the same state with other bytes: proof that they are not read
        facts = entry.path.stat()
        noted = Shelf(tmp_path / "shelf").find(facts)
        assert noted == sha(entry.path)
    read: list[Path] = []
    kept = reading.blocks

    def spy(descriptor: int, *rest: object) -> object:
        read.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        return kept(descriptor, *rest)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "blocks", spy)
        found = hash_files(entries(folder), Shelf(tmp_path / "shelf"))
    assert sorted(path.name for path in read) == ["c", "d"]
    assert found == {name: sha(folder / name) for name in "abcd"}


def test_a_changed_file_is_read_again_whatever_its_times_say(folder: Path, tmp_path: Path) -> None:
    """Setting the time of modification back does not bring an old hash back: the time of change has moved."""
    path = folder / "x"
    path.write_bytes(b"a" * 500)
    before = path.stat()
    hash_files(entries(folder), Shelf(tmp_path / "shelf"))
    path.write_bytes(b"b" * 500)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert hash_files(entries(folder), Shelf(tmp_path / "shelf")) == {"x": sha(path)}


def test_a_file_that_was_just_written_is_not_noted(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within the same tick of a coarse clock a second write would not show: only quiet files are noted."""
    monkeypatch.setattr(hashing, "_QUIET", 2 * 10**9)
    (folder / "x").write_bytes(bytes(500))
    hash_files(entries(folder), Shelf(tmp_path / "shelf"))
    assert Shelf(tmp_path / "shelf").find((folder / "x").stat()) is None


@pytest.mark.parametrize("note", ["", "{", "[]", '{"sha256": "abc"}', '{"sha256": 5, "facts": []}'])
def test_a_damaged_note_is_no_note(folder: Path, tmp_path: Path, note: str) -> None:
    """Whatever stands in the cache, the answer is the file's hash."""
    (folder / "x").write_bytes(bytes(500))
    hash_files(entries(folder), Shelf(tmp_path / "shelf"))
    (place,) = (tmp_path / "shelf").iterdir()
    place.write_text(note)
    assert hash_files(entries(folder), Shelf(tmp_path / "shelf")) == {"x": sha(folder / "x")}


def test_notes_are_forgotten_after_a_day(folder: Path, tmp_path: Path) -> None:
    """A disk that fails slowly is found: an old note is removed, not believed."""
    (folder / "x").write_bytes(bytes(500))
    hash_files(entries(folder), Shelf(tmp_path / "shelf"))
    (place,) = (tmp_path / "shelf").iterdir()
    os.utime(place, (time.time() - 90_000,) * 2)
    Shelf(tmp_path / "shelf")
    assert not place.exists()


def test_a_cache_that_cannot_be_written_costs_no_verdict(folder: Path, tmp_path: Path) -> None:
    """Where the shelf cannot be, everything is simply read."""
    (tmp_path / "shelf").write_text("a file in its place")
    (folder / "x").write_bytes(bytes(500))
    assert hash_files(entries(folder), Shelf(tmp_path / "shelf")) == {"x": sha(folder / "x")}


@pytest.mark.parametrize("how", ["grows", "shrinks", "rewritten", "replaced", "removed"])
def test_a_file_that_changes_while_it_is_read_is_found(folder: Path, how: str) -> None:
    """Growing, shrinking, writing in place and renaming over it are all seen, and none gives a hash."""
    path = folder / "x"
    path.write_bytes(bytes(1000))
    done = threading.Event()

    def meddle(*_: object) -> None:
        if done.is_set():
            return
        done.set()
        if how == "grows":
            with path.open("ab") as stream:
                stream.write(b"more")
        elif how == "shrinks":
            os.truncate(path, 10)
        elif how == "rewritten":
            with path.open("r+b") as stream:
                stream.write(b"x")
        elif how == "replaced":
            (folder / "y").write_bytes(bytes(1000))
            (folder / "y").rename(path)
        else:
            path.unlink()

    (found,) = hash_files(entries(folder), None, meddle).values()
    assert isinstance(found, RefusedError)
    assert found.code in ("changed", "unreadable")


@pytest.mark.timeout(20)
def test_what_became_a_link_or_a_pipe_is_not_followed(folder: Path, tmp_path: Path) -> None:
    """Between looking and reading a file may be exchanged: a link is not followed, a pipe not waited for."""
    (tmp_path / "secret").write_text("secret")
    for name in ("link", "pipe"):
        (folder / name).write_bytes(bytes(10))
    seen = entries(folder)
    for name in ("link", "pipe"):
        (folder / name).unlink()
    (folder / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "pipe")
    found = hash_files(seen)
    assert all(isinstance(one, RefusedError) for one in found.values())


def test_calling_it_off_stops_every_thread_within_a_block(folder: Path) -> None:
    """Control-C during a long hash comes back at once, and not after every file has been read."""
    for name in "abcd":
        (folder / name).write_bytes(bytes(100_000))
    blocks: list[int] = []

    def interrupt(*_: object) -> None:
        blocks.append(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hash_files(entries(folder), None, interrupt)
    assert len(blocks) <= 8 < 4 * 100_000 // 64


def test_the_checks_ask_for_the_noted_hash_and_fresh_does_not(tmp_path: Path, folder: Path) -> None:
    """A dossier without a cache, or with `fresh`, reads everything."""
    from harness.intake.dossier import Dossier, Scope

    (folder / "model.safetensors").write_bytes(bytes(500))
    cache = tmp_path / "cache"
    assert Dossier(tmp_path, {}, None, folder, cache).digests == {
        "model.safetensors": sha(folder / "model.safetensors")
    }
    (note,) = (cache / "intake/hashes").iterdir()
    note.write_text(note.read_text().replace(sha(folder / "model.safetensors"), "0" * 64))
    assert Dossier(tmp_path, {}, None, folder, cache).digests == {"model.safetensors": "0" * 64}
    fresh = Dossier(tmp_path, {}, None, folder, cache, Scope(fresh=True))
    assert fresh.digests == {"model.safetensors": sha(folder / "model.safetensors")}
