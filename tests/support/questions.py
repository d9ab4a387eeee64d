"""Questions that everybody may read, invented: what `leaderboard.revealed.Revealed` gives to pages."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.types import LANGUAGES
from leaderboard.revealed import Answer, ShownItem
from leaderboard.site.pages import items as items_pages
from leaderboard.site.pages import prepare
from leaderboard.site.sources import Sources

Table = dict[str, Any]
TASK, CLOSED = "problem_solving/word_problems", "understanding/reading_choice"


@dataclasses.dataclass
class Items:
    """Stands for `Revealed`."""

    found: Mapping[str, Sequence[ShownItem]]
    submissions: frozenset[str]
    orders: list[list[str]] = dataclasses.field(default_factory=list)  # that answers were asked for in

    @property
    def tasks(self) -> list[str]:
        """The tasks with questions."""
        return list(self.found)

    def count(self, task: str) -> int:
        """How many of a task."""
        return len(self.found.get(task, ()))

    def withheld(self, task: str) -> int:
        """The same number of any task."""
        return 3

    def closed(self, task: str) -> str:
        """One task is closed."""
        return "sealed" if task == CLOSED else ""

    def load(self, task: str, order: Sequence[str]) -> Iterator[ShownItem]:
        """The questions with their answers."""
        self.orders.append(list(order))
        yield from self.found[task]


def invented(table: Table, texts: Sequence[str] = ("7", ""), levels: int = 2, count: int = 3) -> Items:
    """Questions of one task; answers are `texts` by turns."""
    names = [row["submission"] for row in table["standings"] if row["rank"]]
    answers = [
        Answer(name, text, value, category, text[:2000], "" if value else "the answer is 7 <b>", "stop")
        for name, text, (value, category) in zip(
            names,
            itertools.cycle(texts),
            itertools.cycle([(1.0, "right"), (0.0, "wrong"), (None, "unscored")]),
            strict=False,
        )
    ]
    made = [
        ShownItem(
            id=f"{TASK}/{language}/L{level:02d}/{index:05d}",
            task=TASK,
            level=level,
            language=language,
            cluster=f"{TASK}/L{level:02d}/{index:05d}",
            messages=[
                {"role": "system", "content": "Répondez par un nombre."},
                {"role": "user", "content": "1 + 1 ?"},
                {"role": "assistant", "content": "2"},
                {"role": "user", "content": f"Léa a {level} œufs et {index} pommes. Combien ?"},
            ],
            options=[],
            answer=str(level + index),
            counts={"right": 2, "wrong": 5},
            mean=2 / 7,
            answers=answers,
        )
        for level in range(1, levels + 1)
        for language in LANGUAGES
        for index in range(count)
    ]
    return Items({TASK: made}, frozenset(names))


def rendered(table: Table, items: Any) -> dict[str, str]:
    """The pages of questions, by path."""
    sites = prepare(Sources(table, items=items))
    return {f"{site.say.code}/{path}": page for site in sites for path, page in items_pages.pages(site)}


def write(table: Table, items: Any, folder: Path) -> Path:
    """The pages of questions on disk."""
    for path, page in rendered(table, items).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(page, encoding="utf-8")
    return folder
