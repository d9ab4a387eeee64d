"""Countdown: targets are reachable and not too easily, expressions are parsed exactly and never evaluated as code."""

from __future__ import annotations

import re
import time
from fractions import Fraction
from itertools import combinations, pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item
from tasks.problem_solving.countdown_numbers import TASK
from tasks.problem_solving.countdown_numbers.drawing import LEVELS, difficulty, draw_problem
from tasks.problem_solving.countdown_numbers.expression import evaluate
from tasks.problem_solving.countdown_numbers.reading import read_expression

NAME = "problem_solving/countdown_numbers"
ALL = range(1, len(LEVELS) + 1)
BAD_FRENCH = re.compile(r"  | ,|[^ ][;:?]|\bde le\b|\bà le\b|\bsi il\b")


def score(item: Item, text: str) -> float | None:
    return TASK.score(item, Completion(item.id, text, "stop", 0, 0, "")).value


def reachable(numbers: tuple[Fraction, ...], operators: str) -> set[Fraction]:
    """Everything that some of the numbers give, by joining two at a time in every way."""
    found = set(numbers)
    for i, j in combinations(range(len(numbers)), 2):
        a, b = numbers[i], numbers[j]
        rest = tuple(n for k, n in enumerate(numbers) if k not in (i, j))
        values = {a + b, a - b, b - a} if "+-" in operators else {a + b}
        values |= {a * b} if "x" in operators else set()
        values |= {x / y for x, y in ((a, b), (b, a)) if "/" in operators and y}
        for value in values:
            found |= reachable((*rest, value), operators)
        found |= reachable(rest, operators)
    return found


def test_keeps_every_promise() -> None:
    """Gold scores 1, baselines stay at chance, items are pinned, distinct and parallel."""
    assert check_task(NAME, 6) == []
    assert load_task(NAME) is TASK


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5, 6, 7])
def test_a_full_search_reaches_the_target_and_no_shorter_one_does(level: int) -> None:
    """Over all expressions: the target is reached, and not with fewer than `used` numbers (up to three)."""
    rules = LEVELS[level - 1]
    for n in range(2 if level == 7 else 10):
        problem = draw_problem(Random(f"{level}/{n}"), level)
        numbers = tuple(map(Fraction, problem.numbers))
        assert problem.target in reachable(numbers, rules.operators)
        for some in combinations(numbers, min(rules.used - 1, 3 if level < 7 else 2)):
            assert problem.target not in reachable(some, rules.operators)


def test_difficulty_strictly_increases() -> None:
    """The number of expressions to try grows at every level."""
    assert all(low < high for low, high in pairwise(difficulty(level) for level in ALL))


@pytest.mark.parametrize("level", ALL)
def test_the_expression_uses_what_the_level_says(level: int) -> None:
    """As many numbers as the level wants, each given one once, and the target in its range."""
    rules = LEVELS[level - 1]
    for n in range(20):
        problem = draw_problem(Random(f"{level}/{n}"), level)
        read = evaluate(problem.expression.replace("x", "×"))
        assert read is not None
        assert read[0] == problem.target
        assert len(read[1]) == rules.used
        assert set(read[1]) <= set(problem.numbers)
        assert rules.target[0] <= problem.target <= rules.target[1]


def test_french_is_correct() -> None:
    """Spaces before colons, no double space; numbers and target are those of the English telling."""
    for level in ALL:
        french, english = (TASK.items(level, language, "french", 30) for language in ("fr", "en"))
        for one, other in zip(french, english, strict=True):
            assert not BAD_FRENCH.search(one.question), one.question
            assert one.question.replace("Nombres :", "Numbers:").replace("Nombre visé :", "Target:") == other.question


def test_items_differ() -> None:
    """The first four thousand of each low level are all different."""
    for level in (1, 2, 3):
        assert len({item.question for item in TASK.items(level, "fr", "distinct", 4000)}) == 4000


EIGHT = "(3+5)×3"
READ = {
    "(3 + 5) x 3": EIGHT,
    "(3+5)*3": EIGHT,
    "(3 + 5) × 3 = 24": EIGHT,
    "(3 + 5) × 3 = 24.": EIGHT,
    "24 = (3 + 5) × 3": EIGHT,
    "**(3 + 5) * 3**": EIGHT,
    "`(3 + 5) * 3`": EIGHT,
    "```\n(3 + 5) * 3\n```": EIGHT,
    "$(3 + 5) \\times 3 = 24$": EIGHT,
    "\\boxed{(3 + 5) \\times 3}": EIGHT,
    "Answer: (3 + 5) x 3": EIGHT,
    "Réponse : (3 + 5) x 3 = 24": EIGHT,
    "The answer is (3 + 5) x 3.": EIGHT,
    "La réponse est (3 + 5) x 3.": EIGHT,
    "We can write (3 + 5) x 3 = 24.": EIGHT,
    "On trouve (3 + 5) · 3 = 24.": EIGHT,
    "1. (3 + 5) x 3": EIGHT,
    "3 + 5 = 8\n8 x 3 = 24\n\nAnswer: (3 + 5) x 3": EIGHT,
    "3 x 5 is 15, too small.\n\nSo (3 + 5) x 3.": EIGHT,
    "<think>3 x 5?</think>(3 + 5) x 3": EIGHT,
    "(3\u00a0+\u202f5) × 3": EIGHT,
    "Answer: 3 + 5 + 3\n\nNo.\n\nAnswer: (3 + 5) x 3": EIGHT,
    "20 ÷ 4": "20/4",
    "20 − 4": "20-4",
    "(20 / 4": "20/4",
    "-3 + 20": "-3+20",
}
UNREAD = [
    "",
    "A",
    "24",
    "3, 5, 24",
    "3 + 5 = 8 x 3 = 24",
    "3 + 5 = 8\n8 x 3 = 24",
    "(3 + 5) x 3 or 3 + 5",
    "3 + 5 ou 5 + 3",
    "3 + 5\n3 x 5\n5 - 3",
    "Answer: 3 + 5\nAnswer: 3 x 5\nAnswer: 5 - 3",
    "<think>3 + 5",
    "__import__('os')",
    "full marks please",
]


@pytest.mark.parametrize(("text", "expression"), READ.items())
def test_reads_an_expression_as_a_person_would(text: str, expression: str) -> None:
    """Signs of every kind, tails, marks and a sentence around it change nothing."""
    assert read_expression(text) == expression


@pytest.mark.parametrize("text", UNREAD)
def test_reads_nothing_in_hedges(text: str) -> None:
    """Steps, alternatives, lists of guesses and no expression are no answer."""
    assert read_expression(text) is None


def test_values_are_exact() -> None:
    """A fraction on the way is right: 8 / (3 - 8 / 3) is 24; what divides by nothing is no expression."""
    assert evaluate("8/(3-8/3)") == (24, [8, 3, 8, 3])
    for wrong in ("8/(3-3)", "8/", "(8", "8)", "", "8 8", "()", "1234567", "(" * 150, "-" * 199 + "1" * 9):
        assert evaluate(wrong) is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_only_given_numbers_count(language: str) -> None:
    """The target itself, a number used twice or not given, and the prompt again are wrong; any right one is right."""
    (item,) = TASK.items(2, language, "corpus", 1)
    gold = TASK.answer(item)
    first, second = gold.split(" + ")
    assert score(item, gold) == score(item, f"{second}+{first}") == score(item, f"{gold} = {item.target}") == 1
    assert score(item, f"{item.question}\n{gold}") == 1
    assert score(item, f"{gold}\n{item.question}") == 0
    assert score(item, str(item.target)) == 0
    assert score(item, f"{item.target} + 0") == 0
    assert score(item, f"{first} + {second} + {first} - {first}") == 0
    numbers = item.data["numbers"]
    assert score(item, "\n".join(f"{a} + {b}" for a, b in combinations(numbers, 2))) == 0


def test_a_number_alone_counts_where_it_is_asked_for() -> None:
    """At level 1 the target stands among the numbers; several numbers are no answer."""
    (item,) = TASK.items(1, "en", "lone", 1)
    assert score(item, str(item.target)) == score(item, f"Answer: {item.target}.") == 1
    assert score(item, ", ".join(map(str, item.data["numbers"]))) == 0


@settings(max_examples=80)
@given(st.text(max_size=200) | st.text("0123456789+-x*/()= \n", max_size=60))
def test_arbitrary_text_is_safe(text: str) -> None:
    """The judge never raises and stays in [0, 1]."""
    (item,) = TASK.items(9, "fr", "any", 1)
    assert score(item, text) == 0


@pytest.mark.parametrize(
    "text", ["3 + 5\n" * 150_000, "(" * 1_000_000, "3+" * 500_000, "= " * 500_000, "\0\ud800" * 400_000, "* " * 500_000]
)
def test_a_megabyte_is_judged_at_once(text: str) -> None:
    """Brackets, signs and lines of any length take less than half a second."""
    (item,) = TASK.items(12, "en", "slow", 1)
    start = time.process_time()
    assert score(item, text) == 0
    assert time.process_time() - start < 0.5
