"""What a question of algebra is, and how its formulas are written: the same in every language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LETTERS = "abcdfghkmnpqrstuvwxyz"  # neither e, i, l nor o: a constant, an imaginary, a one, a zero
SEQUENCES = "abcdfghpqrstuvw"


@dataclass(frozen=True, slots=True)
class Problem:
    """One question; both languages tell it."""

    kind: str
    numbers: tuple[int, ...]  # what defines the problem, in the order that its kind says
    parts: Mapping[str, str]  # the formulas and numbers that the sentences hold
    answer: tuple[int, ...]
    working: tuple[str, ...]  # the calculations, in the order in which they are done
    steps: int  # how many elementary operations they take


class Working:
    """Written calculations, each line true, and how many elementary operations they take."""

    def __init__(self, steps: int = 0) -> None:
        """Nothing is written yet; some steps may have been done by eye."""
        self.lines: list[str] = []
        self.steps = steps

    def plus(self, left: int, right: int) -> int:
        """Write and return a sum; a negative second term is written as a difference."""
        self.say(f"{left}{'-' if right < 0 else '+'}{abs(right)}={left + right}")
        return left + right

    def times(self, left: int, right: int) -> int:
        """Write and return a product."""
        self.say(f"{left}*{bracketed(right)}={left * right}")
        return left * right

    def over(self, left: int, right: int) -> int:
        """Write and return an exact quotient."""
        self.say(f"{left}/{bracketed(right)}={left // right}")
        return left // right

    def remainder(self, left: int, right: int) -> int:
        """Write the division with remainder and return the remainder."""
        self.say(f"{left}={right}*{left // right}+{left % right}")
        return left % right

    def weighted(self, weights: Sequence[int], values: Sequence[int]) -> int:
        """Write and return the sum of products."""
        products = [self.times(w, v) for w, v in zip(weights, values, strict=True)]
        total = products[0]
        for product in products[1:]:
            total = self.plus(total, product)
        return total

    def say(self, line: str, steps: int = 1) -> None:
        """Write a line as it is, with the operations behind it."""
        self.lines.append(line)
        self.steps += steps

    def problem(self, kind: str, numbers: Sequence[int], parts: Mapping[str, str], *answer: int) -> Problem:
        """The problem that these calculations solve."""
        return Problem(kind, tuple(numbers), parts, answer, tuple(self.lines), self.steps)


def bracketed(number: int) -> str:
    """A number that may follow an operator."""
    return f"({number})" if number < 0 else str(number)


def linear(coefficients: Sequence[int], unknowns: Sequence[str], constant: int = 0) -> str:
    """`3x - y + 5`: terms with coefficient zero are left out, and so is a coefficient of one."""
    terms = [(c, ("" if abs(c) == 1 else str(abs(c))) + u) for c, u in zip(coefficients, unknowns, strict=True) if c]
    if constant:
        terms.append((constant, str(abs(constant))))
    first = ("-" if terms[0][0] < 0 else "") + terms[0][1]
    return first + "".join(f" {'-' if c < 0 else '+'} {term}" for c, term in terms[1:])
