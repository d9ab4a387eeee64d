"""Sentences built from parts in both languages at once: the witness that a set of conditions can be met.

A sentence is `NAME[, however,] [often] sees a [red] cat [and a dog] [in the garden] [with NAME] [today].`
Every part has as many words in French as in English, so both tellings have the same lengths and initials.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from harness.metrics.text import fold
from tasks.content_production.constrained_writing import lexicon
from tasks.content_production.constrained_writing.lexicon import Pair, letter_bits

_WIDTHS = {"formal": 1, "often": 1, "adjective": 1, "second": 3, "place": 3, "company": 2, "end": 1}
_BARE = 4  # words of NAME sees a cat
_GRAMMAR = {"noun": "un une a an", "second": "et un une and a an", "place": "le la the", "company": "avec with"}

_GRAMMAR_BITS = {part: letter_bits(text) for part, text in _GRAMMAR.items()}
_FREE = {
    "verb": lexicon.VERBS,
    "action": lexicon.ACTIONS,
    "adjective": lexicon.ADJECTIVES,
    "often": lexicon.OFTEN,
    "end": lexicon.ENDS,
    "moment": lexicon.MOMENTS,
    "formal": lexicon.FORMAL,
}
_INNER = ("often", "adjective", "second", "place")  # what may be added before a part that closes the sentence
_FINAL = (*_INNER, "end")

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
    key: tuple[Pair, Pair] | None = None  # the name and the noun that one sentence must have


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What can be said without some letters and without long words."""

    parts: frozenset[str]  # those whose grammar can be said, and for which there is a word
    names: tuple[Pair, ...]
    nouns: tuple[Pair, ...]
    places: tuple[tuple[Pair, Pair], ...]  # prepositions and places
    free: Mapping[str, tuple[Pair, ...]]  # words of the other parts


@functools.lru_cache(maxsize=1024)
def vocabulary(banned: str, longest: int) -> Vocabulary:
    """What can be said without the letters banned and without words of more than `longest` letters."""
    bits = letter_bits(banned)

    def keep(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
        return tuple([pair for pair in pairs if not pair.letters & bits and pair.longest <= longest])

    said = {key: keep((pair,)) for key, pair in lexicon.PREPOSITIONS.items()}
    places = tuple([(p, n) for key, found in said.items() for p in found for n in keep(lexicon.PLACES[key])])
    free = {part: keep(pairs) for part, pairs in _FREE.items()}
    nouns = keep(lexicon.NOUNS)
    words = {"noun": nouns, "second": nouns, "place": places, "company": (1,), **free}
    parts = frozenset(part for part, found in words.items() if found and not _GRAMMAR_BITS.get(part, 0) & bits)
    return Vocabulary(parts, keep(lexicon.NAMES), nouns, places, free)


class Stock:
    """The words that the wishes allow. Nouns and places are drawn once each, the others freely."""

    def __init__(self, rng: Random, wishes: Wishes) -> None:
        """Begin with all of them."""
        self._rng = rng
        known = vocabulary(wishes.banned, wishes.longest)
        self.names, self.has, self._free = known.names, known.parts, known.free
        key = wishes.key or ()
        self._nouns, self._places = [noun for noun in known.nouns if noun not in key], list(known.places)

    def word(self, part: str) -> Pair:
        """Any word for a part."""
        if part not in self.has:
            raise NoWitness
        pairs = self._free[part]
        return pairs[int(self._rng.random() * len(pairs))]

    def noun(self) -> Pair:
        """A noun not drawn before."""
        return self._drawn(self._nouns)

    def place(self) -> tuple[Pair, Pair]:
        """A preposition and a place not drawn before."""
        return self._drawn(self._places)

    def _drawn(self, left: list[T]) -> T:
        """Take any element out of a list, in no time: the last one takes its place."""
        if not left:
            raise NoWitness
        n = int(self._rng.random() * len(left))
        left[n], left[-1] = left[-1], left[n]
        return left.pop()


def build(rng: Random, wishes: Wishes) -> list[Sentence]:
    """Draw a witness; NoWitness when the wishes cannot be met with the words there are."""
    stock, last = Stock(rng, wishes), wishes.count - 1
    subjects, closers = _names(rng, stock, wishes)
    often = stock.word("often") if wishes.each else None
    repeated = stock.noun() if wishes.repeat else None
    holders = rng.sample(range(wishes.count), wishes.repeat)
    nouns = {subjects.index(wishes.key[0]): wishes.key[1]} if wishes.key else {}
    formal_at = rng.randrange(wishes.count) if wishes.formal else -1
    sentences = []
    for n in range(wishes.count):
        place = wishes.last and n == last
        chosen = {"noun": True, "formal": n == formal_at, "often": wishes.each, "company": n in closers, "place": place}
        parts = _fill(rng, stock, [part for part, wanted in chosen.items() if wanted], wishes.widest)
        noun = repeated if repeated and n in holders else nouns.get(n) or stock.noun()
        mark = "!" if wishes.shout and n == last else "."
        sentences.append(_sentence(stock, parts, subjects[n], noun, often, closers.get(n), mark))
    return sentences


def _names(rng: Random, stock: Stock, wishes: Wishes) -> tuple[list[Pair], dict[int, Pair]]:
    """The name that opens each sentence, and the names that close some of them."""
    if len(stock.names) < wishes.count:
        raise NoWitness
    subjects = rng.sample(stock.names, wishes.count)
    if wishes.key and wishes.key[0] not in subjects:
        subjects[rng.randrange(wishes.count)] = wishes.key[0]
    if wishes.ascending:
        subjects.sort(key=lambda pair: fold(pair.en))
    closers = {n: subjects[n + 1] for n in range(wishes.count - 1)} if wishes.chain else {}
    if wishes.ring:
        closers[wishes.count - 1] = subjects[0]
    return subjects, closers


def _fill(rng: Random, stock: Stock, forced: Sequence[str], widest: int) -> list[str]:
    """Add free parts up to a length drawn for the sentence; NoWitness when a forced part cannot be said."""
    if not stock.has.issuperset(forced):
        raise NoWitness
    parts = list(forced)
    room = rng.randint(_BARE, widest) - _BARE - sum([_WIDTHS.get(part, 0) for part in parts])
    closed = "company" in parts or "place" in parts
    free = [part for part in (_INNER if closed else _FINAL) if part in stock.has and part not in parts]
    for part in sorted(free, key=lambda _: rng.random()):
        if _WIDTHS[part] <= room:
            parts.append(part)
            room -= _WIDTHS[part]
    return parts


def _sentence(
    stock: Stock, parts: Sequence[str], name: Pair, noun: Pair, often: Pair | None, company: Pair | None, mark: str
) -> Sentence:
    """A sentence of these parts; the words that are not given are drawn."""
    preposition, place = stock.place() if "place" in parts else (None, None)
    often = often or (stock.word("often") if "often" in parts else None)
    end = stock.word("moment" if often in lexicon.MANNER else "end") if "end" in parts else None
    return Sentence(
        name=name,
        verb=stock.word("action" if often in lexicon.MANNER or end in lexicon.MANNER else "verb"),
        noun=noun,
        formal=stock.word("formal") if "formal" in parts else None,
        often=often,
        adjective=stock.word("adjective") if "adjective" in parts else None,
        second=stock.noun() if "second" in parts else None,
        preposition=preposition,
        place=place,
        company=company,
        end=end,
        mark=mark,
    )
