"""Sentences built from parts in both languages at once: the witness that a set of conditions can be met.

A sentence is `NAME[, however,] [often] sees a [red] cat [and a dog] [in the garden] [with NAME] [today].`
Every part has as many words in French as in English, so both tellings have the same lengths and initials.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from harness.metrics.text import fold, word_forms
from tasks.content_production.constrained_writing import lexicon
from tasks.content_production.constrained_writing.lexicon import Pair

_WIDTHS = {"formal": 1, "often": 1, "adjective": 1, "second": 3, "place": 3, "company": 2, "end": 1}
_BARE = 4  # words of NAME sees a cat
_GRAMMAR = {"noun": "un une a an", "second": "et un une and a an", "place": "le la the", "company": "avec with"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The parts of one sentence; a part that is None is left out."""

    name: Pair
    verb: Pair
    noun: Pair
    formal: Pair | None = None
    often: Pair | None = None
    adjective: Pair | None = None
    second: Pair | None = None
    preposition: Pair | None = None
    place: Pair | None = None
    company: Pair | None = None
    end: Pair | None = None
    mark: str = "."

    def say(self, language: str) -> str:
        """The sentence in a language."""
        parts = [self.name.say(language)]
        if self.formal:
            parts = [f"{parts[0]},", f"{self.formal.say(language)},"]
        adverb = [self.often.say(language)] if self.often else []
        verb = [self.verb.say(language)]
        parts += verb + adverb if language == "fr" else adverb + verb
        parts.append(_indefinite(self.noun, self.adjective, language))
        if self.second:
            parts += ["et" if language == "fr" else "and", _indefinite(self.second, None, language)]
        if self.preposition and self.place:
            parts += [self.preposition.say(language), _definite(self.place, language)]
        if self.company:
            parts += ["avec" if language == "fr" else "with", self.company.say(language)]
        if self.end:
            parts.append(self.end.say(language))
        mark = f" {self.mark}" if language == "fr" and self.mark in "!?" else self.mark
        return " ".join(parts) + mark

    def content(self) -> list[Pair]:
        """Its words other than verbs and grammar: what conditions can name."""
        found = (self.name, self.noun, self.adjective, self.second, self.place, self.company)
        return [pair for pair in found if pair]


def _indefinite(noun: Pair, adjective: Pair | None, language: str) -> str:
    if language == "fr":
        article = "une" if noun.gender == "f" else "un"
        return " ".join([article, noun.fr, *([adjective.fr] if adjective else [])])
    group = [*([adjective.en] if adjective else []), noun.en]
    vowel = group[0][0] in "aeiou" and not group[0].startswith("use")
    return " ".join(["an" if vowel else "a", *group])


def _definite(noun: Pair, language: str) -> str:
    if language == "en":
        return f"the {noun.en}"
    return f"{'la' if noun.gender == 'f' else 'le'} {noun.fr}"


def tell(sentences: Sequence[Sentence], language: str) -> str:
    """The whole text in a language."""
    return " ".join(sentence.say(language) for sentence in sentences)


class NoWitness(Exception):  # noqa: N818 - not an error: the drawn wishes do not fit, and others are drawn
    """The wishes leave no word for some part."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the witness must be like, whatever words are drawn."""

    count: int  # sentences
    widest: int  # words in the longest sentence
    banned: str = ""  # letters that neither telling may hold
    longest: int = 99  # letters in the longest word
    chain: bool = False  # each sentence ends with the name that opens the next
    ring: bool = False  # the last word is the first one
    ascending: bool = False  # first words in alphabetical order
    each: bool = False  # one adverb in every sentence
    repeat: int = 0  # sentences that hold one noun; 0 for no such wish
    formal: bool = False  # one formal connector
    last: bool = False  # the last word is a place, the same in both languages
    shout: bool = False  # the text ends with an exclamation mark


class Stock:
    """The words that the wishes allow. Nouns, places and names are drawn once each, the others freely."""

    def __init__(self, rng: Random, wishes: Wishes) -> None:
        """Filter the lexicon and shuffle what is left."""
        self._rng = rng
        self._wishes = wishes
        self._banned = frozenset(wishes.banned)
        self.parts = frozenset(part for part in (*_WIDTHS, "noun") if self._allows(_GRAMMAR.get(part, "")))
        self.names = self._keep(lexicon.NAMES)
        self._free = {
            "verb": self._keep(lexicon.VERBS),
            "adjective": self._keep(lexicon.ADJECTIVES),
            "often": self._keep(lexicon.OFTEN),
            "end": self._keep(lexicon.ENDS),
            "formal": self._keep(lexicon.FORMAL),
        }
        self._nouns = self._keep(lexicon.NOUNS)
        self._places = [(p, n) for p in self._keep(lexicon.PREPOSITIONS) for n in self._keep(lexicon.PLACES[p.fr])]
        rng.shuffle(self._nouns)
        rng.shuffle(self._places)

    def _allows(self, text: str) -> bool:
        return self._banned.isdisjoint(fold(text))

    def _keep(self, pairs: Sequence[Pair]) -> list[Pair]:
        return [pair for pair in pairs if self._fits(*_measure(pair))]

    def _fits(self, letters: frozenset[str], longest: int) -> bool:
        return longest <= self._wishes.longest and self._banned.isdisjoint(letters)

    def has(self, part: str) -> bool:
        """Whether the part can be said at all."""
        return part in self.parts and (part not in self._free or bool(self._free[part]))

    def word(self, part: str) -> Pair:
        """Any word for a part."""
        if not self._free[part]:
            raise NoWitness
        return self._rng.choice(self._free[part])

    def noun(self) -> Pair:
        """A noun not drawn before."""
        return _pop(self._nouns)

    def place(self) -> tuple[Pair, Pair]:
        """A preposition and a place not drawn before."""
        return _pop(self._places)


@functools.cache
def _measure(pair: Pair) -> tuple[frozenset[str], int]:
    """The letters of both words, and the length of the longest form."""
    forms = word_forms(f"{pair.fr} {pair.en}")
    return frozenset("".join(forms)), max(map(len, forms))


def _pop(left: list[T]) -> T:
    if not left:
        raise NoWitness
    return left.pop()


def build(rng: Random, wishes: Wishes) -> list[Sentence]:
    """Draw a witness; NoWitness when the wishes cannot be met with the words there are."""
    stock = Stock(rng, wishes)
    subjects, closers = _names(rng, stock, wishes)
    often = stock.word("often") if wishes.each else None
    repeated = stock.noun() if wishes.repeat else None
    holders = rng.sample(range(wishes.count), wishes.repeat)
    formal_at = rng.randrange(wishes.count) if wishes.formal else -1
    sentences = []
    for n in range(wishes.count):
        place = wishes.last and n == wishes.count - 1
        chosen = {"noun": True, "formal": n == formal_at, "often": wishes.each, "company": n in closers, "place": place}
        forced = [part for part, wanted in chosen.items() if wanted]
        parts = _fill(rng, stock, forced, wishes.widest)
        sentence = _sentence(stock, subjects[n], parts, closers.get(n))
        noun = repeated if repeated and n in holders else sentence.noun
        sentences.append(dataclasses.replace(sentence, often=often or sentence.often, noun=noun))
    if wishes.shout:
        sentences[-1] = dataclasses.replace(sentences[-1], mark="!")
    return sentences


def _names(rng: Random, stock: Stock, wishes: Wishes) -> tuple[list[Pair], dict[int, Pair]]:
    """The name that opens each sentence, and the names that close some of them."""
    if len(stock.names) < wishes.count:
        raise NoWitness
    subjects = rng.sample(stock.names, wishes.count)
    if wishes.ascending:
        subjects.sort(key=lambda pair: fold(pair.en))
    closers = {n: subjects[n + 1] for n in range(wishes.count - 1)} if wishes.chain else {}
    if wishes.ring:
        closers[wishes.count - 1] = subjects[0]
    return subjects, closers


def _fill(rng: Random, stock: Stock, forced: Sequence[str], widest: int) -> list[str]:
    """Add free parts up to a length drawn for the sentence; NoWitness when a forced part cannot be said."""
    if not all(stock.has(part) for part in forced):
        raise NoWitness
    length = rng.randint(_BARE, widest)
    closed = "company" in forced or "place" in forced
    free = [
        part for part in ("often", "adjective", "second", "place", *(() if closed else ("end",))) if stock.has(part)
    ]
    parts = list(forced)
    width = _BARE + sum(_WIDTHS.get(part, 0) for part in parts)
    for part in rng.sample(free, len(free)):
        if part not in parts and width + _WIDTHS[part] <= length:
            parts.append(part)
            width += _WIDTHS[part]
    return parts


def _sentence(stock: Stock, name: Pair, parts: Sequence[str], company: Pair | None) -> Sentence:
    preposition, place = stock.place() if "place" in parts else (None, None)
    return Sentence(
        name=name,
        verb=stock.word("verb"),
        noun=stock.noun(),
        formal=stock.word("formal") if "formal" in parts else None,
        often=stock.word("often") if "often" in parts else None,
        adjective=stock.word("adjective") if "adjective" in parts else None,
        second=stock.noun() if "second" in parts else None,
        preposition=preposition,
        place=place,
        company=company,
        end=stock.word("end") if "end" in parts else None,
    )
