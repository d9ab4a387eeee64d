"""Questions that count integers: multiples, solutions, residues, digit sums; with their worked solutions."""

from __future__ import annotations

from itertools import combinations
from math import gcd, lcm, prod
from random import Random

from tasks.problem_solving.algebra.problem import LETTERS, Problem, Working, linear


def divisible(rng: Random, size: int) -> Problem:
    """How many integers from A to B are multiples of p or q (size 1), or of none of three. Numbers: A, B, divisors."""
    low, high = rng.randint(100, 999), rng.randint(1000, 9999)
    divisors = _spread(rng, 2 if size == 1 else 3)
    work = Working()
    union = 0
    for taken in range(1, len(divisors) + 1):
        for chosen in combinations(divisors, taken):
            step = lcm(*chosen)
            upper, below = high // step, (low - 1) // step
            work.say(f"{high}//{step}={upper}")
            work.say(f"{low - 1}//{step}={below}")
            union += work.plus(upper, -below) * (1 if taken % 2 else -1)
    work.say(f"union={union}", steps=2 ** len(divisors) - 2)
    answer = union
    if size > 1:
        answer = work.plus(work.plus(work.plus(high, -low), 1), -union)
    parts = {"low": str(low), "high": str(high), **{name: str(n) for name, n in zip("pqr", divisors, strict=False)}}
    return work.problem("either" if size == 1 else "none", (low, high, *divisors), parts, answer)


def _spread(rng: Random, count: int) -> list[int]:
    """Divisors of which none divides another."""
    while True:
        found = sorted(rng.sample(range(4, 21), count))
        if all(b % a for a, b in combinations(found, 2)):
            return found


def solutions(rng: Random, size: int) -> Problem:
    """How many pairs (size 1) or triples of integers solve ax + by (+ cz) = d, each unknown at least a bound.

    Numbers: the coefficients, the bounds, d.
    """
    count = 2 if size == 1 else 3
    while True:
        weights = rng.sample(range(3, 12 + 4 * size), count)
        bounds = [rng.randint(1, 30) for _ in weights]
        rest = rng.randint(150, 400) if count == 2 else rng.randint(5, 4 + 2 * size) * max(weights)
        total = sum(w * b for w, b in zip(weights, bounds, strict=True)) + rest
        work = Working()
        work.plus(total, rest - total)
        answer = _pairs(work, weights, rest) if count == 2 else _triples(work, weights, rest)
        if answer:
            break
    letters = sorted(rng.sample(LETTERS, count))
    said = [f"{letter} ≥ {bound}" for letter, bound in zip(letters, bounds, strict=True)]
    parts = {
        "equation": f"{linear(weights, letters)} = {total}",
        "first": ", ".join(said[:-1]),
        "last": said[-1],
        "unknowns": f"({', '.join(letters)})",
    }
    return work.problem("solutions", (*weights, *bounds, total), parts, answer)


def _pairs(work: Working, weights: list[int], rest: int) -> int:
    """Write the smallest solution's first unknown and count the others; return how many pairs there are."""
    a, b = weights
    firsts = [x for x in range(rest // a + 1) if (rest - a * x) % b == 0]
    if firsts:
        work.say(f"({rest}-{a}*{firsts[0]})/{b}={(rest - a * firsts[0]) // b}", steps=3 * firsts[0] + 3)
        step = b // gcd(a, b)
        work.say(f"({rest // a}-{firsts[0]})//{step}+1={len(firsts)}", steps=3)
    return len(firsts)


def _triples(work: Working, weights: list[int], rest: int) -> int:
    """Write and add the numbers of pairs for each value of the heaviest unknown."""
    low, middle, heavy = sorted(weights)
    counts = []
    for left in range(rest, -1, -heavy):
        counts.append(sum((left - middle * y) % low == 0 for y in range(left // middle + 1)))
        work.say(f"{left}:{counts[-1]}", steps=3)
    work.say(f"{'+'.join(map(str, counts))}={sum(counts)}", steps=len(counts))
    return sum(counts)


def roots(rng: Random, size: int) -> Problem:
    """How many residues solve ax² + bx + c ≡ 0, and the smallest one. Numbers: a, b, c, the modulus."""
    primes = rng.sample((7, 11, 13, 17, 19), 2) if size == 1 else rng.sample((5, 7, 11, 13), 3)
    m = prod(primes)
    x = rng.randrange(m)
    a, b = rng.randint(2, 99), rng.randint(2, 99)
    a += any(a % p == 0 for p in primes)
    c = -(a * x * x + b * x) % m + rng.randrange(5) * m
    work = Working()
    every = list(range(m))
    for p in primes:
        found = [n for n in range(p) if (a * n * n + b * n + c) % p == 0]
        every = [n for n in every if n % p in found]
        work.say(f"mod {p}: {','.join(map(str, found))}", steps=4 * p)
    work.say(",".join(map(str, every)), steps=len(every) * sum(primes))
    unknown = rng.choice(LETTERS)
    parts = {"asked": linear((a, b), (f"{unknown}²", unknown), c), "m": str(m), "top": str(m - 1), "x": unknown}
    return work.problem("roots", (a, b, c, m), parts, len(every), every[0])


def digits(rng: Random, size: int) -> Problem:
    """How many multiples of k from A to B have a digit sum of s, and the largest. Numbers: A, B, k, s."""
    while True:
        k, low = rng.randint(6, 40), rng.randint(1_000, 20_000 * size)
        high = low + k * rng.randint(60 * size, 110 * size)
        multiples = range(-(-low // k) * k, high + 1, k)
        total = sum(map(int, str(rng.choice(multiples))))
        found = [n for n in multiples if sum(map(int, str(n))) == total]
        if 3 * size <= len(found) <= 8 * size:
            break
    work = Working()
    work.say(f"{low}..{high}: {','.join(map(str, found))}", steps=len(multiples))
    parts = {"low": str(low), "high": str(high), "k": str(k), "s": str(total)}
    return work.problem("digits", (low, high, k, total), parts, len(found), found[-1])
