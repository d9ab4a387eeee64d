"""MMLU (Hendrycks et al. 2021, arXiv:2009.03300): 57 subjects, four options, first 40 test rows of each subject.

The prompt is that of lm-evaluation-harness's `mmlu`: a line that names the subject, five worked examples of it (all
rows of its dev file) and the question, whose options are the letters A to D.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from harness.public import PublicTask, Row
from harness.task import Telling
from harness.types import Item

_LETTERS = "ABCD"
_INTRODUCTION = "The following are multiple choice questions (with answers) about {subject}.\n\n"
_TEST, _DEV = "test/", "dev/"


class Mmlu(PublicTask):
    """Questions of school and university exams."""

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """The rows of the level's subjects, each with its subject."""
        names = sorted(name.removeprefix(_TEST) for name in self.source.files if name.startswith(_TEST))
        subjects = [name for name in names if _level(name) == level]
        return [{**row, "subject": subject} for subject in subjects for row in self.source.rows(_TEST + subject)]

    def tell(self, structure: Row, language: str) -> Telling:
        """The question with its lettered options; the letters are what is weighed."""
        options = tuple(f" {letter}" for letter in _LETTERS)
        return Telling(_question(structure), int(structure["answer"]), options, {"subject": structure["subject"]})

    def prompt(self, item: Item) -> str | None:
        """The subject, five examples and the question."""
        return f"{self._examples(item.data['subject'])}{item.question}\nAnswer:"

    @functools.cache  # noqa: B019 - one text a subject, for the life of the process
    def _examples(self, subject: str) -> str:
        rows = self.source.rows(_DEV + subject)
        shots = (f"{_question(row)}\nAnswer: {_LETTERS[int(row['answer'])]}\n\n" for row in rows)
        return _INTRODUCTION.format(subject=subject.replace("_", " ")) + "".join(shots)


def _question(row: Row) -> str:
    """A question and its options, one a line."""
    options = (f"{letter}. {row[f'choice{n}']}" for n, letter in enumerate(_LETTERS))
    return "\n".join((row["question"].strip(), *options))


def _level(subject: str) -> int:
    """1 for school, 3 for the professions, as the subject's name says, 2 for all that lies between."""
    if subject.startswith(("elementary_", "high_school_")):
        return 1
    return 3 if subject.startswith("professional_") else 2


TASK = Mmlu(Path(__file__).parent)
