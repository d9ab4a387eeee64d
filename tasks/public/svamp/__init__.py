"""SVAMP (Patel, Bhattamishra and Goyal 2021, arXiv:2103.07191): word problems of one or two steps, first 700 of 1,000.

The authors trained models and published no prompt, and lm-evaluation-harness has no such task. Here two worked examples
of our own, with the answer alone, come before the problem. The value is the flexible extraction of that harness's
`gsm8k`, the last number said; `strict` among the metrics wants the answer to begin with the number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from harness.public import PublicTask, Row
from harness.public.numbers import bare, last_number
from harness.task import Judgement, Telling
from harness.types import Item

_EXAMPLES = """Problem: A shelf holds 14 books. Lena puts 5 more on it. How many books does the shelf hold now?
Answer: 19

Problem: A baker made 30 rolls and sold 12 of them. How many rolls are left?
Answer: 18

"""
_LONGEST_READ = 20_000
_STRICT = re.compile(r"\s*(-?[0-9]+)")
_OPERATION = re.compile(r" [-+*/] ")


class Svamp(PublicTask):
    """Word problems with numbers that distract."""

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """The problems whose published equation has at most one operation, or more."""
        return [
            row for row in self.source.rows("test") if (len(_OPERATION.findall(row["Equation"])) > 1) == (level == 2)
        ]

    def tell(self, structure: Row, language: str) -> Telling:
        """The story and its question; the published equation says what its numbers are used for."""
        question, equation = f"{structure['Body'].strip()} {structure['Question'].strip()}", structure["Equation"]
        return Telling(question, str(int(structure["Answer"])), data={"equation": equation})

    def prompt(self, item: Item) -> str | None:
        """Two examples and the problem."""
        return f"{_EXAMPLES}Problem: {item.question}\nAnswer:"

    def answer(self, item: Item) -> str:
        """The number."""
        return f" {item.target}"

    def judge(self, item: Item, text: str) -> Judgement:
        """1 where the last number said is the target's."""
        strict, said = _STRICT.match(text), last_number(text[-_LONGEST_READ:])
        exact = strict is not None and strict.group(1) == item.target
        return Judgement(float(bare(said) == item.target), said, metrics={"strict": float(exact)})


TASK = Svamp(Path(__file__).parent)
