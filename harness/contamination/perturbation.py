"""The same public problem with other numbers, where its published working says what they are used for.

GSM8K's reasoning states each calculation as `<<48/2=24>>`; SVAMP publishes one equation, `( 76.0 - 25.0 )`. A number
may be changed where it stands in the question once, as a whole number of two digits or more or a digit from 2, and
where every calculation can be done again: each result must come out whole and positive, as the published one did.
Whatever is ambiguous is left alone: a problem that cannot be changed safely is not used. An equation says nothing of
the numbers that only distract, so beside one all numbers of the question keep their order: nobody loses more than he
had.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import re
from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from random import Random

from harness.types import Item

_STEP = re.compile(r"<<([^<>=]{1,80})=([^<>=]{1,30})>>")
_NUMBER = re.compile(r"(?<![\w.,/$€£-])(?<!\d)[$€£]?(\d{1,4})(?![\w%/])(?![.,]\d)")
_TRIES = 60
_LONGEST = 80  # characters of a calculation
_OPERATIONS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}


def renumbered(item: Item, rng: Random) -> Item | None:
    """The item with other numbers and the target that they give; None where that is not safe."""
    target = _value(str(item.target))
    steps = _steps(item)
    if not steps or target is None or any(right is None for _, right in steps):
        return None
    changeable = _changeable(item.question, [(left, right) for left, right in steps if right is not None])
    if not changeable or _work(steps, {}) != target:
        return None
    for _ in range(_TRIES):
        changes = {number: _other(number, rng) for number in changeable}
        answer = _work(steps, changes)
        distinct = len(set(changes.values())) == len(changes)
        if distinct and answer is not None and answer.denominator == 1 and answer > 0 and answer != target:
            question = _NUMBER.sub(functools.partial(_told, changes), item.question)
            if "equation" in item.data and _order(question) != _order(item.question):
                continue
            return dataclasses.replace(item, id=f"{item.id}~numbers", question=question, target=str(answer), data={})
    return None


def _order(question: str) -> list[int]:
    """The rank of each number of a text among them."""
    said = [int(number) for number in re.findall(r"\d+", question)]
    ranks = {number: rank for rank, number in enumerate(sorted(set(said)))}
    return [ranks[number] for number in said]


def _steps(item: Item) -> list[tuple[str, Fraction | None]]:
    """The published calculations with their results: of the reasoning, or the one equation for the target."""
    if equation := str(item.data.get("equation", "")):
        return [(equation, _value(str(item.target)))] if len(equation) <= _LONGEST else []
    return [(left, _value(right)) for left, right in _STEP.findall(str(item.data.get("reasoning", "")))]


def _changeable(question: str, steps: list[tuple[str, Fraction]]) -> list[int]:
    """Numbers that the question says once, that a calculation uses, and that are no calculation's result."""
    said = Counter(re.findall(r"\d+", question))
    whole = {int(found.group(1)) for found in _NUMBER.finditer(question) if said[found.group(1)] == 1}
    used = {int(value) for left, _ in steps for value in _constants(left) if value.denominator == 1}
    results = {right for _, right in steps}
    return sorted(number for number in whole & used if number > 1 and Fraction(number) not in results)


def _other(number: int, rng: Random) -> int:
    """Another number with as many digits."""
    digits = len(str(number))
    low, high = (2, 9) if digits == 1 else (10 ** (digits - 1), 10**digits - 1)
    return rng.choice([n for n in range(max(low, number // 2), min(high, 2 * number) + 1) if n != number] or [number])


def _work(steps: list[tuple[str, Fraction | None]], changes: Mapping[int, int]) -> Fraction | None:
    """The last result with some numbers changed; None where a step cannot be done, or ends unlike the published one."""
    known: dict[Fraction, Fraction] = {}  # a published result -> what it is now
    last = None
    for left, right in steps:

        def now(value: Fraction) -> Fraction:
            if value in known:
                return known[value]
            return Fraction(changes.get(int(value), int(value))) if value.denominator == 1 else value

        last = _evaluate(left, now)
        whole = right is not None and right.denominator == 1
        if last is None or right is None or last <= 0 or (whole and last.denominator != 1):
            return None
        if not changes and last != right:
            return None
        known[right] = last
    return last


def _evaluate(text: str, now: Callable[[Fraction], Fraction]) -> Fraction | None:
    """A sum of products of numbers, each first replaced by `now`; read as a tree, never run as a program."""
    try:
        return _node(ast.parse(_plain(text), mode="eval").body, now)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError):
        return None  # not arithmetic: the problem is not used


def _node(node: ast.expr, now: Callable[[Fraction], Fraction]) -> Fraction:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        return _OPERATIONS[type(node.op)](_node(node.left, now), _node(node.right, now))
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return now(Fraction(str(node.value)))
    raise ValueError("not a number or one of + - * /")


def _constants(text: str) -> list[Fraction]:
    found: list[Fraction] = []

    def note(value: Fraction) -> Fraction:
        found.append(value)
        return Fraction(value or 1)

    _evaluate(text, note)
    return found


def _value(text: str) -> Fraction | None:
    try:
        return Fraction(_plain(text))
    except (ValueError, ZeroDivisionError):
        return None


def _plain(text: str) -> str:
    return re.sub(r"[,$€£\s]", "", text)


def _told(changes: Mapping[int, int], found: re.Match[str]) -> str:
    number = int(found.group(1))
    return found.group().replace(found.group(1), str(changes.get(number, number)))
