"""IFEval (Zhou et al. 2023, arXiv:2311.07911): prompts with one to three instructions that a program can check.

The first 400 of 541 rows, all 25 kinds of instruction, and the prompts as they are, as lm-evaluation-harness asks them.
The value is the prompt-level verdict, strict; the other three usual figures are among the metrics, those on the level
of instructions as a row's share. Verdicts are those of lm-evaluation-harness, with two exceptions: langdetect has a
fixed seed here, and where the letter to count is none ("#" and "!", two rows), that sign is counted, no random letter.

Row 1627 is left out: it is to be repeated word for word and without commas, and has some.

Answers that know nothing follow some instructions too: chance on the card is what the best of the harness's attacks
earns on all rows, a copy of the prompt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from harness.public.instructions.benchmark import InstructionBenchmark
from harness.public.instructions.witness import witness


class Ifeval(InstructionBenchmark):
    """Instructions in English."""

    file: ClassVar[Mapping[str, str]] = {"en": "test"}
    contradicting = frozenset({"1627"})

    def witness(self, kinds: Sequence[str], settings: Sequence[Mapping[str, object]], language: str) -> str | None:
        """A text made of plain clauses."""
        return witness(kinds, settings, language)


TASK = Ifeval(Path(__file__).parent)
