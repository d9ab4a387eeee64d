"""EXAMS (Hardalov et al. 2020, arXiv:2011.03080): final exams of secondary schools in six languages, 3 to 5 options.

No prompt was published for language models, and lm-evaluation-harness has no such task. Here the question stands
between the language's words for "Question:" and "Answer:", and the whole texts of the options are weighed. The value is
the most likely option; `acc_norm` among the metrics divides each log-likelihood by the option's length in characters,
as lm-evaluation-harness does.

The source is an archive whose rows mix languages: the first rows of each language are read from a mirror folder.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from harness.public import PublicTask, Row
from harness.task import Telling
from harness.types import Completion, Item, Score

_LABELS = {
    "fr": ("Question :", "Réponse :"),
    "de": ("Frage:", "Antwort:"),
    "es": ("Pregunta:", "Respuesta:"),
    "it": ("Domanda:", "Risposta:"),
    "pl": ("Pytanie:", "Odpowiedź:"),
    "pt": ("Pergunta:", "Resposta:"),
}


class Exams(PublicTask):
    """Exam questions of the last year of secondary school."""

    parallel = False

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """The rows of the language."""
        return self.source.rows(language)

    def tell(self, structure: Row, language: str) -> Telling:
        """The question; the options are texts."""
        choices = structure["question"]["choices"]
        place = [choice["label"] for choice in choices].index(structure["answerKey"])
        options = tuple(f" {choice['text'].strip()}" for choice in choices)
        return Telling(structure["question"]["stem"].strip(), place, options, {"subject": structure["info"]["subject"]})

    def prompt(self, item: Item) -> str | None:
        """The question alone, labelled."""
        question, answer = _LABELS[item.language]
        return f"{question} {item.question}\n{answer}"

    def score(self, item: Item, completion: Completion) -> Score:
        """The most likely option; that by length among the metrics."""
        score = super().score(item, completion)
        if not score.answer:  # nothing was weighed
            return score
        lengths = [max(1, len(option.strip())) for option in item.options]
        shares = tuple(value / length for value, length in zip(completion.option_logprobs, lengths, strict=True))
        normed = super().score(item, dataclasses.replace(completion, option_logprobs=shares))
        return dataclasses.replace(score, metrics={"acc_norm": normed.value or 0.0})


TASK = Exams(Path(__file__).parent)
