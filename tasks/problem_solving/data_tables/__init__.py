"""Questions about tables: look up, filter, count, add, compare, rank, group, join.

Level 1 looks one number up in a table of three rows; rows, columns, conditions and tables to join grow from there.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from harness.metrics.answers import names_in, only_names, read_number, settle, tidy
from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item
from tasks.problem_solving.data_tables.drawing import draw_problem
from tasks.problem_solving.data_tables.table import Problem
from tasks.problem_solving.data_tables.telling import tell_problem

_FIRST_WORKED = 4  # from this level on, the examples show the working
_LABEL = {"fr": "Réponse :", "en": "Answer:"}
_SHORT = {
    "fr": "Répondez à la question sur le tableau par un nombre ou un nom seulement.",
    "en": "Answer the question about the table with a number or a name only.",
}
_WORKED = {
    "fr": "Répondez à la question sur les tableaux : écrivez brièvement les calculs, puis terminez par « Réponse : » "
    "et le nombre ou le nom.",
    "en": 'Answer the question about the tables: write the working briefly, then end with "Answer:" and the number or '
    "the name.",
}


class DataTables(ProceduralTask[Problem]):
    """Questions whose answer is a number, or one name of those in a column.

    Judged by the shared readers of `harness.metrics.answers`: what follows the last "Answer:" or "Réponse :", else an
    answer that is nothing but a number or a name, else the last passage that has one. An answer that offers several
    names or numbers, or repeats the prompt, is read as none.
    """

    def draw(self, rng: Random, level: int, index: int) -> Problem:
        """Tables and a question of the level."""
        return draw_problem(rng, level)

    def tell(self, structure: Problem, language: str) -> Telling:
        """Tables, question, answer, and the names among which the answer is."""
        data = {"working": list(structure.working), "candidates": list(structure.candidates)}
        return Telling(tell_problem(structure, language), structure.answer, data=data)

    def instruction(self, level: int, language: str) -> str:
        """The answer alone at the lowest levels; working before it above."""
        return (_SHORT if level < _FIRST_WORKED else _WORKED)[language]

    def answer(self, item: Item) -> str:
        """The number or name, after the working where the level wants it."""
        if item.level < _FIRST_WORKED:
            return str(item.target)
        working = "; ".join(item.data["working"])
        if item.language == "fr":
            working = working.replace(":", " :").replace(";", " ;")
        return f"{working}. {_LABEL[item.language]} {item.target}"

    def judge(self, item: Item, text: str) -> Judgement:
        """1 if the text's one number or name is the target."""
        read = _read_name if item.data["candidates"] else _read_integer
        found = read(item, text)
        if found is None:
            return Judgement(0.0, reason="no single number or name can be read as the answer")
        right = found == str(item.target)
        return Judgement(float(right), found, "" if right else f"the answer is {item.target}")


def _read_integer(item: Item, text: str) -> str | None:
    number = read_number(text, item.question)
    return None if number is None else str(number)


def _read_name(item: Item, text: str) -> str | None:
    names = item.data["candidates"]
    return settle(tidy(text, item.question), lambda said: names_in(said, names), lambda said: only_names(said, names))


TASK = DataTables(Path(__file__).parent)
