"""Words, numbers and dates of one language: the catalogue in `i18n/`, and Babel for everything that has digits.

Catalogue texts are ours and may hold HTML; every value put into one is escaped on the way (`Markup.format`).
"""

from __future__ import annotations

import datetime
import functools
import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_compact_decimal, format_decimal
from markupsafe import Markup, escape

from harness.errors import PublishError
from harness.types import Json

FOLDER = Path(__file__).parent / "i18n"

_LOCALES = {"fr": "fr", "en": "en_GB"}  # day before month, for an international public
_MINUS = "\N{MINUS SIGN}"
_FRENCH_SPACES = (
    (re.compile(r"(?<=[\w»)\]}%’…>]) (?=[;!?](?:[\s<)»]|$))"), "\N{NARROW NO-BREAK SPACE}"),
    (re.compile(r"(?<=[\w»)\]}%’…>]) (?=:(?:[\s<]|$))"), "\N{NO-BREAK SPACE}"),
    (re.compile(r"(?<=«) | (?=»)"), "\N{NO-BREAK SPACE}"),
    (re.compile(r"(?<=\d) (?=%)|(?<=[\d}]) (?=(?:[kM]?J|s|min|h|Gio)\b(?!’))"), "\N{NO-BREAK SPACE}"),
    (re.compile(r"(?<=\b[nN]°) (?=[\d{])"), "\N{NO-BREAK SPACE}"),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), "\N{NARROW NO-BREAK SPACE}"),
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
)


@functools.lru_cache(maxsize=4096)  # titles and texts of tasks, on every page again
def typeset(text: str, language: str) -> str:
    """French typography: no-break spaces before `; ! ? : %` and units, after n°, inside « »; curly apostrophes."""
    if language == "fr":
        for pattern, replacement in _FRENCH_SPACES:
            text = pattern.sub(replacement, text)
    return text


class Language:
    """One language's way to say things. Methods return text ready for a page (Markup where it may hold HTML)."""

    def __init__(self, code: str) -> None:
        """Read the catalogue and the method page of `code`."""
        self.code = code
        self.locale = Locale.parse(_LOCALES[code])
        self.texts = load_catalogue(code)
        self._percent = self.locale.percent_formats[None].suffix[0]
        self._language = self.locale.language
        self._interval = str(self.texts["interval"])

    def text(self, key: str, count: int | None = None, **values: Any) -> Markup:
        """The catalogue's text of `key`; with `count`, the plural form that the language wants."""
        if count is not None:
            form = f"{key}.{self.locale.plural_form(count)}"
            key = form if form in self.texts else f"{key}.other"
            values["count"] = self.number(count)
        if key not in self.texts:
            raise PublishError(f"no text {key!r}", where=f"leaderboard/site/i18n/**/{self.code}.yaml")
        return _filled(self.texts[key], values) if values else self.texts[key]

    def has(self, key: str) -> bool:
        """Whether the catalogue knows `key`."""
        return key in self.texts

    def typeset(self, text: str) -> str:
        """A text of ours from the round table (a card, a title), with the language's typography."""
        return typeset(text, self.code)

    def number(self, value: float, digits: int = 0) -> str:
        """A decimal number."""
        return _number(self._language, value, digits)

    def score(self, value: float | None, digits: int = 1) -> str:
        """A score in [0, 1] as points of 100; a dash when there is none."""
        return "–" if value is None else self.number(value * 100, digits)

    def percent(self, value: float | None, digits: int = 1) -> str:
        """A rate in [0, 1] in per cent; a dash when there is none."""
        return "–" if value is None else self.number(value * 100, digits) + self._percent

    def gap(self, value: float) -> str:
        """A difference of two scores, in points, signed but for what is shown as 0."""
        shown = self.score(value)
        return shown if shown.startswith(_MINUS) or not round(value * 100, 1) else f"+{shown}"

    def signed(self, value: float, digits: int = 2) -> str:
        """A number that always has its sign, but for 0."""
        shown = self.number(value, digits)
        return shown if shown.startswith(_MINUS) or not round(value, digits) else f"+{shown}"

    def points(self, value: float) -> float:
        """A difference of two scores in points, rounded as it is shown: what decides between point and points."""
        return abs(round(value * 100, 1))

    def interval(self, estimate: Mapping[str, Json]) -> Markup:
        """`low to high` of an estimate, in points of 100."""
        return self.bounds(self.score(estimate["low"]), self.score(estimate["high"]))

    def gap_interval(self, estimate: Mapping[str, Json]) -> Markup:
        """`low to high` of a difference, signed."""
        return self.bounds(self.gap(estimate["low"]), self.gap(estimate["high"]))

    def bounds(self, low: str, high: str) -> Markup:
        """`low to high` of two numbers already in words."""
        return Markup(self._interval.format(low=low, high=high))  # noqa: S704 - two numbers; the commonest text by far

    def compact(self, value: int) -> str:
        """A large number in three digits or so: 135 M, 1.5 B."""
        digits = 1 if value < 10 ** (3 * ((len(str(value)) - 1) // 3) + 1) else 0
        return str(format_compact_decimal(value, locale=self.locale, fraction_digits=digits))

    def date(self, iso: str) -> str:
        """A date in words; what is no ISO date is shown as it is."""
        try:
            day = datetime.date.fromisoformat(iso)
        except ValueError:
            return iso
        text = str(format_date(day, format="long", locale=self.locale))
        return re.sub(r"^1 ", "1er ", text) if self.code == "fr" else text

    def duration(self, seconds: float) -> Markup:
        """Seconds, minutes or hours, whichever reads best."""
        for unit, size in (("hours", 3600.0), ("minutes", 60.0)):
            if seconds >= 2 * size:
                return self.text(f"duration.{unit}", value=self.number(seconds / size, 1))
        return self.text("duration.seconds", value=self.number(seconds, 1))

    def energy(self, joules: float) -> Markup:
        """Joules, kilojoules or megajoules, whichever reads best."""
        for unit, size in (("megajoules", 1e6), ("kilojoules", 1e3)):
            if joules >= size:
                return self.text(f"energy.{unit}", value=self.number(joules / size, 1))
        return self.text("energy.joules", value=self.number(joules, 1))

    def scope(self, scope: str) -> Markup:
        """What was counted, in words: `gpu+package` -> GPUs and processor."""
        return self.listing(self.text(f"energy.{part}") for part in scope.split("+") if self.has(f"energy.{part}"))

    def listing(self, parts: Iterable[str]) -> Markup:
        """`a, b and c`; each part is escaped unless it is Markup already."""
        return Markup(str(format_list([str(escape(part)) for part in parts], locale=self.locale)))  # noqa: S704 - escaped just here

    def country(self, code: str) -> str:
        """A country's name in this language; a code that is none stays as it is."""
        return str(self.locale.territories.get(code, code))

    def name_of(self, language: str) -> str:
        """A language's name in this one (`fr` -> French)."""
        return str(self.locale.languages.get(language, language))


def _filled(text: Markup, values: Mapping[str, Any]) -> Markup:
    """`text.format(**values)`, every value escaped; six times as fast: a site says millions of sentences."""
    found = []
    for literal, name in _places(text):
        found.append(literal)
        if name:
            found.append(escape(values[name]))
    return Markup("".join(found))  # noqa: S704 - our own text, and values escaped just here


@functools.cache
def _places(text: str) -> list[tuple[str, str]]:
    """What stands before each place to fill, and the place's name; PublishError where it is more than a name."""
    found = []
    for literal, name, form, conversion in string.Formatter().parse(str(text)):
        if form or conversion or (name is not None and not name.isidentifier()):
            raise PublishError(f"a place to fill that is more than a name: {name!r} in {text!r}")
        found.append((literal, name or ""))
    return found


@functools.lru_cache(maxsize=50_000)
def _number(locale: str, value: float, digits: int) -> str:
    """A number as it is shown; cached as `_decimal` is, since rounding it first takes as long."""
    return _decimal(locale, round(float(value), digits), digits)


@functools.lru_cache(maxsize=100_000)
def _decimal(locale: str, value: float, digits: int) -> str:
    """Babel's decimal; cached, because a large site shows the same few thousand numbers over and over."""
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return str(format_decimal(value + 0.0, format=pattern, locale=locale)).replace("-", _MINUS)


@functools.cache
def load_catalogue(code: str) -> Mapping[str, Markup]:
    """The texts of `i18n/<code>.yaml` and of every `i18n/pages/*.<code>.yaml` by dotted key.

    PublishError where two files have the same key.
    """
    texts: dict[str, Markup] = {}
    for file in (FOLDER / f"{code}.yaml", *sorted((FOLDER / "pages").glob(f"*.{code}.yaml"))):
        found = dict(_flatten(yaml.safe_load(file.read_text(encoding="utf-8"))))
        if twice := sorted(found.keys() & texts.keys()):
            raise PublishError(
                f"texts that another file has: {', '.join(twice)}", where=f"leaderboard/site/i18n/{file.name}"
            )
        texts.update({key: Markup(typeset(text, code)) for key, text in found.items()})  # noqa: S704 - our own texts
    return texts


@functools.cache
def load_method(code: str) -> list[dict[str, Any]]:
    """The sections of the method page: `{id, title, body: [paragraph], stopping}`, from `i18n/method.<code>.yaml`.

    `stopping` is the body where a round stops by itself: there a number, from 1, gives a paragraph's other text.
    """
    raw = yaml.safe_load((FOLDER / f"method.{code}.yaml").read_text(encoding="utf-8"))
    return [
        {
            "id": section["id"],
            "title": Markup(typeset(section["title"], code)),  # noqa: S704 - our own texts
            "body": _paragraphs(section["body"], code),
            "stopping": _paragraphs(_replaced(section["body"], section.get("stopping", {})), code),
        }
        for section in raw
    ]


def _paragraphs(texts: Iterable[str], code: str) -> list[Markup]:
    return [Markup(typeset(text, code)) for text in texts]  # noqa: S704 - our own texts


def _replaced(body: Sequence[str], other: Mapping[int, str]) -> list[str]:
    """The paragraphs, some of them in other words, and those that only the other words have."""
    return [other.get(place, text) for place, text in enumerate(body, 1)] + [
        text for place, text in sorted(other.items()) if place > len(body)
    ]


def _flatten(node: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value).strip()
