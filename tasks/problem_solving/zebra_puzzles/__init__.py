"""Zebra puzzles: who stands where and has what, from clues with exactly one solution.

The lowest levels say who has what; then people stand in a row, clues compare places, and at the highest levels
everything is asked: up to seven people and five attributes.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item
from tasks.problem_solving.zebra_puzzles.drawing import LEVELS, Puzzle, draw_puzzle, seats
from tasks.problem_solving.zebra_puzzles.reading import read_name, read_rows
from tasks.problem_solving.zebra_puzzles.telling import tell_puzzle, word

_RULE = {
    "fr": "Chaque personne a une chose différente de chaque sorte. ",
    "en": "Each person has a different one of each kind. ",
}
_NAME = {"fr": "Répondez par un nom seulement.", "en": "Answer with one name only."}
_WHOLE = {
    "fr": "Répondez par une ligne par place : le numéro, deux points, le nom, puis le reste dans l'ordre demandé.",
    "en": "Answer with one line a place: the number, a colon, the name, then the rest in the order asked.",
}


class ZebraPuzzles(ProceduralTask[Puzzle]):
    """One name, or the whole assignment.

    A name is read by `harness.metrics.answers.settle`: several names are none. A whole assignment is one line a place
    (numbered, or in order) with exactly the right words, in any order within the line; 1 if all lines are right,
    else 0, and the metric `rows` says how many are.
    """

    def draw(self, rng: Random, level: int, index: int) -> Puzzle:
        """A puzzle of the level."""
        return draw_puzzle(rng, level)

    def tell(self, structure: Puzzle, language: str) -> Telling:
        """The puzzle; the target is a name, or the words at each place in English."""
        question = tell_puzzle(structure, language)
        if structure.asked >= 0:
            named = seats(structure.places, len(structure.names))[structure.places[structure.asked]]
            return Telling(question, word(structure, named, "en"))
        rows = _table(structure, language)
        return Telling(question, rows if language == "en" else _table(structure, "en"), data={"rows": rows})

    def instruction(self, level: int, language: str) -> str:
        """What holds of every puzzle, where that is needed to find the answer, and the form of the answer."""
        rules = LEVELS[level - 1]
        return ("" if rules.plain else _RULE[language]) + (_WHOLE if rules.whole else _NAME)[language]

    def answer(self, item: Item) -> str:
        """The name, or a line a place."""
        if isinstance(item.target, str):
            return item.target
        return "\n".join(f"{n}: {', '.join(row)}" for n, row in enumerate(item.data["rows"], start=1))

    def judge(self, item: Item, text: str) -> Judgement:
        """1 if the name, or every line, is right."""
        if isinstance(item.target, str):
            name = read_name(text, item.question)
            if not name:
                return Judgement(0.0, reason="no single name can be read as the answer")
            return Judgement(float(name == item.target), name, "" if name == item.target else f"it is {item.target}")
        expected = [frozenset(row) for row in item.data["rows"]]
        rows = read_rows(text, item.question, item.language, len(expected))
        if rows is None:
            return Judgement(0.0, reason="no single line for each place can be read")
        right = sum(row == wanted for row, wanted in zip(rows, expected, strict=True)) / len(expected)
        said = "; ".join(", ".join(sorted(row)) for row in rows)
        reason = "" if right == 1 else f"{right:.0%} of the lines are right"
        return Judgement(float(right == 1), said, reason, {"rows": right})


def _table(puzzle: Puzzle, language: str) -> list[list[str]]:
    """The words at each place: the name, then one word an attribute."""
    size = len(puzzle.names)
    words = [word(puzzle, variable, language) for variable in seats(puzzle.places, size)]
    return [words[place::size] for place in range(size)]


TASK = ZebraPuzzles(Path(__file__).parent)
