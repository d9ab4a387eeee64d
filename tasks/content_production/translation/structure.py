"""What a text to translate is made of, in no language; numbers are places in the tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tense = Literal["present", "past", "future"]
Article = Literal["the", "a", "this", "own", "count"]


@dataclass(frozen=True, slots=True)
class Clause:
    """Someone does something to a thing."""

    who: int
    thing: int
    article: Article
    count: int
    quality: int | None
    tense: Tense
    denied: bool
    adjunct: int | None
    bare: bool = False  # the counted thing alone: "9 red shirts"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One clause, two with a link, or a saying."""

    clauses: tuple[Clause, ...]
    link: int = 0
    idiom: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences in order."""

    sentences: tuple[Sentence, ...]
    partner: str = ""  # the other language; none for the other one of French and English
    into: bool = False  # whether the partner is translated into, or from
    lexicon: bool = False  # whether the question gives the words

    def pair(self, language: str) -> tuple[str, str]:
        """The source and the target language of the item told in a language."""
        partner = self.partner or {"fr": "en", "en": "fr"}[language]
        return (language, partner) if self.into else (partner, language)
