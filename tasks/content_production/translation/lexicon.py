"""What the five languages share: the shapes of their tables, the names, and how a table is read.

Every language has a module with the same tables in the same order: things (a verb with what it is done to), qualities,
places and times, links, sayings. `/` separates renderings that are as good, the first of which is told; `-` says that a
language has no word that is surely understood in one way, so that the concept is never drawn where it is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Choices = tuple[str, ...]
NAMES = (  # with the gender that all five languages agree on
    *((name, "m") for name in "Paul Hugo Simon Victor Thomas Lucas Robert Denis Martin Louis Oscar David".split()),
    *((name, "f") for name in "Marie Anna Julie Clara Nina Laura Alice Emma Sarah Rose Nora Iris".split()),
)


@dataclass(frozen=True, slots=True)
class Noun:
    """A thing: singular, gender (m, f, n, or empty in English), plural."""

    one: str
    gender: str
    many: str


@dataclass(frozen=True, slots=True)
class Thing:
    """What is done (verbs that are as good, each with its forms) to what (nouns that are as good)."""

    verbs: tuple[Choices, ...]
    nouns: tuple[Noun, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """An adjective: masculine, feminine, their plurals; whether it stands before its noun or after it."""

    forms: tuple[str, str, str, str]
    before: bool


def lines(table: str) -> list[list[str]]:
    """The cells of a table, line by line; an indented line goes on with the one before it."""
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().replace("\n ", " ").splitlines()]


def read_things(table: str, plural: Callable[[str], str], genders: bool = True) -> tuple[Thing | None, ...]:
    """Lines of `verb forms / other verb's forms | noun, noun`; a noun is `word gender plural`."""
    found: list[Thing | None] = []
    for verbs, nouns in lines(table):
        forms = tuple(tuple(verb.split()) for verb in verbs.split("/"))
        for cell in nouns.split(","):
            names = tuple(_noun(name.split(), plural, genders) for name in cell.split("/"))
            found.append(None if cell.strip() == "-" else Thing(forms, names))
    return tuple(found)


def read_choices(table: str) -> tuple[Choices, ...]:
    """Lines of renderings that are as good; none for a line that is `-`."""
    return tuple(() if line.strip() == "-" else tuple(line.split("/")) for line in table.strip().splitlines())


def read_qualities(table: str) -> tuple[tuple[Quality, ...], ...]:
    """Lines of `four forms before|after`, with others that are as good."""
    found = []
    for line in table.strip().splitlines():
        cells = [cell.split() for cell in line.split("/") if cell.strip() != "-"]
        found.append(tuple(Quality((a, b, c, d), place == "before") for a, b, c, d, place in cells))
    return tuple(found)


def _noun(parts: list[str], plural: Callable[[str], str], genders: bool) -> Noun:
    word, *rest = parts
    gender = rest.pop(0) if genders and rest else ""
    return Noun(word, gender, rest[0] if rest else plural(word))
