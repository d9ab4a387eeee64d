"""What every language can do: say a clause in pieces, of which some are as good as others."""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from harness.errors import TaskError
from tasks.content_production.translation.lexicon import NAMES, Choices, Noun, Quality, Thing
from tasks.content_production.translation.structure import Article, Clause, Tense

Place = Literal["main", "under"]  # of a clause in its sentence; German puts the verb of an `under` clause last
ORDERS = ("WVTA", "AWVT")


@dataclass(frozen=True, slots=True)
class Said:
    """A clause: who (W), finite verb and the rest of it (V, R), thing (T), adjunct (A); the first of each is told.

    A verb is `finite|rest`, or one piece without a bar. `orders` are the orders of the pieces that are as good.
    """

    who: str
    verbs: Choices
    things: Choices
    adjuncts: Choices
    orders: Choices


class Tongue(ABC):
    """A language."""

    name: ClassVar[str]
    or_words: ClassVar[Choices]  # no sentence here says "or": one that does offers a choice
    things: ClassVar[tuple[Thing | None, ...]]
    adjuncts: ClassVar[tuple[Choices, ...]]
    links: ClassVar[tuple[tuple[tuple[str, Place], ...], ...]]  # and, but, because, while; what kind of clause follows
    after_comma: ClassVar[Choices]  # the links that a comma stands before
    idioms: ClassVar[tuple[Choices, ...]]
    numbers: ClassVar[str]  # from two on

    @abstractmethod
    def verb(self, clause: Clause) -> Choices:
        """The verb with its tense and negation."""

    @abstractmethod
    def thing(self, clause: Clause) -> Choices:
        """The thing with its article and quality."""

    @abstractmethod
    def has_quality(self, quality: int) -> bool:
        """Whether the language has a sure word for it."""

    def orders(self, place: Place) -> Choices:
        """The orders of a clause's pieces."""
        return ORDERS

    def smooth(self, text: str) -> str:
        """The text with what its neighbours do to a word: elision and the like."""
        return text

    def said(self, clause: Clause, place: Place = "main") -> Said:
        """A clause in pieces."""
        things = self._things(clause.thing, clause.article, _sex(clause), clause.count, clause.quality, clause.bare)
        if clause.bare:
            return Said("", ("",), things, (), ("T",))
        adjuncts = () if clause.adjunct is None else self.adjuncts[clause.adjunct]
        verbs = self._verbs(clause.thing, clause.tense, clause.denied)
        return Said(NAMES[clause.who][0], verbs, things, adjuncts, self._orders(place, bool(adjuncts)))

    @functools.cache  # noqa: B019 - a language lives as long as the process, and its tables bound the keys
    def _verbs(self, thing: int, tense: Tense, denied: bool) -> Choices:
        return self.verb(Clause(0, thing, "the", 1, None, tense, denied, None))

    @functools.lru_cache(maxsize=16_384)  # noqa: B019
    def _things(self, thing: int, article: Article, sex: int, count: int, quality: int | None, bare: bool) -> Choices:
        return self.thing(Clause(sex, thing, article, count, quality, "present", False, None, bare))

    @functools.cache  # noqa: B019
    def _orders(self, place: Place, adjunct: bool) -> Choices:
        return tuple(dict.fromkeys(order if adjunct else order.replace("A", "") for order in self.orders(place)))

    def told_of(self, clause: Clause) -> Thing:
        """The thing of a clause; drawing never takes one that a language lacks."""
        thing = self.things[clause.thing]
        if thing is None:
            raise TaskError(f"the language has no thing {clause.thing}", where=self.name)
        return thing


def _sex(clause: Clause) -> int:
    """One name stands for all of its gender."""
    return 0 if NAMES[clause.who][1] == "m" else len(NAMES) - 1


class Romance(Tongue):
    """French, Spanish, Italian: two genders, qualities that agree, before or after the noun."""

    qualities: ClassVar[tuple[tuple[Quality, ...], ...]]

    @abstractmethod
    def article(self, clause: Clause, noun: Noun, said: str) -> Choices:
        """What stands before the noun and its quality, with its space; none before a count."""

    def has_quality(self, quality: int) -> bool:
        """Whether the language has a sure word for it."""
        return bool(self.qualities[quality])

    def thing(self, clause: Clause) -> Choices:
        """The thing with its article and quality."""
        found = []
        for noun in self.told_of(clause).nouns:
            for said in self.described(noun, clause):
                articles = (f"{clause.count} ",) if clause.article == "count" else self.article(clause, noun, said)
                found += [f"{article}{said}" for article in articles]
        return tuple(dict.fromkeys(found))

    def described(self, noun: Noun, clause: Clause) -> Sequence[str]:
        """The noun with its quality."""
        many = clause.count > 1
        name = noun.many if many else noun.one
        if clause.quality is None:
            return [name]
        found = []
        for quality in self.qualities[clause.quality]:
            form = quality.forms[2 * many + (noun.gender == "f")]
            found.append(f"{form} {name}" if quality.before else f"{name} {form}")
        return found
