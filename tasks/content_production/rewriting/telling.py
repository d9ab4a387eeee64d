"""A passage as it is and as it should become, with the parts that may stand in another order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

from tasks.content_production.rewriting import english, french
from tasks.content_production.rewriting.drawing import Clause, Passage, Sentence
from tasks.content_production.rewriting.lexicon import JOINERS

_GRAMMAR: Mapping[str, ModuleType] = {"fr": french, "en": english}
_SOURCE = {"fr": {"I": "je", "you": "tu"}, "en": {"I": "I", "you": "you"}}
_THIRD = {"fr": ("elle", "il"), "en": ("she", "he")}
_AFTER_COMMA = ("mais", "puis", "but", "then")


@dataclass(frozen=True, slots=True)
class Parts:
    """A clause in three parts: who does, or what is done; the rest, or by whom; where or when."""

    head: str
    body: str
    adjunct: str
    passive: bool = False

    def said(self) -> str:
        """The parts in their usual order."""
        space = "" if self.head.endswith("'") else " "
        return f"{self.head}{space}{self.body} {self.adjunct}"


def source(passage: Passage, language: str) -> str:
    """The text to rewrite."""
    people = _SOURCE[language]
    register = "register" in passage.changes

    def parts(clause: Clause) -> Parts:
        grammar = _GRAMMAR[language]
        if register and language == "en":
            head, body = english.addressed(clause, formal=False)
        else:
            head, body = grammar.active(clause, people, "present")
        return Parts(head, body, grammar.adjunct(clause))

    return text([[parts(clause) for clause in one.clauses] for one in passage.sentences], passage.sentences, language)


def target(passage: Passage, language: str) -> list[list[Parts]]:
    """The clauses as they should become, by sentence."""
    return [[_changed(clause, passage, language) for clause in one.clauses] for one in passage.sentences]


def text(parts: Sequence[Sequence[Parts]], sentences: Sequence[Sentence], language: str) -> str:
    """Parts as running text."""
    said = []
    for clauses, sentence in zip(parts, sentences, strict=True):
        joiner = joined(sentence, language)
        line = f"{',' if joiner in _AFTER_COMMA else ''} {joiner} ".join(clause.said() for clause in clauses)
        said.append(f"{line[0].upper()}{line[1:]}.")
    return " ".join(said)


def joined(sentence: Sentence, language: str) -> str:
    """The word between the clauses."""
    return JOINERS[sentence.joiner][language == "en"]


def order(passage: Passage, language: str) -> str:
    """What to change."""
    she, he = _THIRD[language] if passage.she else _THIRD[language][::-1]
    if language == "fr":
        person = f"avec « {she} » au lieu de « je »" + (f" et « {he} » au lieu de « tu »" if passage.both else "")
        said = {
            "person": person,
            "past": "à l'imparfait",
            "future": "au futur simple",
            "register": "en vouvoyant au lieu de tutoyer",
            "voice": "à la voix passive",
        }
        return f"Récrivez {' et '.join(said[change] for change in passage.changes)} :"
    person = f'with "{she}" instead of "I"' + (f' and "{he}" instead of "you"' if passage.both else "")
    said = {
        "person": person,
        "past": "in the simple past",
        "future": 'in the future with "will"',
        "register": "without contractions",
        "voice": "in the passive voice",
    }
    return f"Rewrite {' and '.join(said[change] for change in passage.changes)}:"


def _changed(clause: Clause, passage: Passage, language: str) -> Parts:
    grammar, tense = _GRAMMAR[language], passage.tense
    adjunct = grammar.adjunct(clause)
    passive = "voice" in passage.changes
    if passive:
        head, body = grammar.passive(clause, tense)
    elif "register" in passage.changes and language == "en":
        head, body = english.addressed(clause, formal=True)
    else:
        head, body = grammar.active(clause, _people(passage, language), tense)
    return Parts(head, body, adjunct, passive)


def _people(passage: Passage, language: str) -> Mapping[str, str]:
    if "register" in passage.changes:
        return {"I": "je", "you": "vous"}
    if "person" not in passage.changes:
        return _SOURCE[language]
    she, he = _THIRD[language] if passage.she else _THIRD[language][::-1]
    return {"I": she, "you": he}
