"""Long texts in sections, from `i18n/texts/NAME.<code>.yaml`, and the glossary.

A block of a section is a paragraph, or one of `{list: [...]}`, `{steps: [...]}`, `{table: {caption, head, rows}}`.
Texts are ours and may hold HTML; values put into them are escaped on the way.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from markupsafe import Markup

from leaderboard.site.language import FOLDER, typeset

TEXTS = FOLDER / "texts"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (`p`), a `list`, `steps`, or a `table`."""

    kind: str
    texts: tuple[Markup, ...]  # the paragraph, the points, or the heads of columns
    rows: tuple[tuple[Markup, ...], ...] = ()
    caption: Markup = Markup()  # noqa: RUF009 - a constant


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its anchor, and what stands under it."""

    id: str
    title: Markup
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Prose:
    """A page of text."""

    title: Markup
    lead: Markup
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary; its anchor is the same in all languages."""

    id: str
    word: Markup
    meaning: Markup


def load_prose(name: str, code: str, **values: Any) -> Prose:
    """The text called `name`, with `values` where it has places to fill."""
    raw = _read(name, code)

    def said(text: str) -> Markup:
        ready = Markup(typeset(text, code))  # noqa: S704 - our own texts
        return ready.format(**values) if values else ready

    def block(given: str | Mapping[str, Any]) -> Block:
        if isinstance(given, str):
            return Block("p", (said(given),))
        ((kind, value),) = given.items()
        if kind != "table":
            return Block(kind, tuple(map(said, value)))
        rows = tuple(tuple(map(said, row)) for row in value["rows"])
        return Block(kind, tuple(map(said, value["head"])), rows, said(value["caption"]))

    sections = tuple(
        Section(section["id"], said(section["title"]), tuple(map(block, section["body"])))
        for section in raw["sections"]
    )
    return Prose(said(raw["title"]), said(raw["lead"]), sections)


@functools.cache
def load_glossary(code: str) -> tuple[Term, ...]:
    """The terms in the order of the language's dictionary."""
    terms = [
        Term(key, *(Markup(typeset(text, code)) for text in pair))  # noqa: S704 - our own texts
        for key, pair in _read("glossary", code).items()
    ]
    return tuple(sorted(terms, key=lambda term: _collated(term.word)))


@functools.cache
def load_changes(code: str) -> tuple[Mapping[str, Any], ...]:
    """What changed by version, the latest first: `version`, and the texts of `rule` and `display`."""
    return tuple(
        {
            "version": release["version"],
            **{
                kind: tuple(Markup(typeset(text, code)) for text in release.get(kind, ()))  # noqa: S704 - our own texts
                for kind in ("rule", "display")
            },
        }
        for release in _read("changes", code)
    )


def _collated(word: str) -> str:
    """A word as dictionaries order it: accents and case do not count."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


@functools.cache
def _read(name: str, code: str) -> Any:
    return yaml.safe_load((TEXTS / f"{name}.{code}.yaml").read_text(encoding="utf-8"))
