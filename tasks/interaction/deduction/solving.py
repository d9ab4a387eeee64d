"""What a guess is told, and a strategy that finds every secret within the turn budget.

Numbers: guess the middle of what is left. Codes: guess the first code, in a fixed shuffled order, that agrees with all
the answers so far; the test follows it through every secret of every level.
"""

from __future__ import annotations

import functools
import itertools
from operator import eq
from random import Random

from tasks.interaction.deduction.games import DIGITS, Rules

Answer = tuple[int, ...]


def compare(rules: Rules, place: int, guess: str, secret: str) -> Answer:
    """What the code guessed at a place (from 0) among the readable guesses is told about a secret."""
    exact = sum(map(eq, guess, secret))
    if rules.feedback == "exact" or (rules.feedback == "turns" and place % 2 == 0):
        return (exact,)
    common = (
        sum(min(guess.count(s), secret.count(s)) for s in set(guess)) if rules.repeats else len({*guess} & {*secret})
    )
    return (common,) if rules.feedback == "turns" else (exact, common - exact)


@functools.cache
def all_codes(rules: Rules) -> tuple[str, ...]:
    """Every code over the first digits as symbols, in the strategy's order."""
    symbols = DIGITS[: rules.size]
    made = (
        itertools.product(symbols, repeat=rules.length)
        if rules.repeats
        else itertools.permutations(symbols, rules.length)
    )
    codes = ["".join(code) for code in made]
    Random(rules.secrets).shuffle(codes)
    return tuple(codes)


@functools.cache
def _after_first(rules: Rules) -> dict[Answer, list[str]]:
    """What is left after each answer to the first guess, which is always the same."""
    guess, *others = all_codes(rules)
    left: dict[Answer, list[str]] = {}
    for code in others:
        left.setdefault(compare(rules, 0, guess, code), []).append(code)
    return left


@functools.lru_cache(maxsize=1024)
def find_code(rules: Rules, secret: str) -> tuple[str, ...]:
    """The strategy's guesses, over the first digits as symbols, the secret last."""
    guesses = [all_codes(rules)[0]]
    if guesses[0] == secret:
        return (secret,)
    left = _after_first(rules)[compare(rules, 0, guesses[0], secret)]
    while (guess := left[0]) != secret:
        told = compare(rules, len(guesses), guess, secret)
        left = [code for code in left[1:] if compare(rules, len(guesses), guess, code) == told]
        guesses.append(guess)
    return (*guesses, secret)


def find_number(low: int, high: int, secret: int) -> list[int]:
    """The guesses of halving, the secret last."""
    guesses = [(low + high) // 2]
    while guesses[-1] != secret:
        low, high = (guesses[-1] + 1, high) if guesses[-1] < secret else (low, guesses[-1] - 1)
        guesses.append((low + high) // 2)
    return guesses
