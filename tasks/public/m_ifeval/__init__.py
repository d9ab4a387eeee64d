"""M-IFEval (Dussolle et al. 2025, arXiv:2502.04688): IFEval in French and Spanish, with instructions of their own.

177 of 235 French rows and 87 of 115 Spanish ones: every fourth one of a published file is left out. Prompts are the
rows' own; the value is the prompt-level verdict, strict, and the other usual figures are among the metrics.

Where the published rules and the prompts differ, the prompt counts: a French title stands between double hashes, and
the language of a text in capitals is looked for in small letters. In Spanish, words and sentences are counted without
spaCy's model. Row 165 in French is left out: it asks for two responses six stars apart, and for paragraphs between
three, which make an empty one of the six.

Chance on the card is what the best of the harness's attacks earns on all rows, a copy of the prompt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from harness.public.instructions.benchmark import InstructionBenchmark
from harness.public.instructions.witness import witness


class MIfeval(InstructionBenchmark):
    """Instructions in French and in Spanish."""

    file: ClassVar[Mapping[str, str]] = {"fr": "fr", "es": "es"}
    contradicting = frozenset({"165"})

    def witness(self, kinds: Sequence[str], settings: Sequence[Mapping[str, object]], language: str) -> str | None:
        """A text made of plain clauses."""
        return witness(kinds, settings, language)


TASK = MIfeval(Path(__file__).parent)
