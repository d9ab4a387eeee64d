"""Countdown: reach a target with some of the given numbers and + - x /.

Level 1 gives the target among the numbers; then two, three and more must be joined, up to nine.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item
from tasks.problem_solving.countdown_numbers.drawing import LEVELS, Problem, draw_problem
from tasks.problem_solving.countdown_numbers.expression import evaluate
from tasks.problem_solving.countdown_numbers.reading import read_expression

_RULE = {
    "fr": "Obtenez le nombre visé avec un ou plusieurs des nombres donnés, chacun une fois au plus, les signes "
    "+ - x / et des parenthèses. Écrivez seulement le calcul, en une expression.",
    "en": "Reach the target with one or more of the given numbers, each at most once, the signs + - x / and "
    "parentheses. Write only the calculation, as one expression.",
}
_QUESTION = {"fr": "Nombres : {}. Nombre visé : {}.", "en": "Numbers: {}. Target: {}."}


class CountdownNumbers(ProceduralTask[Problem]):
    """Any expression that reaches the target is right.

    Judged by a parser of our own with exact fractions: 1 if the one expression that the answer gives is equal to the
    target and uses each given number at most once and no other, else 0. A tail such as "= 24" is passed over.
    """

    def draw(self, rng: Random, level: int, index: int) -> Problem:
        """A problem of the level."""
        return draw_problem(rng, level)

    def tell(self, structure: Problem, language: str) -> Telling:
        """The numbers and the target; one expression that reaches it is kept for the oracle."""
        numbers = ", ".join(map(str, structure.numbers))
        question = _QUESTION[language].format(numbers, structure.target)
        data = {"numbers": list(structure.numbers), "expression": structure.expression}
        return Telling(question, structure.target, data=data)

    def instruction(self, level: int, language: str) -> str:
        """The rule of the game."""
        return _RULE[language]

    def answer(self, item: Item) -> str:
        """The expression the problem was drawn from."""
        return str(item.data["expression"])

    def judge(self, item: Item, text: str) -> Judgement:
        """1 if the text's one expression reaches the target with the given numbers."""
        said = read_expression(text, item.question, lone=LEVELS[item.level - 1].used == 1)
        if said is None:
            return Judgement(0.0, reason="no single expression can be read")
        read = evaluate(said)
        if read is None:
            return Judgement(0.0, said, "this is not an expression")
        value, numbers = read
        if Counter(numbers) - Counter(item.data["numbers"]):
            return Judgement(0.0, said, "a number is not given, or used more than once")
        right = value == item.target
        return Judgement(float(right), said, "" if right else f"this is {value}, the target is {item.target}")


TASK = CountdownNumbers(Path(__file__).parent)
