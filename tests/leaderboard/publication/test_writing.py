"""Writing: what did not change is the same file as before, what changed never touches the old one."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from leaderboard.publication.writing import Writer
from leaderboard.publish import publish

Table = dict[str, Any]


def _stats(root: Path) -> dict[str, tuple[int, int]]:
    return {
        path.relative_to(root).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in root.rglob("*")
        if path.is_file()
    }


def test_publishing_again_writes_only_what_changed(autumn: Table, tmp_path: Path) -> None:
    """A task's new title changes the pages that show it; every other file keeps its inode and its time."""
    site = tmp_path / "site"
    publish(autumn, site)
    before, texts = _stats(site), {path: (site / path).read_bytes() for path in _stats(site)}
    changed = json.loads(json.dumps(autumn))
    changed["tasks"][0]["samples"][0]["question"] = "Another question?"
    report = publish(changed, site)
    after = _stats(site)
    differ = {path for path in after if (site / path).read_bytes() != texts.get(path)}
    assert {path for path in after if before.get(path) == after[path]} == set(after) - differ
    assert "rounds/example/fr/method.html" not in differ
    assert "rounds/example/round.json" in differ
    assert 1 < report.changed < len(after) / 2
    assert report.changed == len(differ - {"publication.json", "round.json"})


def test_a_linked_file_is_never_written_into(tmp_path: Path) -> None:
    """A changed file is a new file: the old publication's keeps its bytes."""
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    first = Writer(tmp_path / "old", tmp_path / "none")
    assert [first.write("a", b"same").changed, first.write("b/c", b"one").changed] == [True, True]
    second = Writer(tmp_path / "new", tmp_path / "old")
    assert [second.write("a", b"same").changed, second.write("b/c", b"two").changed] == [False, True]
    assert (tmp_path / "old/b/c").read_bytes() == b"one"
    assert (tmp_path / "new/a").samefile(tmp_path / "old/a")
    assert not (tmp_path / "new/b/c").samefile(tmp_path / "old/b/c")


def test_a_file_that_others_may_not_read_is_written_anew(tmp_path: Path) -> None:
    """A link would keep the permissions of the old file, and a web server would not show the page."""
    (tmp_path / "old").mkdir()
    Writer(tmp_path / "old", tmp_path / "none").write("a", b"same")
    (tmp_path / "old/a").chmod(0o600)
    (tmp_path / "new").mkdir()
    assert Writer(tmp_path / "new", tmp_path / "old").write("a", b"same").changed
    mask = os.umask(0)
    os.umask(mask)
    assert (tmp_path / "new/a").stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_link_in_the_old_publication_is_not_followed(tmp_path: Path) -> None:
    """A symbolic link that someone put there is replaced by a file."""
    (tmp_path / "old").mkdir()
    (tmp_path / "elsewhere").write_bytes(b"same")
    (tmp_path / "old/a").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "new").mkdir()
    Writer(tmp_path / "new", tmp_path / "old").write("a", b"same")
    assert not (tmp_path / "new/a").is_symlink()
    assert not (tmp_path / "new/a").samefile(tmp_path / "elsewhere")


def test_where_there_are_no_hard_links_files_are_copied(
    autumn: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same publication comes out, only larger on the disk."""

    def none(*_given: object, **_more: object) -> None:
        raise OSError("no hard links here")

    monkeypatch.setattr(os, "link", none)
    publish(autumn, tmp_path / "site")
    report = publish(autumn, tmp_path / "site")
    assert report.changed == 0
    assert (tmp_path / "site/round.json").read_bytes() == (report.round / "round.json").read_bytes()


def test_a_file_of_another_account_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever put the very same bytes there cannot write into what is published afterwards; it counts as unchanged."""
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    Writer(tmp_path / "old", tmp_path / "none").write("a", b"same")
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    assert not Writer(tmp_path / "new", tmp_path / "old").write("a", b"same").changed
    (tmp_path / "old/a").write_bytes(b"else")
    assert (tmp_path / "new/a").read_bytes() == b"same"
