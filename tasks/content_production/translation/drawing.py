"""Drawing a text to translate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from tasks.content_production.translation.lexicon import NAMES
from tasks.content_production.translation.structure import Article, Clause, Passage, Sentence, Tense
from tasks.content_production.translation.tongues import (
    QUALITIES,
    TONGUES,
    shared_idioms,
    shared_qualities,
    shared_things,
    unlike_things,
)


@dataclass(frozen=True, slots=True)
class Rules:
    """A level."""

    sentences: int
    tenses: tuple[Tense, ...] = ("present", "past", "future")
    qualities: float = 0.0  # how often a thing has one
    adjuncts: float = 0.0
    denied: float = 0.0
    linked: int = 0  # sentences of two clauses
    idioms: int = 0
    partner: str = ""  # German, Spanish or Italian instead of the other one of French and English
    into: bool = False  # whether the partner is written, not read
    bare: bool = False  # a counted thing alone
    lexicon: bool = False  # the words are given


LEVELS = (
    Rules(1, ("present",), bare=True, lexicon=True),
    Rules(1, ("present",), lexicon=True),
    Rules(1, ("present",), 1.0, lexicon=True),
    Rules(1, ("present",)),
    Rules(1, ("present", "past"), 1.0, 1.0),
    Rules(2, qualities=0.6, adjuncts=0.6, denied=0.3, partner="es"),
    Rules(2, qualities=0.7, adjuncts=0.7, denied=0.3, linked=1, partner="it"),
    Rules(3, qualities=0.7, adjuncts=0.7, denied=0.3, linked=1, partner="de"),
    Rules(4, qualities=0.7, adjuncts=0.7, denied=0.3, linked=1, idioms=1),
    Rules(5, qualities=0.7, adjuncts=0.7, denied=0.3, linked=2, idioms=1, partner="es", into=True),
    Rules(7, qualities=0.8, adjuncts=0.8, denied=0.3, linked=3, idioms=2, partner="it", into=True),
    Rules(9, qualities=0.8, adjuncts=0.8, denied=0.3, linked=5, idioms=2, partner="de", into=True),
)
_SHORT = 5  # up to this level items would coincide by chance
_STRIDE = 7591  # a prime that mixes indices, so that neighbours have little in common
_COUNTS, _PLACES = 10_007, len(TONGUES["fr"].adjuncts)  # more counts than indices that must differ


def draw_passage(rng: Random, level: int, index: int) -> Passage:
    """A passage of the level."""
    rules = LEVELS[level - 1]
    if level <= _SHORT:
        clause = _apart(rng, _clause(rng, rules), level, index)
        return Passage((Sentence((clause,)),), lexicon=rules.lexicon)
    kinds = ["idiom"] * rules.idioms + ["linked"] * rules.linked
    kinds += ["plain"] * (rules.sentences - len(kinds))
    rng.shuffle(kinds)
    idioms = rng.sample(shared_idioms(rules.partner), rules.idioms)
    sentences = []
    for kind in kinds:
        if kind == "idiom":
            sentences.append(Sentence((), idiom=idioms.pop()))
        elif kind == "linked":
            link = rng.randrange(len(TONGUES["fr"].links))
            sentences.append(Sentence((_clause(rng, rules), _clause(rng, rules)), link))
        else:
            sentences.append(Sentence((_clause(rng, rules),)))
    return Passage(tuple(sentences), rules.partner, rules.into)


def _apart(rng: Random, clause: Clause, level: int, index: int) -> Clause:
    """The clause with what no other of 10,000 indices has together; the thing that is done stays drawn."""
    rules = LEVELS[level - 1]
    if rules.bare:
        count, thing = 2 + index * _STRIDE % _COUNTS, rng.choice(unlike_things())
        return replace(clause, thing=thing, article="count", count=count, bare=True)
    if rules.lexicon or not rules.qualities:
        mixed = index * _STRIDE % (len(NAMES) * 997)
        thing = rng.choice(unlike_things()) if rules.lexicon else clause.thing
        return replace(clause, who=mixed % len(NAMES), thing=thing, article="count", count=2 + mixed // len(NAMES))
    halves = len(shared_things("")) // 2
    mixed = index * _STRIDE % (len(NAMES) * QUALITIES * _PLACES * 2)
    who, mixed = mixed % len(NAMES), mixed // len(NAMES)
    quality, mixed = mixed % QUALITIES, mixed // QUALITIES
    thing = 2 * rng.randrange(halves) + mixed // _PLACES
    return replace(clause, who=who, quality=quality, adjunct=mixed % _PLACES, thing=thing)


def _clause(rng: Random, rules: Rules) -> Clause:
    article: Article = rng.choice(("the", "a", "this", "own", "count"))
    adjunct = rng.randrange(_PLACES) if rng.random() < rules.adjuncts else None
    denied = rng.random() < rules.denied and article != "a"  # "pas de", "not any": several scopes
    if denied and rules.partner:  # what a "nicht" denies, and where it stands, is sure without a count and a place
        adjunct = None
        article = "the" if article == "count" else article
    return Clause(
        who=rng.randrange(len(NAMES)),
        thing=rng.choice(shared_things(rules.partner)),
        article=article,
        count=rng.randint(2, 40) if article == "count" else 1,
        quality=rng.choice(shared_qualities(rules.partner)) if rng.random() < rules.qualities else None,
        tense=rng.choice(rules.tenses),
        denied=denied,
        adjunct=adjunct,
    )


def difficulty(level: int) -> float:
    """What must be rendered: people, things, verbs, qualities, adjuncts, tenses, links, sayings.

    Words that are given count half, those of a third language somewhat more, most when it must be written.
    """
    rules = LEVELS[level - 1]
    clauses = rules.sentences - rules.idioms + rules.linked
    each = (1 if rules.bare else 3) + rules.qualities + rules.adjuncts + rules.denied + len(rules.tenses) / 2
    abroad = 1.0 + (0.1 + 0.1 * rules.into) * bool(rules.partner)
    weight = 0.5 if rules.lexicon else abroad
    return weight * (clauses * each + 2 * rules.linked + 5 * rules.idioms)
