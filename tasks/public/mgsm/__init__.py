"""MGSM (Shi et al. 2022, arXiv:2210.03057): the first 250 problems of GSM8K's test set, translated by people.

The prompt is that of lm-evaluation-harness's `mgsm_direct`: the problem alone, between the language's words for
"Question:" and "Answer:". The value is its `flexible-extract`: the last number said, with all punctuation (also
signs) left out; `exact` among the metrics is its other filter, the whole answer; `grouped` reads the last number as a
person does, with spaces between groups of digits ("2 125") and a decimal part ("18,00").
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from harness.metrics.answers import numbers
from harness.public import PublicTask, Row
from harness.public.numbers import last_number
from harness.task import Judgement, Telling
from harness.types import Item

_LABELS = {
    "fr": ("Question : ", "Réponse :"),
    "de": ("Frage: ", "Antwort:"),
    "es": ("Pregunta: ", "Respuesta:"),
    "en": ("Question: ", "Answer:"),
}
_LONGEST_READ = 20_000
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_SPACES = re.compile("[\u00a0\u2009\u202f]")


class Mgsm(PublicTask):
    """Word problems of primary school in four languages."""

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """Problems with their numbers. A file has no header: its first row stands where the columns' names would."""
        rows = self.source.rows(language)
        return [list(rows[0]), *(list(row.values()) for row in rows)]

    def tell(self, structure: Row, language: str) -> Telling:
        """The problem and its number."""
        question, number = structure
        return Telling(question, number.replace(",", ""))

    def prompt(self, item: Item) -> str | None:
        """The problem alone."""
        question, answer = _LABELS[item.language]
        return f"{question}{item.question}\n{answer}"

    def answer(self, item: Item) -> str:
        """The number."""
        return f" {item.target}"

    def judge(self, item: Item, text: str) -> Judgement:
        """1 where the last number said is the target's."""
        read = text[-_LONGEST_READ:]
        said = last_number(read)
        exact = _bare(text.strip()) == item.target
        grouped = numbers(_SPACES.sub(" ", read))[-1:] == [Fraction(item.target)]
        metrics = {"exact": float(exact), "grouped": float(grouped)}
        return Judgement(float(_bare(said) == item.target), said, metrics=metrics)


def _bare(text: str) -> str:
    """A text without punctuation."""
    return text.translate(_PUNCTUATION)


TASK = Mgsm(Path(__file__).parent)
