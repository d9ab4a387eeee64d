"""Grids: apply operations, read in a spiral, measure distances, find a shortest way.

Level 1 keeps a row of names; the highest applies 14 operations in a row to 100 numbers. The grids are drawn by
reasoning-gym (Apache-2.0), one configuration a level; telling, solving and judging are ours.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item, Json
from tasks.problem_solving.grid_operations.drawing import Puzzle, draw_puzzle
from tasks.problem_solving.grid_operations.ladder import LEVELS
from tasks.problem_solving.grid_operations.reading import read_grid, read_path, read_row
from tasks.problem_solving.grid_operations.solving import walked
from tasks.problem_solving.grid_operations.telling import RULES, STEP_WORDS, shown, tell_puzzle


class GridOperations(ProceduralTask[Puzzle]):
    """Grids judged cell by cell, paths by walking them.

    1 if the one grid or row of numbers read is exactly the one that comes out, or if the one path read goes from the
    start to the goal in as few steps as any; else 0. The metric `cells` says how many cells are right in a grid of the
    right shape, `arrives` whether a path arrives, however long.
    """

    def draw(self, rng: Random, level: int, index: int) -> Puzzle:
        """A puzzle of the level."""
        return draw_puzzle(rng, level)

    def tell(self, structure: Puzzle, language: str) -> Telling:
        """The grid and the operations; what comes out is the target."""
        data: dict[str, Json] = {"names": list(structure.names)} if structure.names else {}
        if structure.kind == "path":
            data = {"cells": [list(row) for row in structure.cells]}
        answer = [list(row) if isinstance(row, tuple) else row for row in structure.answer]
        return Telling(tell_puzzle(structure, language), answer, data=data)

    def instruction(self, level: int, language: str) -> str:
        """What to do with the grid, and the form of the answer."""
        return RULES[LEVELS[level - 1].kind][language]

    def answer(self, item: Item) -> str:
        """The grid, the numbers, or a shortest path."""
        kind = LEVELS[item.level - 1].kind
        if kind == "path":
            return " ".join(STEP_WORDS[item.language][step] for step in item.target)
        return shown([item.target] if kind == "spiral" else item.target, item.data.get("names", ()))

    def judge(self, item: Item, text: str) -> Judgement:
        """1 if the answer is exactly right."""
        kind = LEVELS[item.level - 1].kind
        if kind == "path":
            return _judge_path(item, text)
        if kind == "spiral":
            row = read_row(text, item.question)
            return _compared(None if row is None else [row], [item.target])
        return _compared(read_grid(text, item.question, item.data.get("names", ())), item.target)


def _judge_path(item: Item, text: str) -> Judgement:
    steps = read_path(text, item.question, STEP_WORDS[item.language])
    if steps is None:
        return Judgement(0.0, reason="no single path can be read")
    said, least = " ".join(steps), len(item.target)
    if not walked(item.data["cells"], steps):
        return Judgement(0.0, said, "the path does not lead to the goal", {"arrives": 0.0})
    if len(steps) > least:
        return Judgement(0.0, said, f"{len(steps)} steps where {least} are enough", {"arrives": 1.0})
    return Judgement(1.0, said, metrics={"arrives": 1.0})


def _compared(found: Json, target: Json) -> Judgement:
    """Two grids, cell by cell."""
    if found is None:
        return Judgement(0.0, reason="no single grid can be read")
    said = shown(found, ()).replace("\n", " / ")[:500]
    if [len(row) for row in found] != [len(row) for row in target]:
        return Judgement(0.0, said, "the grid has another shape")
    pairs = [(a, b) for row, other in zip(found, target, strict=True) for a, b in zip(row, other, strict=True)]
    right = sum(a == b for a, b in pairs) / len(pairs)
    return Judgement(float(right == 1), said, "" if right == 1 else f"{right:.0%} of the cells", {"cells": right})


TASK = GridOperations(Path(__file__).parent)
