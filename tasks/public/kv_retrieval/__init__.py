"""Key-value retrieval of Lost in the Middle (Liu et al. 2023, arXiv:2307.03172): one value out of 75 or 140 pairs.

The prompt is the published one. Pairs stay in the order of their row, as in the published runs that move no key, so the
key is anywhere. Level 2 has the length of the published set with 140 pairs and not its rows: each of its objects is a
row and 65 pairs of the next one, which come first in every other object.

The published rule finds the value anywhere in the answer, which a copy of the object would pass. Here the answer, up to
a next "Key:", names the right value and no other identifier than the key. The published verdict is among the metrics.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from harness.public import PublicTask, Row
from harness.task import Judgement, Telling
from harness.types import Item

_MORE = 65  # pairs of the next row in an object of level 2
_LONGEST_READ = 20_000
_IDENTIFIER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class KvRetrieval(PublicTask):
    """One value in a long object."""

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """The rows as they are, or each with pairs of the next one."""
        rows = self.source.rows("keys75")
        if level == 1:
            return rows
        return [_longer(row, rows[(n + 1) % len(rows)], first=n % 2 == 1) for n, row in enumerate(rows)]

    def tell(self, structure: Row, language: str) -> Telling:
        """The object and the key; its target is the value."""
        pairs = ",\n ".join(f'"{key}": "{value}"' for key, value in structure["ordered_kv_records"])
        question = f'JSON data:\n{{{pairs}}}\n\nKey: "{structure["key"]}"'
        return Telling(question, structure["value"], data={"key": structure["key"]})

    def prompt(self, item: Item) -> str | None:
        """The published one."""
        task = "Extract the value corresponding to the specified key in the JSON object below."
        return f"{task}\n\n{item.question}\nCorresponding value:"

    def answer(self, item: Item) -> str:
        """The value as the object writes it."""
        return f' "{item.target}"'

    def judge(self, item: Item, text: str) -> Judgement:
        """1 where the value is the only identifier said beside the key."""
        read = text[:_LONGEST_READ].lower()
        said = list(dict.fromkeys(_IDENTIFIER.findall(read.partition("\nkey:")[0])))
        values = [one for one in said if one != item.data["key"]]
        reason = "" if len(values) == 1 else f"{len(values)} values are named"
        published = float(item.target in read)
        return Judgement(float(values == [item.target]), ", ".join(values[:3]), reason, {"published": published})


def _longer(row: Row, other: Row, *, first: bool) -> Row:
    """A row with the first pairs of another one before or after its own."""
    own, more = row["ordered_kv_records"], other["ordered_kv_records"][:_MORE]
    return {**row, "ordered_kv_records": more + own if first else own + more}


TASK = KvRetrieval(Path(__file__).parent)
