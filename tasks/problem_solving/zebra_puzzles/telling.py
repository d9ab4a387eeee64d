"""Saying a puzzle in French and in English."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.problem_solving.zebra_puzzles.clues import Clue
from tasks.problem_solving.zebra_puzzles.drawing import Puzzle
from tasks.problem_solving.zebra_puzzles.lexicon import ATTRIBUTES

_AND = {"fr": " et ", "en": " and "}
_ROW = {
    "fr": "{} sont en rang, de la place 1 à gauche à la place {} à droite.",
    "en": "{} stand in a row, from place 1 on the left to place {} on the right.",
}
_GROUP = {"fr": "{} sont ensemble.", "en": "{} are together."}
_LIST = {"fr": "{} : {}.", "en": "{}: {}."}
_PERSON = {"fr": "la personne qui {}", "en": "the person who {}"}
_WHO = {"fr": "Qui {} ?", "en": "Who {}?"}
_ALL = {"fr": "Qui est à chaque place (nom, {}) ?", "en": "Who is at each place (name, {})?"}
_SAID = {
    "fr": {
        "at": "{} est à la place {}.",
        "not at": "{} n'est pas à la place {}.",
        "end": "{} est à l'un des deux bouts.",
        "not same": "{} n'est pas {}.",
        "left": "{} est juste à gauche {}.",
        "next": "{} est à côté {}.",
        "before": "{} est quelque part à gauche {}.",
    },
    "en": {
        "at": "{} is at place {}.",
        "not at": "{} is not at place {}.",
        "end": "{} is at one of the two ends.",
        "not same": "{} is not {}.",
        "left": "{} is immediately to the left of {}.",
        "next": "{} is next to {}.",
        "before": "{} is somewhere to the left of {}.",
    },
}
_COMPARED = ("left", "next", "before")


def tell_puzzle(puzzle: Puzzle, language: str) -> str:
    """The people and what they can have where something is to be found, the clues and the question."""
    opening = [] if puzzle.plain else [_opening(puzzle, language), *_lists(puzzle, language)]
    does = [_does(puzzle, variable, language) for variable in range(len(puzzle.places))]
    people = [*puzzle.names, *(_PERSON[language].format(phrase) for phrase in does[len(puzzle.names) :])]
    clues = [_clue(clue, people, does, language) for clue in puzzle.clues]
    asked = _WHO[language].format(does[puzzle.asked])
    if puzzle.asked < 0:
        asked = _ALL[language].format(", ".join(ATTRIBUTES[a].label[language] for a in puzzle.attributes))
    return " ".join((*opening, *clues, asked))


def _opening(puzzle: Puzzle, language: str) -> str:
    names = ", ".join(puzzle.names[:-1]) + _AND[language] + puzzle.names[-1]
    return (_ROW if puzzle.row else _GROUP)[language].format(names, len(puzzle.names))


def _lists(puzzle: Puzzle, language: str) -> list[str]:
    """For each attribute, its values in an order that tells nothing."""
    return [
        _LIST[language].format(
            ATTRIBUTES[a].plural[language], ", ".join(ATTRIBUTES[a].words[language][v] for v in sorted(values))
        )
        for a, values in zip(puzzle.attributes, puzzle.values, strict=True)
    ]


def word(puzzle: Puzzle, variable: int, language: str) -> str:
    """A name or a value alone."""
    attribute, n = divmod(variable, len(puzzle.names))
    if not attribute:
        return puzzle.names[n]
    return ATTRIBUTES[puzzle.attributes[attribute - 1]].words[language][puzzle.values[attribute - 1][n]]


def _does(puzzle: Puzzle, variable: int, language: str) -> str:
    """What the person of a value does; nothing for a name."""
    attribute, n = divmod(variable, len(puzzle.names))
    if not attribute:
        return ""
    return ATTRIBUTES[puzzle.attributes[attribute - 1]].says(puzzle.values[attribute - 1][n], language)


def _clue(clue: Clue, people: Sequence[str], does: Sequence[str], language: str) -> str:
    """The sentence of a clue, given who each variable is and what that person does."""
    kind, x, y = clue
    subject = people[x][0].upper() + people[x][1:]
    if kind == "same":
        return f"{subject} {does[y]}."
    if kind in ("at", "not at"):
        return _SAID[language][kind].format(subject, y + 1)
    if kind == "end":
        return _SAID[language]["end"].format(subject)
    other = people[y]
    if language == "fr" and kind in _COMPARED:
        other = f"d'{other}" if other[0] in "AEIOUY" else f"de {other}"
    return _SAID[language][kind].format(subject, other)
