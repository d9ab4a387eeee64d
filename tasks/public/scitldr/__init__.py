"""SciTLDR (Cachola et al. 2020, arXiv:2004.15011): one sentence from the abstract of a paper, with several references.

The published systems are trained for it, so there is no published prompt: instruction and abstract are messages.

The usual figures are ROUGE-1, 2 and L, each with the reference that it is highest for; they are among the metrics as
F-scores (`rouge1`, `rouge2`, `rougeL`), without stemming. A copy of the abstract's beginning gets two thirds of what
the best published systems get. So the value is their mean on a scale of its own for each row: 0 for the best beginning
of the abstract (of any number of words, the whole included) and for less, 1 for a reference (`rouge.py`). Four rows are
left out whose abstract begins with a reference. A sentence from elsewhere can earn something: chance on the card is
what the middle one earns.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.metrics.rouge import english, gain, rouge
from harness.public import PublicTask, Row
from harness.task import Judgement, Telling
from harness.types import Item

_LONGEST_READ = 4_000
_INSTRUCTION = (
    "Sum up the paper whose abstract follows in one sentence of 15 to 25 words that says what it contributes. "
    "Answer with that sentence alone."
)


class SciTldr(PublicTask):
    """Papers in one sentence."""

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """The rows whose abstract does not begin with a reference."""
        return [row for row in self.source.rows("test") if not _begins_with_reference(row)]

    def tell(self, structure: Row, language: str) -> Telling:
        """The abstract; its target is the references."""
        return Telling(_abstract(structure), structure["target"])

    def instruction(self, level: int, language: str) -> str:
        """One sentence of the references' length."""
        return _INSTRUCTION

    def answer(self, item: Item) -> str:
        """The first reference."""
        return str(item.target[0])

    def judge(self, item: Item, text: str) -> Judgement:
        """How much better than copying, up to a reference."""
        references = tuple(english(one) for one in item.target)
        scores = rouge(english(text[:_LONGEST_READ]), references)
        return Judgement(gain(scores, english(item.question), references), text[:500].strip(), metrics=scores)


def _abstract(row: Row) -> str:
    return " ".join(sentence.strip() for sentence in row["source"])


def _begins_with_reference(row: Row) -> bool:
    """Whether copying the abstract's beginning is a reference's own answer."""
    source = english(_abstract(row))
    return any(source[: len(reference)] == reference for reference in map(english, row["target"]))


TASK = SciTldr(Path(__file__).parent)
