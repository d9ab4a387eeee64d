"""From a round table to a publication in one step: a reader sees the previous one or the new one, never half of one.

A publication holds one or more rounds, each whole and permanent in `rounds/NAME/`, and in its root the front page, the
list of rounds and a copy of the latest `round.json`. Publishing a round keeps the others as they are. What stands and
what is kept of earlier publications share the files that did not change.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import PublishError
from harness.types import Json
from leaderboard import data, item_data, side_files
from leaderboard.addresses import contact_address, web_address
from leaderboard.comparing import Pairs
from leaderboard.publication import rounds
from leaderboard.publication.kept import keep, prune
from leaderboard.publication.listing import PUBLICATION, Listing, read_listing, refuse_foreign
from leaderboard.publication.place import put, workshop
from leaderboard.publication.rendering import Done, Job, carry_out, processors
from leaderboard.publication.writing import Writer
from leaderboard.revealed import Revealed
from leaderboard.site import extras, feeds, pages, routes
from leaderboard.site.site import Site
from leaderboard.site.sources import Sources
from leaderboard.site.templating import FOLDER as SITE_FOLDER
from leaderboard.table import SCHEMA

KEPT = 5
_LONG = ("submission", "cards")  # kinds that take longest: they begin first, so that no process ends alone
_LARGE = 100  # submissions, from which on rendering is worth more than one process

Part = Callable[[], Iterable[tuple[str, bytes]]]


@dataclass(frozen=True, slots=True)
class KindReport:
    """One kind of pages or files of the round that was published."""

    files: int
    bytes: int
    seconds: float  # of processors, over all processes


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What was published, and where."""

    root: Path  # of the publication
    round: Path  # folder of the round's site
    pages: int  # of the round and of the root
    files: int  # of the whole publication, other rounds included
    bytes: int  # of the round and of the root
    changed: int  # files that the previous publication did not have so
    kinds: Mapping[str, KindReport]


def publish(
    table: Json,
    out: Path,
    *,
    url: str | None = None,
    contact: str | None = None,
    kept: int = KEPT,
    processes: int | None = None,
    pairs: Pairs | None = None,
    items: Revealed | None = None,
) -> SiteReport:
    """Publish a round table into the folder `out`, beside the other rounds that are published there.

    `url` is the publication's address on the web and `contact` where the organisers are reached, both kept from one
    publishing to the next; `kept` is how many earlier publications stay; `processes` are those that render, as many as
    there are processors when a round is large.
    `pairs` and `items` are what the site shows beside the table: see `Sources`.

    Raises PublishError when the table is none of ours, when `out` holds files that no publication wrote, or when
    another process is publishing there.
    """
    _refuse_table(table)
    out = Path(os.path.abspath(out))  # noqa: PTH100 - resolve() would follow a link that is itself the published place
    refuse_foreign(out)
    with workshop(out) as made:
        before = read_listing(out) or Listing("", "", "", "", {})
        others = rounds.read_rounds(out, before, but=table["round"]["name"])
        sources = Sources(
            table,
            earlier=rounds.before(others, table),
            url=web_address(before.url if url is None else url),
            contact=contact_address(before.contact if contact is None else contact),
            pairs=pairs,
            items=items,
        )
        if processes is None:
            processes = processors() if len(table["standings"]) >= _LARGE else 1
        work = _Work(made, out, before, sources, others)
        report = work.carry_out(processes)
        new = keep(made, out) if kept else None
        try:
            put(made, out)
        except BaseException:
            if new:
                shutil.rmtree(new)
            raise
        prune(out, kept)
    return report


class _Work:
    """One publishing: writes the round, carries the others over, and makes the root."""

    def __init__(self, made: Path, out: Path, before: Listing, sources: Sources, others: Sequence[Json]) -> None:
        self.writer, self.out, self.before, self.sources = Writer(made, out), out, before, sources
        self.folder = routes.round_folder(sources.table["round"]["name"])
        self.tables = rounds.latest_first([sources.table, *others])
        self.digests: dict[str, str] = {}

    def carry_out(self, processes: int) -> SiteReport:
        """Write everything; the list of files comes last."""
        sites = pages.prepare(self.sources)
        done = [*carry_out(list(self._jobs(sites)), self.writer, processes)]
        self._carry_over()
        done += carry_out([Job("root", lambda: self._root(sites))], self.writer, 1)
        written = [one for part in done for one in part.written]
        self.digests |= {one.path: one.sha256 for one in written}
        current = self.tables[0]["round"]["name"]
        self._copy(f"{routes.round_folder(current)}/{routes.ROUND_JSON}", routes.ROUND_JSON)
        said = self.sources.url, self.sources.contact
        listing = Listing(self.sources.table["generator"], current, *said, self.digests)
        self.writer.write(PUBLICATION, listing.encoded())
        return SiteReport(
            root=self.out,
            round=self.out / self.folder,
            pages=sum(one.path.endswith(".html") for one in written),
            files=len(self.digests) + 1,
            bytes=sum(one.size for one in written),
            changed=sum(one.changed for one in written),
            kinds=_by_kind(done),
        )

    def _jobs(self, sites: Sequence[Site]) -> Iterator[Job]:
        """The round's files in parts, those that take long first."""
        made: list[tuple[str, Part]] = [(kind, functools.partial(_encoded, part)) for kind, part in pages.parts(sites)]
        made += extras.parts(sites)
        made += [("data", functools.partial(_numbers, part)) for part in (self._round, self._data)]
        made += [("item data", functools.partial(item_data.files, self.sources))]
        made += [("side files", functools.partial(side_files.files, self.sources))]
        for kind, part in sorted(made, key=lambda one: _LONG.index(one[0]) if one[0] in _LONG else len(_LONG)):
            yield Job(kind, functools.partial(self._below, part))

    def _below(self, part: Part) -> Iterator[tuple[str, bytes]]:
        """A part's files, in the round's folder."""
        for path, content in part():
            yield f"{self.folder}/{path}", content

    def _round(self) -> Iterator[tuple[str, bytes]]:
        yield routes.ROUND_JSON, round_json(self.sources.table)
        yield routes.ICON, (SITE_FOLDER / routes.ICON).read_bytes()

    def _data(self) -> Iterator[tuple[str, bytes]]:
        return data.files(self.sources)

    def _carry_over(self) -> None:
        """The files of all other rounds, as they are."""
        kept = {routes.round_folder(table["round"]["name"]) for table in self.tables} - {self.folder}
        for path, digest in self.before.files.items():
            if "/".join(path.split("/", 2)[:2]) in kept:
                self.writer.adopt(path, self.out / path)
                self.digests[path] = digest

    def _copy(self, path: str, copy: str) -> None:
        """Another name for a file of this publication."""
        self.writer.adopt(copy, self.writer.folder / path)
        self.digests[copy] = self.digests[path]

    def _root(self, sites: Sequence[Site]) -> Iterator[tuple[str, bytes]]:
        """What stands in the publication's root: the latest round in every language at once, and what names all."""
        current = self.tables[0]
        folder = f"{routes.round_folder(current['round']['name'])}/"
        shown = sites if current is self.sources.table else pages.prepare(Sources(current))
        rows = rounds.rows(self.tables)
        yield routes.HOME, pages.choice(shown, folder, rows).encode()
        yield routes.NOT_FOUND, pages.not_found(shown, self.sources.url or "/").encode()
        yield routes.ICON, (SITE_FOLDER / routes.ICON).read_bytes()
        yield routes.ROUNDS_JSON, rounds.rounds_json(self.tables)
        yield from feeds.files(self.tables, self.sources.url)


def round_json(table: Json) -> bytes:
    """The table as UTF-8 JSON, a line for each task, standing and comparison: quick to write, and `diff` can read it.

    A lone surrogate (a model may emit one) becomes its JSON escape. ValueError on NaN and infinities.
    """

    def line(value: Json) -> str:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)

    parts = []
    for key, value in table.items():
        rows = isinstance(value, list) and value
        text = "[\n" + ",\n".join(map(line, value)) + "\n]" if rows else line(value)
        parts.append(f"{line(key)}: {text}")
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode("utf-8", "backslashreplace")


def _numbers(part: Part) -> Iterator[tuple[str, bytes]]:
    """A part's files; PublishError where a figure of the table is no number."""
    try:
        yield from part()
    except ValueError as error:
        raise PublishError(
            f"the table cannot be written as JSON: {error}",
            where=routes.ROUND_JSON,
            remedy="a value is NaN or infinite; an estimate without items must be null",
        ) from error


def _encoded(part: pages.Part) -> Iterator[tuple[str, bytes]]:
    for path, html in part():
        yield path, html.encode()


def _refuse_table(table: Json) -> None:
    if table.get("schema") != SCHEMA:
        raise PublishError(
            f"the table's schema is {table.get('schema')!r}, this version publishes {SCHEMA!r}",
            where=routes.ROUND_JSON,
            remedy="make the table with `defi rank --json` of the same version",
        )


def _by_kind(done: Sequence[Done]) -> dict[str, KindReport]:
    found: dict[str, KindReport] = {}
    for part in done:
        so_far = found.get(part.kind, KindReport(0, 0, 0.0))
        found[part.kind] = KindReport(
            so_far.files + len(part.written),
            so_far.bytes + sum(one.size for one in part.written),
            so_far.seconds + part.seconds,
        )
    return found
