"""What a level asks for: which kinds of conditions, and how the witness proves that they can be met together."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random

from harness.errors import TaskError
from harness.types import LANGUAGES
from tasks.content_production.constrained_writing import constraints as c
from tasks.content_production.constrained_writing import lexicon
from tasks.content_production.constrained_writing.constraints import Text
from tasks.content_production.constrained_writing.floor import SHORTEST
from tasks.content_production.constrained_writing.lexicon import Pair, letter_bits
from tasks.content_production.constrained_writing.witness import (
    NoWitness,
    Sentence,
    Wishes,
    build,
    tell,
    vocabulary,
)

_TRIES = 60
_SHORT = 3  # levels with so little to say that the words of two items could be the same
# Keys fall into parts, one for each index of a round and of a worked example (1,000,000 % 10,102 is 10,004).
_APART, _STRIDE = 10_102, 7_919
# By level, from 1: sentences of the witness, words of its longest sentence, letters forbidden, words to include.
_SENTENCES = (1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 10)
_WIDEST = (8, 8, 8, 8, 8, 9, 9, 10, 10, 11, 12, 12)
_BANNED = (0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4)
_INCLUDED = (2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 6)
_SLACK = (0, 4, 4, 3, 3, 2, 2, 1, 0, 0, 0, 0)  # of a word count, on each side
# From which level a kind of condition may be drawn. One kind of a group at most.
_FROM = {
    "words": 2, "last": 2, "avoid": 2, "letters": 3, "in_sentence": 3, "shout": 3, "repeat": 4, "before": 4,
    "each": 5, "register": 5, "longest": 6, "chain": 7, "ring": 7, "lengths": 7,
}  # fmt: skip
_FRAMES = {"count": 2, "initials": 5, "ascending": 6}
_ALWAYS = {"letters": 8, "words": 9, "lengths": 9, "chain": 11}  # what the top levels always ask for
_NEEDS = {"register": "formal", "each": "often", "last": "place"}  # parts of a sentence that kinds ask for
_GROUPS = (("words", "lengths"), ("last", "ring"))
_EASY, _FAIR, _HARD = "jkqwxz", "bfghpvy", "bcdfghlmpr"  # letters, by how much their absence costs

Maker = Callable[[str], c.Constraint]  # a condition, still to be said in a language


@dataclass(frozen=True, slots=True)
class Piece:
    """A set of conditions and the text that meets them, in each language."""

    conditions: dict[str, tuple[c.Constraint, ...]]
    witness: dict[str, str]


def draw(rng: Random, level: int, index: int) -> Piece:
    """Draw kinds, then witnesses until one meets all its conditions in every language; TaskError if none ever does."""
    key = _key(rng, index) if level <= _SHORT else None
    for _ in range(_TRIES):
        kinds = _kinds(rng, level)
        for _ in range(_TRIES):
            piece = _attempt(rng, level, kinds, key)
            if piece:
                return piece
    raise TaskError(f"no witness in {_TRIES * _TRIES} tries", where=f"constrained_writing, level {level}")


def _key(rng: Random, index: int) -> tuple[Pair, Pair]:
    """A name and a noun to include that no other of the first 10,000 indices has together."""
    pairs = len(lexicon.NAMES) * len(lexicon.NOUNS)
    part = pairs // _APART
    noun, name = divmod((index % _APART * part + rng.randrange(part)) * _STRIDE % pairs, len(lexicon.NAMES))
    return lexicon.NAMES[name], lexicon.NOUNS[noun]


def _attempt(rng: Random, level: int, kinds: Sequence[str], key: tuple[Pair, Pair] | None) -> Piece | None:
    try:
        wishes = _wishes(rng, level, kinds, key)
        sentences = build(rng, wishes)
        reader = _Reader(rng, level, wishes, sentences)
        made = [getattr(reader, kind)() for kind in kinds]
    except NoWitness:
        return None
    conditions = {language: tuple(say(language) for say in made) for language in LANGUAGES}
    proven = all(condition.holds(reader.texts[lang]) for lang in LANGUAGES for condition in conditions[lang])
    return Piece(conditions, {lang: text.said for lang, text in reader.texts.items()}) if proven else None


def _kinds(rng: Random, level: int) -> list[str]:
    """As many kinds as the level's number, the words to include first; one frame fixes the number of sentences."""
    if level == 1:
        return ["include"]
    frames = [kind for kind, start in _FRAMES.items() if start <= level]
    frame = ["count"] if level == 2 and rng.random() < 0.3 else [rng.choice(frames)] if level > 2 else []
    others = [kind for kind, start in _FROM.items() if start <= level]
    for group in _GROUPS:
        dropped = rng.choice(group)
        others = [kind for kind in others if kind != dropped or not set(group) <= set(others)]
    if frame == ["count"] and "lengths" in others:  # the lengths say the count already
        frame = [rng.choice(frames[1:])]
    fixed = [*frame, *(kind for kind, start in _ALWAYS.items() if start <= level and kind in others)]
    rest = rng.sample([kind for kind in others if kind not in fixed], level - 1 - len(fixed))
    rng.shuffle(fixed := fixed + rest)
    return ["include", *fixed]


def _wishes(rng: Random, level: int, kinds: Sequence[str], key: tuple[Pair, Pair] | None) -> Wishes:
    count = _SENTENCES[level - 1]
    longest = rng.randint(8, 10) if "longest" in kinds else 99
    return Wishes(
        count=count,
        widest=_WIDEST[level - 1],
        banned=_banned(rng, level, kinds, longest, key) if "letters" in kinds else "",
        longest=longest,
        chain="chain" in kinds,
        ring="ring" in kinds,
        ascending="ascending" in kinds,
        each="each" in kinds,
        repeat=rng.randint(2, max(2, count // 2)) if "repeat" in kinds else 0,
        formal="register" in kinds,
        last="last" in kinds,
        shout="shout" in kinds,
        key=key,
    )


def _banned(rng: Random, level: int, kinds: Sequence[str], longest: int, key: tuple[Pair, Pair] | None) -> str:
    """Letters that leave every part that the kinds ask for; NoWitness where any letters take one of them."""
    pool = _EASY if level < 6 else _FAIR if level < 9 else _HARD
    linked = "chain" in kinds or "ring" in kinds
    asked = [part for kind, part in _NEEDS.items() if kind in kinds] + ["company"] * linked
    sets = _sayable(pool, _BANNED[level - 1], ("noun", "verb", *asked), longest)
    if key:
        used = key[0].letters | key[1].letters
        sets = tuple([letters for letters in sets if not letter_bits(letters) & used])
    if not sets:
        raise NoWitness
    return rng.choice(sets)


@functools.cache
def _sayable(pool: str, count: int, parts: tuple[str, ...], longest: int) -> tuple[str, ...]:
    """Every set of letters without which some parts can still be said."""
    sets = map("".join, combinations(pool, count))
    return tuple(letters for letters in sets if vocabulary(letters, longest).parts.issuperset(parts))


class _Reader:
    """Reads conditions off a witness; each method makes one, still to be said in a language."""

    def __init__(self, rng: Random, level: int, wishes: Wishes, sentences: Sequence[Sentence]) -> None:
        self._rng = rng
        self._level = level
        self._wishes = wishes
        self._sentences = sentences
        self._used: list[Pair] = [sentences[0].often] if wishes.each and sentences[0].often else []
        self.texts = {language: Text(tell(sentences, language)) for language in LANGUAGES}
        self._content = [sentence.content() for sentence in sentences]
        self._first = _first_said(self._content)
        self._said = frozenset(form for text in self.texts.values() for form in text.forms)

    def _some(self, pairs: Sequence[Pair], count: int) -> list[Pair]:
        """Words that no other condition names yet."""
        left = [pair for pair in dict.fromkeys(pairs) if pair not in self._used]
        if len(left) < count:
            raise NoWitness
        picked = self._rng.sample(left, count) if count > 1 else [self._rng.choice(left)]
        self._used += picked
        return picked

    def _absent(self, pairs: Sequence[Pair]) -> list[Pair]:
        return [pair for pair in pairs if self._said.isdisjoint(pair.forms)]

    def _new(self) -> list[tuple[int, list[Pair]]]:
        """For each sentence that has any, the words (but the first) that none before has, nor another condition."""
        return [
            (place, words)
            for place, found in enumerate(self._first)
            if (words := [pair for pair in found if pair not in self._used])
        ]

    def include(self) -> Maker:
        content = [pair for words in self._content for pair in words]
        picked = self._some(self._wishes.key or content, _INCLUDED[self._level - 1])
        return lambda lang: c.Include(_said(picked, lang))

    def avoid(self) -> Maker:
        picked = self._some(self._absent(lexicon.COMMON), min(6, 1 + self._level // 2))
        return lambda lang: c.Avoid(_said(picked, lang))

    def register(self) -> Maker:
        formal = next(sentence.formal for sentence in self._sentences if sentence.formal)
        familiar = self._some(self._absent(lexicon.FAMILIAR), 2 + self._level // 4)
        return lambda lang: c.Register(formal.say(lang), _said(familiar, lang))

    def repeat(self) -> Maker:
        nouns = [sentence.noun for sentence in self._sentences]
        noun = next(pair for pair in nouns if nouns.count(pair) == self._wishes.repeat)
        return lambda lang: c.Repeat(noun.say(lang), self._wishes.repeat)

    def last(self) -> Maker:
        place = self._sentences[-1].place
        if place is None:
            raise NoWitness
        return lambda lang: c.LastWord(place.say(lang))

    def each(self) -> Maker:
        often = self._sentences[0].often
        if often is None:
            raise NoWitness
        return lambda lang: c.Each(often.say(lang))

    def in_sentence(self) -> Maker:
        found = self._new()
        if not found:
            raise NoWitness
        place, words = self._rng.choice(found)
        (word,) = self._some(words, 1)
        return lambda lang: c.InSentence(place + 1, word.say(lang))

    def before(self) -> Maker:
        found = self._new()
        if len(found) < 2:
            raise NoWitness
        early, late = sorted(self._rng.sample(range(len(found)), 2))
        (first,), (second,) = self._some(found[early][1], 1), self._some(found[late][1], 1)
        return lambda lang: c.Before(first.say(lang), second.say(lang))

    def letters(self) -> Maker:
        return lambda _: c.NoLetters(self._wishes.banned)

    def longest(self) -> Maker:
        return lambda _: c.LongestWord(self._wishes.longest)

    def shout(self) -> Maker:
        return lambda _: c.Shout()

    def count(self) -> Maker:
        return lambda _: c.SentenceCount(len(self._sentences), len(self._sentences))

    def words(self) -> Maker:
        count, slack = self.texts["en"].words, _SLACK[self._level - 1]
        low, high = count - self._rng.randint(slack and 1, slack), count + self._rng.randint(slack and 1, slack)
        return lambda _: c.WordCount(max(SHORTEST, low), high)

    def initials(self) -> Maker:
        return lambda _: c.Initials(self.texts["en"].initials)

    def ascending(self) -> Maker:
        return lambda _: c.Ascending(len(self._sentences))

    def lengths(self) -> Maker:
        counts = self.texts["en"].lengths
        return lambda _: c.Lengths(counts)

    def chain(self) -> Maker:
        return lambda _: c.Chain()

    def ring(self) -> Maker:
        return lambda _: c.Ring()


def _first_said(content: Sequence[Sequence[Pair]]) -> list[list[Pair]]:
    """Of each sentence's words but the one that opens it, those that are not in a sentence before."""
    seen: set[Pair] = set()
    found = []
    for words in content:
        found.append([pair for pair in dict.fromkeys(words[1:]) if pair not in seen])
        seen.update(words)
    return found


def _said(pairs: Sequence[Pair], language: str) -> tuple[str, ...]:
    return tuple(pair.say(language) for pair in pairs)
