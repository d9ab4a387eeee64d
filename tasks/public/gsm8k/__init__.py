"""GSM8K (Cobbe et al. 2021, arXiv:2110.14168): word problems of two to eight steps, first 1,000 of the test set.

The prompt is that of lm-evaluation-harness's `gsm8k`: five worked examples ("Question: … Answer: …" with the reasoning
as it was published), here always the first five of the training set. The value is its flexible extraction, the last
number said; `strict` among the metrics is the published rule, the number after "####".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from harness.public import PublicTask, Row
from harness.public.numbers import bare, last_number
from harness.task import Judgement, Telling
from harness.types import Item

_SHOTS = 5
_STEPS = (3, 5)  # lines of reasoning of the longest problem of levels 1 and 2
_LONGEST_READ = 20_000
_STRICT = re.compile(r"#### (-?[0-9.,]+)")


class Gsm8k(PublicTask):
    """Word problems of primary school."""

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """The problems whose published reasoning has the level's number of lines."""
        low, high = (0, *_STEPS)[level - 1], (*_STEPS, 100)[level - 1]
        return [row for row in self.source.rows("test") if low < row["answer"].count("\n") <= high]

    def tell(self, structure: Row, language: str) -> Telling:
        """The problem; its target is the number after "####"."""
        reasoning, _, number = structure["answer"].partition("#### ")
        return Telling(structure["question"], number.replace(",", ""), data={"reasoning": reasoning})

    def prompt(self, item: Item) -> str | None:
        """Five examples and the question."""
        shots = "".join(
            f"Question: {row['question']}\nAnswer: {row['answer']}\n\n" for row in self.source.rows("train")[:_SHOTS]
        )
        return f"{shots}Question: {item.question}\nAnswer:"

    def answer(self, item: Item) -> str:
        """The published reasoning with its number."""
        return f" {item.data['reasoning']}#### {item.target}"

    def judge(self, item: Item, text: str) -> Judgement:
        """1 where the last number said is the target's."""
        read = text[-_LONGEST_READ:]
        strict, said = _STRICT.search(read), last_number(read)
        exact = strict is not None and bare(strict.group(1)) == item.target
        return Judgement(float(bare(said) == item.target), said, metrics={"strict": float(exact)})


TASK = Gsm8k(Path(__file__).parent)
