"""Conditions on words: which must and must not be there, where, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.metrics.text import word_forms
from tasks.content_production.constrained_writing.constraints.base import (
    Constraint,
    Text,
    has,
    occurrences,
    plural,
    quote,
    quoted,
)

_ORDINALS = {
    "fr": "première deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième onzième douzième",
    "en": "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
}


@dataclass(frozen=True, slots=True)
class Include(Constraint):
    """Holds every one of some words."""

    words: tuple[str, ...]
    kind: ClassVar[str] = "include"

    def holds(self, text: Text) -> bool:
        """All of them."""
        return all(has(text.forms, word) for word in self.words)

    def say(self, language: str) -> str:
        """`the words "cat" and "garden"`."""
        *head, last = [quote(word, language) for word in self.words]
        start, joint = ("les mots", "et") if language == "fr" else ("the words", "and")
        return f"{start} {', '.join(head)} {joint} {last}"

    def given(self) -> tuple[str, ...]:
        """All of them."""
        return self.words


@dataclass(frozen=True, slots=True)
class Avoid(Constraint):
    """Holds none of some words."""

    words: tuple[str, ...]
    kind: ClassVar[str] = "avoid"

    def holds(self, text: Text) -> bool:
        """None of them."""
        return not any(has(text.forms, word) for word in self.words)

    def say(self, language: str) -> str:
        """`none of the words "is", "and"`."""
        start = "aucun des mots" if language == "fr" else "none of the words"
        return f"{start} {quoted(self.words, language)}"


@dataclass(frozen=True, slots=True)
class Register(Constraint):
    """Holds a formal word and no familiar ones."""

    formal: str
    familiar: tuple[str, ...]
    kind: ClassVar[str] = "register"

    def holds(self, text: Text) -> bool:
        """The one without the others."""
        return has(text.forms, self.formal) and not any(has(text.forms, word) for word in self.familiar)

    def say(self, language: str) -> str:
        """`a formal tone: with "however", without "stuff", "cool"`."""
        formal, familiar = quote(self.formal, language), quoted(self.familiar, language)
        if language == "fr":
            return f"un ton soutenu : avec {formal}, sans {familiar}"
        return f"a formal tone: with {formal}, without {familiar}"

    def given(self) -> tuple[str, ...]:
        """The formal word."""
        return (self.formal,)


@dataclass(frozen=True, slots=True)
class Repeat(Constraint):
    """Holds a word an exact number of times."""

    word: str
    times: int
    kind: ClassVar[str] = "repeat"

    def holds(self, text: Text) -> bool:
        """Neither more nor less."""
        return occurrences(text.forms, self.word) == self.times

    def say(self, language: str) -> str:
        """`the word "cat" exactly 3 times`."""
        if language == "fr":
            return f"le mot {quote(self.word, 'fr')} exactement {self.times} fois"
        return f"the word {quote(self.word, 'en')} exactly {plural(self.times, 'time')}"

    def given(self) -> tuple[str, ...]:
        """The word."""
        return (self.word,)


@dataclass(frozen=True, slots=True)
class LastWord(Constraint):
    """Ends with a word."""

    word: str
    kind: ClassVar[str] = "last_word"

    def holds(self, text: Text) -> bool:
        """The last word of the text."""
        return text.forms[-1:] == word_forms(self.word)

    def say(self, language: str) -> str:
        """`"garden" as the last word`."""
        return f"{quote(self.word, language)} {'comme dernier mot' if language == 'fr' else 'as the last word'}"

    def given(self) -> tuple[str, ...]:
        """The word."""
        return (self.word,)


@dataclass(frozen=True, slots=True)
class Each(Constraint):
    """Holds a word in every sentence."""

    word: str
    kind: ClassVar[str] = "each"

    def holds(self, text: Text) -> bool:
        """In all sentences, of which there is one at least."""
        return bool(text.by_sentence) and all(has(forms, self.word) for forms in text.by_sentence)

    def say(self, language: str) -> str:
        """`the word "often" in every sentence`."""
        word = quote(self.word, language)
        return f"le mot {word} dans chaque phrase" if language == "fr" else f"the word {word} in every sentence"

    def given(self) -> tuple[str, ...]:
        """The word."""
        return (self.word,)


@dataclass(frozen=True, slots=True)
class InSentence(Constraint):
    """Holds a word in the n-th sentence (from 1)."""

    place: int
    word: str
    kind: ClassVar[str] = "in_sentence"

    def holds(self, text: Text) -> bool:
        """It may stand elsewhere too."""
        return len(text.by_sentence) >= self.place and has(text.by_sentence[self.place - 1], self.word)

    def say(self, language: str) -> str:
        """`the word "cat" in the second sentence`."""
        word, rank = quote(self.word, language), _ORDINALS[language].split()[self.place - 1]
        return f"le mot {word} dans la {rank} phrase" if language == "fr" else f"the word {word} in the {rank} sentence"

    def given(self) -> tuple[str, ...]:
        """The word."""
        return (self.word,)


@dataclass(frozen=True, slots=True)
class Before(Constraint):
    """First holds one word in an earlier sentence than another."""

    first: str
    second: str
    kind: ClassVar[str] = "before"

    def holds(self, text: Text) -> bool:
        """Both are there, and first seen in this order."""
        found = text.by_sentence
        early = next((n for n, forms in enumerate(found) if has(forms, self.first)), len(found))
        late = next((n for n, forms in enumerate(found) if has(forms, self.second)), -1)
        return early < late

    def say(self, language: str) -> str:
        """`the word "cat" in an earlier sentence than "dog"`."""
        first, second = quote(self.first, language), quote(self.second, language)
        if language == "fr":
            return f"le mot {first} dans une phrase placée avant celle du mot {second}"
        return f"the word {first} in an earlier sentence than the word {second}"

    def given(self) -> tuple[str, ...]:
        """Both words."""
        return (self.first, self.second)
