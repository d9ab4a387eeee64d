"""The value of a formula at a point: fractions while they stay short, else complex floating-point numbers.

The work is bounded by the formula's size: long numbers, high powers and large factorials are not computed exactly, or
not at all. Whatever has no value is a ValueError.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping
from fractions import Fraction

from tasks.public.math500.formula import Node

Number = Fraction | complex
_MOST_DIGITS, _MOST_BITS, _MOST_POWER, _MOST_FACTORIAL = 60, 4096, 64, 170
_FUNCTIONS: Mapping[str, Callable[[complex], complex]] = {
    "\\sin": cmath.sin,
    "\\cos": cmath.cos,
    "\\tan": cmath.tan,
    "\\cot": lambda x: 1 / cmath.tan(x),
    "\\sec": lambda x: 1 / cmath.cos(x),
    "\\csc": lambda x: 1 / cmath.sin(x),
    "\\arcsin": cmath.asin,
    "\\arccos": cmath.acos,
    "\\arctan": cmath.atan,
    "\\ln": cmath.log,
    "\\log": cmath.log10,
    "\\exp": cmath.exp,
}
_CONSTANTS: Mapping[str, complex] = {"\\pi": complex(math.pi), "e": complex(math.e), "i": 1j}


def value(node: Node, letters: Callable[[str], Fraction]) -> Number:
    """The formula's value where letters have values; ValueError where it has none, or one too large."""
    try:
        return _value(node, letters)
    except (ZeroDivisionError, OverflowError) as error:
        raise ValueError(str(error)) from error


def _value(node: Node, letters: Callable[[str], Fraction]) -> Number:
    if node.kind == "number":
        if len(node.text) > _MOST_DIGITS:
            raise ValueError("the number is too long")
        return Fraction(node.text)
    if node.kind in ("letter", "constant"):
        return _CONSTANTS[node.text] if node.kind == "constant" else letters(node.text)
    parts = [_value(part, letters) for part in node.parts]
    found = _FUNCTIONS[node.text](complex(parts[0])) if node.kind == "call" else _OPERATIONS[node.kind](*parts)
    if isinstance(found, Fraction) and _bits(found) > _MOST_BITS:
        found = complex(found)
    if isinstance(found, complex) and not cmath.isfinite(found):
        raise ValueError("the value is not finite")
    return found


def _bits(number: Fraction) -> int:
    return number.numerator.bit_length() + number.denominator.bit_length()


def _quotient(left: Number, right: Number) -> Number:
    return left / right


def _power(base: Number, exponent: Number) -> Number:
    if isinstance(base, Fraction) and isinstance(exponent, Fraction) and exponent.denominator == 1:
        size = abs(int(exponent))
        if size <= _MOST_POWER and _bits(base) * size <= _MOST_BITS:
            return base ** int(exponent)
    return complex(base) ** complex(exponent)


def _root(inner: Number, index: Number) -> Number:
    if isinstance(inner, Fraction) and index == 2 and inner >= 0:
        found = Fraction(math.isqrt(inner.numerator), math.isqrt(inner.denominator))
        if found * found == inner:
            return found
    if isinstance(inner, Fraction) and inner < 0 and isinstance(index, Fraction) and index % 2 == 1:
        return -(complex(-inner) ** (1 / complex(index)))
    return complex(inner) ** (1 / complex(index))


def _natural(number: Number, most: int) -> int:
    if not isinstance(number, Fraction) or number.denominator != 1 or not 0 <= number <= most:
        raise ValueError("no natural number, or a large one")
    return int(number)


_OPERATIONS: Mapping[str, Callable[..., Number]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _quotient,
    "frac": _quotient,
    "^": _power,
    "root": _root,
    "negative": lambda inner: -inner,
    "abs": lambda inner: Fraction(abs(inner)) if isinstance(inner, Fraction) else complex(abs(inner)),
    "!": lambda inner: Fraction(math.factorial(_natural(inner, _MOST_FACTORIAL))),
    "binom": lambda n, k: Fraction(math.comb(_natural(n, _MOST_FACTORIAL), _natural(k, _MOST_FACTORIAL))),
}
