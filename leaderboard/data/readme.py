"""The READMEs that lie beside the data, in French and in English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from harness.types import Json
from leaderboard.data import every_eval_ever, licence
from leaderboard.data.specs import SCHEMA, Spec, specs

_FILE = Path(__file__).with_name("readme.yaml")
_EMPTY = {"fr": "peut être vide", "en": "may be empty"}
_HEAD = {"fr": "| colonne | type | sens |", "en": "| column | type | meaning |"}


def readmes(settings: Mapping[str, Json], written: Sequence[str], address: str) -> dict[str, str]:
    """Markdown by language; `written` are the names of the tables' files."""
    made = {}
    for language, text in yaml.safe_load(_FILE.read_text(encoding="utf-8")).items():
        values = {
            "title": settings["title"].get(language) or settings["name"],
            "schema": SCHEMA,
            "files": "\n".join(_listed(spec, written, language) for spec in specs().values()),
            "eee": every_eval_ever.VERSION,
            "license": licence.NAME,
            "license_url": licence.URL,
            "cite": licence.citation(settings, language, address),
            "columns": "\n\n".join(described(spec, language) for spec in specs().values()),
        }
        made[language] = text.format(**values)
    return made


def _listed(spec: Spec, written: Sequence[str], language: str) -> str:
    names = ", ".join(f"`{name}`" for name in written if name.partition(".")[0] == spec.id)
    return f"| {names} | {spec.text[language]} |"


def described(spec: Spec, language: str) -> str:
    """A table's columns as Markdown."""
    types = {column.name: column.type + (f", {_EMPTY[language]}" if column.nullable else "") for column in spec.columns}
    rows = [f"| `{column.name}` | {types[column.name]} | {column.text[language]} |" for column in spec.columns]
    return "\n".join([f"## {spec.name[language]} (`{spec.id}`)\n", _HEAD[language], "|---|---|---|", *rows])
