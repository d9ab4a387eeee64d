"""What a condition is, and the registry of its kinds."""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from harness.errors import UnknownNameError
from harness.metrics.text import contains_run, sentences, word_forms, words
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


class Text:
    """A text read once, for all conditions: its sentences, and the folded forms of each and of all."""

    def __init__(self, said: str) -> None:
        """Read it."""
        self.said = said
        self.sentences = sentences(said)
        self.by_sentence = [word_forms(sentence) for sentence in self.sentences]
        self.forms = [form for forms in self.by_sentence for form in forms]

    @functools.cached_property
    def words(self) -> int:
        """How many words it has, as a word processor counts them."""
        return len(words(self.said))

    @functools.cached_property
    def lengths(self) -> tuple[int, ...]:
        """How many words each sentence has."""
        return tuple([len(words(sentence)) for sentence in self.sentences])

    @functools.cached_property
    def initials(self) -> str:
        """The first letter of each sentence, upper case."""
        return "".join([forms[0][0].upper() for forms in self.by_sentence if forms])


@functools.lru_cache(maxsize=4096)
def _forms(word: str) -> tuple[str, ...]:
    return tuple(word_forms(word))


def occurrences(forms: Sequence[str], word: str) -> int:
    """How many times a word stands among forms."""
    wanted = _forms(word)
    return forms.count(wanted[0]) if len(wanted) == 1 else contains_run(list(forms), list(wanted))


def has(forms: Sequence[str], word: str) -> bool:
    """Whether a word stands among forms."""
    wanted = _forms(word)
    return wanted[0] in forms if len(wanted) == 1 else occurrences(forms, word) > 0


@dataclass(frozen=True, slots=True)
class Constraint(ABC):
    """One condition."""

    kind: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        """Make the kind readable from JSON."""
        KINDS[cls.kind] = cls

    @abstractmethod
    def holds(self, text: Text) -> bool:
        """Whether the text meets it."""

    @abstractmethod
    def say(self, language: str) -> str:
        """The condition as a noun phrase, fit for a list."""

    def given(self) -> tuple[str, ...]:
        """The words it asks for: a text must hold others beside them."""
        return ()

    def to_json(self) -> dict[str, Json]:
        """As `item.data` holds it."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "kind"}
        return {"kind": self.kind} | {k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()}


def from_json(data: Mapping[str, Json]) -> Constraint:
    """The condition that `to_json` wrote; UnknownNameError for another kind."""
    if data["kind"] not in KINDS:
        raise UnknownNameError("constraint", str(data["kind"]), KINDS)
    fields = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items() if k != "kind"}
    return KINDS[data["kind"]](**fields)
