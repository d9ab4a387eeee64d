"""Blocks on a table: states, legal moves, simulation, and shortest plans.

With room for every block on the table, a shortest plan moves each misplaced block once, straight to its place, or
twice, by way of the table (Gupta and Nau 1992, "On the complexity of blocks-world planning"). Which ones must go by
the table is a smallest set that leaves the moves' precedences without a cycle, found by iterative deepening.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

TABLE = "table"
Piles = tuple[tuple[str, ...], ...]  # each from bottom to top
Move = tuple[str, str]  # a block, and the block or table it is put on


def supports(piles: Iterable[Sequence[str]]) -> dict[str, str]:
    """What each block stands on."""
    return {block: below for pile in piles for below, block in zip((TABLE, *pile), pile, strict=False)}


def legal_moves(on: Mapping[str, str]) -> list[Move]:
    """Every move of a clear block to another clear block, or to the table if it is not there."""
    covered = set(on.values())
    clear = [block for block in on if block not in covered]
    return [(b, to) for b in clear for to in (*clear, TABLE) if to not in (b, on[b])]


def after(on: Mapping[str, str], plan: Iterable[Move]) -> dict[str, str] | None:
    """The state that a plan leads to, or None where a move is not legal."""
    state = dict(on)
    for block, to in plan:
        covered = set(state.values())
        known = block in state and (to in state or to == TABLE)
        if not known or block == to or block in covered or (to != TABLE and to in covered) or state[block] == to:
            return None
        state[block] = to
    return state


def shortest_plan(start: Mapping[str, str], goal: Mapping[str, str], most: int = sys.maxsize) -> list[Move] | None:
    """A plan from one state to another that no plan beats in length; None if it takes more than `most` moves."""
    moved = _misplaced(start, goal)
    above = {below: block for block, below in start.items() if below != TABLE}
    direct = frozenset(block for block in moved if goal[block] == TABLE)
    for detours in range(min(len(moved), most - len(moved)) + 1):
        plan = _plan(_Task(start, goal, moved, above), frozenset(), direct, detours)
        if plan is not None:
            return plan
    return None


@dataclass(frozen=True, slots=True)
class _Task:
    """What a plan is looked for."""

    start: Mapping[str, str]
    goal: Mapping[str, str]
    moved: Sequence[str]
    above: Mapping[str, str]  # what stands on each block in the start


def _misplaced(start: Mapping[str, str], goal: Mapping[str, str]) -> list[str]:
    """Blocks that do not stand on what the goal wants, or stand on one that does not."""
    moved = []
    for block in start:
        below = block
        while below != TABLE and start[below] == goal[below]:
            below = start[below]
        if below != TABLE:
            moved.append(block)
    return moved


def _plan(task: _Task, twice: frozenset[str], once: frozenset[str], detours: int) -> list[Move] | None:
    """A plan that takes the blocks `twice` by the table and `once` not, and at most `detours` more by it."""
    order, cycle = _in_order(_precedences(task.goal, task.moved, task.above, twice))
    if not cycle:
        to_table = {(block, False) for block in twice}
        return [(event[0], TABLE if event in to_table else task.goal[event[0]]) for event in order]
    if not detours:
        return None
    for block in dict.fromkeys(event[0] for event in cycle):
        if block not in twice and block not in once:
            plan = _plan(task, twice | {block}, once, detours - 1)
            if plan is not None:
                return plan
            once |= {block}  # every plan with it has been tried
    return None


_Event = tuple[str, bool]  # a block's move, and whether it brings the block to its place


def _precedences(
    goal: Mapping[str, str], moved: Sequence[str], above: Mapping[str, str], twice: Collection[str]
) -> dict[_Event, list[_Event]]:
    """For each move, the moves that must come before it."""
    before: dict[_Event, list[_Event]] = {}
    still = set(moved)
    for block in moved:
        first, last = (block, block not in twice), (block, True)
        before.setdefault(first, [])
        before.setdefault(last, [])
        if block in above:
            before[first].append((above[block], above[block] not in twice))
        if first != last:
            before[last].append(first)
        under = goal[block]
        if under in still:
            before[last].append((under, True))
        if under in above and above[under] != block:
            before[last].append((above[under], above[under] not in twice))
    return before


def _in_order(before: Mapping[_Event, Sequence[_Event]]) -> tuple[list[_Event], list[_Event]]:
    """The moves in an order that keeps the precedences, and no cycle; or else a cycle of moves."""
    order: list[_Event] = []
    state: dict[_Event, int] = {}
    for root in before:
        if root in state:
            continue
        path, waiting = [root], [iter(before[root])]
        state[root] = 1
        while path:
            following = next(waiting[-1], None)
            if following is None:
                state[path[-1]] = 2
                order.append(path.pop())
                waiting.pop()
            elif following not in state:
                state[following] = 1
                path.append(following)
                waiting.append(iter(before[following]))
            elif state[following] == 1:
                return order, path[path.index(following) :]
    return order, []
