"""HumanEval (Chen et al. 2021, arXiv:2107.03374): writing the body of a function below its docstring, all 164 rows.

The prompt is the published one, header and docstring as they are, and so are the stop strings. The value is pass@1 by
the published test, which runs beside the program and not with it (`harness/sandbox/grading.py`). Helpers that the
prompt gives are the test's own: a program that rewrites `poly` does not change what its root is checked with.

How an answer is read: it continues the prompt, up to a code fence if it closes one. From an answer that opens a code
fence, the first block is taken to continue it. A block that defines the function counts wherever it stands, below the
prompt. A chat model must be asked without the stop strings: they end such a block at its first `def`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.public import PublicTask, Row
from harness.sandbox.grading import PublishedTest, before_fence, defines, fenced, grade
from harness.task import Judgement, Telling
from harness.types import Item

_LONGEST_READ = 50_000


class HumanEval(PublicTask):
    """Functions from their docstrings."""

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """Every problem."""
        return self.source.rows("test")

    def tell(self, structure: Row, language: str) -> Telling:
        """The prompt; its target is the published solution."""
        data = {"test": structure["test"], "function": structure["entry_point"]}
        return Telling(structure["prompt"], structure["canonical_solution"], data=data)

    def prompt(self, item: Item) -> str | None:
        """Header and docstring."""
        return item.question

    def answer(self, item: Item) -> str:
        """The published solution."""
        return str(item.target)

    def judge(self, item: Item, text: str) -> Judgement:
        """1 where the published test passes."""
        function = item.data["function"]
        code = read(item.question, function, text[:_LONGEST_READ])
        test = PublishedTest(f"{item.data['test']}\ncheck({function})\n", (function,), before=item.question)
        found = grade(code, test)
        return Judgement(found.value, code.removeprefix(item.question)[:2000], found.reason)


def read(prompt: str, function: str, text: str) -> str:
    """The whole program that an answer makes of the prompt (the rule is at the top of this file)."""
    blocks = fenced(text)
    for block in blocks:
        if defines(block, function):
            return f"{prompt}\n{block}"
    continued = before_fence(text)
    return prompt + (blocks[0] if blocks and not continued.strip() else continued)


TASK = HumanEval(Path(__file__).parent)
