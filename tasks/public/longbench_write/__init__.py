"""LongBench-Write (Bai et al. 2024, arXiv:2408.07055): texts of a required length, the 60 English requests.

The value is the published length score S_l over 100: 1 - (y/x - 1)/3 for a text of y words where x were asked for and
y > x, 1 - (x/y - 1)/2 where y < x, never below 0. Words are runs of ASCII letters and single Chinese characters, as the
published script counts them. It says nothing on what the text is worth: the other half of the benchmark, S_q, is a
model's judgement and is not here. Requests go out as they are.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from pathlib import Path

from harness.public import PublicTask, Row
from harness.public.instructions.phrases import CLAUSES
from harness.task import Judgement, Telling
from harness.types import Item

_BOUNDS = (0, 500, 2000, 4000, 100_000)  # required words: the published groups
_LONGEST_READ = 1_000_000
_WORD = re.compile(r"\b[a-zA-Z]+\b|[\u4e00-\u9fff]")


class LongbenchWrite(PublicTask):
    """Writing as much as was asked for."""

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """The requests whose length is in the level's group."""
        low, high = _BOUNDS[level - 1 : level + 1]
        return [row for row in self.source.rows("en") if low <= row["length"] < high]

    def tell(self, structure: Row, language: str) -> Telling:
        """The request; its target is the number of words."""
        return Telling(structure["prompt"], structure["length"], data={"type": structure["type"]})

    def prompt(self, item: Item) -> str | None:
        """The request as it is."""
        return item.question

    def answer(self, item: Item) -> str:
        """As many words as were asked for."""
        words = itertools.cycle(" ".join(CLAUSES["en"]).split())
        return " ".join(itertools.islice(words, int(item.target)))

    def judge(self, item: Item, text: str) -> Judgement:
        """The length score."""
        found = sum(1 for _ in _WORD.finditer(text[:_LONGEST_READ]))
        return Judgement(length_score(int(item.target), found), f"{found} words", f"{item.target} were asked for")


def length_score(wanted: int, found: int) -> float:
    """S_l of the paper (section 2.2) over 100."""
    if not found:
        return 0.0
    return max(0.0, 1 - (found / wanted - 1) / 3 if found > wanted else 1 - (wanted / found - 1) / 2)


TASK = LongbenchWrite(Path(__file__).parent)
