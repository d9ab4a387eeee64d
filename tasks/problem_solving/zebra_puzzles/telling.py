"""Saying a puzzle in French and in English."""

from __future__ import annotations

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
    """The people, what they can have, the clues and the question."""
    names = ", ".join(puzzle.names[:-1]) + _AND[language] + puzzle.names[-1]
    opening = (_ROW if puzzle.row else _GROUP)[language].format(names, len(puzzle.names))
    lists = [
        _LIST[language].format(
            ATTRIBUTES[a].plural[language], ", ".join(ATTRIBUTES[a].words[language][v] for v in values)
        )
        for a, values in zip(puzzle.attributes, (sorted(values) for values in puzzle.values), strict=True)
    ]
    clues = [_clue(puzzle, clue, language) for clue in puzzle.clues]
    return " ".join((opening, *lists, *clues, _question(puzzle, language)))


def word(puzzle: Puzzle, variable: int, language: str) -> str:
    """A name or a value alone."""
    attribute, n = divmod(variable, len(puzzle.names))
    if not attribute:
        return puzzle.names[n]
    return ATTRIBUTES[puzzle.attributes[attribute - 1]].words[language][puzzle.values[attribute - 1][n]]


def _does(puzzle: Puzzle, variable: int, language: str) -> str:
    attribute, n = divmod(variable, len(puzzle.names))
    return ATTRIBUTES[puzzle.attributes[attribute - 1]].says(puzzle.values[attribute - 1][n], language)


def _question(puzzle: Puzzle, language: str) -> str:
    if puzzle.asked < 0:
        return _ALL[language].format(", ".join(ATTRIBUTES[a].label[language] for a in puzzle.attributes))
    return _WHO[language].format(_does(puzzle, puzzle.asked, language))


def _subject(puzzle: Puzzle, variable: int, language: str) -> str:
    if variable < len(puzzle.names):
        return puzzle.names[variable]
    return _PERSON[language].format(_does(puzzle, variable, language))


def _clue(puzzle: Puzzle, clue: Clue, language: str) -> str:
    subject = _subject(puzzle, clue.x, language)
    subject = subject[0].upper() + subject[1:]
    if clue.kind == "same":
        return f"{subject} {_does(puzzle, clue.y, language)}."
    if clue.kind in ("at", "not at"):
        return _SAID[language][clue.kind].format(subject, clue.y + 1)
    if clue.kind == "end":
        return _SAID[language]["end"].format(subject)
    other = _subject(puzzle, clue.y, language)
    if language == "fr" and clue.kind in _COMPARED:
        other = f"d'{other}" if other[0] in "AEIOUY" else f"de {other}"
    return _SAID[language][clue.kind].format(subject, other)
