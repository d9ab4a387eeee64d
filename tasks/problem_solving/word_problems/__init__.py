"""Arithmetic stories: how many are there in the end, or were there at the start?

Level 1 says the number outright; each further level needs more operations, each depending on the one before.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from harness.metrics.answers import read_number
from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item
from tasks.problem_solving.word_problems.drawing import draw_story
from tasks.problem_solving.word_problems.story import Story
from tasks.problem_solving.word_problems.telling import tell_story

_FIRST_WORKED = 4  # from this level on, the examples show the calculations
_LABEL = {"fr": "Réponse :", "en": "Answer:"}
_SHORT = {"fr": "Répondez par le nombre seulement.", "en": "Answer with the number only."}
_WORKED = {
    "fr": "Écrivez seulement les calculs, puis terminez par « Réponse : » et le nombre.",
    "en": 'Write only the calculations, then end with "Answer:" and the number.',
}


class WordProblems(ProceduralTask[Story]):
    """Stories whose single number is the answer.

    Judged by `harness.metrics.answers.read_number`: the number after the last "Answer:" or "Réponse :", else an
    answer that is only a number (with a unit), else the result of the last sentence that has numbers. An answer
    that offers several numbers, or repeats the prompt, is read as none.
    """

    def draw(self, rng: Random, level: int, index: int) -> Story:
        """A story of the level."""
        return draw_story(rng, level)

    def tell(self, structure: Story, language: str) -> Telling:
        """The story, its answer, and its calculations."""
        return Telling(tell_story(structure, language), structure.answer, data={"working": list(structure.working)})

    def instruction(self, level: int, language: str) -> str:
        """A number alone at the lowest levels; calculations before it above."""
        return (_SHORT if level < _FIRST_WORKED else _WORKED)[language]

    def answer(self, item: Item) -> str:
        """The number, after the calculations where the level wants them."""
        if item.level < _FIRST_WORKED:
            return str(item.target)
        working = (" ; " if item.language == "fr" else "; ").join(item.data["working"])
        return f"{working}. {_LABEL[item.language]} {item.target}"

    def judge(self, item: Item, text: str) -> Judgement:
        """1 if the text's one number is the target."""
        number = read_number(text, item.question)
        if number is None:
            return Judgement(0.0, reason="no single number can be read as the answer")
        right = number == item.target
        return Judgement(float(right), str(number), "" if right else f"the answer is {item.target}")


TASK = WordProblems(Path(__file__).parent)
