"""What a level asks for: which kinds of conditions, and how the witness proves that they can be met together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from harness.errors import TaskError
from harness.metrics.text import first_letters, word_forms, words
from harness.types import LANGUAGES
from tasks.content_production.constrained_writing import constraints as c
from tasks.content_production.constrained_writing import lexicon
from tasks.content_production.constrained_writing.floor import SHORTEST
from tasks.content_production.constrained_writing.lexicon import Pair
from tasks.content_production.constrained_writing.witness import NoWitness, Sentence, Wishes, build, tell

_TRIES = 60
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
_GROUPS = (("words", "lengths"), ("last", "ring"))
_EASY, _FAIR, _HARD = "jkqwxz", "bfghpvy", "bcdfghlmpr"  # letters, by how much their absence costs
_LINK = "avecwith"  # letters of the only preposition before a name

Maker = Callable[[str], c.Constraint]  # a condition, still to be said in a language


@dataclass(frozen=True, slots=True)
class Piece:
    """A set of conditions and the text that meets them, in each language."""

    conditions: dict[str, tuple[c.Constraint, ...]]
    witness: dict[str, str]


def draw(rng: Random, level: int) -> Piece:
    """Draw kinds, then witnesses until one meets all its conditions in every language; TaskError if none ever does."""
    for _ in range(_TRIES):
        kinds = _kinds(rng, level)
        for _ in range(_TRIES):
            piece = _attempt(rng, level, kinds)
            if piece:
                return piece
    raise TaskError(f"no witness in {_TRIES * _TRIES} tries", where=f"constrained_writing, level {level}")


def _attempt(rng: Random, level: int, kinds: Sequence[str]) -> Piece | None:
    wishes = _wishes(rng, level, kinds)
    try:
        sentences = build(rng, wishes)
        reader = _Reader(rng, level, wishes, sentences)
        made = [getattr(reader, kind)() for kind in kinds]
    except NoWitness:
        return None
    conditions = {language: tuple(say(language) for say in made) for language in LANGUAGES}
    proven = all(condition.holds(reader.texts[lang]) for lang in LANGUAGES for condition in conditions[lang])
    return Piece(conditions, reader.texts) if proven else None


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


def _wishes(rng: Random, level: int, kinds: Sequence[str]) -> Wishes:
    count = _SENTENCES[level - 1]
    pool = list(_EASY if level < 6 else _FAIR if level < 9 else _HARD)
    linked = "chain" in kinds or "ring" in kinds
    pool = [letter for letter in pool if not (linked and letter in _LINK)]
    banned = "".join(sorted(rng.sample(pool, _BANNED[level - 1]))) if "letters" in kinds else ""
    return Wishes(
        count=count,
        widest=_WIDEST[level - 1],
        banned=banned,
        longest=rng.randint(8, 10) if "longest" in kinds else 99,
        chain="chain" in kinds,
        ring="ring" in kinds,
        ascending="ascending" in kinds,
        each="each" in kinds,
        repeat=rng.randint(2, max(2, count // 2)) if "repeat" in kinds else 0,
        formal="register" in kinds,
        last="last" in kinds,
        shout="shout" in kinds,
    )


class _Reader:
    """Reads conditions off a witness; each method makes one, still to be said in a language."""

    def __init__(self, rng: Random, level: int, wishes: Wishes, sentences: Sequence[Sentence]) -> None:
        self._rng = rng
        self._level = level
        self._wishes = wishes
        self._sentences = sentences
        self._used: list[Pair] = [sentences[0].often] if wishes.each and sentences[0].often else []
        self.texts = {language: tell(sentences, language) for language in LANGUAGES}

    def _some(self, pairs: Sequence[Pair], count: int) -> list[Pair]:
        """Words that no other condition names yet."""
        left = [pair for n, pair in enumerate(pairs) if pair not in self._used and pair not in pairs[:n]]
        if len(left) < count:
            raise NoWitness
        picked = self._rng.sample(left, count)
        self._used += picked
        return picked

    def _absent(self, pairs: Sequence[Pair]) -> list[Pair]:
        said = {form for text in self.texts.values() for form in word_forms(text)}
        return [pair for pair in pairs if said.isdisjoint(word_forms(f"{pair.fr} {pair.en}"))]

    def include(self) -> Maker:
        content = [pair for sentence in self._sentences for pair in sentence.content()]
        if self._level == 1:  # the plainest sentence holds them: somebody, and something or somewhere
            opening = self._sentences[0]
            content = [opening.name, self._rng.choice([opening.noun, opening.place or opening.noun])]
        picked = self._some(content, _INCLUDED[self._level - 1])
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
        place = self._rng.randrange(len(self._sentences))
        (word,) = self._some(self._sentences[place].content()[1:], 1)
        return lambda lang: c.InSentence(place + 1, word.say(lang))

    def before(self) -> Maker:
        early, late = sorted(self._rng.sample(range(len(self._sentences)), 2))
        (first,) = self._some(self._sentences[early].content()[1:], 1)
        (second,) = self._some(self._sentences[late].content()[1:], 1)
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
        count, slack = len(words(self.texts["en"])), _SLACK[self._level - 1]
        low, high = count - self._rng.randint(slack and 1, slack), count + self._rng.randint(slack and 1, slack)
        return lambda _: c.WordCount(max(SHORTEST, low), high)

    def initials(self) -> Maker:
        return lambda _: c.Initials(first_letters(self.texts["en"]))

    def ascending(self) -> Maker:
        return lambda _: c.Ascending(len(self._sentences))

    def lengths(self) -> Maker:
        counts = tuple(len(words(sentence.say("en"))) for sentence in self._sentences)
        return lambda _: c.Lengths(counts)

    def chain(self) -> Maker:
        return lambda _: c.Chain()

    def ring(self) -> Maker:
        return lambda _: c.Ring()


def _said(pairs: Sequence[Pair], language: str) -> tuple[str, ...]:
    return tuple(pair.say(language) for pair in pairs)
