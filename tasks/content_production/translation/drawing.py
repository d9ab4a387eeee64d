"""Drawing a text to translate."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from tasks.content_production.translation.lexicon import ADJUNCTS, IDIOMS, LINKS, NAMES, QUALITIES, THINGS

Tense = Literal["present", "past", "future"]
Article = Literal["the", "a", "this", "own", "count"]


@dataclass(frozen=True, slots=True)
class Clause:
    """Someone does something to a thing; numbers are places in the lexicon."""

    who: int
    thing: int
    article: Article
    count: int
    quality: int | None
    tense: Tense
    denied: bool
    adjunct: int | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One clause, two with a link, or an idiom."""

    clauses: tuple[Clause, ...]
    link: int = 0
    idiom: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences in order."""

    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """A level."""

    sentences: int
    tenses: tuple[Tense, ...]
    qualities: float = 0.0  # how often a thing has one
    adjuncts: float = 0.0
    denied: float = 0.0
    linked: int = 0  # sentences of two clauses
    idioms: int = 0


_ALL: tuple[Tense, ...] = ("present", "past", "future")
LEVELS = (
    Rules(1, ("present",), 0.0, 0.3),
    Rules(1, ("present",), 1.0, 0.3),
    Rules(1, ("present", "past"), 1.0, 0.5),
    Rules(1, _ALL, 1.0, 1.0, 0.4),
    Rules(2, _ALL, 0.6, 0.6, 0.3),
    Rules(2, _ALL, 0.7, 0.7, 0.3, 1),
    Rules(3, _ALL, 0.7, 0.7, 0.3, 1),
    Rules(4, _ALL, 0.7, 0.7, 0.3, 1, 1),
    Rules(5, _ALL, 0.7, 0.7, 0.3, 2, 1),
    Rules(6, _ALL, 0.7, 0.7, 0.3, 3, 2),
    Rules(8, _ALL, 0.8, 0.8, 0.3, 4, 2),
    Rules(11, _ALL, 0.8, 0.8, 0.3, 6, 3),
)
_SHORT = 3  # up to this level items would coincide by chance
_STRIDE = 6229  # a prime that mixes indices, so that neighbours have little in common
_BLOCKS, _BLOCK = 11, 9  # counts: which block is the index's, which of the block is drawn


def draw_passage(rng: Random, level: int, index: int) -> Passage:
    """A passage of the level."""
    rules = LEVELS[level - 1]
    if level <= _SHORT:
        return Passage((Sentence((_numbered(rng, _clause(rng, rules), index),)),))
    kinds = ["idiom"] * rules.idioms + ["linked"] * rules.linked
    kinds += ["plain"] * (rules.sentences - len(kinds))
    rng.shuffle(kinds)
    idioms = rng.sample(range(len(IDIOMS)), rules.idioms)
    sentences = []
    for kind in kinds:
        if kind == "idiom":
            sentences.append(Sentence((), idiom=idioms.pop()))
        elif kind == "linked":
            sentences.append(Sentence((_clause(rng, rules), _clause(rng, rules)), rng.randrange(len(LINKS))))
        else:
            sentences.append(Sentence((_clause(rng, rules),)))
    return Passage(tuple(sentences))


def _numbered(rng: Random, clause: Clause, index: int) -> Clause:
    """The clause with a count, a person and a thing that no other of 10,000 indices has together."""
    mixed = index * _STRIDE % (len(NAMES) * len(THINGS) * _BLOCKS)
    who, rest = mixed % len(NAMES), mixed // len(NAMES)
    thing, block = rest % len(THINGS), rest // len(THINGS) % _BLOCKS
    count = 2 + block * _BLOCK + rng.randrange(_BLOCK)
    return Clause(who, thing, "count", count, clause.quality, clause.tense, clause.denied, clause.adjunct)


def _clause(rng: Random, rules: Rules) -> Clause:
    article: Article = rng.choice(("the", "a", "this", "own", "count"))
    return Clause(
        who=rng.randrange(len(NAMES)),
        thing=rng.randrange(len(THINGS)),
        article=article,
        count=rng.randint(2, 40) if article == "count" else 1,
        quality=rng.randrange(len(QUALITIES)) if rng.random() < rules.qualities else None,
        tense=rng.choice(rules.tenses),
        denied=rng.random() < rules.denied and article != "a",  # "pas de", "not any": several scopes
        adjunct=rng.randrange(len(ADJUNCTS)) if rng.random() < rules.adjuncts else None,
    )


def difficulty(level: int) -> float:
    """What must be rendered: people, things and verbs, qualities, adjuncts, tenses, links and idioms."""
    rules = LEVELS[level - 1]
    clauses = rules.sentences - rules.idioms + rules.linked
    each = 3 + rules.qualities + rules.adjuncts + rules.denied + len(rules.tenses) / 2
    return clauses * each + 2 * rules.linked + 5 * rules.idioms
