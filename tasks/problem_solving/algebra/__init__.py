"""Algebra and number theory: what is this value, this remainder, this count?

Level 1 gives the value outright; then come sums, expressions, equations, sequences, systems, remainders of powers,
congruences, and counts of solutions. From level 10 on some questions ask for two integers in a stated order.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item
from tasks.problem_solving.algebra.ladder import draw_problem
from tasks.problem_solving.algebra.problem import Problem
from tasks.problem_solving.algebra.reading import read_integers
from tasks.problem_solving.algebra.telling import tell_problem

_FIRST_WORKED = 4  # from this level on, the examples show the calculations
_FIRST_SEVERAL = 10  # from this level on, some questions ask for two integers
_LABEL = {"fr": "Réponse :", "en": "Answer:"}
_SHORT = {"fr": "Répondez par le nombre seulement.", "en": "Answer with the number only."}
_WORKED = {
    "fr": "Écrivez brièvement les calculs, puis terminez par « Réponse : » et le nombre.",
    "en": 'Write the calculations briefly, then end with "Answer:" and the number.',
}
_SEVERAL = {
    "fr": "Écrivez brièvement les calculs, puis terminez par « Réponse : » et le nombre, ou les deux nombres demandés "
    "séparés par une virgule.",
    "en": 'Write the calculations briefly, then end with "Answer:" and the number, or the two numbers asked for '
    "separated by a comma.",
}


class Algebra(ProceduralTask[Problem]):
    """Questions whose answer is an integer, or two integers in a stated order.

    Judged by `reading.read_integers`: the numbers after the last "Answer:" or "Réponse :", else an answer that is
    nothing but the numbers, else those of the last sentence that has any. Exactly as many as were asked for must be
    given, in order; an answer that offers several, or repeats the prompt, is read as none.
    """

    def draw(self, rng: Random, level: int, index: int) -> Problem:
        """A question of the level."""
        return draw_problem(rng, level)

    def tell(self, structure: Problem, language: str) -> Telling:
        """The question, its integers, and its calculations."""
        target = list(structure.answer)
        return Telling(tell_problem(structure, language), target, data={"working": list(structure.working)})

    def instruction(self, level: int, language: str) -> str:
        """A number alone at the lowest levels; calculations before it above."""
        if level < _FIRST_WORKED:
            return _SHORT[language]
        return (_WORKED if level < _FIRST_SEVERAL else _SEVERAL)[language]

    def answer(self, item: Item) -> str:
        """The integers, after the calculations where the level wants them."""
        said = ", ".join(map(str, item.target))
        if item.level < _FIRST_WORKED:
            return said
        working = "; ".join(item.data["working"])
        if item.language == "fr":
            working = working.replace(":", " :").replace(";", " ;")
        return f"{working}. {_LABEL[item.language]} {said}"

    def judge(self, item: Item, text: str) -> Judgement:
        """1 if the text's integers are the target, in order."""
        found = read_integers(text, len(item.target), item.question)
        if found is None:
            return Judgement(0.0, reason=f"no single answer of {len(item.target)} number(s) can be read")
        said, expected = (", ".join(map(str, one)) for one in (found, item.target))
        right = list(found) == item.target
        return Judgement(float(right), said, "" if right else f"the answer is {expected}")


TASK = Algebra(Path(__file__).parent)
