"""The world of blocks: what a statement says of it, what an action does to it, and the actions that a text names.

Two vocabularies say the same: that of blocks, and that of Mystery Blocksworld.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

Fact = tuple[str, ...]  # ("hand",), ("clear", x), ("table", x), ("holding", x) or ("on", x, y)
Action = tuple[str, ...]  # ("pick", x), ("put", x), ("stack", x, y) or ("unstack", x, y)

_LONGEST_PLAN = 1_000  # actions
_NUMBERING = re.compile(r"[^a-z]*(?:[0-9]+[^a-z]+)?")
_NAME = re.compile(r"[a-z]+")
_SAID = (  # a fact in either vocabulary
    (re.compile(r"the hand is empty|\bharmony\b"), "hand"),
    (re.compile(r"the (\w+) block is clear|\bprovince object (\w+)"), "clear"),
    (re.compile(r"the (\w+) block is on the table|\bplanet object (\w+)"), "table"),
    (re.compile(r"the (\w+) block is on top of the (\w+) block|\bobject (\w+) craves object (\w+)"), "on"),
)
_VERBS = (
    (re.compile(r"pick[ -]up|attack"), "pick", 1),
    (re.compile(r"put[ -]down|succumb"), "put", 1),
    (re.compile(r"unstack|feast"), "unstack", 2),
    (re.compile(r"stack|overcome"), "stack", 2),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What holds at first, and what must hold at the end."""

    initial: frozenset[Fact]
    goal: frozenset[Fact]

    @property
    def names(self) -> frozenset[str]:
        """The objects."""
        return frozenset(name for fact in self.initial for name in fact[1:])


def read_problem(query: str) -> Problem:
    """The problem in a prompt's last statement."""
    initial, _, goal = query.rpartition("[STATEMENT]")[2].partition("My goal is")
    return Problem(_facts(initial), _facts(goal))


def read_plan(text: str, problem: Problem) -> list[Action]:
    """The actions of the lines that begin with one; one with a wrong number of objects has none."""
    found: list[Action] = []
    for line in text.lower().split("\n"):
        start = line[_NUMBERING.match(line).end() :]  # type: ignore[union-attr]  # it matches anything
        for verb, action, count in _VERBS:
            if begin := verb.match(start):
                objects = [name for name in _NAME.findall(start[begin.end() :]) if name in problem.names]
                found.append((action, *objects) if len(objects) == count else (action,))
                break
    return found[: _LONGEST_PLAN + 1]


def fault(problem: Problem, plan: Sequence[Action]) -> str:
    """Why a plan does not solve a problem; empty where it does."""
    if len(plan) > _LONGEST_PLAN:
        return f"the plan has more than {_LONGEST_PLAN} actions"
    facts = set(problem.initial)
    for number, action in enumerate(plan, start=1):
        if len(action) == 1:
            return f"action {number} ({action[0]}) has a wrong number of objects"
        needed, gone, new = _effects(action)
        if missing := needed - facts:
            return f"action {number} ({' '.join(action)}) is not possible: {_shown(missing)}"
        facts = (facts - gone) | new
    if missing := set(problem.goal) - facts:
        return f"after {len(plan)} actions this is missing: {_shown(missing)}"
    return ""


def _effects(action: Action) -> tuple[set[Fact], set[Fact], set[Fact]]:
    """What an action needs, ends and makes."""
    match action:
        case ("pick", x):
            needed: set[Fact] = {("clear", x), ("table", x), ("hand",)}
            return needed, needed, {("holding", x)}
        case ("put", x):
            return {("holding", x)}, {("holding", x)}, {("clear", x), ("hand",), ("table", x)}
        case ("stack", x, y):
            return (
                {("clear", y), ("holding", x)},
                {("clear", y), ("holding", x)},
                {("hand",), ("clear", x), ("on", x, y)},
            )
        case (_, x, y):
            needed = {("on", x, y), ("clear", x), ("hand",)}
            return needed, needed, {("holding", x), ("clear", y)}
    raise ValueError(f"no action has the form {action}")


def _facts(said: str) -> frozenset[Fact]:
    matches = [(kind, match) for pattern, kind in _SAID for match in pattern.finditer(said)]
    return frozenset((kind, *(name for name in match.groups() if name)) for kind, match in matches)


def _shown(facts: set[Fact]) -> str:
    return ", ".join(sorted(" ".join(fact) for fact in facts))
