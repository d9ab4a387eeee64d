"""A problem: a function to write, what is said of it, its reference program, and its tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Call = tuple[Any, ...]  # the arguments of one call: plain data


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of a program, with the sentence that asks for them."""

    lines: tuple[str, ...]
    en: str
    fr: str

    def said(self, language: str) -> str:
        """The sentence in a language."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the function, and how it is said."""

    name: str
    type: str  # n, ns, s, ws, nn or commands
    low: int = -20  # of a number
    high: int = 60


@dataclass(frozen=True, slots=True)
class Draft:
    """A function before its tests are chosen."""

    function: str
    parameters: tuple[Parameter, ...]
    parts: tuple[Part, ...]
    source: str
    specials: tuple[int, ...] = ()  # numbers that its rules name
    commands: tuple[str, ...] = ()  # names of the commands of a machine
    notes: Part | None = None  # what is said before the parts
    reordered: tuple[str, ...] = ()  # the program with two neighbouring parts in the other order


@dataclass(frozen=True, slots=True)
class Problem:
    """A draft with its examples and hidden tests, each the arguments and the value."""

    draft: Draft
    examples: tuple[tuple[Call, Any], ...]
    tests: tuple[tuple[Call, Any], ...]
    proof: Sequence[int] = field(default=())  # near misses: how many there are, how many the tests tell apart
