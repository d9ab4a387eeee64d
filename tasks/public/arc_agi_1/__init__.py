"""ARC-AGI-1 (Chollet 2019, arXiv:1911.01547): find the rule of some grids and apply it to another one.

The prompt is ARC Prize's own, as public harnesses carry it: every example, then one test input, rows as JSON. The last
grid of the answer counts, whichever way its rows are written. There is one attempt; the paper allows three, ARC Prize
two. A task with several test inputs is as many items here, of which each counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from harness.public import PublicTask, Row
from harness.public.files import FileSets
from harness.task import Judgement, Telling
from harness.types import Item
from tasks.public.arc_agi_1.grids import Grid, last_grid, written

_LONGEST_READ = 50_000
_PROMPT = """You are participating in a puzzle solving competition. You are an expert at solving puzzles.

Below is a list of input and output pairs with a pattern. Your goal is to identify the pattern or transformation in \
the training examples that maps the input to the output, then apply that pattern to the test input to give a final \
output.

Respond in the format of the training output examples

--Training Examples--
{examples}--End of Training Examples--

--Test Input--
{test}
--End of Test Input--

Your response:"""


class ArcAgi(PublicTask):
    """Rules of grids."""

    sets: ClassVar[Sequence[str]] = ("training", "evaluation")  # by level

    source_class = FileSets

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """Every test input of the level's set, with the examples of its task."""
        rows = self.source.rows(self.sets[level - 1])
        return [{"train": row["train"], **test} for row in rows for test in row["test"]]

    def tell(self, structure: Row, language: str) -> Telling:
        """Examples and test input; its target is the output."""
        examples = "".join(
            f"--Example {n}-- \n\n INPUT: \n\n{written(pair['input'])}\n\nOUTPUT: \n\n{written(pair['output'])}\n\n"
            for n, pair in enumerate(structure["train"])
        )
        question = _PROMPT.format(examples=examples, test=written(structure["input"]))
        return Telling(question, structure["output"])

    def prompt(self, item: Item) -> str | None:
        """The question is the whole prompt."""
        return item.question

    def answer(self, item: Item) -> str:
        """The grid in the form of the examples."""
        return f"\n{written(item.target)}"

    def judge(self, item: Item, text: str) -> Judgement:
        """1 where the last grid is the target."""
        said = last_grid(text[-_LONGEST_READ:])
        reason = "" if said else "no grid was found"
        return Judgement(float(said == item.target), written(said), reason, {"cells": _agreeing(said, item.target)})


def _agreeing(said: Grid, target: Grid) -> float:
    """The share of right cells; 0 where the sizes differ."""
    if [len(row) for row in said] != [len(row) for row in target]:
        return 0.0
    pairs = [pair for rows in zip(said, target, strict=True) for pair in zip(*rows, strict=True)]
    return sum(one == other for one, other in pairs) / len(pairs)


TASK = ArcAgi(Path(__file__).parent)
