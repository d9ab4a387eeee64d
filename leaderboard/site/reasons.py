"""Why a score is what it is, in the reader's language: what scorers say in English is said again on the page.

Records keep the words of the task's program, to the letter. `i18n/reasons.fr.yaml` pairs them, task by task, with
French; both sides of a pair can be read, since some tasks speak the question's language. A reason of which one part is
unknown stays as it is, marked as English: half a translation could say something else.

What an answer put into a reason is shown between quotation marks that it cannot close. It does not decide how the rest
is read: what is ours stands before it, and a reason is read under the templates of its own task.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import yaml
from markupsafe import Markup, escape

from harness.types import Json
from leaderboard.site.language import FOLDER, Language, typeset
from leaderboard.site.literal import literal

LONGEST = 1500  # characters on a page of a reason that nobody translates
_READ = 2000  # characters that a score keeps of a reason: none is longer, but for an engine's words
_REMEDY = "\n  remedy: "  # what follows is for the team, which has it in its record
_QUOTED = 300  # characters of what is quoted
_SOURCES = ("en", "fr")
_EVERYWHERE = "everywhere"
_PLACE = re.compile(r"\{(\w+)(?::(\w+)|\|([^{}|]*)\|([^{}|]*))?\}")  # {name}, {name:kind}, {name|one|more than one}
_QUOTATION = r'(?:"[^"]*"|« [^»]* »)'
_PATTERNS = {
    "int": r"[0-9]{1,15}",
    "number": r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?",
    "percent": r"[0-9]{1,3}(?:\.[0-9])?%",
    "fraction": r"-?[0-9]{1,300}(?:/[0-9]{1,300})?",
    "word": r"[^\s,;:]{1,100}",
    "language": r"[a-z]{2}",
    "quotations": rf"{_QUOTATION}(?:, {_QUOTATION})*",
}  # every other kind: whatever there is up to what follows in the template
_SEMICOLON = "\N{NARROW NO-BREAK SPACE}; "
_MARKS = {"fr": ("«\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}»", "«»"), "en": ("“", "”", "“”")}
_INSIDE = {"fr": "“”", "en": "‘’"}


class Said(NamedTuple):
    """A reason as a page prints it, and the language it is in."""

    text: Markup
    lang: str


@dataclass(frozen=True, slots=True)
class _Pair:
    """A template in the language it is read in, and in the one it is told in."""

    read: re.Pattern[str]
    told: str
    kinds: Mapping[str, str]


class _UnknownError(Exception):
    """A part of a reason that no template reads."""


@functools.lru_cache(maxsize=4096)  # of a task's many answers most are wrong in the same few ways
def reason(text: str, say: Language, task: str = "", most: int = LONGEST) -> Said:
    """A reason in the page's language where every part of it is known, else as it was written, cut to `most`.

    `task` is the name of the task whose program says it; empty for what is said of a whole run.
    """
    whole = text[:_READ]
    for source in _SOURCES:
        for section, read in ((task, whole), (_EVERYWHERE, whole.partition(_REMEDY)[0])):
            try:
                return Said(_told(read, _pairs(section, source, say.code), say, source), say.code)
            except _UnknownError:
                continue
    shown = literal(text[:most])
    return Said(escape(shown + "…" if len(text) > most else shown), "en")


def _told(text: str, pairs: tuple[_Pair, ...], say: Language, source: str) -> Markup:
    for pair in pairs:
        if found := pair.read.fullmatch(text):
            try:
                return _filled(pair, found.groupdict(), say, source)
            except _UnknownError:
                continue
    raise _UnknownError(text)


def _filled(pair: _Pair, values: Mapping[str, str], say: Language, source: str) -> Markup:
    """The template with its places filled; what stands between them is ours."""
    found, end = [], 0
    for place in _PLACE.finditer(pair.told):
        found.append(escape(pair.told[end : place.start()]))
        end = place.end()
        name, _, one, more = place.groups()
        if name not in values:  # what was read does not say all that would be told
            raise _UnknownError(name)
        value = values[name]
        if one is None:
            found.append(_value(value, pair.kinds[name], say, source))
        else:
            found.append(escape(one if int(value) < 2 and (say.code == "fr" or int(value)) else more))
    return Markup("").join([*found, escape(pair.told[end:])])


def _value(value: str, kind: str, say: Language, source: str) -> Markup:
    """What a place holds, by its kind; a kind that is none of these names a list of the catalogue."""
    match kind:
        case "int" | "number" | "percent" | "language":
            return escape(_figure(value, kind, say))
        case "text":
            return _quotation(value, say.code)
        case "texts":
            return Markup(", ").join(_quotation(one, say.code) for one in value.split(", "))
        case "quotations":
            found = (one.strip('"«» ') for one in re.findall(_QUOTATION, value))
            return Markup(", ").join(_quotation(one, say.code) for one in found)
        case "fraction" | "word" | "name" | "code":
            return Markup("<{0}>{1}</{0}>").format("code" if kind == "code" else "bdi", _short(value))
    separator = catalogue()["lists"][kind]["separator"]
    told = [_told(part, _pairs(f"lists.{kind}", source, say.code), say, source) for part in value.split(separator)]
    return Markup(_SEMICOLON if (say.code, separator) == ("fr", "; ") else escape(separator)).join(told)  # noqa: S704


def _figure(value: str, kind: str, say: Language) -> str:
    """A number with as many decimals as it was given, or a language's name."""
    if kind == "language":
        return say.name_of(value)
    number = value.removesuffix("%")
    decimals = len(number.partition(".")[2])
    return say.percent(float(number) / 100, decimals) if kind == "percent" else say.number(float(number), decimals)


def _quotation(value: str, code: str) -> Markup:
    """The value between quotation marks; those that it holds become the inner ones, so that it ends where it ends."""
    opening, closing, outer = _MARKS[code]
    inside = _short(value).translate(str.maketrans(outer, _INSIDE[code]))
    return Markup("{}<bdi>{}</bdi>{}").format(opening, inside, closing)


def _short(value: str) -> str:
    return literal(value if len(value) <= _QUOTED else f"{value[:_QUOTED]}…")


# --- the catalogue -----------------------------------------------------------------------------------------------


@functools.cache
def catalogue() -> Json:
    """`tasks`: task -> English -> French; `lists`: name -> its `separator`, and `parts` as a task's."""
    return yaml.safe_load((FOLDER / "reasons.fr.yaml").read_text(encoding="utf-8"))


@functools.cache
def _pairs(section: str, source: str, code: str) -> tuple[_Pair, ...]:
    """The templates of a task, or of a list of the catalogue, from one language to another (or to itself)."""
    name = section.removeprefix("lists.")
    found = catalogue()["tasks"].get(section, {}) if name == section else catalogue()["lists"][name]["parts"]
    return tuple(_made(english, french, source, code) for english, french in found.items())


def _made(english: str, french: str | Mapping[str, str], source: str, code: str) -> _Pair:
    """A pair of templates; what is told may be more than what is read."""
    kinds = {name: kind for name, kind, *_ in _PLACE.findall(english) if kind}
    told = french if not isinstance(french, str) else {"en": english, "fr": french}
    read = english if source == "en" else french if isinstance(french, str) else french["read"]
    return _Pair(_pattern(read, kinds), typeset(told[code], code), kinds)


def _pattern(template: str, kinds: Mapping[str, str]) -> re.Pattern[str]:
    """What reads a template: anchored by `fullmatch`, and no repetition inside another."""
    made, seen, end = "", set[str](), 0
    for place in _PLACE.finditer(template):
        made += re.escape(template[end : place.start()])
        end = place.end()
        name, _, one, more = place.groups()
        if one is not None:
            made += f"(?:{re.escape(one)}|{re.escape(more)})"
        else:
            made += f"(?P={name})" if name in seen else f"(?P<{name}>{_PATTERNS.get(kinds[name], '.+?')})"
            seen.add(name)
    return re.compile((made + re.escape(template[end:])).replace("’", "['’]"), re.DOTALL)
