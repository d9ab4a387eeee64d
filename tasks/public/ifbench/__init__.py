"""IFBench (Pyatkin et al. 2025, arXiv:2507.02833): unusual instructions that a program can check, in English.

225 of 300 rows are taken: every fourth one of the published file is left out. Of these, 19 are left out too, because
their rules ask a part-of-speech tagger, a syllable dictionary or a list of emoji, and row 105 because "I know" on one
line cannot be one word a line; 205 rows of 52 kinds remain. Prompts are the rows' own. The value is the prompt-level
verdict, loose, as is usual for this benchmark; the other figures are among the metrics.

Where published rules and their words differ, the words count: conjunctions are different if the words are, not their
capitals, and punctuation alone is no unique word. A span that begins at word 0 begins there (the published rule draws a
place, one row), and a text on which a published rule fails does not follow it.

Chance on the card is what the best of the harness's attacks earns on all rows: some rules say nothing of a short text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from harness.public.instructions.benchmark import InstructionBenchmark
from harness.public.instructions.rare import LEFT_OUT
from harness.public.instructions.rare.witness import witness


class Ifbench(InstructionBenchmark):
    """Unusual instructions."""

    file: ClassVar[Mapping[str, str]] = {"en": "test"}
    value = "loose"
    contradicting = frozenset({"105"})
    without_rule = LEFT_OUT

    def witness(self, kinds: Sequence[str], settings: Sequence[Mapping[str, object]], language: str) -> str | None:
        """A text made for the kinds."""
        return witness(kinds, settings)


TASK = Ifbench(Path(__file__).parent)
