"""Program reading: what does this short Python program print?

Level 1 prints a text as it was assigned, levels 2 and 3 some of the numbers; then come updates, branches, loops, words,
lists, functions, recursion and dictionaries. Programs are trees of a small language, run by our own interpreter:
nothing is ever evaluated.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random

from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item
from tasks.problem_solving.program_reading.reading import normal, read_output
from tasks.problem_solving.program_reading.syntax import write
from tasks.problem_solving.program_reading.writing import draw_program

_FIRST_WORKED = 4  # from this level on, the examples show how the variables change
_LABEL = {"fr": "Réponse :", "en": "Answer:"}
_QUESTION = {"fr": "Qu'affiche ce programme Python ?", "en": "What does this Python program print?"}
_SHORT = {
    "fr": "Répondez par ce que le programme affiche, et rien d'autre.",
    "en": "Answer with what the program prints, and nothing else.",
}
_WORKED = {
    "fr": "Écrivez les valeurs successives des variables, puis terminez par « Réponse : » et ce que le programme "
    "affiche, sur une ligne.",
    "en": 'Write the successive values of the variables, then end with "Answer:" and what the program prints, on one '
    "line.",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A program, what it prints, and how it gets there."""

    source: str
    printed: str
    trace: tuple[str, ...]
    steps: int


class ProgramReading(ProceduralTask[Reading]):
    """Programs whose printed line is the answer; judged by `reading.read_output`.

    What follows the last "Answer:" or "Réponse :" must be the whole printed line, else the last line of the answer,
    alone or after "prints". Quotes, commas, spaces and case do not matter; several outputs are read as none.
    """

    def draw(self, rng: Random, level: int, index: int) -> Reading:
        """A program of the level, and its run."""
        program, state = draw_program(rng, level)
        return Reading(write(program), state.printed[0], tuple(state.trace), state.steps)

    def tell(self, structure: Reading, language: str) -> Telling:
        """The question and the program, which is the same in every language."""
        question = f"{_QUESTION[language]}\n\n```python\n{structure.source}\n```"
        return Telling(question, structure.printed, data={"working": list(structure.trace)})

    def instruction(self, level: int, language: str) -> str:
        """The output alone at the lowest levels; the values of the variables before it above."""
        return (_SHORT if level < _FIRST_WORKED else _WORKED)[language]

    def answer(self, item: Item) -> str:
        """The output, after the values where the level wants them."""
        if item.level < _FIRST_WORKED:
            return str(item.target)
        working = (" ; " if item.language == "fr" else "; ").join(item.data["working"])
        return f"{working}\n{_LABEL[item.language]} {item.target}"

    def judge(self, item: Item, text: str) -> Judgement:
        """1 if the text's one output is what the program prints."""
        found = read_output(text, item.question)
        if found is None:
            return Judgement(0.0, reason="no single output can be read as the answer")
        right = found == normal(item.target)
        return Judgement(float(right), found, "" if right else f"the program prints {item.target}")


TASK = ProgramReading(Path(__file__).parent)
