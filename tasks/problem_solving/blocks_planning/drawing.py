"""Drawing a start and a goal whose shortest plan has a length of the level's."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from harness.errors import TaskError
from tasks.problem_solving.blocks_planning.world import Move, Piles, after, legal_moves, shortest_plan, supports

LETTERS = "BCDEFGHJKLMNPQRSTUVWXZ"  # no A, I, O, Y: words of a sentence are never blocks
_ATTEMPTS = 5_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What a level's problems are made of."""

    blocks: int
    shortest: tuple[int, int]  # least and greatest length of the shortest plan
    slack: int  # moves allowed beyond it
    piles: tuple[int, int]  # least and greatest number of piles
    told: bool = False  # the goal says which blocks go where, in an order that works


LEVELS: tuple[Rules, ...] = (
    Rules(6, (1, 1), 1, (3, 4), told=True),
    Rules(6, (2, 2), 1, (3, 4), told=True),
    Rules(6, (3, 3), 2, (2, 4)),
    Rules(6, (4, 4), 2, (2, 4)),
    Rules(6, (5, 5), 1, (2, 4)),
    Rules(7, (6, 7), 1, (2, 4)),
    Rules(8, (8, 9), 0, (2, 4)),
    Rules(10, (10, 11), 0, (3, 5)),
    Rules(12, (12, 13), 0, (4, 6)),
    Rules(14, (14, 16), 0, (5, 7)),
    Rules(17, (17, 19), 0, (6, 8)),
    Rules(20, (20, 23), 0, (6, 9)),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A start, a goal and a shortest plan between them."""

    start: Piles
    goal: Piles
    plan: tuple[Move, ...]
    limit: int  # moves allowed
    told: bool


def difficulty(level: int) -> float:
    """The stated proxy: the mean of the least and greatest length of the shortest plan."""
    return sum(LEVELS[level - 1].shortest) / 2


def draw_problem(rng: Random, level: int) -> Problem:
    """A problem of a level."""
    rules = LEVELS[level - 1]
    least, most = rules.shortest
    names = rng.sample(LETTERS, rules.blocks)
    for _ in range(_ATTEMPTS):
        start = _piles(rng, names, rules)
        walked = _walk(rng, start, least) if rules.shortest[1] < 5 else None
        goal = walked[0] if walked else _piles(rng, names, rules)
        plan = shortest_plan(supports(start), supports(goal), most)
        if plan and least <= len(plan):
            plan = walked[1] if walked and rules.told else plan
            return Problem(start, goal, tuple(plan), len(plan) + rules.slack, rules.told)
    raise TaskError(f"no problem found in {_ATTEMPTS} attempts", where=f"blocks_planning level {level}")


def _piles(rng: Random, names: list[str], rules: Rules) -> Piles:
    """All blocks in random piles."""
    order = rng.sample(names, len(names))
    cuts = sorted(rng.sample(range(1, len(order)), rng.randint(*rules.piles) - 1))
    return tuple(tuple(order[a:b]) for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True))


def _walk(rng: Random, start: Piles, moves: int) -> tuple[Piles, list[Move]]:
    """Where `moves` random moves lead, each of another block, and these moves."""
    on = supports(start)
    plan: list[Move] = []
    for _ in range(moves):
        moved = {block for block, _ in plan}
        possible = [move for move in legal_moves(on) if move[0] not in moved]
        if not possible:
            break
        plan.append(rng.choice(possible))
        on = after(on, plan[-1:]) or on
    above = {below: block for block, below in on.items()}
    piles = []
    for bottom in (block for block, below in on.items() if below == "table"):
        pile = [bottom]
        while pile[-1] in above:
            pile.append(above[pile[-1]])
        piles.append(tuple(pile))
    rng.shuffle(piles)
    return tuple(piles), plan
