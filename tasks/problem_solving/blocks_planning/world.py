"""Blocks on a table: states, legal moves, simulation, and shortest plans.

With room for every block on the table, a shortest plan moves each misplaced block once, straight to its place, or
twice, by way of the table (Gupta and Nau 1992, "On the complexity of blocks-world planning"). Which ones must go by
the table is a smallest set that leaves the moves' precedences without a cycle, found by iterative deepening.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence

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
    if len(moved) > most:
        return None
    search = _Search(start, goal, moved)
    least, spare = search.least_detours(), most - len(moved)
    for detours in range(least, min(len(moved), spare) + 1):
        if search.found(detours):
            return search.plan
    return None


def _misplaced(start: Mapping[str, str], goal: Mapping[str, str]) -> list[str]:
    """Blocks that do not stand on what the goal wants, or stand on one that does not."""
    stays = {TABLE: True}

    def well(block: str) -> bool:
        if block not in stays:
            stays[block] = start[block] == goal[block] and well(start[block])
        return stays[block]

    return [block for block in start if not well(block)]


class _Search:
    """A depth-first search over which blocks go by the table; everything that can be moved is moved at once.

    A move never prevents another, so that the only choice is which block of a ring of waiting moves goes by the
    table. Sets of blocks are bits: `left` has left its first place, `home` is at its last, `twice` goes by the table.
    """

    def __init__(self, start: Mapping[str, str], goal: Mapping[str, str], moved: Sequence[str]) -> None:
        self._blocks, self._goal = moved, goal
        bit = {block: 1 << n for n, block in enumerate(moved)}
        above = {below: bit[block] for block, below in start.items() if block in bit and below != TABLE}
        # What must have left before a block can leave, what must have left its goal, and what must be at home there.
        self._over = [above.get(block, 0) for block in moved]
        self._cover = [above.get(goal[block], 0) & ~bit[block] for block in moved]
        self._under = [bit.get(goal[block], 0) for block in moved]
        self.plan: list[Move] = []

    def least_detours(self) -> int:
        """How many rings have no block in common: each takes a detour."""
        count, left, home = 0, 0, 0
        while True:
            left, home = self._advance(left, home, 0)
            ring, _ = self._ring(left, home)
            if not ring:
                return count
            count += 1
            for n in ring:
                left |= 1 << n
                home |= 1 << n

    def found(self, detours: int) -> bool:
        """Whether a plan has at most so many detours; `plan` then holds it."""
        self.plan.clear()
        return self._tried(0, 0, 0, 0, detours)

    def _tried(self, left: int, home: int, twice: int, once: int, detours: int) -> bool:
        """Whether the moves left can be done with some more detours, none by blocks of `once`."""
        left, home = self._advance(left, home, twice)
        ring, helpful = self._ring(left, home)
        if not ring:
            return True
        done = len(self.plan)
        for n in helpful if detours else ():
            if not (twice | once) >> n & 1:
                if self._tried(left, home, twice | 1 << n, once, detours - 1):
                    return True
                del self.plan[done:]
                once |= 1 << n  # every plan with it has been tried
        return False

    def _advance(self, left: int, home: int, twice: int) -> tuple[int, int]:
        """Move whatever can be moved, until nothing can."""
        over, cover, under = self._over, self._cover, self._under
        waiting = [n for n in range(len(over)) if not home >> n & 1]
        before = -1
        while before != len(self.plan):
            before, still = len(self.plan), []
            for n in waiting:
                free = not over[n] & ~left
                if free and not (cover[n] & ~left or under[n] & ~home):
                    self.plan.append((self._blocks[n], self._goal[self._blocks[n]]))
                    left |= 1 << n
                    home |= 1 << n
                    continue
                if free and twice >> n & 1 and not left >> n & 1:
                    self.plan.append((self._blocks[n], TABLE))
                    left |= 1 << n
                still.append(n)
            waiting = still
        return left, home

    def _ring(self, left: int, home: int) -> tuple[list[int], list[int]]:
        """Blocks that wait for one another in a ring, when nothing can be moved; none where all are at home.

        And those that open the ring by going by the table: the one before waits for it to leave, not to be at home,
        and it waits for its goal, not for what stands on it.
        """
        waiting = ~home & ((1 << len(self._over)) - 1)
        place = (waiting & -waiting).bit_length() - 1
        path: list[int] = []
        opens: list[bool] = []
        to_leave = False
        while waiting and place not in path:
            path.append(place)
            above = self._over[place] & ~left
            opens.append(to_leave and not above)
            awaited = above or self._cover[place] & ~left
            to_leave = bool(awaited)
            place = (awaited or self._under[place] & ~home).bit_length() - 1
        if not path:
            return [], []
        first = path.index(place)
        opens[first] = to_leave and not self._over[place] & ~left
        return path[first:], [n for n, helps in zip(path[first:], opens[first:], strict=True) if helps]
