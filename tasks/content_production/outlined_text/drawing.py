"""Drawing an outline, and a text that follows it: the proof that it can be followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from tasks.content_production.outlined_text.lexicon import (
    ABOUT,
    ACTORS,
    ACTS,
    CITES,
    GIVES,
    MENTIONS,
    OPENERS,
    REPEATS,
    SUBJECTS,
    TITLES,
    WORDS,
    Pair,
)

LANGUAGES = ("fr", "en")  # in the order of pairs


@dataclass(frozen=True, slots=True)
class Section:
    """What a part must be; other parts are given by their place."""

    title: Pair
    low: int
    high: int
    words: tuple[Pair, ...]
    cites: int | None  # the part whose title it quotes
    gives: bool  # whether it gives a year of the writer's choice
    repeats: int | None  # the part whose year it takes up
    body: Pair  # the witness's


@dataclass(frozen=True, slots=True)
class Outline:
    """A subject and its parts."""

    subject: Pair
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """A level."""

    sections: int
    words: int  # to mention, in each
    cites: int
    years: int  # pairs of parts with the same year
    filler: tuple[int, int]  # sentences of the witness beside those asked for
    room: int  # words of the bounds, below and above the witness
    plain: bool = False  # no minimum, a round maximum, and witnesses alike: the worked examples show the way


LEVELS = (
    Rules(1, 1, 0, 0, (0, 0), 40, plain=True),
    Rules(1, 2, 0, 0, (0, 0), 40, plain=True),
    Rules(2, 1, 0, 0, (1, 1), 20),
    Rules(3, 1, 1, 0, (1, 2), 8),
    Rules(4, 1, 1, 0, (1, 2), 7),
    Rules(4, 2, 1, 1, (1, 3), 7),
    Rules(5, 2, 2, 1, (2, 3), 6),
    Rules(6, 2, 2, 1, (2, 3), 6),
    Rules(7, 2, 3, 2, (2, 4), 5),
    Rules(8, 2, 4, 2, (3, 4), 5),
    Rules(10, 2, 5, 3, (3, 5), 4),
    Rules(12, 3, 6, 4, (3, 5), 3),
)
LEAST = 3  # words of a sentence: a bound that is no bound, and is not told
_SHORT = 3  # up to this level items would coincide by chance
_STRIDE = 6229  # a prime that mixes indices, so that neighbours have little in common
_BLOCK = 3  # titles among which one is still drawn


@dataclass(slots=True)
class _Writer:
    """Sentences of which no two are the same."""

    rng: Random
    places: list[list[int]] = field(default_factory=list)
    count: int = 0

    def filler(self) -> Pair:
        """Someone does something; the three lists have lengths without a common divisor."""
        if not self.places:
            self.places = [self.rng.sample(range(len(pairs)), len(pairs)) for pairs in (OPENERS, ACTORS, ACTS)]
        opener, actor, act = (
            pairs[order[self.count % len(pairs)]]
            for pairs, order in zip((OPENERS, ACTORS, ACTS), self.places, strict=True)
        )
        self.count += 1
        return f"{opener[0]}, {actor[0]} {act[0]}.", f"{opener[1]}, {actor[1]} {act[1]}."


def draw_outline(rng: Random, level: int, index: int) -> Outline:
    """An outline of the level with its witness."""
    rules = LEVELS[level - 1]
    count = rules.sections
    subject = rng.choice(SUBJECTS)
    titles, words = rng.sample(TITLES, count), rng.sample(WORDS, count * rules.words)
    if level <= _SHORT:
        subject = _number(rng, index, titles, words) or subject
    cites = _cited(rng, count, rules.cites)
    order = rng.sample(range(count), 2 * rules.years)
    years = dict(zip(order[: rules.years], order[rules.years :], strict=True))  # who takes up: who gives
    chosen = dict(zip(years.values(), rng.sample(range(1850, 2000), rules.years), strict=True))
    writer = _Writer(rng)
    sections = []
    for n, title in enumerate(titles):
        asked = tuple(words[n * rules.words : (n + 1) * rules.words])
        lines = [_pair(ABOUT, subject=subject)] if n == 0 else []
        lines += [writer.filler() for _ in range(rng.randint(*rules.filler))]
        for place, word in enumerate(asked):
            lines.append(_pair(MENTIONS[place] if rules.plain else rng.choice(MENTIONS), word=word))
        if n in cites:
            lines.append(_pair(rng.choice(CITES), title=titles[cites[n]]))
        if n in chosen:
            lines.append(_pair(GIVES, year=(str(chosen[n]),) * 2))
        if n in years:
            lines.append(_pair(REPEATS, year=(str(chosen[years[n]]),) * 2))
        body = (" ".join(line[0] for line in lines), " ".join(line[1] for line in lines))
        low, high = _bounds(rng, rules, body)
        sections.append(Section(title, low, high, asked, cites.get(n), n in chosen, years.get(n), body))
    return Outline(subject, tuple(sections))


def _bounds(rng: Random, rules: Rules, body: Pair) -> tuple[int, int]:
    """Fewest and most words: around the witness, or none and a round number."""
    if rules.plain:
        return LEAST, 10 * rng.randint(4, 6)
    sizes = [len(text.split()) for text in body]
    return max(LEAST, min(sizes) - rules.room), max(sizes) + rules.room


def _number(rng: Random, index: int, titles: list[Pair], words: list[Pair]) -> Pair | None:
    """Make the first title and the first two words those that no other of 10,000 indices has together.

    With one word alone it is the subject, returned, that goes with it.
    """
    others = len(SUBJECTS) if len(words) == 1 else len(WORDS) - 1
    mixed = index * _STRIDE % (len(WORDS) * others * (len(TITLES) // _BLOCK))
    one, rest = mixed % len(WORDS), mixed // len(WORDS)
    _place(words, 0, WORDS[one])
    _place(titles, 0, TITLES[rest // others * _BLOCK + rng.randrange(_BLOCK)])
    if len(words) == 1:
        return SUBJECTS[rest % others]
    _place(words, 1, WORDS[(one + 1 + rest % others) % len(WORDS)])
    return None


def _place(drawn: list[Pair], n: int, pair: Pair) -> None:
    """Put `pair` at a place, swapped with its other place if it has one."""
    if pair in drawn:
        drawn[drawn.index(pair)] = drawn[n]
    drawn[n] = pair


def _cited(rng: Random, count: int, cites: int) -> dict[int, int]:
    """Which part quotes which other one's title; no title is quoted twice."""
    if cites == 1:
        one, other = rng.sample(range(count), 2)
        return {one: other}
    places = rng.sample(range(count), cites)
    return dict(zip(places, [*places[1:], *places[:1]], strict=True))


def difficulty(level: int) -> float:
    """Conditions to meet, and words to write."""
    rules = LEVELS[level - 1]
    conditions = rules.sections * (2 + rules.words) + 2 * rules.cites + 3 * rules.years
    sentences = rules.sections * (sum(rules.filler) / 2 + rules.words) + rules.cites + 2 * rules.years
    return conditions + sentences + 10 / rules.room


def _pair(template: Pair, **slots: Pair) -> Pair:
    """A template of both languages with its slots filled."""
    french = template[0].format(**{name: pair[0] for name, pair in slots.items()})
    return french, template[1].format(**{name: pair[1] for name, pair in slots.items()})
