"""Drawing a text and what is to be changed in it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from random import Random
from typing import Literal

from tasks.content_production.rewriting.lexicon import ADJUNCTS, EASY, JOINERS, OTHERS, THINGS, Noun, Verb

Change = Literal["person", "past", "future", "register", "voice"]
Tense = Literal["present", "past", "future"]


@dataclass(frozen=True, slots=True)
class Clause:
    """Someone does something to a thing. A subject or owner is "I", "you", or the place of another in `OTHERS`."""

    subject: str | int
    verb: Verb
    thing: Noun
    count: int  # 1 with an article or an owner
    owner: str | None
    adjunct: tuple[int, int]  # a line of the lexicon, its number
    denied: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """One clause, or two with a word between."""

    clauses: tuple[Clause, ...]
    joiner: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences and the changes asked for. `she` says who "I" becomes; "you" becomes the other."""

    sentences: tuple[Sentence, ...]
    changes: tuple[Change, ...]
    she: bool
    both: bool  # whether "you" changes too

    @property
    def tense(self) -> Tense:
        """The tense asked for."""
        return "past" if "past" in self.changes else "future" if "future" in self.changes else "present"


@dataclass(frozen=True, slots=True)
class Rules:
    """A level."""

    changes: tuple[str, ...]  # each a choice, "+" between changes made together; "tense" is either tense
    sentences: int
    joined: int = 0  # sentences of two clauses
    denied: float = 0.0
    cast: int = 1  # 1: "I"; 2: and "you"; 3: and others
    easy: bool = False  # always "she", with verbs whose French form stays


LEVELS = (
    Rules(("person",), 1, easy=True),
    Rules(("person", "tense"), 2),
    Rules(("person", "tense", "register"), 2, 0, 0.5),
    Rules(("person", "tense", "register", "voice"), 3, 0, 0.4),
    Rules(("person+tense", "voice"), 3, 1, 0.3),
    Rules(("person+tense", "voice+tense"), 4, 1, 0.3),
    Rules(("person+tense", "voice+tense"), 5, 2, 0.3),
    Rules(("person+tense",), 6, 3, 0.3, 2),
    Rules(("person+tense",), 8, 4, 0.3, 3),
    Rules(("person+tense",), 11, 6, 0.3, 3),
    Rules(("person+tense",), 14, 10, 0.3, 3),
    Rules(("person+tense",), 18, 15, 0.3, 3),
)
_MOST = 40  # things counted
_SHORT = 2  # up to this level items would coincide by chance
_STRIDE = 6229  # a prime that mixes indices, so that neighbours have little in common
_COUNTS = 97  # a prime: counts and adjuncts go through all their pairs


def draw_passage(rng: Random, level: int, index: int) -> Passage:
    """A passage in which every sentence changes, and no two are the same."""
    rules = LEVELS[level - 1]
    names = rng.choice(rules.changes).split("+")
    changes = tuple(rng.choice(("past", "future")) if name == "tense" else name for name in names)
    joined = set(rng.sample(range(rules.sentences), rules.joined))
    sentences: list[Sentence] = []
    if level <= _SHORT:
        sentences.append(Sentence((_numbered(_clause(rng, rules, changes), index),)))
    while len(sentences) < rules.sentences:
        made = _sentence(rng, rules, changes, 2 if len(sentences) in joined else 1)
        if made not in sentences:
            sentences.append(made)
    return Passage(tuple(sentences), changes, rules.easy or rng.random() < 0.5, rules.cast > 1)  # type: ignore[arg-type]


def _numbered(clause: Clause, index: int) -> Clause:
    """The clause with a count and an adjunct that no other of 10,000 indices has together."""
    adjuncts = [(line, n) for line, _ in enumerate(ADJUNCTS) for n in _numbers(ADJUNCTS[line][0])]
    mixed = index * _STRIDE % (_COUNTS * len(adjuncts))
    adjunct = adjuncts[mixed // _COUNTS]
    return dataclasses.replace(clause, count=2 + mixed % _COUNTS, owner=None, adjunct=adjunct)


def _numbers(adjunct: str) -> range:
    """The numbers that an adjunct can hold, one where it holds none."""
    return range(2, 60) if "minutes" in adjunct else range(2, 12) if "{n}" in adjunct else range(1)


def _sentence(rng: Random, rules: Rules, changes: tuple[str, ...], count: int) -> Sentence:
    first = _clause(rng, rules, changes)
    if count == 1:
        return Sentence((first,))
    return Sentence((first, _clause(rng, rules, changes)), rng.randrange(len(JOINERS)))


def _clause(rng: Random, rules: Rules, changes: tuple[str, ...]) -> Clause:
    verb, things = rng.choice(EASY if rules.easy else THINGS)
    subject: str | int = "I"
    if "voice" in changes:
        subject = rng.randrange(len(OTHERS))
    elif "register" in changes:
        subject = "you"
    elif rules.cast > 1:
        subject = rng.choice(("I", "you", rng.randrange(len(OTHERS)))[: rules.cast])
    kind = rng.random()
    count = rng.randint(2, _MOST) if kind < 0.4 else 1
    owner = None
    if count == 1 and kind < 0.8 and "voice" not in changes:
        owner = rng.choice(("I", "you")) if rules.cast > 1 else str(subject)
    adjunct = (rng.randrange(len(ADJUNCTS)), rng.randint(2, 11))
    return Clause(subject, verb, rng.choice(things), count, owner, adjunct, rng.random() < rules.denied)


def difficulty(level: int) -> float:
    """Clauses, times the changes made together, times the people to keep apart."""
    rules = LEVELS[level - 1]
    together = sum(len(choice.split("+")) + choice.startswith("voice") for choice in rules.changes) / len(rules.changes)
    return (rules.sentences + rules.joined) * together * (1 + rules.denied) * rules.cast
