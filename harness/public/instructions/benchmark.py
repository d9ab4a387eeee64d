"""The base class of benchmarks whose rows are prompts with instructions that a program can check.

A row has `key`, `prompt`, `instruction_id_list` and `kwargs`, one object of settings an instruction. Level n has the
rows with n instructions. There is no published prompt around a row's own, and no reference answer: gold is a witness.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from harness.errors import TaskError
from harness.public.instructions.verdict import judged
from harness.public.source import Row
from harness.public.task import PublicTask
from harness.task import Judgement, Telling
from harness.types import Item


class InstructionBenchmark(PublicTask):
    """A benchmark says which rows are left out, what the value is, and how a witness is made."""

    parallel = False
    file: ClassVar[Mapping[str, str]]  # the file of each language
    value = "strict"  # or "loose": the prompt-level verdict that is the value; both are among the metrics
    contradicting: frozenset[str] = frozenset()  # keys of rows whose instructions no text can follow together
    without_rule: frozenset[str] = frozenset()  # kinds of instruction whose rows are left out

    @abstractmethod
    def witness(self, kinds: Sequence[str], settings: Sequence[Mapping[str, object]], language: str) -> str | None:
        """A text that follows the instructions."""

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """The rows with as many instructions as the level says."""
        return [
            row
            for row in self.source.rows(self.file[language])
            if len(row["instruction_id_list"]) == level
            and str(row["key"]) not in self.contradicting
            and self.without_rule.isdisjoint(row["instruction_id_list"])
        ]

    def tell(self, structure: Row, language: str) -> Telling:
        """The prompt; its target is the kinds of its instructions, each with its settings."""
        target = [list(pair) for pair in zip(structure["instruction_id_list"], structure["kwargs"], strict=True)]
        return Telling(structure["prompt"], target, data={"key": structure["key"]})

    def prompt(self, item: Item) -> str | None:
        """The row's prompt as it is."""
        return item.question

    def answer(self, item: Item) -> str:
        """A witness; TaskError where none is found, which says that the row belongs to the contradicting ones."""
        kinds, settings = zip(*item.target, strict=True)
        if (text := self.witness(kinds, settings, item.language)) is None:
            what, remedy = f"no text follows {', '.join(kinds)}", f"leave row {item.data['key']} out"
            raise TaskError(what, where=item.id, remedy=remedy)
        return text

    def judge(self, item: Item, text: str) -> Judgement:
        """1 where every instruction is followed."""
        kinds, settings = zip(*item.target, strict=True)
        return judged(text, kinds, settings, value=self.value)
