"""Publishing: the right files, the same bytes every time, and never half a site."""

import copy
import hashlib
import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.errors import PublishError
from leaderboard import publish as module
from leaderboard.publication import place
from leaderboard.publication.kept import kept
from leaderboard.publish import PUBLICATION, publish

Table = dict[str, Any]

ROUND = "rounds/example/"


@pytest.fixture(scope="module")
def table(make_table: Callable[..., Table]) -> Table:
    """A small round: what is published matters here, not how much."""
    return make_table(submissions=3, tasks=2, levels=2)


def _tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def _below(files: dict[str, bytes], folder: str) -> list[str]:
    return [path.removeprefix(folder) for path in files if path.startswith(folder)]


def _left(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / ".site.publications").iterdir())


def test_every_page_exists_in_both_languages(table: Table, tmp_path: Path) -> None:
    """The round's folder holds its data, a home, and the same pages in French and in English; the root names rounds."""
    report = publish(table, tmp_path / "site")
    files = _tree(tmp_path / "site")
    expected = {"index.html", "method.html"}
    expected |= {f"submissions/{row['team']}--{row['entry']}.html" for row in table["standings"]}
    expected |= {f"tasks/{task['name'].replace('/', '--')}.html" for task in table["tasks"]}
    french, english = (set(_below(files, f"{ROUND}{code}/")) for code in ("fr", "en"))
    assert french == english
    assert french >= expected
    assert {"index.html", "round.json", "assets/icon.svg"} <= set(_below(files, ROUND))
    root = {path for path in files if not path.startswith("rounds/")}
    feeds = {f"feed.{code}.{kind}" for code in ("fr", "en") for kind in ("atom", "json")}
    assert root == {"index.html", "404.html", "rounds.json", "round.json", "assets/icon.svg", PUBLICATION} | feeds
    assert (report.root, report.round) == (tmp_path / "site", tmp_path / "site/rounds/example")
    assert report.files == len(files)
    assert report.pages == sum(path.endswith(".html") for path in files)
    assert report.bytes == sum(map(len, files.values())) - len(files[PUBLICATION]) - len(files["round.json"])
    assert report.changed == len(files) - 2, "all but the list of files, and the copy of round.json"


def test_round_json_is_the_table(table: Table, tmp_path: Path) -> None:
    """The published data is the table that was given, character for character, in UTF-8, and its copy in the root."""
    report = publish(table, tmp_path / "site")
    text = (report.round / "round.json").read_text(encoding="utf-8")
    assert json.loads(text) == table
    assert "Problèmes" in text
    assert (report.root / "round.json").samefile(report.round / "round.json")


def test_same_table_same_bytes(table: Table, tmp_path: Path) -> None:
    """A publication depends on its table alone: no clock, no order of a set, no place."""
    publish(table, tmp_path / "one")
    publish(copy.deepcopy(table), tmp_path / "two")
    assert _tree(tmp_path / "one") == _tree(tmp_path / "two")


def test_publication_lists_every_file_with_its_hash(table: Table, tmp_path: Path) -> None:
    """`publication.json` describes the whole site, so that anyone can check a copy."""
    publish(table, tmp_path / "site")
    files = _tree(tmp_path / "site")
    listing = json.loads(files.pop(PUBLICATION))
    assert listing["files"] == {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
    assert listing["current"] == "example"
    assert list(listing["files"]) == sorted(listing["files"])


def test_previous_site_is_replaced_whole(make_table: Callable[..., Table], tmp_path: Path) -> None:
    """A page that is no longer published is gone."""
    publish(make_table(submissions=4, tasks=1, levels=2), tmp_path / "site")
    publish(make_table(submissions=3, tasks=1, levels=2), tmp_path / "site")
    folder = tmp_path / "site/rounds/example/fr/submissions"
    assert not (folder / "nordlys--aurora-1b.html").exists()
    assert (folder / "pole-sud--manchot.html").exists()


@pytest.mark.parametrize("name", ["notes.txt", "rounds/example/fr/notes.html", ".well-known/x"])
def test_foreign_files_are_never_deleted(table: Table, tmp_path: Path, name: str) -> None:
    """A folder with a file that no publication wrote is refused, by that file's name, and left alone."""
    publish(table, tmp_path / "site")
    foreign = tmp_path / "site" / name
    foreign.parent.mkdir(exist_ok=True)
    foreign.write_text("mine")
    before = _tree(tmp_path / "site")
    with pytest.raises(PublishError, match=name):
        publish(table, tmp_path / "site")
    assert _tree(tmp_path / "site") == before


def test_a_site_of_the_first_layout_is_replaced(table: Table, tmp_path: Path) -> None:
    """One round in the root, as it was before there were several: its files go, and only its own."""
    old, page = {"schema": "grand-defi/publication/1", "generator": "grand-defi 0.1.0", "round": "example"}, b"page"
    (tmp_path / "site/fr").mkdir(parents=True)
    (tmp_path / "site/fr/index.html").write_bytes(page)
    listing = {**old, "files": {"fr/index.html": hashlib.sha256(page).hexdigest()}}
    (tmp_path / "site" / PUBLICATION).write_text(json.dumps(listing))
    publish(table, tmp_path / "site")
    assert not (tmp_path / "site/fr").exists()
    assert (tmp_path / "site/rounds/example/fr/index.html").exists()


def test_a_folder_of_records_is_not_a_site(table: Table, tmp_path: Path) -> None:
    """A `round.json` alone, as a record's folder holds, does not make a folder ours to replace."""
    (tmp_path / "round.json").write_text(json.dumps(table))
    with pytest.raises(PublishError, match=r"round\.json"):
        publish(table, tmp_path)
    assert (tmp_path / "round.json").exists()


@pytest.mark.parametrize("kind", ["file", "link"])
def test_only_a_folder_is_replaced(table: Table, tmp_path: Path, kind: str) -> None:
    """A file or a link in the site's place is refused with a remedy."""
    out = tmp_path / "site"
    if kind == "file":
        out.write_text("mine")
    else:
        (tmp_path / "elsewhere").mkdir()
        out.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PublishError) as caught:
        publish(table, out)
    assert caught.value.remedy
    assert out.is_symlink() == (kind == "link")


def test_empty_folder_and_missing_parents_will_do(table: Table, tmp_path: Path) -> None:
    """The place may be an empty folder, or not exist at all."""
    (tmp_path / "empty").mkdir()
    publish(table, tmp_path / "empty")
    publish(table, tmp_path / "a/b/site")
    assert _tree(tmp_path / "empty") == _tree(tmp_path / "a/b/site")


def test_relative_place(table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative folder is understood from where the command runs."""
    monkeypatch.chdir(tmp_path)
    assert publish(table, Path("site")).root == tmp_path / "site"
    assert (tmp_path / "site/index.html").exists()


def test_failure_while_rendering_keeps_the_previous_site(
    make_table: Callable[..., Table], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a page fails half-way, readers keep the previous site and nothing is left over."""
    publish(make_table(submissions=4, tasks=1, levels=2), tmp_path / "site")
    before = _tree(tmp_path / "site")

    def broken(*_given: object) -> Iterator[tuple[str, Any]]:
        yield "choice", lambda: iter([("index.html", "half")])
        raise PublishError("broken on purpose")

    monkeypatch.setattr(module.pages, "parts", broken)
    with pytest.raises(PublishError, match="on purpose"):
        publish(make_table(submissions=2, tasks=1, levels=2), tmp_path / "site")
    assert _tree(tmp_path / "site") == before
    assert _left(tmp_path) == ["0001", "lock"]


@pytest.mark.parametrize("system", ["renameat2", "rename"])
def test_failure_while_exchanging_leaves_the_previous_site(
    make_table: Callable[..., Table], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    """When the new site cannot take its place, the previous one stands there, and the new one is not kept."""
    publish(make_table(submissions=4, tasks=1, levels=2), tmp_path / "site")
    before, rename = _tree(tmp_path / "site"), Path.rename

    def stubborn(self: Path, target: Any) -> Path:
        if ".building-" in self.name and not self.name.endswith("-replaced"):
            raise OSError("no")
        return rename(self, target)

    def refused(one: Path, other: Path) -> bool:
        raise OSError("no")

    if system == "rename":
        monkeypatch.setattr(place, "exchange", lambda one, other: False)
        monkeypatch.setattr(Path, "rename", stubborn)
    else:
        monkeypatch.setattr(place, "exchange", refused)
    with pytest.raises(PublishError, match="cannot take its place"):
        publish(make_table(submissions=2, tasks=1, levels=2), tmp_path / "site")
    assert _tree(tmp_path / "site") == before
    assert [path.name for path in sorted(tmp_path.iterdir())] == [".site.publications", "site"]
    assert [one.number for one in kept(tmp_path / "site")] == [1]


def test_a_web_server_may_read_the_site(table: Table, tmp_path: Path) -> None:
    """Folders and files have the permissions of any other: a temporary folder's secrecy would be a broken site."""
    publish(table, tmp_path / "site")
    (tmp_path / "folder").mkdir()
    usual = stat.S_IMODE((tmp_path / "folder").stat().st_mode)
    assert stat.S_IMODE((tmp_path / "site").stat().st_mode) == usual


def test_another_schema_is_refused(table: Table, tmp_path: Path) -> None:
    """A table of another version is refused before anything is written."""
    with pytest.raises(PublishError, match="grand-defi/round/1"):
        publish({**table, "schema": "grand-defi/round/1"}, tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_numbers_that_json_cannot_hold_are_refused(make_table: Callable[..., Table], tmp_path: Path) -> None:
    """NaN never reaches round.json, which other programs read."""
    table = make_table(submissions=1, tasks=1, levels=2)
    table["standings"][0]["unscored"] = float("nan")
    with pytest.raises(PublishError, match="JSON"):
        publish(table, tmp_path / "site")
    assert list(tmp_path.iterdir()) == []


def test_two_entries_never_share_a_page(make_table: Callable[..., Table], tmp_path: Path) -> None:
    """A submission that appears twice is an error, not a page overwritten."""
    table = make_table(submissions=2, tasks=1, levels=2)
    table["standings"].append(copy.deepcopy(table["standings"][0]))
    with pytest.raises(PublishError, match=table["standings"][0]["submission"]):
        publish(table, tmp_path / "site")


def test_lone_surrogates_survive_in_the_data(make_table: Callable[..., Table], tmp_path: Path) -> None:
    """What a model emitted stays in round.json as an escape, and pages show a replacement character."""
    table = make_table(submissions=2, tasks=1, levels=2)
    table["tasks"][0]["samples"][0]["question"] = "broken \ud800 text"
    publish(table, tmp_path / "site")
    data = json.loads((tmp_path / "site/round.json").read_text(encoding="utf-8"))
    assert data["tasks"][0]["samples"][0]["question"] == "broken \ud800 text"
    page = (tmp_path / "site/rounds/example/fr/tasks/problem_solving--word_problems.html").read_text(encoding="utf-8")
    assert "broken \N{REPLACEMENT CHARACTER} text" in page
