"""MATH-500 (Lightman et al. 2023, arXiv:2305.20050, from MATH of Hendrycks et al. 2021): first 350 of 500 problems.

The prompt is that of lm-evaluation-harness's `minerva_math500`: the four worked examples of Lewkowycz et al. (2022) and
the problem. The value is the equivalence of the last answer announced (in a box, or after "the final answer is") with
the published one, by rules of ours: neither `sympy` nor `math-verify` is used, as both may evaluate text, and an alarm
signal is all that bounds their work. `strict` among the metrics wants the examples' sentence, as that harness does.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path

from harness.public import PublicTask, Row
from harness.task import Judgement, Telling
from harness.types import Item
from tasks.public.math500.equivalence import equivalent
from tasks.public.math500.reading import final_answer, strict_answer

_EXAMPLES = Path(__file__).parent / "examples.json"


class Math500(PublicTask):
    """Competition problems of secondary school."""

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """The problems that are published with this level."""
        return [row for row in self.source.rows("test") if row["level"] == level]

    def tell(self, structure: Row, language: str) -> Telling:
        """The problem; its target is its answer."""
        data = {"solution": structure["solution"], "subject": structure["subject"]}
        return Telling(structure["problem"], structure["answer"], data=data)

    def prompt(self, item: Item) -> str | None:
        """Four examples and the problem."""
        shots = "".join(f"{_asked(problem)} {solution}\n\n" for problem, solution in _examples())
        return shots + _asked(item.question)

    def answer(self, item: Item) -> str:
        """The answer in the sentence of the examples."""
        return f" Final Answer: The final answer is ${item.target}$. I hope it is correct."

    def judge(self, item: Item, text: str) -> Judgement:
        """1 where the final answer is equivalent to the target."""
        said, strict = final_answer(text), strict_answer(text)
        right = equivalent(said, item.target, item.question)
        exact = right if strict == said else equivalent(strict, item.target, item.question)
        return Judgement(float(right), said[:200], metrics={"strict": float(exact)})


@functools.cache
def _examples() -> list[list[str]]:
    """Problems with their solutions."""
    found: list[list[str]] = json.loads(_EXAMPLES.read_text(encoding="utf-8"))
    return found


def _asked(problem: str) -> str:
    return f"Problem:\n{problem}\n\nSolution:"


TASK = Math500(Path(__file__).parent)
