"""French sentences: conjugation, elision, agreement."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.content_production.rewriting.drawing import Clause, Tense
from tasks.content_production.rewriting.lexicon import ADJUNCTS, OTHERS, Noun, Verb

_VOWELS = tuple("aeiouyéèêhAEIOUYÉH")
_PEOPLE = ("je", "tu", "il", "vous")
_ENDINGS = {"past": ("ais", "ais", "ait", "iez"), "future": ("ai", "as", "a", "ez")}
_BE = {"present": ("est", "sont"), "past": ("était", "étaient"), "future": ("sera", "seront")}
_OWN = {"je": ("mon", "ma"), "tu": ("ton", "ta"), "vous": ("votre", "votre")}


def active(clause: Clause, people: Mapping[str, str], tense: Tense) -> tuple[str, str]:
    """The subject with its elision, and what follows it; `people` says what "I" and "you" are called."""
    who = OTHERS[clause.subject][0] if isinstance(clause.subject, int) else people[clause.subject]
    verb = conjugated(clause.verb, who, tense)
    if clause.denied:
        verb = f"n'{verb} pas" if verb.startswith(_VOWELS) else f"ne {verb} pas"
    if who == "je" and verb.startswith(_VOWELS):
        who = "j'"
    return who, f"{verb} {thing(clause, people)}"


def passive(clause: Clause, tense: Tense) -> tuple[str, str]:
    """What is done, and by whom."""
    many = clause.count > 1
    be = _BE[tense][many]
    if clause.denied:
        be = f"n'{be} pas" if be.startswith(_VOWELS) else f"ne {be} pas"
    ending = ("e" if clause.thing.gender == "f" else "") + ("s" if many else "")
    participle = clause.verb.participle
    done = participle if participle.endswith("s") and ending == "s" else participle + ending
    who = OTHERS[int(clause.subject)][0]
    return f"{thing(clause, {})} {be} {done}", f"par {who}"


def conjugated(verb: Verb, who: str, tense: Tense) -> str:
    """A form of the verb."""
    person = _PEOPLE.index(who) if who in _PEOPLE else 2
    if tense == "present":
        return verb.present[person]
    return (verb.imperfect if tense == "past" else verb.future) + _ENDINGS[tense][person]


def thing(clause: Clause, people: Mapping[str, str]) -> str:
    """The object: "3 chemises", "ma chemise", "la chemise"."""
    noun = clause.thing
    if clause.count > 1:
        return f"{clause.count} {noun.frs}"
    if clause.owner:
        masculine, feminine = _OWN.get(people[clause.owner], ("son", "sa"))
        elided = noun.gender == "m" or noun.fr.startswith(_VOWELS)
        return f"{masculine if elided else feminine} {noun.fr}"
    return the(noun)


def the(noun: Noun) -> str:
    """The noun with its article."""
    if noun.fr.startswith(_VOWELS):
        return f"l'{noun.fr}"
    return f"{'le' if noun.gender == 'm' else 'la'} {noun.fr}"


def adjunct(clause: Clause) -> str:
    """Where or when."""
    return ADJUNCTS[clause.adjunct[0]][0].format(n=clause.adjunct[1])
