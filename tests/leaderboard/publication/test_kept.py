"""Earlier publications: kept as they were, at the price of what changed, and put back whole."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.errors import PublishError, UnknownNameError
from leaderboard.publication.kept import kept, prune, roll_back, standing
from leaderboard.publication.place import beside
from leaderboard.publish import publish

Table = dict[str, Any]
Files = dict[str, bytes]


def _tree(root: Path) -> Files:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def _titled(table: Table, number: int) -> Table:
    """The same round, with one title of another."""
    changed = json.loads(json.dumps(table))
    changed["tasks"][0]["title"]["en"] = f"Word problems, edition {number}"
    return changed


@pytest.fixture(scope="module")
def published(make_table: Callable[..., Table], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Files]]:
    """Three editions of one round, published one after the other in `site`: where, and the files of each."""
    folder, found = tmp_path_factory.mktemp("editions"), []
    for number in range(3):
        publish(_titled(make_table(submissions=3, tasks=1, levels=2), number), folder / "site")
        found.append(_tree(folder / "site"))
    return folder, found


@pytest.fixture
def editions(published: tuple[Path, list[Files]], tmp_path: Path) -> list[Files]:
    """The same in a folder of the test's own."""
    shutil.copytree(published[0], tmp_path, dirs_exist_ok=True)
    return published[1]


def test_every_publication_is_kept_whole(editions: list[Files], tmp_path: Path) -> None:
    """Each is listed in the order of publishing, with its rounds, and the last one stands."""
    found = kept(tmp_path / "site")
    assert [_tree(one.folder) for one in found] == editions
    assert [(one.number, one.rounds) for one in found] == [(1, ["example"]), (2, ["example"]), (3, ["example"])]
    here = standing(tmp_path / "site")
    assert here is not None
    assert here.number == 3


def test_rolling_back_goes_back_one_by_one(editions: list[Files], tmp_path: Path) -> None:
    """Without a number: the publication before the one that stands, each time; then there is none."""
    assert roll_back(tmp_path / "site").number == 2
    assert _tree(tmp_path / "site") == editions[1]
    assert roll_back(tmp_path / "site").number == 1
    assert _tree(tmp_path / "site") == editions[0]
    with pytest.raises(PublishError, match="no earlier publication is kept"):
        roll_back(tmp_path / "site")
    assert roll_back(tmp_path / "site", 3).number == 3
    assert _tree(tmp_path / "site") == editions[2]
    assert [one.number for one in kept(tmp_path / "site")] == [1, 2, 3]


def test_publishing_after_a_rollback_adds_to_the_end(editions: list[Files], autumn: Table, tmp_path: Path) -> None:
    """What was rolled back from stays, and the new publication is the latest."""
    roll_back(tmp_path / "site", 1)
    publish(_titled(autumn, 9), tmp_path / "site")
    assert [one.number for one in kept(tmp_path / "site")] == [1, 2, 3, 4]
    assert roll_back(tmp_path / "site").number == 3


def test_what_was_published_twice_is_passed_once_on_the_way_back(autumn: Table, tmp_path: Path) -> None:
    """A, B and A again: the way back leads over B to the first A, and ends there."""
    for number in (0, 1, 0):
        publish(_titled(autumn, number), tmp_path / "site")
    for number in (2, 1):
        assert roll_back(tmp_path / "site").number == number
        here = standing(tmp_path / "site")
        assert here is not None
        assert here.number == number
    with pytest.raises(PublishError, match="no earlier publication is kept"):
        roll_back(tmp_path / "site")


def test_where_nothing_can_be_written_is_told(autumn: Table, tmp_path: Path) -> None:
    """A place below a file, like one without the right to write: what, where, and what to do."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(PublishError, match="nothing can be built here") as caught:
        publish(autumn, tmp_path / "file" / "site")
    assert "choose another folder" in caught.value.remedy


def test_publishing_the_same_again_keeps_nothing_more(autumn: Table, tmp_path: Path) -> None:
    """The same bytes are the same publication, and a file that went missing is back."""
    publish(autumn, tmp_path / "site")
    (tmp_path / "site/index.html").unlink()
    report = publish(autumn, tmp_path / "site")
    assert report.changed == 1
    assert (tmp_path / "site/index.html").exists()
    assert [one.number for one in kept(tmp_path / "site")] == [1]


def test_only_so_many_stay(autumn: Table, tmp_path: Path) -> None:
    """`kept` counts the ones besides what stands; numbers are not given again."""
    for number in range(4):
        publish(_titled(autumn, number), tmp_path / "site", kept=2)
    assert [one.number for one in kept(tmp_path / "site")] == [2, 3, 4]
    roll_back(tmp_path / "site", 2)
    prune(tmp_path / "site", 1)
    assert [one.number for one in kept(tmp_path / "site")] == [2, 4]
    publish(_titled(autumn, 9), tmp_path / "site", kept=0)
    assert kept(tmp_path / "site") == []
    assert (tmp_path / "site/index.html").exists()


def test_a_publication_that_changed_never_comes_back(editions: list[Files], tmp_path: Path) -> None:
    """A kept file that is not what was published any more is named, and what stands stays."""
    file = beside(tmp_path / "site") / "0001/rounds/example/fr/index.html"
    text = file.read_bytes()
    file.unlink()
    for content in (None, text + b" "):
        if content:
            file.write_bytes(content)
        with pytest.raises(PublishError, match=r"rounds/example/fr/index\.html"):
            roll_back(tmp_path / "site", 1)
    assert _tree(tmp_path / "site") == editions[2]


def test_an_unknown_number_lists_the_known_ones(editions: list[Files], tmp_path: Path) -> None:
    """The error says which publications are kept."""
    with pytest.raises(UnknownNameError) as caught:
        roll_back(tmp_path / "site", 7)
    assert caught.value.valid == ["1", "2", "3"]


def test_rolling_back_deletes_no_foreign_file(editions: list[Files], tmp_path: Path) -> None:
    """As publishing, it refuses a folder to which someone added a file."""
    (tmp_path / "site/mine.txt").write_text("mine")
    with pytest.raises(PublishError, match=r"mine\.txt"):
        roll_back(tmp_path / "site")
    assert (tmp_path / "site/mine.txt").read_text() == "mine"


def test_a_removed_site_comes_back(editions: list[Files], tmp_path: Path) -> None:
    """Where nothing stands any more, the latest that is kept is put back."""
    shutil.rmtree(tmp_path / "site")
    assert roll_back(tmp_path / "site").number == 3
    assert _tree(tmp_path / "site") == editions[2]
