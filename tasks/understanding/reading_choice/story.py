"""What both languages tell: facts, a question about them, and the options.

People are places in `lexicon.PEOPLE`, values are places in `lexicon.values(kind)`. A `kind` is an object (whose colour
is told), or "city", "job", "animal", "instrument"; a question may also ask for the "name".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Has:
    """A person's attribute; `year` 0 means always."""

    person: int
    kind: str
    value: int
    year: int = 0
    form: int = 0  # which of two wordings


@dataclass(frozen=True, slots=True)
class Either:
    """A person's attribute is one of two values."""

    person: int
    kind: str
    values: tuple[int, int]
    year: int = 0


@dataclass(frozen=True, slots=True)
class Lacks:
    """A person's attribute is not this value."""

    person: int
    kind: str
    value: int
    year: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """From that year on, the person lives there, until the next move."""

    person: int
    city: int
    year: int


@dataclass(frozen=True, slots=True)
class Swapped:
    """Two people exchange an object, with its colour."""

    people: tuple[int, int]
    kind: str
    year: int


@dataclass(frozen=True, slots=True)
class Linked:
    """`person`'s `noun` (teacher, sister …) is `other`."""

    person: int
    noun: str
    other: int
    form: int = 0


@dataclass(frozen=True, slots=True)
class Older:
    """One person is older than another."""

    elder: int
    younger: int
    form: int = 0


Fact = Has | Either | Lacks | Moved | Swapped | Linked | Older


@dataclass(frozen=True, slots=True)
class Named:
    """The question starts from a first name."""

    person: int


@dataclass(frozen=True, slots=True)
class Holder:
    """The question starts from whoever has a value."""

    kind: str
    value: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """The question starts from the `rank`-th oldest person (1: the oldest), or youngest."""

    rank: int
    oldest: bool


@dataclass(frozen=True, slots=True)
class Query:
    """Start, then follow each noun in turn, then ask for a kind of value (or "name"), in a year if not 0."""

    start: Named | Holder | Ranked
    nouns: tuple[str, ...]
    ask: str
    year: int
    path: tuple[int, ...]  # the people passed through, start first: what gender each noun takes


@dataclass(frozen=True, slots=True)
class Story:
    """One item's structure: everything but the words."""

    facts: tuple[Fact, ...]  # in the order they are told
    query: Query
    options: tuple[int, ...]  # values of the asked kind, or people; the first is right (the base class places it)
    steps: int  # facts needed to answer, counted each time they are used
