"""The whole publication holds together: pages, feeds and data point at what is there, shared links have pictures."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import html5lib
import pytest

from leaderboard.site.pages import render_pages, standings, task
from leaderboard.site.sources import Sources

X = "{http://www.w3.org/1999/xhtml}"
_ATTRIBUTES = ("href", "src", "action", "data", "poster", "srcset", "{http://www.w3.org/1999/xlink}href")
_PICTURES = ("og:image", "og:url", "twitter:image")


@pytest.fixture(scope="module")
def trees(whole: Any) -> dict[str, Any]:
    """Every page of the publication as a tree; the strict parser refuses what is not valid HTML."""
    return {
        path: html5lib.HTMLParser(strict=True).parse((whole.root / path).read_text(encoding="utf-8"))
        for path in whole.pages
    }


def _addresses(tree: Any) -> Iterator[str]:
    for node in tree.iter():
        yield from (node.get(name) for name in _ATTRIBUTES if node.get(name) is not None)
        if node.tag == f"{X}meta" and node.get("property", node.get("name")) in _PICTURES:
            yield node.get("content")


def _target(whole: Any, path: str, address: str) -> tuple[Path, str] | None:
    """The file that an address of a page leads to, and the place in it; None where it leaves the publication."""
    parts = urlsplit(urljoin(f"{whole.address}/{path}", address))
    if f"{parts.scheme}://{parts.netloc}" != whole.address:
        return None
    file = whole.root / unquote(parts.path).lstrip("/")
    return file / "index.html" if parts.path.endswith("/") else file, parts.fragment


def test_every_address_of_every_page_leads_somewhere(whole: Any, trees: dict[str, Any]) -> None:
    """Links, pictures, alternates and what is shared: a file of the publication, and an id where one is named."""
    ids = {path: {node.get("id") for node in tree.iter()} for path, tree in trees.items()}
    seen = 0
    for path, tree in trees.items():
        for address in _addresses(tree):
            found = _target(whole, path, address)
            assert found, (path, address)
            file, fragment = found
            assert file.is_file(), (path, address)
            if fragment:
                assert fragment in ids[file.relative_to(whole.root).as_posix()], (path, address)
            seen += 1
    assert seen > 3000


def test_pages_of_a_long_round_are_reached(make_table: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where standings and results go on over pages, links between pages lead to one, and every page is reached."""
    for kind in (standings, task):
        monkeypatch.setattr(kind, "ROWS", 3)
    pages = dict(render_pages(Sources(make_table(submissions=10, tasks=2, levels=2))))
    links = {
        path: {urlsplit(urljoin(path, one)).path for one in re.findall(r'<a [^>]*?href="([^":]+)"', html)}
        for path, html in pages.items()
    }
    led = {target for found in links.values() for target in found if target.endswith(".html")}
    assert led - set(pages) <= {"../../index.html", "index.html"}  # the publication's root
    reached, waiting = set(), ["fr/index.html"]
    while waiting:
        path = waiting.pop()
        reached.add(path)
        waiting += sorted(links[path] & set(pages) - reached)
    assert {path for path in pages if path not in reached} <= {"fr/embed.html", "en/embed.html"}
    assert sum("--4.html" in path for path in reached) == 4


def test_feeds_lead_to_pages(whole: Any) -> None:
    """Each entry of the Atom and JSON feeds, and each feed's own address, is a file of the publication."""
    feeds = sorted(path.name for path in whole.root.glob("feed.*"))
    assert feeds == ["feed.en.atom", "feed.en.json", "feed.fr.atom", "feed.fr.json"]
    for name in feeds:
        text = (whole.root / name).read_text(encoding="utf-8")
        if name.endswith("json"):
            feed = json.loads(text)
            links = [feed["home_page_url"], feed["feed_url"], *(item["url"] for item in feed["items"])]
        else:
            links = [node.get("href") for node in ElementTree.fromstring(text).iter() if node.get("href")]
        assert len(links) > 3
        for link in links:
            found = _target(whole, name, link)
            assert found, (name, link)
            assert found[0].is_file(), (name, link)


def test_lists_of_files_name_files(whole: Any) -> None:
    """`rounds.json` names folders, `publication.json` every file and no other, the data's description its files."""
    rounds = json.loads((whole.root / "rounds.json").read_text(encoding="utf-8"))
    assert [(whole.root / row["folder"] / "round.json").is_file() for row in rounds["rounds"]] == [True, True]
    listed = set(json.loads((whole.root / "publication.json").read_text(encoding="utf-8"))["files"])
    here = {path.relative_to(whole.root).as_posix() for path in whole.root.rglob("*") if path.is_file()}
    assert here == listed | {"publication.json"}
    described = list(whole.root.glob("rounds/*/data/croissant.json"))
    assert len(described) == 2
    for file in described:
        for entry in json.loads(file.read_text(encoding="utf-8"))["distribution"]:
            found = _target(whole, file.relative_to(whole.root).as_posix(), entry["contentUrl"])
            assert found, entry
            assert found[0].is_file(), entry


def test_every_file_of_the_round_can_be_found(whole: Any, trees: dict[str, Any]) -> None:
    """Pages are reached by links from the front page alone; nobody has to guess an address."""
    reached, waiting = set(), ["index.html"]
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        for address in _addresses(trees[path]):
            file, _ = _target(whole, path, address) or (whole.root, "")
            name = file.relative_to(whole.root).as_posix() if file.is_file() else ""
            if name in trees and name not in reached:
                waiting.append(name)
    lonely = set(trees) - reached - {"404.html"}
    assert not {path for path in lonely if "embed" not in path}


def test_shared_links_have_a_picture(whole: Any, trees: dict[str, Any]) -> None:
    """Open Graph: fronts and submissions name a title, a description, a page of their own, and a picture with words."""
    wanted = re.compile(r"rounds/[^/]+/(fr|en)/(index|submissions/.*)\.html")
    checked = 0
    for path, tree in trees.items():
        said = {node.get("property"): node.get("content") for node in tree.iter(f"{X}meta") if node.get("property")}
        if wanted.fullmatch(path):
            assert said["og:url"] == f"{whole.address}/{path}"
            assert all(said[key].strip() for key in ("og:title", "og:description", "og:image:alt")), path
            picture, _ = _target(whole, path, said["og:image"]) or (whole.root, "")
            assert picture.read_bytes().startswith(b"\x89PNG"), path
            checked += 1
    assert checked > 20
