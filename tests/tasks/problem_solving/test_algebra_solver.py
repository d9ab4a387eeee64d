"""Algebra: every answer is found again, by brute force, from the English sentence alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from math import prod
from random import Random

import numpy as np
import pytest

from tasks.problem_solving.algebra.ladder import LEVELS, draw_problem
from tasks.problem_solving.algebra.problem import Problem
from tasks.problem_solving.algebra.telling import SENTENCES, tell_problem

ALL = range(1, len(LEVELS) + 1)
SAMPLE = 40


def problems(level: int, count: int = SAMPLE) -> list[Problem]:
    return [draw_problem(Random(f"{level}/{n}"), level) for n in range(count)]


# --- a second way to every answer, from the words of the question -------------------------------------------------


def python(formula: str) -> str:
    """A formula as Python writes it."""
    formula = formula.replace("²", "**2").replace("^", "**").replace("×", "*")
    return re.sub(r"(?<=[0-9])(?=[a-z(])", "*", formula)


def value(formula: str, **letters: object) -> int:
    return eval(python(formula), {"__builtins__": {}}, letters)


def integers(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"-?\d+", text)]


def found_given(said: str, asked: str) -> int:
    letters = {name: int(n) for name, n in re.findall(r"([a-z]) = (\d+)", said)}
    return value(asked, **letters)


def found_unknowns(said: str, asked: str) -> int:
    """Search the whole grid: exactly one point of it satisfies every equation."""
    equations = re.split(r", | and ", said)
    letters = sorted(set(re.findall("[a-z]", "".join(equations))))
    reach = 400 if len(letters) == 1 else 16
    grid = np.meshgrid(*[np.arange(-reach, reach + 1)] * len(letters), indexing="ij")
    points = dict(zip(letters, grid, strict=True))
    fits = np.ones(grid[0].shape, dtype=bool)
    for equation in equations:
        left, right = equation.split(" = ")
        fits &= value(left, **points) == value(right, **points)
    (place,) = np.argwhere(fits)
    return value(asked, **{name: int(n) - reach for name, n in zip(letters, place, strict=True)})


def found_roots_of(equation: str, larger: str, smaller: str, also: str, then: str, asked: str) -> int:
    assert (larger, smaller) == (also, then)
    (letter,) = set(re.findall("[a-z]", equation))
    low, high = (n for n in range(-99, 100) if value(equation.removesuffix(" = 0"), **{letter: n}) == 0)
    return value(asked, **{larger: high, smaller: low})


def found_term(given_: str, other: str, asked: str) -> int:
    (m, low), (n, high), (k,) = integers(given_), integers(other), integers(asked)
    (line,) = (
        (start, step)
        for step in range(-25, 26)
        for start in (low - m * step,)
        if start + n * step == high and (high - low) == step * (n - m)
    )
    return line[0] + k * line[1]


def found_recurrence(given_: str, other: str, letter: str, rule: str, asked: str) -> int:
    terms = [integers(given_)[1], integers(other)[1]]
    formula = rule.replace(f"{letter}(n+1)", "B").replace(f"{letter}(n)", "A")
    formula = re.sub(r"(?<=\d)(?=[AB])", "*", formula)
    for _ in range(integers(asked)[0] - 2):
        terms.append(eval(formula, {"A": terms[-2], "B": terms[-1]}))
    return terms[-1]


def found_remainder(asked: str, m: str) -> int:
    if "^" not in asked:
        return value(asked) % int(m)
    power, addend = asked.split(" + ")
    base, _, exponent = power.partition("^")
    return (pow(int(base), value(exponent), int(m)) + int(addend)) % int(m)


def found_gcds(a: str, b: str, c: str, d: str) -> int:
    common = [max(n for n in range(1, int(x) + 1) if int(x) % n == int(y) % n == 0) for x, y in ((a, b), (c, d))]
    return sum(common)


def found_multiples(low: str, high: str, p: str, q: str, r: str = "") -> int:
    divisors = [int(n) for n in (p, q, r) if n]
    hit = sum(any(n % d == 0 for d in divisors) for n in range(int(low), int(high) + 1))
    return int(high) - int(low) + 1 - hit if r else hit


def congruent(above: str, said: str, most: int) -> list[int]:
    """Every integer from `above`, at most `most`, with the remainders said."""
    pairs = [(int(m), int(r)) for r, m in re.findall(r"n ≡ (\d+) \(mod (\d+)\)", said)]
    m, r = max(pairs)
    start = int(above) + 1
    every = np.arange(start + (r - start) % m, most + 1, m)
    for modulus, residue in pairs:
        every = every[every % modulus == residue]
    return every.tolist()


def found_smallest(above: str, said: str) -> int:
    moduli = [int(m) for m in re.findall(r"mod (\d+)", said)]
    (only,) = congruent(above, said, int(above) + prod(moduli))
    return only


def found_congruent(above: str, said: str, limit: str) -> tuple[int, ...]:
    every = congruent(above, said, int(limit))
    return every[0], len(every)


def found_solutions(unknowns: str, equation: str, bounds: str) -> int:
    total = int(equation.rpartition("= ")[2])
    least = {name: int(n) for name, n in re.findall(r"([a-z]) ≥ (\d+)", bounds)}
    weight = {name: int(n) for n, name in re.findall(r"(\d+)([a-z])", equation)}
    assert list(least) == list(weight) == unknowns.split(", ")
    ways = Counter({0: 1})
    for name, bound in least.items():
        step = Counter()
        for spent, count in ways.items():
            for amount in range(spent + bound * weight[name], total + 1, weight[name]):
                step[amount] += count
        ways = step
    return ways[total]


def found_periodic(given_: str, other: str, rule: str, m: str, *asked: str) -> int | tuple[int, ...]:
    """By powers of the matrix of the recurrence."""
    (_, first), (_, second) = integers(given_), integers(other)
    p, q, r = map(int, re.fullmatch(r"(\d*)[a-z]\(n\+1\) \+ (\d*)[a-z]\(n\) \+ (\d+)", one_by_name(rule)).groups())  # type: ignore[union-attr]
    found = []
    for term in asked:
        (index,) = integers(term)
        matrix, result = [[p, q, r], [1, 0, 0], [0, 0, 1]], [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        exponent = index - 1
        while exponent:
            if exponent & 1:
                result = times(result, matrix, int(m))
            matrix, exponent = times(matrix, matrix, int(m)), exponent >> 1
        found.append((result[1][0] * second + result[1][1] * first + result[1][2]) % int(m))
    return found[0] if len(found) == 1 else tuple(found)


def one_by_name(rule: str) -> str:
    return re.sub(r"(?<!\d)(?=[a-z]\()", "1", rule)


def times(a: list[list[int]], b: list[list[int]], m: int) -> list[list[int]]:
    return [[sum(a[i][k] * b[k][j] for k in range(3)) % m for j in range(3)] for i in range(3)]


def found_residues(x: str, top: str, asked: str, m: str) -> tuple[int, ...]:
    assert int(top) + 1 == int(m)
    every = [n for n in range(int(m)) if value(asked, **{x: n}) % int(m) == 0]
    return len(every), every[0]


def found_digits(k: str, low: str, high: str, s: str) -> tuple[int, ...]:
    every = [n for n in range(int(low), int(high) + 1) if n % int(k) == 0 and sum(map(int, str(n))) == int(s)]
    return len(every), every[-1]


def sentence(text: str) -> re.Pattern[str]:
    """A sentence whose `#` are what the finder takes."""
    return re.compile(re.escape(text).replace(r"\#", "(.+?)"))


FINDERS: list[tuple[str, Callable[..., int | tuple[int, ...]]]] = [
    ("Let #. What is the value of #?", found_given),
    ("Given that #, what is the value of #?", found_unknowns),
    ("The roots of # are # and #, with # > #. What is the value of #?", found_roots_of),
    ("In an arithmetic sequence, # and #. What is #?", found_term),
    ("A sequence is defined by #, # and, for every n ≥ 1, #(n+2) = #. What is #?", found_recurrence),
    ("What is the remainder when # is divided by #?", found_remainder),
    (
        "Add the greatest common divisor of # and # to the greatest common divisor of # and #. What do you get?",
        found_gcds,
    ),
    ("How many integers from # to #, both included, are divisible by # or by # (or by both)?", found_multiples),
    ("How many integers from # to #, both included, are divisible by none of #, # and #?", found_multiples),
    ("What is the smallest integer n greater than # such that #?", found_smallest),
    (
        "Consider the integers n greater than # such that #. Give, in this order, the smallest one and how many of "
        "them are at most #.",
        found_congruent,
    ),
    ("How many solutions (#) in integers does # have with #?", found_solutions),
    (
        "A sequence is defined by #, # and, for every n ≥ 1, ~(n+2) is the remainder when # is divided by #. "
        "What is #?",
        found_periodic,
    ),
    (
        "A sequence is defined by #, # and, for every n ≥ 1, ~(n+2) is the remainder when # is divided by #. "
        "Give, in this order, # and #.",
        found_periodic,
    ),
    (
        "Consider the integers # from 0 to # such that # is divisible by #. Give, in this order, how many there are "
        "and the smallest one.",
        found_residues,
    ),
    (
        "Consider the multiples of # from # to #, both included, whose digits add up to #. Give, in this order, how "
        "many there are and the largest one.",
        found_digits,
    ),
]
PATTERNS = [
    (re.compile(sentence(text).pattern.replace("\\~", "[a-z]").replace("~", "[a-z]")), f) for text, f in FINDERS
]


def found_again(question: str) -> tuple[int, ...]:
    """The answer to an English question, by brute force."""
    ((match, finder),) = ((m, f) for pattern, f in PATTERNS if (m := pattern.fullmatch(question)))
    answer = finder(*match.groups())
    return answer if isinstance(answer, tuple) else (answer,)


@pytest.mark.parametrize("level", ALL)
def test_every_answer_is_found_again_from_the_question(level: int) -> None:
    """A brute-force reading of the English sentence alone gives the target, and only it."""
    for problem in problems(level):
        assert found_again(tell_problem(problem, "en")) == problem.answer, tell_problem(problem, "en")


def test_every_kind_is_asked() -> None:
    """Each sentence is used by some level, and every level draws all its kinds."""
    asked = {problem.kind for level in ALL for problem in problems(level, 60)}
    assert asked == set(SENTENCES["en"]) == set(SENTENCES["fr"])


def test_systems_have_one_solution() -> None:
    """The determinant of every system is not zero."""
    for level in ALL:
        for problem in problems(level, 80):
            if problem.kind == "system":
                a, b, _, d, e, *_ = problem.numbers
                assert a * e != b * d
            if problem.kind == "system_of_three":
                rows = np.array(problem.numbers[:12]).reshape(3, 4)[:, :3]
                assert round(np.linalg.det(rows)) != 0


@pytest.mark.parametrize("level", ALL)
def test_the_working_is_true(level: int) -> None:
    """Each line that is one operation holds."""
    checked = 0
    for problem in problems(level):
        for line in problem.working:
            if re.fullmatch(r"-?\d+[-+*/]\(?-?\d+\)?=-?\d+", line):
                left, right = line.split("=")
                assert eval(left) == int(right), line
                checked += 1
    assert checked or level <= 2
