"""Feeds: Atom as RFC 4287 wants it and JSON Feed 1.1, for every round and correction, in both languages."""

import copy
import datetime
import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from leaderboard.site import feeds
from leaderboard.site.language import Language

Table = dict[str, Any]

A = "{http://www.w3.org/2005/Atom}"
URL = "https://defi.example.org/"
NOTICE = {
    "number": 2,
    "at": "2026-12-20T09:30:00+01:00",
    "reason": "a scorer < was > wrong",
    "standings_sha256": "",
    "former": "",
}


@pytest.fixture
def tables(make_table: Callable[..., Table]) -> list[Table]:
    """Two rounds, the later one corrected, as `rounds` gives them: the latest first."""
    earlier, later = make_table(submissions=3, tasks=1, levels=2), make_table(submissions=4, tasks=1, levels=2)
    later["round"].update(name="winter", date="2026-12-10", corrections=[NOTICE], published="2026-12-12T08:00:00+00:00")
    for row, rank in zip(later["standings"], ([1, 2], [1, 2], [3, 3], [4, 4]), strict=False):
        row["rank"] = rank
    return [later, earlier]


def _atom(tables: list[Table], code: str = "en", url: str = URL) -> ElementTree.Element:
    return ElementTree.fromstring(dict(feeds.files(tables, url))[f"feed.{code}.atom"])


def _titles(tables: list[Table]) -> list[str]:
    return [row["title"] for row in tables[0]["standings"][:2]]


def test_atom_has_what_the_standard_requires(tables: list[Table]) -> None:
    """RFC 4287, 4.1: feed and entries have one id, title and updated each, the feed an author and a link to itself."""
    feed = _atom(tables)
    assert feed.tag == f"{A}feed"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert feed.find(f"{A}author/{A}name").text == "Grand Défi"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{A}link")}
    assert links == {"self": f"{URL}feed.en.atom", "alternate": f"{URL}index.html"}
    entries = feed.findall(f"{A}entry")
    assert len(entries) == 3
    for node in (feed, *entries):
        for tag in ("id", "title", "updated"):
            (found,) = node.findall(f"{A}{tag}")
            assert found.text
        moment = node.find(f"{A}updated").text
        assert datetime.datetime.fromisoformat(moment).utcoffset() == datetime.timedelta(0)
        assert moment.endswith("Z")
    ids = [node.find(f"{A}id").text for node in (feed, *entries)]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("urn:uuid:") for one in ids)
    assert feed.find(f"{A}updated").text == max(entry.find(f"{A}updated").text for entry in entries)


def test_the_latest_comes_first_and_leads_to_its_page(tables: list[Table]) -> None:
    """Correction, later round, earlier round; each with the permanent address of its page in the language."""
    found = [
        (e.find(f"{A}updated").text, e.find(f"{A}link").get("href")) for e in _atom(tables, "fr").findall(f"{A}entry")
    ]
    assert found == [
        ("2026-12-20T08:30:00Z", f"{URL}rounds/winter/fr/changelog.html#corrections"),
        ("2026-12-12T08:00:00Z", f"{URL}rounds/winter/fr/index.html"),
        ("2026-11-01T00:00:00Z", f"{URL}rounds/example/fr/index.html"),
    ]


def test_a_shared_first_place_is_not_given_to_one(tables: list[Table]) -> None:
    """Everyone who may be first is named; a sole first is said with care; nobody ranked is said."""
    texts = [entry.find(f"{A}summary").text for entry in _atom(tables).findall(f"{A}entry")]
    assert texts[0] == "Corrected on 20 December 2026. Reason given: a scorer < was > wrong"
    assert texts[1] == "4 submissions are ranked. These may hold first place: " + " and ".join(_titles(tables)) + "."
    tables[0]["standings"][0]["rank"], tables[0]["standings"][1]["rank"] = [1, 1], [2, 2]
    alone = _atom(tables).findall(f"{A}entry")[1].find(f"{A}summary").text
    assert alone.endswith(f"Nothing shows any other to be ahead of {_titles(tables)[0]}.")
    for row in tables[0]["standings"]:
        row["rank"] = None
    assert _atom(tables).findall(f"{A}entry")[1].find(f"{A}summary").text == "No submission has a rank yet."


def test_json_feed_has_what_its_version_asks_for(tables: list[Table]) -> None:
    """Version, title and items with an id and a content each; addresses are absolute or not there."""
    feed = json.loads(dict(feeds.files(tables, URL))["feed.fr.json"])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["language"], feed["feed_url"]) == ("fr", f"{URL}feed.fr.json")
    assert len(feed["items"]) == 3
    for item in feed["items"]:
        assert item["id"]
        assert item["content_text"]
        assert item["url"].startswith(URL)
    without = json.loads(dict(feeds.files(tables))["feed.fr.json"])
    assert not {"home_page_url", "feed_url"} & without.keys()
    assert all("url" not in item for item in without["items"])


def test_identifiers_do_not_move_with_the_publication(tables: list[Table]) -> None:
    """An entry is the same one at another address, in either format, after a correction; links follow the address."""
    here, there = (_atom(tables, url=url).findall(f"{A}entry") for url in (URL, ""))
    assert [e.find(f"{A}id").text for e in here] == [e.find(f"{A}id").text for e in there]
    assert there[1].find(f"{A}link").get("href") == "rounds/winter/en/index.html"
    items = json.loads(dict(feeds.files(tables))["feed.en.json"])["items"]
    assert [item["id"] for item in items] == [e.find(f"{A}id").text for e in here]
    before = copy.deepcopy(tables)
    before[0]["round"]["corrections"] = []
    assert {entry.id for entry in feeds.entries(before, Language("en"))} < {
        entry.id for entry in feeds.entries(tables, Language("en"))
    }


def test_hostile_names_are_text(tables: list[Table]) -> None:
    """Markup, control characters and 10,000 letters make a well-formed feed without elements of theirs."""
    for title in ("<script>alert(1)</script>", "]]>&amp;", "\x00\x1b\ud800\ufffe\u202e", "W" * 10_000):
        tables[0]["standings"][0]["title"] = title
        made = dict(feeds.files(tables, URL))
        feed = ElementTree.fromstring(made["feed.fr.atom"])
        assert {node.tag.removeprefix(A) for node in feed.iter()} == {
            "feed", "id", "title", "subtitle", "updated", "link", "author", "name", "entry", "summary",
        }  # fmt: skip
        assert all(len(node.text or "") < 1000 for node in feed.iter())
        json.loads(made["feed.fr.json"])
    assert "&amp;" not in feeds.entries(tables, Language("fr"))[1].text
    tables[0]["standings"][0]["title"] = "A & B"
    assert "A & B" in feeds.entries(tables, Language("fr"))[1].text


def test_a_borrowed_name_is_told_apart(tables: list[Table]) -> None:
    """Who may be first under a name that looks like another's is named as on the pages, with its identifier."""
    first, last = tables[0]["standings"][0], tables[0]["standings"][3]
    last["title"] = first["title"].replace("o", "\u043e")
    text = feeds.entries(tables, Language("en"))[1].text
    assert f"{first['title']} ({first['submission']})" in text


def test_no_rounds_make_an_empty_feed() -> None:
    """A publication without rounds still has valid feeds."""
    feed = _atom([])
    assert feed.findall(f"{A}entry") == []
    assert feed.find(f"{A}updated").text == "1970-01-01T00:00:00Z"
