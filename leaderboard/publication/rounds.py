"""The rounds that a publication holds: read from it, in order, and listed for other programs in `rounds.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from harness.errors import PublishError
from harness.types import LANGUAGES, Json
from leaderboard.publication.listing import Listing, refuse_changed
from leaderboard.site import routes
from leaderboard.table import SCHEMA

ROUNDS_SCHEMA = "grand-defi/rounds/1"
_BULK: dict[str, type] = {
    "curve": list,
    "comparisons": list,
    "samples": list,
    "conditions": dict,
}  # long, and not asked
_FOLDER = re.compile(rf"({routes.ROUNDS}/[^/]+/){re.escape(routes.ROUND_JSON)}")


def read_rounds(out: Path, listing: Listing, but: str) -> list[Json]:
    """The tables of all rounds that the publication in `out` holds, the latest first, without the one named `but`.

    They are read without what makes them long: `curve`, `comparisons`, `samples` and `conditions` are empty.
    PublishError when a file of theirs is not as it was published, or is of a later version than this one.
    """
    found = []
    for path in listing.files:
        match = _FOLDER.fullmatch(path)
        if not match or match[1] == f"{routes.round_folder(but)}/":
            continue
        remedy = "publish that round again, or go back to an earlier publication with --rollback"
        refuse_changed(out, listing, match[1], remedy)
        found.append(_read(out / path, match[1]))
    return latest_first(found)


def latest_first(tables: Iterable[Json]) -> list[Json]:
    """Round tables by their date, then by their name."""
    return sorted(tables, key=_order, reverse=True)


def before(tables: Sequence[Json], table: Json) -> tuple[Json, ...]:
    """Those of `tables`, the latest first, that come before `table`."""
    return tuple(other for other in tables if _order(other) < _order(table))


def rows(tables: Sequence[Json]) -> list[dict[str, Json]]:
    """What the lists of rounds say of each."""
    return [_row(table) for table in tables]


def rounds_json(tables: Sequence[Json]) -> bytes:
    """The publication's rounds, given the latest first: `docs/schemas/rounds.schema.json`."""
    said = {"schema": ROUNDS_SCHEMA, "current": tables[0]["round"]["name"], "rounds": rows(tables)}
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


def _row(table: Json) -> dict[str, Json]:
    found = table["round"]
    contestants = [row for row in table["standings"] if not row["baseline"] and row["division"] != "open"]
    return {
        "name": found["name"],
        "title": found["title"],
        "date": found["date"],
        "folder": f"{routes.round_folder(found['name'])}/",
        "schema": table["schema"],
        "submissions": len(contestants),
        "ranked": sum(bool(row["rank"]) for row in contestants),
        "tasks": len(table["tasks"]),
    }


def _read(file: Path, folder: str) -> Json:
    """A round's table; PublishError where it is none, or another round's."""
    try:
        table = json.loads(file.read_bytes(), object_hook=_slim)
        version, row = _version(table["schema"]), _row(table)
        texts = (row["name"], row["date"], *(row["title"][code] for code in LANGUAGES))
        sound = version > 0 and row["folder"] == folder and all(isinstance(text, str) for text in texts)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        sound = False
    if not sound:
        raise PublishError(
            "this is no table of this round",
            where=str(file),
            remedy="publish that round again, or go back to an earlier publication with --rollback",
        )
    if _version(table["schema"]) > _version(SCHEMA):
        raise PublishError(
            f"the publication holds the round {table['round']['name']!r} in the shape {table['schema']!r}, "
            f"and this version knows {SCHEMA!r}",
            where=str(file),
            remedy="publish with the version of the harness that published it, or a later one",
        )
    return table


def _slim(value: dict[str, Json]) -> dict[str, Json]:
    for key in _BULK.keys() & value.keys():
        value[key] = _BULK[key]()
    return value


def _order(table: Json) -> tuple[str, str]:
    return table["round"]["date"], table["round"]["name"]


def _version(schema: str) -> int:
    return int(schema.rpartition("/")[2])
