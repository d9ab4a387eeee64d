"""A round that was really run, published with its questions: every page and file that is linked is there."""

from __future__ import annotations

import posixpath
from pathlib import Path

import answered
import html5lib
import pytest

from harness.showing import show_items
from leaderboard.item_data import path_of
from leaderboard.publish import publish
from leaderboard.revealed import revealed_items
from leaderboard.site import routes
from leaderboard.table import build

X = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the round in its publication."""
    paths = answered.answered(tmp_path_factory.mktemp("runs"))
    assert show_items(paths)
    made = build(paths.folder)
    out = tmp_path_factory.mktemp("public") / "site"
    return publish(made.table, out, pairs=made.pairs, items=revealed_items(paths.folder)).round


def test_every_question_has_its_page_and_every_task_its_data(root: Path) -> None:
    """Eighteen questions in two languages, and two Parquet files a task."""
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    for task, count in answered.ITEMS.items():
        folder = posixpath.dirname(routes.items_page(task))
        for code in ("fr", "en"):
            assert sum(path.startswith(f"{code}/{folder}/") for path in found) == count + 1
        assert {path_of(task), path_of(task, "questions")} <= found


def test_no_link_to_or_from_a_question_is_dead(root: Path) -> None:
    """From the pages of questions and of tasks: all files exist, and so do the places inside them."""
    pages = [*root.glob("*/items/**/*.html"), *root.glob("*/tasks/*.html")]
    assert len(pages) > 40
    trees = {page: html5lib.HTMLParser(strict=True).parse(page.read_text(encoding="utf-8")) for page in pages}
    for page, tree in trees.items():
        for node in tree.iter(f"{X}a"):
            file, _, place = node.get("href").partition("#")
            target = (page.parent / file).resolve() if file else page
            assert target.is_file(), (page, node.get("href"))
            if place and target in trees:
                assert any(other.get("id") == place for other in trees[target].iter()), (page, node.get("href"))


def test_a_question_can_be_reached_from_the_front_page(root: Path) -> None:
    """Front page, overview, list, question: each leads to the next, in both languages."""
    for code in ("fr", "en"):
        at = root / code / "index.html"
        for step in (routes.ITEMS, routes.items_page(answered.TASK), routes.item_page(f"{answered.TASK}/en/L02/00001")):
            tree = html5lib.parse(at.read_text(encoding="utf-8"))
            linked = {(at.parent / a.get("href").partition("#")[0]).resolve() for a in tree.iter(f"{X}a")}
            assert (root / code / step).resolve() in linked, (code, step)
            at = root / code / step
