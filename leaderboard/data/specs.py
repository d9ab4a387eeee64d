"""What each published table holds: its columns with their types and what they mean, and the JSON Schema of its rows."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from harness.types import Json

SCHEMA = "grand-defi/data/1"
_FILE = Path(__file__).with_name("columns.yaml")
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    type: str  # string, integer, number or boolean: as JSON Schema calls them
    nullable: bool
    text: Mapping[str, str]  # what it means, by language


@dataclass(frozen=True, slots=True)
class Spec:
    """One table."""

    id: str  # of its files
    name: Mapping[str, str]
    text: Mapping[str, str]
    key: tuple[str, ...]  # columns that tell its rows apart
    columns: tuple[Column, ...]

    def schema(self) -> dict[str, Json]:
        """The JSON Schema of a row."""
        return {
            "$schema": _DRAFT,
            "$id": f"{SCHEMA}/{self.id}",
            "title": self.name["en"],
            "description": self.text["en"],
            "type": "object",
            "additionalProperties": False,
            "required": [column.name for column in self.columns],
            "properties": {
                column.name: {
                    "type": [column.type, "null"] if column.nullable else column.type,
                    "description": column.text["en"],
                }
                for column in self.columns
            },
        }


@functools.cache
def specs() -> Mapping[str, Spec]:
    """Every table by the name of its files, in the order in which they are published."""
    raw = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {name: Spec(name, one["name"], one["text"], tuple(one["key"]), _columns(one)) for name, one in raw.items()}


def _columns(raw: Mapping[str, Json]) -> tuple[Column, ...]:
    return tuple(
        Column(one["name"], one["type"], one.get("null", False), {code: one[code] for code in ("en", "fr")})
        for one in raw["columns"]
    )
