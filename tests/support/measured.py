"""Costs of an engine whose rates are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.costs import Costs, Group

READ, WRITE = 0.002, 0.05  # seconds a token
TASK, OTHER = "problem_solving/word_problems", "understanding/reading_choice"


def group(task: str, kind: str, level: int, read: Sequence[float], written: Sequence[float], shared: float) -> Group:
    """What an engine of exactly these rates takes for a task's items of a level."""
    writing = READ if kind == "choose" else WRITE
    seconds = READ * (shared + sum(read)) + writing * sum(written)
    return Group(task, level, "fr", kind, shared, tuple(read), tuple(written), (1.0,) * len(read), seconds)


def costs(*groups: Group, **changes: Any) -> Costs:
    """Of a submission with these groups; `changes` are fields that a test wants otherwise."""
    facts: dict[str, Any] = {"submission": "team/one", "items": 2, "begin": 3.0}
    return Costs(**{**facts, "load": 5.0, "plan": 0.001, "judge": 0.002, "groups": groups, **changes})


LONG = group(TASK, "generate", 1, (40, 60), (10, 30), 100)
LONGER = group(TASK, "generate", 2, (50, 70), (100, 140), 100)
CHOICE = group(OTHER, "choose", 1, (30, 30), (8, 12), 50)
