"""Arithmetic expressions over whole numbers: written, parsed and evaluated exactly.

The grammar: `sum := product (+|- product)*`, `product := factor (×|/ factor)*`, `factor := - factor | number | (sum)`.
Nothing is ever evaluated as code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

_TOKEN = re.compile(r"[0-9]+|[-+×/()]")
_KNOWN = re.compile(r"[-+×/()0-9 ]*")
_LONGEST = 200  # characters of an expression, which bound the depth too
_MOST_DIGITS = 6  # of a number
_RANK = {"+": 1, "-": 1, "x": 2, "/": 2}


@dataclass(frozen=True, slots=True)
class Written:
    """A value, how it is written, and how tightly its last operator binds (3: a lone number)."""

    value: int
    text: str
    rank: int = 3


def joined(left: Written, operator: str, right: Written, value: int) -> Written:
    """Two expressions joined, with the parentheses that are needed and no others."""
    rank = _RANK[operator]
    loose = right.rank < rank or (right.rank == rank and operator in "-/")
    before = f"({left.text})" if left.rank < rank else left.text
    after = f"({right.text})" if loose else right.text
    return Written(value, f"{before} {operator} {after}", rank)


@dataclass(slots=True)
class _Parser:
    tokens: list[str]
    place: int = 0
    numbers: list[int] = field(default_factory=list)

    def next(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1]

    def sum(self) -> Fraction:
        value = self.product()
        while self.next() in {"+", "-"}:
            value = value + self.product() if self.take() == "+" else value - self.product()
        return value

    def product(self) -> Fraction:
        value = self.factor()
        while self.next() in {"×", "/"}:
            value = value * self.factor() if self.take() == "×" else value / self.factor()
        return value

    def factor(self) -> Fraction:
        sign = self.next()
        if sign == "-":
            self.take()
            return -self.factor()
        if sign == "(":
            self.take()
            value = self.sum()
            if self.next() != ")":
                raise ValueError("a parenthesis stays open")
            self.take()
            return value
        if not sign.isdigit() or len(sign) > _MOST_DIGITS:
            raise ValueError("a number is missing")
        self.numbers.append(int(self.take()))
        return Fraction(self.numbers[-1])


def evaluate(text: str) -> tuple[Fraction, list[int]] | None:
    """The exact value of an expression and the numbers it uses, or None where it is not one."""
    if len(text) > _LONGEST or not _KNOWN.fullmatch(text):
        return None
    parser = _Parser(_TOKEN.findall(text))
    try:
        value = parser.sum()
    except (ValueError, ZeroDivisionError):
        return None
    return None if parser.next() else (value, parser.numbers)
