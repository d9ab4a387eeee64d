"""The publication's root: the latest round in both languages at once, the rounds, the page for what is not there."""

import copy
import posixpath
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import html5lib
import pytest

from leaderboard.publish import publish

Table = dict[str, Any]

X = "{http://www.w3.org/1999/xhtml}"
HOSTILE = "</title><script>alert(1)</script>\u202e"


@pytest.fixture(scope="module")
def root(make_table: Callable[..., Table], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three rounds; the titles and the teams of one are hostile."""
    out = tmp_path_factory.mktemp("rounds") / "site"
    for name, date, title in (
        ("b", "2027-03-01", "Manche : printemps"),
        ("a", "2026-03-01", HOSTILE),
        ("c", "2025-11-01", "C"),
    ):
        table = make_table(submissions=2, tasks=1, levels=2)
        table["round"].update(name=name, date=date, title={"fr": title, "en": title})
        table["standings"][0].update(title=HOSTILE, team=HOSTILE)
        publish(table, out)
    return out


def _parsed(file: Path) -> Any:
    return html5lib.HTMLParser(strict=True).parse(file.read_text(encoding="utf-8"))


def _text(node: Any) -> str:
    return re.sub("[ \n]+", " ", "".join(node.itertext())).strip(" ")


def test_the_front_page_is_the_latest_round_in_both_languages(root: Path) -> None:
    """One heading, a part in each language with its own `lang`, the latest round's title, and no script."""
    tree = _parsed(root / "index.html")
    assert len(tree.findall(f".//{X}h1")) == 1
    assert [part.get("lang") for part in tree.iter(f"{X}section")] == ["fr", "en"]
    assert [_text(title) for title in tree.iter(f"{X}h2")] == [
        "Manche\N{NO-BREAK SPACE}: printemps",
        "Manche : printemps",
    ]
    assert list(tree.iter(f"{X}script")) == []


def test_the_front_page_lists_the_rounds_latest_first(root: Path) -> None:
    """Each with its date and its counts in words of the language; a title from outside is text."""
    for part in _parsed(root / "index.html").iter(f"{X}section"):
        code = part.get("lang")
        (found,) = [one for one in part.iter(f"{X}ul") if one.get("class") == "rounds"]
        links = [link.get("href") for link in found.iter(f"{X}a")]
        assert links == [f"rounds/{name}/{code}/index.html" for name in "bac"]
        said = [_text(row) for row in found]
        latest, words = (
            ("la plus récente", "1er mars 2027 · 2 soumissions · 1 épreuve")
            if code == "fr"
            else ("the latest", "1 March 2027 · 2 submissions · 1 task")
        )
        assert words in said[0]
        assert [latest in row for row in said] == [True, False, False]
        assert "<script>alert(1)</script>" in said[1]


def test_one_round_needs_no_list(site: Path, publication: Any) -> None:
    """With a single round the list is left out; the round's own folder has the same page, with its own links."""
    for folder in (publication.root, site):
        tree = _parsed(folder / "index.html")
        assert not [one for one in tree.iter(f"{X}ul") if one.get("class") == "rounds"]
        for link in tree.iter(f"{X}a"):
            assert (folder / link.get("href")).is_file(), link.get("href")


def test_no_link_of_the_root_is_dead(root: Path) -> None:
    """Every address of the front page is relative and leads to a file of the publication."""
    for node in _parsed(root / "index.html").iter():
        for attribute in ("href", "src"):
            if address := node.get(attribute):
                assert not re.match(r"[a-z]+:|/", address)
                assert (root / posixpath.normpath(address)).is_file(), address


def test_what_is_not_found_is_said_in_both_languages(root: Path, make_table: Callable[..., Table]) -> None:
    """It is shown at any address, so what it leads to has an absolute one: home, and the icon."""
    tree = _parsed(root / "404.html")
    assert [_text(title) for title in tree.iter(f"{X}h2")] == ["Cette page n’existe pas", "This page does not exist"]
    assert {link.get("href") for link in tree.iter(f"{X}a")} == {"/"}
    assert [link.get("href") for link in tree.iter(f"{X}link")] == ["/assets/icon.svg"]
    assert [node for node in tree.iter() if node.get("src")] == []


def test_the_address_of_the_publication_is_kept(make_table: Callable[..., Table], tmp_path: Path) -> None:
    """`url` is said once: the next publishing still knows it, and an empty one forgets it."""
    table = make_table(submissions=1, tasks=1, levels=2)
    for url, href in (
        ("https://defi.example/site", "https://defi.example/site/"),
        (None, "https://defi.example/site/"),
        ("", "/"),
    ):
        publish(copy.deepcopy(table), tmp_path / "site", url=url)
        assert f'href="{href}"' in (tmp_path / "site/404.html").read_text(encoding="utf-8")
