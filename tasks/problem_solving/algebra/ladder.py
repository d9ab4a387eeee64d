"""Which questions each level asks."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tasks.problem_solving.algebra import counts as c
from tasks.problem_solving.algebra import elementary as e
from tasks.problem_solving.algebra import integers as n
from tasks.problem_solving.algebra.problem import Problem

Kind = Callable[[Random, int], Problem]

LEVELS: tuple[tuple[tuple[Kind, int], ...], ...] = (
    ((e.value, 1),),
    ((e.value, 3),),
    ((e.total, 1),),
    ((e.expression, 1), (e.equation, 1)),
    ((n.remainder, 1), (e.sides, 1), (n.gcd_sum, 1), (e.arithmetic, 1)),
    ((e.system, 1), (e.recurrence, 1), (c.divisible, 1)),
    ((n.power, 1), (c.solutions, 1), (e.quadratic, 1), (e.recurrence, 2), (c.divisible, 2)),
    ((e.system_of_three, 1), (n.congruences, 2), (c.solutions, 2), (n.power, 2)),
    ((n.tower, 1), (e.system_of_three, 2), (c.solutions, 3), (n.periodic, 1)),
    ((n.congruences, 3), (n.tower, 2), (c.solutions, 5), (n.periodic, 2)),
    ((n.congruences, 5), (c.roots, 1), (c.digits, 1), (n.periodic, 3), (c.solutions, 8)),
    ((n.congruences, 9), (c.roots, 2), (c.digits, 3), (n.periodic, 4), (c.solutions, 14)),
)


def draw_problem(rng: Random, level: int) -> Problem:
    """A question of the level."""
    kind, size = rng.choice(LEVELS[level - 1])
    return kind(rng, size)
