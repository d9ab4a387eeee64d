"""Conditions on letters, on marks, and on the shape of sentences."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import ClassVar

from tasks.content_production.constrained_writing.constraints.base import Constraint, Text, plural


def _first_words(text: Text) -> list[str]:
    return [forms[0] for forms in text.by_sentence if forms]


def _last_words(text: Text) -> list[str]:
    return [forms[-1] for forms in text.by_sentence if forms]


@dataclass(frozen=True, slots=True)
class NoLetters(Constraint):
    """Holds none of some letters."""

    letters: str
    kind: ClassVar[str] = "no_letters"

    def holds(self, text: Text) -> bool:
        """Accented forms are the same letter."""
        found = "".join(text.forms)
        return not any(letter in found for letter in self.letters)

    def say(self, language: str) -> str:
        """`none of the letters b, d`."""
        if len(self.letters) == 1:
            return f"{'aucune lettre' if language == 'fr' else 'no letter'} {self.letters}"
        return f"{'aucune des lettres' if language == 'fr' else 'none of the letters'} {', '.join(self.letters)}"


@dataclass(frozen=True, slots=True)
class LongestWord(Constraint):
    """No word has more letters than this."""

    limit: int
    kind: ClassVar[str] = "longest_word"

    def holds(self, text: Text) -> bool:
        """Apostrophes and hyphens part words here."""
        return max(map(len, text.forms), default=0) <= self.limit

    def say(self, language: str) -> str:
        """`no word of more than 8 letters`."""
        if language == "fr":
            return f"aucun mot de plus de {self.limit} lettres"
        return f"no word of more than {self.limit} letters"


@dataclass(frozen=True, slots=True)
class Shout(Constraint):
    """Ends with an exclamation mark."""

    kind: ClassVar[str] = "shout"

    def holds(self, text: Text) -> bool:
        """A closing quote may follow."""
        return text.said.rstrip(" \"'»”’").endswith("!")

    def say(self, language: str) -> str:
        """`an exclamation mark at the end`."""
        return "un point d'exclamation à la fin" if language == "fr" else "an exclamation mark at the end"


def _amount(low: int, high: int, word: str, language: str) -> str:
    if low == high:
        return f"{'exactement' if language == 'fr' else 'exactly'} {plural(low, word)}"
    return f"entre {low} et {high} {word}s" if language == "fr" else f"between {low} and {high} {word}s"


@dataclass(frozen=True, slots=True)
class SentenceCount(Constraint):
    """Has a number of sentences."""

    low: int
    high: int
    kind: ClassVar[str] = "sentence_count"

    def holds(self, text: Text) -> bool:
        """Bounds included."""
        return self.low <= len(text.sentences) <= self.high

    def say(self, language: str) -> str:
        """`exactly 2 sentences`."""
        return _amount(self.low, self.high, "phrase" if language == "fr" else "sentence", language)


@dataclass(frozen=True, slots=True)
class WordCount(Constraint):
    """Has a number of words, as a word processor counts them."""

    low: int
    high: int
    kind: ClassVar[str] = "word_count"

    def holds(self, text: Text) -> bool:
        """Bounds included."""
        return self.low <= text.words <= self.high

    def say(self, language: str) -> str:
        """`between 10 and 14 words`."""
        return _amount(self.low, self.high, "mot" if language == "fr" else "word", language)


@dataclass(frozen=True, slots=True)
class Initials(Constraint):
    """The first letters of the sentences, in order; so their number too."""

    letters: str
    kind: ClassVar[str] = "initials"

    def holds(self, text: Text) -> bool:
        """Upper case, without accents."""
        return text.initials == self.letters

    def say(self, language: str) -> str:
        """`exactly 3 sentences, with the first letters M, A, L in this order`."""
        listed, count = ", ".join(self.letters), len(self.letters)
        if language == "fr":
            return f"exactement {count} phrases, avec pour premières lettres {listed} dans cet ordre"
        return f"exactly {count} sentences, with the first letters {listed} in this order"


@dataclass(frozen=True, slots=True)
class Ascending(Constraint):
    """A number of sentences whose first words are in strict alphabetical order."""

    count: int
    kind: ClassVar[str] = "ascending"

    def holds(self, text: Text) -> bool:
        """No first word twice."""
        first = _first_words(text)
        return len(first) == self.count and all(a < b for a, b in itertools.pairwise(first))

    def say(self, language: str) -> str:
        """`exactly 3 sentences, whose first words differ and are in alphabetical order`."""
        if language == "fr":
            return f"exactement {self.count} phrases, dont les premiers mots diffèrent et suivent l'ordre alphabétique"
        return f"exactly {self.count} sentences, whose first words differ and are in alphabetical order"


@dataclass(frozen=True, slots=True)
class Lengths(Constraint):
    """The number of words of each sentence, in order."""

    counts: tuple[int, ...]
    kind: ClassVar[str] = "lengths"

    def holds(self, text: Text) -> bool:
        """So the number of sentences too."""
        return text.lengths == self.counts

    def say(self, language: str) -> str:
        """`sentences of 5, 8, 6 words in this order`."""
        listed = ", ".join(map(str, self.counts))
        if language == "fr":
            return f"des phrases de {listed} mots dans cet ordre"
        return f"sentences of {listed} words in this order"


@dataclass(frozen=True, slots=True)
class Chain(Constraint):
    """Each sentence begins with the last word of the one before."""

    kind: ClassVar[str] = "chain"

    def holds(self, text: Text) -> bool:
        """Two sentences at least."""
        first, last = _first_words(text), _last_words(text)
        return len(first) > 1 and first[1:] == last[:-1]

    def say(self, language: str) -> str:
        """Says it."""
        if language == "fr":
            return "au début de chaque phrase, le dernier mot de la phrase précédente"
        return "at the start of each sentence, the last word of the sentence before"


@dataclass(frozen=True, slots=True)
class Ring(Constraint):
    """The last word of the text is its first."""

    kind: ClassVar[str] = "ring"

    def holds(self, text: Text) -> bool:
        """Two words at least."""
        return len(text.forms) > 1 and text.forms[0] == text.forms[-1]

    def say(self, language: str) -> str:
        """Says it."""
        return "le même mot au début et à la fin du texte" if language == "fr" else "the same first and last word"
