"""The base class of tasks whose rows are sealed: a static set that no model may have seen, used in several rounds.

    task.yaml        the card, as of any task
    rows.age         the rows, sealed by `defi vault seal`; rows.age.json pins their hash
    examples.jsonl   a few rows of the same kind in clear: worked examples, the page's samples, `defi task check`

A row is a JSON object with its `level`. Rows are opened in memory when a round first asks for them, where the identity
is; the public seeds (`harness.task.RESERVED_SEEDS`) only ever see the examples, so that nothing sealed is shown.
"""

from __future__ import annotations

import functools
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from random import Random

from harness import vault
from harness.errors import TaskError
from harness.task import RESERVED_SEEDS, Judgement, ProceduralTask, Telling, generator
from harness.types import Item, Json

Row = Json  # an object of JSON with its `level`


class SealedRowsTask(ProceduralTask[Row]):
    """A task gives `tell` and `instruction`, and `answer` and `judge` where it is of kind `generate`."""

    def __init__(self, folder: Path) -> None:
        """Read the card and the examples in `folder`; the rows stay sealed."""
        super().__init__(folder)
        self._sealed = folder / "rows.age"
        path = folder / "examples.jsonl"
        if not path.is_file():
            remedy = "give a few rows of the same kind in clear; they are never asked in a round"
            raise TaskError("a sealed task has no examples", where=str(path), remedy=remedy)
        self._examples = tuple(vault.parse_lines(path.read_text(encoding="utf-8"), path.name))
        self._demand_levels(self._examples, path.name)

    @abstractmethod
    def tell(self, structure: Row, language: str) -> Telling:
        """Say a row in a language, with its target."""

    def items(self, level: int, language: str, seed: str, count: int) -> list[Item]:
        """The first `count` rows of a level in the order of `seed`, or all there are; examples for a public seed.

        VaultError where the rows cannot be opened here.
        """
        self.check_place(level, language)
        rows = self._examples if seed in RESERVED_SEEDS else self._rows()
        chosen = [row for row in rows if row["level"] == level]
        order = generator(self.card.name, level, seed, 0).sample(range(len(chosen)), len(chosen))
        told = _Ordered(self, [chosen[place] for place in order])
        return told.items(level, language, seed, min(count, len(chosen)))

    def draw(self, rng: Random, level: int, index: int) -> Row:
        """A row for a worked example: one of those in clear."""
        chosen = [row for row in self._examples if row["level"] == level]
        return chosen[index % len(chosen)]

    @functools.cache  # noqa: B019 - a task lives as long as the process, and its rows must not be opened again
    def _rows(self) -> Sequence[Row]:
        rows = tuple(vault.rows(self._sealed, vault.find_identities()))
        self._demand_levels(rows, self._sealed.name)
        return rows

    def _demand_levels(self, rows: Sequence[Row], where: str) -> None:
        """TaskError where a row has no level of the card, or a level no row; never says what a row holds."""
        levels = [row.get("level") if isinstance(row, dict) else None for row in rows]
        if any(type(level) is not int for level in levels) or set(levels) != set(range(1, self.card.levels + 1)):
            remedy = f"rows are objects with a `level` from 1 to {self.card.levels}, and every level has some"
            raise TaskError("the rows do not fit the card's levels", where=f"{self.card.name}, {where}", remedy=remedy)


class _Ordered(ProceduralTask[Row]):
    """Rows in a given order, told by their task: the base class places options and names items."""

    def __init__(self, task: SealedRowsTask, rows: Sequence[Row]) -> None:
        self.card, self._task, self._ordered = task.card, task, rows

    def draw(self, rng: Random, level: int, index: int) -> Row:
        return self._ordered[index]

    def tell(self, structure: Row, language: str) -> Telling:
        return self._task.tell(structure, language)

    def instruction(self, level: int, language: str) -> str:
        return self._task.instruction(level, language)

    def judge(self, item: Item, text: str) -> Judgement:
        return self._task.judge(item, text)
