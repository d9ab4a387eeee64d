"""Feeds of a publication: each round and each correction, by language, as Atom (RFC 4287) and as JSON Feed 1.1.

Identifiers follow from the round's name and date alone, so they stay when the publication moves. Where nobody said the
publication's address, links are relative, which Atom allows and JSON Feed leaves out.
"""

from __future__ import annotations

import datetime
import html
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from harness.types import LANGUAGES, Json
from leaderboard.site import routes
from leaderboard.site.cleaning import cleaned
from leaderboard.site.language import Language
from leaderboard.site.naming import cut, shown_names

_ATOM = "http://www.w3.org/2005/Atom"
_JSON_FEED = "https://jsonfeed.org/version/1.1"
_SPACE = uuid.uuid5(uuid.NAMESPACE_OID, "grand-defi/feed/1")
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A round as it was published, or a correction of one."""

    id: str
    title: str
    text: str
    path: str  # of the page, below the publication's root
    at: str  # RFC 3339, UTC


def files(tables: Sequence[Json], url: str = "") -> Iterator[tuple[str, bytes]]:
    """Path below the publication's root, and content, of every feed; `tables` are its rounds', the latest first."""
    for code in LANGUAGES:
        say = Language(code)
        found = entries(tables, say)
        yield f"feed.{code}.atom", atom(found, say, url)
        yield f"feed.{code}.json", json_feed(found, say, url)


def entries(tables: Sequence[Json], say: Language) -> list[Entry]:
    """What the feeds announce, the latest first."""
    found = [entry for table in tables for entry in _entries(cleaned(_announced(table)), say)]
    return sorted(found, key=lambda entry: (entry.at, entry.id), reverse=True)


def atom(found: Sequence[Entry], say: Language, url: str = "") -> bytes:
    """The entries as an Atom feed."""
    ElementTree.register_namespace("", _ATOM)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": say.code})

    def add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
        made = ElementTree.SubElement(parent, f"{{{_ATOM}}}{tag}", attributes)
        made.text = text or None
        return made

    add(feed, "id", _id("feed", say.code))
    add(feed, "title", str(say.text("feeds.title")))
    add(feed, "subtitle", _plain(say.text("site.description")))
    add(feed, "updated", found[0].at if found else _moment(""))
    add(feed, "link", rel="self", type="application/atom+xml", href=f"{url}feed.{say.code}.atom")
    add(feed, "link", rel="alternate", type="text/html", hreflang=say.code, href=f"{url}{routes.HOME}")
    add(add(feed, "author"), "name", "Grand Défi")
    for one in found:
        entry = add(feed, "entry")
        for tag, text in (("id", one.id), ("title", one.title), ("updated", one.at), ("summary", one.text)):
            add(entry, tag, text)
        add(entry, "link", rel="alternate", type="text/html", hreflang=say.code, href=f"{url}{one.path}")
    ElementTree.indent(feed)
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def json_feed(found: Sequence[Entry], say: Language, url: str = "") -> bytes:
    """The entries as a JSON Feed; addresses only where they are known, for they have to be absolute there."""
    addresses = {"home_page_url": f"{url}{routes.HOME}", "feed_url": f"{url}feed.{say.code}.json"} if url else {}
    feed = {
        "version": _JSON_FEED,
        "title": str(say.text("feeds.title")),
        "description": _plain(say.text("site.description")),
        "language": say.code,
        **addresses,
        "items": [
            {
                "id": one.id,
                **({"url": f"{url}{one.path}"} if url else {}),
                "title": one.title,
                "content_text": one.text,
                "date_published": one.at,
            }
            for one in found
        ],
    }
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def _announced(table: Json) -> dict[str, Json]:
    """What of a table an entry needs: the round, and of the standings who may be first."""
    rows = [row for row in table["standings"] if row["rank"] and not row["baseline"] and row["division"] != "open"]
    names = shown_names({row["submission"]: row for row in table["standings"]})
    first = [names[row["submission"]] for row in rows if row["rank"][0] == 1]
    return {"round": table["round"], "ranked": len(rows), "first": first}


def _entries(said: Json, say: Language) -> Iterator[Entry]:
    settings = said["round"]
    name, title = settings["name"], say.typeset(settings["title"][say.code])
    home = f"{routes.round_folder(name)}/{say.code}/"
    at = _moment(settings.get("published") or settings["date"])
    heading = _plain(say.text("feeds.round", title=title))
    yield Entry(_id("round", name, settings["date"], say.code), heading, _summary(said, say), home + routes.HOME, at)
    for one in settings.get("corrections") or ():
        heading = _plain(say.text("feeds.correction", title=title, number=one["number"]))
        text = _plain(say.text("feeds.corrected", date=say.date(one["at"][:10]), reason=cut(one["reason"], 500)))
        key = _id("correction", name, settings["date"], str(one["number"]), say.code)
        yield Entry(key, heading, text, f"{home}{routes.CHANGELOG}#corrections", _moment(one["at"]))


def _summary(said: Json, say: Language) -> str:
    """Who may be first, in words that hold whatever the intervals."""
    if not said["ranked"]:
        return _plain(say.text("feeds.none"))
    first = said["first"]
    names = first[:_NAMED] + ([str(say.text("others", len(first) - _NAMED))] if len(first) > _NAMED else [])
    ranked = say.text("feeds.ranked", said["ranked"])
    return _plain(ranked + " " + say.text("feeds.first", len(first), names=say.listing(names)))


def _id(*parts: str) -> str:
    return uuid.uuid5(_SPACE, "/".join(parts)).urn


def _moment(iso: str) -> str:
    """An ISO date or time as RFC 3339 in UTC; what is neither is 1970, when computers' calendar begins."""
    try:
        found = datetime.datetime.fromisoformat(iso)
    except ValueError:
        found = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    found = found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
    return found.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _plain(text: str) -> str:
    """The words of a text of ours, which was escaped for HTML: both formats escape by themselves."""
    return html.unescape(str(text))
