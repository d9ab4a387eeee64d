"""Every file of a round's data folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from harness.types import Json
from leaderboard.data import croissant, encodings, every_eval_ever, readme, submissions
from leaderboard.data.croissant import TableFile
from leaderboard.data.specs import SCHEMA, specs
from leaderboard.data.tables import Published, tables
from leaderboard.names import slug

FOLDER = "data"
_SHAPES = ("round", "submission")  # schemas that are files beside this one
_CSV = {"comparisons": 20_000}  # rows up to which a table is CSV as well; of all pairs of a large round nobody reads it


def files(sources: Published) -> Iterator[tuple[str, bytes]]:
    """Path below the round's folder, and content, of every file. The same table gives the same bytes.

    ValueError where a figure of the table is no number.
    """
    for path, content in _files(sources):
        yield f"{FOLDER}/{path}", content


def _files(sources: Published) -> Iterator[tuple[str, bytes]]:
    settings = sources.table["round"]
    address = f"{sources.url}rounds/{slug(settings['name'])}/" if sources.url else ""
    written: list[TableFile] = []
    for name, table in tables(sources).items():
        encoded = {"parquet": encodings.parquet(table, {"schema": f"{SCHEMA}/{name}", "round": settings["name"]})}
        if "csv" in encodings_of(name, table.num_rows):
            encoded["csv"] = encodings.csv(table)
        for encoding, content in sorted(encoded.items()):
            one = TableFile(name, encoding, len(content), hashlib.sha256(content).hexdigest())
            written.append(one)
            yield one.name, content
    yield from submissions.files(sources.table)
    yield "every_eval_ever.zip", every_eval_ever.archive(sources.table, address)
    data_address = f"{address}{FOLDER}/" if address else ""
    yield "croissant.json", _json(croissant.metadata(settings, written, data_address))
    for language, text in readme.readmes(settings, [one.name for one in written], data_address).items():
        yield f"README.{language}.md", text.encode("utf-8", "backslashreplace")
    yield from schemas()


def encodings_of(name: str, rows: int) -> list[str]:
    """The encodings in which a table of so many rows is published."""
    return ["csv", "parquet"] if rows <= _CSV.get(name, rows) else ["parquet"]


def schemas() -> Iterator[tuple[str, bytes]]:
    """The JSON Schemas of the data, which the project publishes in docs/schemas as well."""
    for name, spec in specs().items():
        yield f"schema/{name}.schema.json", _json(spec.schema())
    for name in _SHAPES:
        yield f"schema/{name}.schema.json", Path(__file__).with_name(f"{name}.schema.json").read_bytes()


def _json(value: Json) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
    return text.encode("utf-8", "backslashreplace") + b"\n"
