"""What somebody changed in a publication, in what is kept of it, or between two steps of publishing."""

import errno
import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.errors import PublishError, UnknownNameError
from leaderboard.publication import kept as keeping
from leaderboard.publication import listing
from leaderboard.publication.kept import kept, roll_back
from leaderboard.publication.listing import PUBLICATION, read_listing
from leaderboard.publication.place import beside
from leaderboard.publication.writing import Writer
from leaderboard.publish import publish

Table = dict[str, Any]
SECRET = b"secret"
OUTSIDE = ("rounds/example/../../../secret.txt", "../secret.txt", "/etc/hostname", "rounds//x", "rounds/./x", "a\x00b")


def _change(folder: Path, **said: Any) -> None:
    """Write another list of files into a publication."""
    file = folder / PUBLICATION
    changed = {**json.loads(file.read_bytes()), **said}
    file.unlink()  # a kept publication may share it
    file.write_text(json.dumps(changed))


def _add(folder: Path, path: str, content: bytes) -> None:
    """Add a path to the list of a publication, with its digest."""
    files = json.loads((folder / PUBLICATION).read_bytes())["files"]
    _change(folder, files={**files, path: hashlib.sha256(content).hexdigest()})


def _dated(table: Table, day: int) -> Table:
    return {**table, "round": {**table["round"], "date": f"2026-11-{day:02}"}}


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_path_that_leads_outside_makes_no_publication(autumn: Table, tmp_path: Path, path: str) -> None:
    """A list with such a path is none of ours: nothing is carried over from it, and nothing served."""
    publish(autumn, tmp_path / "site")
    _add(tmp_path / "site", path, SECRET)
    assert read_listing(tmp_path / "site") is None


def test_publishing_writes_nothing_outside(autumn: Table, spring: Table, tmp_path: Path) -> None:
    """A round that is carried over cannot bring a file from beside the publication, nor put one there."""
    publish(autumn, tmp_path / "site")
    (tmp_path / "secret.txt").write_bytes(SECRET)
    _add(tmp_path / "site", "rounds/example/../../../secret.txt", SECRET)
    with pytest.raises(PublishError, match="no publication wrote"):
        publish(spring, tmp_path / "site")
    assert [*tmp_path.rglob("secret.txt")] == [tmp_path / "secret.txt"]


def test_rolling_back_writes_nothing_outside(autumn: Table, tmp_path: Path) -> None:
    """A kept publication that lists a path outside is no publication."""
    for day in (1, 2):
        publish(_dated(autumn, day), tmp_path / "site")
    (tmp_path / "secret.txt").write_bytes(SECRET)
    _add(beside(tmp_path / "site") / "0001", "../../../secret.txt", SECRET)
    with pytest.raises(UnknownNameError, match="publication"):
        roll_back(tmp_path / "site", 1)
    assert [*tmp_path.rglob("secret.txt")] == [tmp_path / "secret.txt"]


@pytest.mark.parametrize(
    "said", [{"files": None}, {"files": []}, {"files": {"index.html": 1}}, {"url": 5}, {"current": None}]
)
def test_a_list_of_another_shape_is_no_list(autumn: Table, tmp_path: Path, said: dict[str, Any]) -> None:
    """Publishing over it is refused as over any folder that is not ours, in words."""
    publish(autumn, tmp_path / "site")
    _change(tmp_path / "site", **said)
    with pytest.raises(PublishError, match="no publication wrote"):
        publish(autumn, tmp_path / "site")


def test_a_pipe_is_no_list(autumn: Table, tmp_path: Path) -> None:
    """What never ends stops neither publishing, nor listing what is kept: it is no publication."""
    publish(autumn, tmp_path / "site")
    (beside(tmp_path / "site") / "0002").mkdir()
    os.mkfifo(beside(tmp_path / "site") / "0002" / PUBLICATION)
    publish(_dated(autumn, 2), tmp_path / "site")
    assert [one.number for one in kept(tmp_path / "site")] == [1, 3]


def test_a_linked_folder_does_not_come_back(autumn: Table, tmp_path: Path) -> None:
    """What lies behind a link can change after it was checked: it is named, and what stands stays."""
    for day in (1, 2):
        publish(_dated(autumn, day), tmp_path / "site")
    folder = beside(tmp_path / "site") / "0001/rounds/example/fr"
    folder.rename(tmp_path / "fr")
    folder.symlink_to(tmp_path / "fr")
    with pytest.raises(PublishError, match="rounds/example/fr"):
        roll_back(tmp_path / "site", 1)
    assert json.loads((tmp_path / "site/round.json").read_bytes())["round"]["date"] == "2026-11-02"


def test_a_damaged_publication_does_not_stop_the_next(autumn: Table, tmp_path: Path) -> None:
    """Its number is not given again, whether its list cannot be read, or it is a link."""
    for day in (1, 2):
        publish(_dated(autumn, day), tmp_path / "site")
    home = beside(tmp_path / "site")
    (home / "0002" / PUBLICATION).unlink()
    (home / "0003").symlink_to(home / "0001")
    publish(_dated(autumn, 3), tmp_path / "site", kept=1)
    assert [one.number for one in kept(tmp_path / "site")] == [1, 4]


def test_a_file_of_a_file_manager_does_not_stop_publishing(autumn: Table, tmp_path: Path) -> None:
    """What begins with a dot beside the kept publications is swept away, files and links too; their targets stay."""
    publish(autumn, tmp_path / "site")
    (tmp_path / "target").mkdir()
    (beside(tmp_path / "site") / ".DS_Store").write_text("x")
    (beside(tmp_path / "site") / ".link").symlink_to(tmp_path / "target")
    publish(_dated(autumn, 2), tmp_path / "site")
    assert sorted(path.name for path in beside(tmp_path / "site").iterdir() if path.is_file()) == ["lock"]
    assert (tmp_path / "target").is_dir()


def test_a_link_in_the_place_of_what_is_kept_is_not_followed(autumn: Table, tmp_path: Path) -> None:
    """Whoever may write beside the site cannot have a home folder's settings swept away by the next publishing."""
    (tmp_path / "home/.ssh").mkdir(parents=True)
    (tmp_path / "home/.profile").write_text("mine")
    beside(tmp_path / "site").symlink_to(tmp_path / "home")
    for attempt in (lambda: publish(autumn, tmp_path / "site"), lambda: roll_back(tmp_path / "site")):
        with pytest.raises(PublishError, match="a link"):
            attempt()
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == [".profile", ".ssh"]


def test_a_folder_without_a_name_of_its_own_is_a_folder(
    autumn: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`.` and `..` are the folders that they lead to; the root of the file system has no place beside it."""
    publish(autumn, tmp_path / "site")
    for here, name in (("site", "."), ("site/rounds", "..")):
        monkeypatch.chdir(tmp_path / here)
        assert [one.number for one in kept(Path(name))] == [1]
    with pytest.raises(PublishError, match="root of the file system"):
        kept(Path("/"))


def test_who_has_to_wait_leaves_the_lock(autumn: Table, tmp_path: Path) -> None:
    """A second publishing that comes before the first has written anything does not take its lock away."""
    lock = beside(tmp_path / "site") / "lock"
    lock.parent.mkdir()
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(PublishError, match="another process"):
            publish(autumn, tmp_path / "site")
        assert lock.exists()


def test_a_folder_of_somebody_else_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home folder or a whole disk is refused for the first files in it."""
    for name in range(100):
        (tmp_path / "home" / str(name)).mkdir(parents=True)
        (tmp_path / "home" / str(name) / "mine").touch()
    seen: list[object] = []

    def counted(folder: Path, walk: Callable[[Path], Iterator[str]] = listing.walk) -> Iterator[str]:
        for path in walk(folder):
            seen.append(path)
            yield path

    monkeypatch.setattr(listing, "walk", counted)
    with pytest.raises(PublishError, match="no publication wrote"):
        listing.refuse_foreign(tmp_path / "home")
    assert len(seen) < 10


@pytest.mark.parametrize("when", ["writing", "keeping"])
def test_a_full_disk_is_said_and_leaves_nothing(
    autumn: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """The room that the attempt took is free again, the site stands, and the error says what to do."""
    publish(autumn, tmp_path / "site")
    before = sorted(path.as_posix() for path in tmp_path.rglob("*"))

    def full(*_given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def half(_source: Path, target: Path) -> None:
        target.mkdir()
        full()

    if when == "writing":
        monkeypatch.setattr(Writer, "write", full)
    else:
        monkeypatch.setattr(keeping, "_link_all", half)
    with pytest.raises(PublishError, match="No space left") as caught:
        publish(_dated(autumn, 2), tmp_path / "site")
    assert "room" in str(caught.value)
    assert sorted(path.as_posix() for path in tmp_path.rglob("*")) == before


def _nothing(_table: Table) -> bytes:
    return b"{"


def _deep(_table: Table) -> bytes:
    return b"[" * 100_000


def _renamed(table: Table) -> bytes:
    table["round"]["name"] = "spring-2027"
    return json.dumps(table).encode()


def _undated(table: Table) -> bytes:
    table["round"]["date"] = 5
    return json.dumps(table).encode()


def _untitled(table: Table) -> bytes:
    table["round"]["title"] = {"fr": ["x"], "en": "x"}
    return json.dumps(table).encode()


def _without_standings(table: Table) -> bytes:
    del table["standings"]
    return json.dumps(table).encode()


@pytest.mark.parametrize("made", [_nothing, _deep, _renamed, _undated, _untitled, _without_standings])
def test_a_round_that_is_none_is_named(
    autumn: Table, spring: Table, tmp_path: Path, made: Callable[[Table], bytes]
) -> None:
    """A `round.json` that was exchanged together with its digest stops publishing in words, and is not shown."""
    publish(autumn, tmp_path / "site")
    file, content = tmp_path / "site/rounds/example/round.json", made(autumn)
    file.unlink()
    file.write_bytes(content)
    _add(tmp_path / "site", "rounds/example/round.json", content)
    with pytest.raises(PublishError, match="no table of this round"):
        publish(spring, tmp_path / "site")


@pytest.mark.parametrize(
    "url",
    [
        'https://x.example/"><script>',
        "https://x.example/'",
        "https://x.example/ y",
        "https://x.example/\udc80",
        "https://x.example/?q",
        "https://x.example/#f",
        "javascript:alert(1)//https://",
        "https://",
    ],
)
def test_an_address_that_is_more_than_one_is_refused(autumn: Table, tmp_path: Path, url: str) -> None:
    """Code to be copied and addresses of pages are made from it."""
    with pytest.raises(PublishError, match="no address"):
        publish(autumn, tmp_path / "site", url=url)
