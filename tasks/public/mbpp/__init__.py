"""MBPP (Austin et al. 2021, arXiv:2108.07732): short Python functions, the sanitized rows of the test set.

The prompt is the published one: three worked examples (problems 2, 3 and 4), the sentence and the first three asserts,
then "[BEGIN]". It differs from lm-evaluation-harness's `mbpp` in the rows alone: both the questions and the examples
are of the sanitized version, where the authors mended wording and tests. The value is pass@1 by all asserts of the row,
which run beside the program and not with it (`harness/sandbox/grading.py`).

How an answer is read: up to "[DONE]", without a "[BEGIN]" before it. From an answer with code fences, the first block
that defines the function counts, else the first block.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.public import PublicTask, Row
from harness.sandbox.grading import PublishedTest, defines, fenced, grade
from harness.task import Judgement, Telling
from harness.types import Item, Json

_SHOTS = (2, 3, 4)  # problems: 1 to 10 are there to be examples
_TEST_SET = range(11, 511)
_SHOWN = 3  # asserts in a prompt
_LONGEST_READ = 50_000


class Mbpp(PublicTask):
    """Short functions from one sentence and three asserts."""

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """The problems of the test set."""
        return [row for row in self.source.rows("sanitized") if row["task_id"] in _TEST_SET]

    def tell(self, structure: Row, language: str) -> Telling:
        """The task with its asserts; its target is the published code."""
        data = {"imports": structure["test_imports"], "tests": structure["test_list"], "functions": _asked(structure)}
        return Telling(_question(structure), structure["code"], data=data)

    def prompt(self, item: Item) -> str | None:
        """Three examples and the task."""
        return self._examples + item.question

    def answer(self, item: Item) -> str:
        """The published code."""
        return f"{item.target}\n[DONE]"

    def judge(self, item: Item, text: str) -> Judgement:
        """1 where all asserts of the row pass."""
        functions, imports = tuple(item.data["functions"]), "\n".join(item.data["imports"])
        code = read(functions[0], text[:_LONGEST_READ])
        test = PublishedTest("\n".join(item.data["tests"]), functions, before=imports)
        found = grade(f"{code}\n{imports}\n", test)  # published runners import into the program, too
        return Judgement(found.value, code[:2000], found.reason)

    @functools.cached_property
    def _examples(self) -> str:
        """The worked examples."""
        rows = {row["task_id"]: row for row in self.source.rows("sanitized")}
        return "".join(f"{_question(rows[number])}{rows[number]['code']}\n[DONE]\n\n" for number in _SHOTS)


def read(function: str, text: str) -> str:
    """The program in an answer (the rule is at the top of this file)."""
    text = text.partition("[DONE]")[0]
    text = text.partition("[BEGIN]")[2] if "[BEGIN]" in text else text
    blocks = fenced(text)
    return next((block for block in blocks if defines(block, function)), blocks[0] if blocks else text)


def _question(row: Mapping[str, Json]) -> str:
    tests = "\n".join(row["test_list"][:_SHOWN])
    task = f"You are an expert Python programmer, and here is your task: {row['prompt']}"
    return f"{task} Your code should pass these tests:\n\n{tests}\n[BEGIN]\n"


def _asked(row: Mapping[str, Json]) -> list[str]:
    """The functions that the published code defines and its tests call."""
    defined = set(re.findall(r"^def\s+(\w+)", row["code"], re.MULTILINE))
    calls = [node.func for node in ast.walk(ast.parse("\n".join(row["test_list"]))) if isinstance(node, ast.Call)]
    return sorted({call.id for call in calls if isinstance(call, ast.Name)} & defined)


TASK = Mbpp(Path(__file__).parent)
