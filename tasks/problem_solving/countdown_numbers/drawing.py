"""Drawing numbers and a target: an expression is drawn first, and it reaches the target by construction.

A target that fewer numbers reach (none, two or three, where the expression uses more) is drawn again.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, permutations
from random import Random

from harness.errors import TaskError
from tasks.problem_solving.countdown_numbers.expression import Written, joined

_ATTEMPTS = 10_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What a level's problems are made of."""

    given: int
    used: int  # numbers of the expression drawn
    operators: str
    highest: int  # number given
    target: tuple[int, int] = (1, 9999)  # least and greatest


LEVELS: tuple[Rules, ...] = (
    Rules(5, 1, "", 99),
    Rules(4, 2, "+", 99),
    Rules(4, 2, "+-", 99),
    Rules(4, 2, "+-x", 99),
    Rules(4, 3, "+-", 99),
    Rules(4, 3, "+-x", 50),
    Rules(4, 4, "+-x/", 50, (1, 999)),
    Rules(5, 5, "+-x/", 50, (100, 9_999)),
    Rules(6, 6, "+-x/", 75, (1_000, 99_999)),
    Rules(7, 7, "+-x/", 99, (10_000, 999_999)),
    Rules(8, 8, "+-x/", 99, (100_000, 9_999_999)),
    Rules(9, 9, "+-x/", 99, (1_000_000, 99_999_999)),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Numbers, a target, and an expression that reaches it."""

    numbers: tuple[int, ...]
    target: int
    expression: str


def difficulty(level: int) -> int:
    """The stated proxy: how many expressions there are to try (ordered numbers, operators, ways to group them)."""
    rules = LEVELS[level - 1]
    ways = 1
    for n in range(rules.used):
        ways *= rules.given - n
    for n in range(rules.used - 1):
        ways *= max(1, len(rules.operators)) * (2 * n + 1)
    return ways


def draw_problem(rng: Random, level: int) -> Problem:
    """A problem of a level."""
    rules = LEVELS[level - 1]
    least, most = rules.target
    for _ in range(_ATTEMPTS):
        numbers = rng.sample(range(2, rules.highest + 1), rules.given)
        made = _expression(rng, numbers[: rules.used], rules.operators)
        if made is not None and least <= made.value <= most and not _easier(numbers, made.value, rules.used):
            return Problem(tuple(rng.sample(numbers, len(numbers))), made.value, made.text)
    raise TaskError(f"no problem found in {_ATTEMPTS} attempts", where=f"countdown_numbers level {level}")


def _expression(rng: Random, numbers: list[int], operators: str) -> Written | None:
    """All the numbers joined two at a time; None where a result is not a positive whole number."""
    parts = [Written(number, str(number)) for number in numbers]
    while len(parts) > 1:
        first = parts.pop(rng.randrange(len(parts)))
        second = parts.pop(rng.randrange(len(parts)))
        operator = rng.choice(operators)
        if operator == "-" and first.value < second.value:
            first, second = second, first
        if operator == "/" and (second.value == 1 or first.value % second.value):
            operator = "x"  # most numbers do not divide one another
        value = _apply(operator, first.value, second.value)
        if not value:
            return None
        parts.append(joined(first, operator, second, value))
    return parts[0]


def _apply(operator: str, left: int, right: int) -> int:
    if operator == "/":
        return left // right
    return left + right if operator == "+" else left * right if operator == "x" else left - right


def _easier(numbers: list[int], target: int, used: int) -> bool:
    """Whether fewer than `used` of the numbers, and at most three, reach the target."""
    if used == 1:
        return False
    if target in numbers:
        return True
    if used == 2:
        return False
    pairs = _pairs(numbers)
    if target in pairs:
        return True
    return used > 3 and any(
        x not in pair for x in numbers for value in _needed(target, x) for pair in pairs.get(value, ())
    )


def _pairs(numbers: list[int]) -> dict[int, list[tuple[int, int]]]:
    """What two numbers give, and which two; fractions help three whole numbers to nothing that these do not."""
    found: dict[int, list[tuple[int, int]]] = {}
    for a, b in combinations(numbers, 2):
        for value in (a + b, a - b, b - a, a * b):
            found.setdefault(value, []).append((a, b))
    for a, b in permutations(numbers, 2):
        if a % b == 0:
            found.setdefault(a // b, []).append((a, b))
    return found


def _needed(target: int, x: int) -> list[int]:
    """What must be joined with x to reach the target."""
    values = [target - x, target + x, x - target, target * x]
    if target % x == 0:
        values.append(target // x)
    if x % target == 0:
        values.append(x // target)
    return values
