"""What a condition is, and the registry of its kinds."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from harness.errors import UnknownNameError
from harness.metrics.text import contains_run, word_forms
from harness.types import Json

KINDS: dict[str, type[Constraint]] = {}


def quote(word: str, language: str) -> str:
    """A word between the language's quotation marks."""
    return f"« {word} »" if language == "fr" else f'"{word}"'


def quoted(group: Sequence[str], language: str) -> str:
    """Words between quotation marks, as a list."""
    return ", ".join(quote(word, language) for word in group)


def plural(count: int, word: str) -> str:
    """A count and its noun, with an s after one (regular in both languages)."""
    return f"{count} {word}{'s' if count > 1 else ''}"


def has(text: str, word: str) -> bool:
    """Whether the word stands in the text."""
    return contains_run(word_forms(text), word_forms(word)) > 0


@dataclass(frozen=True, slots=True)
class Constraint(ABC):
    """One condition."""

    kind: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        """Make the kind readable from JSON."""
        KINDS[cls.kind] = cls

    @abstractmethod
    def holds(self, text: str) -> bool:
        """Whether the text meets it."""

    @abstractmethod
    def say(self, language: str) -> str:
        """The condition as a noun phrase, fit for a list."""

    def given(self) -> tuple[str, ...]:
        """The words it asks for: a text must hold others beside them."""
        return ()

    def to_json(self) -> dict[str, Json]:
        """As `item.data` holds it."""
        fields = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return {"kind": self.kind} | {k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()}


def from_json(data: Mapping[str, Json]) -> Constraint:
    """The condition that `to_json` wrote; UnknownNameError for another kind."""
    if data["kind"] not in KINDS:
        raise UnknownNameError("constraint", str(data["kind"]), KINDS)
    fields = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items() if k != "kind"}
    return KINDS[data["kind"]](**fields)
