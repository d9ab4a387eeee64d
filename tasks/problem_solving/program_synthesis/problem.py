"""A problem: a function to write, what is said of it, its reference program, and its tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

Call = tuple[Any, ...]  # the arguments of one call: plain data
Tried = tuple[Call, Any]  # a call and its value
Act = Callable[..., Any]  # what a part does
FAILURES: Final = (ArithmeticError, AttributeError, LookupError, MemoryError, TypeError, ValueError)  # of near misses


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of a program, with the sentence that asks for them, and the same lines as functions."""

    lines: tuple[str, ...]
    en: str
    fr: str
    act: Act
    fewer: tuple[Act, ...] = ()  # it with a statement left out
    near: tuple[Act, ...] = ()  # it with a number one more or less

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


class Program(Protocol):
    """A reference program as functions: nothing is parsed, and nothing is evaluated, to run it."""

    def run(self, call: Call) -> Any:
        """What it returns; it never changes the arguments."""

    def fewer(self) -> Iterator[tuple[Program, str]]:
        """The program with one statement left out, and the command where it is, if it is in one."""

    def near(self) -> Iterator[tuple[Program, str]]:
        """Other programs that are nearly the same."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A function before its tests are chosen."""

    function: str
    parameters: tuple[Parameter, ...]
    parts: tuple[Part, ...]
    source: str
    program: Program
    specials: tuple[int, ...] = ()  # numbers that its rules name
    commands: tuple[str, ...] = ()  # of a machine: first the one that fills the pile
    abilities: tuple[str, ...] = ()  # its other commands
    notes: Part | None = None  # what is said before the parts


@dataclass(frozen=True, slots=True)
class Problem:
    """A draft with its examples and hidden tests."""

    draft: Draft
    examples: tuple[Tried, ...]
    tests: tuple[Tried, ...]
