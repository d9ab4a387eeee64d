"""English sentences: third person, tenses, negation, contractions."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.content_production.rewriting.drawing import Clause, Tense
from tasks.content_production.rewriting.lexicon import ADJUNCTS, OTHERS

_OWN = {"I": "my", "you": "your", "she": "her", "he": "his"}
_BE = {"present": ("is", "are"), "past": ("was", "were"), "future": ("will be", "will be")}
_DO = {"past": "did not", "future": "will not"}


def active(clause: Clause, people: Mapping[str, str], tense: Tense) -> tuple[str, str]:
    """The subject, and what follows it."""
    who = OTHERS[clause.subject][1] if isinstance(clause.subject, int) else people[clause.subject]
    return who, f"{_verb(clause, who not in ('I', 'you'), tense)} {thing(clause, people)}"


def _verb(clause: Clause, third: bool, tense: Tense) -> str:
    verb = clause.verb
    if clause.denied:
        do = _DO.get(tense, "does not" if third else "do not")
        return f"{do} {verb.base}"
    if tense == "present":
        return verb.third if third else verb.base
    return verb.past if tense == "past" else f"will {verb.base}"


def addressed(clause: Clause, formal: bool) -> tuple[str, str]:
    """Someone is told what they do: "You're washing", "You don't wash", or the full forms."""
    if clause.denied:
        do = "do not" if formal else "don't"
        return "you", f"{do} {clause.verb.base} {thing(clause, {'you': 'you'})}"
    who, are = ("you", "are ") if formal else ("you're", "")
    return who, f"{are}{clause.verb.doing} {thing(clause, {'you': 'you'})}"


def passive(clause: Clause, tense: Tense) -> tuple[str, str]:
    """What is done, and by whom."""
    be = _BE[tense][clause.count > 1]
    if clause.denied:
        be = "will not be" if tense == "future" else f"{be} not"
    return f"{thing(clause, {})} {be} {clause.verb.done}", f"by {OTHERS[int(clause.subject)][1]}"


def thing(clause: Clause, people: Mapping[str, str]) -> str:
    """The object: "3 shirts", "my shirt", "the shirt"."""
    if clause.count > 1:
        return f"{clause.count} {clause.thing.ens}"
    return f"{_OWN[people[clause.owner]] if clause.owner else 'the'} {clause.thing.en}"


def adjunct(clause: Clause) -> str:
    """Where or when."""
    return ADJUNCTS[clause.adjunct[0]][1].format(n=clause.adjunct[1])
