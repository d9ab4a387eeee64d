"""FREDSum (Rennard et al. 2023): summaries in French of political debates, three references each.

The first reference keeps the speakers' wording, the third is free. There is no published prompt for a language model:
instruction and transcript are messages.

The usual figures are ROUGE-1, 2 and L; they are among the metrics as F-scores (`rouge1`, `rouge2`, `rougeL`), each with
the reference that it is highest for, over tokens with their accents and without stemming. Three hundred words copied
from the start get nearly as much as another person's summary. So the value is their mean on a scale of its own for
each debate: 0 for the best beginning of the transcript (of any number of words, the whole included) and for less, 1
for a reference (`tasks/public/scitldr/rouge.py`). Chance on the card covers a copy of any other passage. ROUGE says
nothing of whether a summary is true to the debate.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.metrics.rouge import gain, letters, rouge
from harness.public import PublicTask, Row
from harness.public.files import FileSets
from harness.task import Judgement, Telling
from harness.types import Item

_SHORT = 2_800  # words of the longest transcript of level 1
_LONGEST_READ = 20_000
_REFERENCES = ("reference1", "reference2", "reference3")
_INSTRUCTION = (
    "Résume en français le débat dont voici la transcription, en un texte suivi de 150 à 300 mots qui dit qui défend "
    "quelle position et avec quels arguments. Réponds par ce résumé seul."
)


class FredSum(PublicTask):
    """Debates in a few sentences."""

    source_class = FileSets

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """The debates of the level's length with their summaries."""
        sets = [self.source.rows(name) for name in ("transcript", *_REFERENCES)]
        rows = [{"transcript": one, "summaries": list(summaries)} for one, *summaries in zip(*sets, strict=True)]
        return [row for row in rows if (len(row["transcript"].split()) <= _SHORT) == (level == 1)]

    def tell(self, structure: Row, language: str) -> Telling:
        """The transcript; its target is the references."""
        return Telling(structure["transcript"], structure["summaries"])

    def instruction(self, level: int, language: str) -> str:
        """A summary of the references' length."""
        return _INSTRUCTION

    def answer(self, item: Item) -> str:
        """The first reference."""
        return str(item.target[0])

    def judge(self, item: Item, text: str) -> Judgement:
        """How much better than copying, up to a reference."""
        references = tuple(letters(one) for one in item.target)
        scores = rouge(letters(text[:_LONGEST_READ]), references)
        value = gain(scores, letters(item.question), references)
        return Judgement(value, text[:500].strip(), metrics=scores)


TASK = FredSum(Path(__file__).parent)
