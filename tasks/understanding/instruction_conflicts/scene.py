"""What both languages tell: documents with facts and intruding orders, directions with priorities, and questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["city", "job", "animal", "year"]
KINDS: tuple[Kind, ...] = ("city", "job", "animal", "year")
OrderKind = Literal["value", "all", "word"]  # say this value; abstain everywhere; abstain in other words


@dataclass(frozen=True, slots=True)
class Rules:
    """What a level's scenes are made of."""

    questions: int
    facts: int  # attributes told, those that answer included
    links: int = 0  # relations told beside those that questions follow
    hops: int = 0  # relations that a question follows at most; one question at least follows so many
    documents: int = 1
    clashes: int = 0  # facts on which two documents disagree
    orders: int = 0  # instructions inside the documents
    voices: int = 0  # who give directions on the words for a missing answer
    reversing: bool = False  # directions on the order of the answers too
    exception: bool = False  # one kind of question has another voice prevail
    alone: bool = False  # no other fact of the kind asked is told
    kinds: tuple[Kind, ...] = KINDS  # what may be asked then


LEVELS: tuple[Rules, ...] = (
    Rules(1, 3, alone=True, kinds=("city", "year")),  # the same words in both languages
    Rules(1, 4, alone=True),
    Rules(2, 5),
    Rules(2, 7, orders=1),
    Rules(2, 8, links=2, hops=1, orders=1),
    Rules(3, 10, links=3, hops=1, orders=1, voices=2),
    Rules(4, 14, links=5, hops=2, documents=2, clashes=2, orders=2, voices=3),
    Rules(4, 20, links=8, hops=3, documents=3, clashes=3, orders=3, voices=3, reversing=True),
    Rules(5, 28, links=12, hops=4, documents=3, clashes=4, orders=4, voices=3, reversing=True, exception=True),
    Rules(6, 40, links=18, hops=6, documents=4, clashes=6, orders=5, voices=4, reversing=True, exception=True),
)


@dataclass(frozen=True, slots=True)
class Has:
    """A person's attribute; `value` is a place in the kind's values, or a year."""

    person: int
    kind: Kind
    value: int


@dataclass(frozen=True, slots=True)
class Linked:
    """`person`'s `noun` (a place in `lexicon.NOUNS`) is `other`."""

    person: int
    noun: int
    other: int


@dataclass(frozen=True, slots=True)
class Intrusion:
    """An order inside a document, which is not to be obeyed."""

    form: OrderKind
    question: int  # from 0
    kind: Kind
    value: int


@dataclass(frozen=True, slots=True)
class Document:
    """One source. Of two that disagree, the one with the higher `rank` is right."""

    title: int  # place in `lexicon.TITLES`
    rank: int
    lines: tuple[Has | Linked | Intrusion, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """Someone's directions; the lower `rank`, the more it prevails."""

    who: int  # place in `lexicon.VOICES`
    rank: int
    word: int  # place in `lexicon.WORDS`, -1 where it says nothing on this
    reverse: int  # 1, 0, or -1 where it says nothing on this


@dataclass(frozen=True, slots=True)
class Question:
    """Start from a person, follow nouns, ask for a kind of value. `answer` is None where the documents do not tell."""

    path: tuple[int, ...]  # people passed through; beyond where the documents end, imagined ones for their gender
    nouns: tuple[int, ...]
    kind: Kind
    answer: int | None


@dataclass(frozen=True, slots=True)
class Scene:
    """One item's structure."""

    documents: tuple[Document, ...]  # in the order they are shown
    voices: tuple[Voice, ...]  # in the order they are shown
    exception: tuple[Kind, int] | None  # for this kind of question, this place in `voices` prevails
    questions: tuple[Question, ...]


def missing_word(scene: Scene, kind: Kind) -> int:
    """Which words say that an answer to a question of a kind is missing: 0 unless a voice has others written."""
    if scene.exception and scene.exception[0] == kind:
        return scene.voices[scene.exception[1]].word
    said = [voice for voice in sorted(scene.voices, key=lambda v: v.rank) if voice.word >= 0]
    return said[0].word if said else 0


def reversed_order(scene: Scene) -> bool:
    """Whether the answers are wanted from the last to the first."""
    said = [voice for voice in sorted(scene.voices, key=lambda v: v.rank) if voice.reverse >= 0]
    return bool(said) and said[0].reverse == 1


def difficulty(level: int) -> int:
    """The proxy: what is told (facts, relations, orders, directions) plus what is followed for the questions."""
    rules = LEVELS[level - 1]
    told = rules.facts + rules.links + rules.clashes + rules.orders + rules.voices * (1 + rules.reversing)
    return told + rules.questions * (1 + rules.hops) + rules.documents + rules.exception
