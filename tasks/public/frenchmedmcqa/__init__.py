"""FrenchMedMCQA (Labrak et al. 2022, LOUHI): exams of the French pharmacy diploma, five options, one or several right.

All 312 rows of the dev file. The authors tuned models and published no prompt: the question goes out as messages, whose
instruction says whether one proposition fits or several, as most questions of the exam do themselves. The value is
their exact match of the set of letters; `hamming` among the metrics is their Hamming score, the letters in common over
the letters in either set.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.public import PublicTask, Row
from harness.task import Judgement, Telling
from harness.types import Item
from tasks.public.frenchmedmcqa.reading import LETTERS, read_letters

_INSTRUCTION = {
    1: "Voici une question d'un examen de pharmacie, avec cinq propositions. Une seule convient.\n"
    "Termine par une ligne « Réponse : » suivie de sa lettre.",
    2: "Voici une question d'un examen de pharmacie, avec cinq propositions. Plusieurs conviennent.\n"
    "Termine par une ligne « Réponse : » suivie de leurs lettres, séparées par des virgules.",
}


class FrenchMedMcqa(PublicTask):
    """Questions of pharmacy, in French."""

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """The questions with one right answer, or with several, as the exam says them to be."""
        return [row for row in self.source.rows("dev") if (row["type"] == "multiple") == (level == 2)]

    def tell(self, structure: Row, language: str) -> Telling:
        """The question with its lettered propositions; the target is the letters of those that fit."""
        lines = (f"{letter.upper()}. {text.strip()}" for letter, text in sorted(structure["answers"].items()))
        target = "".join(sorted(letter.upper() for letter in structure["correct_answers"]))
        return Telling("\n".join((structure["question"].strip(), *lines)), target)

    def instruction(self, level: int, language: str) -> str:
        """How many propositions fit, and how to say which."""
        return _INSTRUCTION[level]

    def answer(self, item: Item) -> str:
        """The letters."""
        return ", ".join(item.target)

    def judge(self, item: Item, text: str) -> Judgement:
        """1 where the letters said are the target's."""
        said, wanted = read_letters(text, item.question), frozenset(item.target)
        answer = "".join(letter for letter in LETTERS if letter in said)
        return Judgement(float(said == wanted), answer, metrics={"hamming": len(said & wanted) / len(said | wanted)})


TASK = FrenchMedMcqa(Path(__file__).parent)
