"""Questions on divisors, remainders and congruences, with their worked solutions."""

from __future__ import annotations

from itertools import combinations
from math import gcd
from random import Random

from tasks.problem_solving.algebra.problem import SEQUENCES, Problem, Working, linear


def remainder(rng: Random, _size: int) -> Problem:
    """The remainder of a product plus a number. Numbers: the factors, the addend, the divisor."""
    a, b, c, m = rng.randint(100, 999), rng.randint(11, 99), rng.randint(10, 999), rng.randint(3, 12)
    work = Working()
    answer = work.remainder(work.plus(work.times(a, b), c), m)
    return work.problem("remainder", (a, b, c, m), {"asked": f"{a} × {b} + {c}", "m": str(m)}, answer)


def gcd_sum(rng: Random, size: int) -> Problem:
    """The sum of two greatest common divisors. Numbers: both pairs."""
    work = Working()
    numbers: list[int] = []
    found = []
    for _ in range(2):
        common, (i, j) = rng.randint(2, 20 + 5 * size), rng.sample(range(3, 20 + 10 * size), 2)
        numbers += (common * i, common * j)
        a, b = sorted(numbers[-2:], reverse=True)
        while b:
            a, b = b, work.remainder(a, b)
        found.append(a)
    answer = work.plus(*found)
    parts = {name: str(n) for name, n in zip("abcd", numbers, strict=True)}
    return work.problem("gcd_sum", tuple(numbers), parts, answer)


def power(rng: Random, size: int) -> Problem:
    """The remainder of a power plus a number. Numbers: base, exponent, addend, divisor."""
    a, c, m = rng.randint(11, 99), rng.randint(10, 999), rng.randint(11, 20 + 30 * size)
    exponent = rng.randint(10, 40) if size == 1 else rng.randint(200, 400 * size)
    work = Working()
    answer = work.remainder(work.plus(_power(work, a, exponent, m), c), m)
    parts = {"asked": f"{a}^{exponent} + {c}", "m": str(m)}
    return work.problem("power", (a, exponent, c, m), parts, answer)


def _power(work: Working, base: int, exponent: int, modulus: int) -> int:
    """Write the squarings and the product of the powers that the exponent needs, and return the remainder."""
    square, place, result = base % modulus, 1, 1
    used: list[str] = []
    while place <= exponent:
        work.say(f"{base}^{place}%{modulus}={square}", steps=2)
        if exponent & place:
            used.append(str(square))
            result = result * square % modulus
        square, place = square * square % modulus, place * 2
    work.say(f"{'*'.join(used)}%{modulus}={result}", steps=2 * len(used))
    return result


def tower(rng: Random, size: int) -> Problem:
    """The remainder of a^(b^c) plus a number. Numbers: a, b, c, the addend, the divisor."""
    m = rng.choice([n for n in range(11, 30 + 20 * size) if _is_prime(n)])
    a, b, c, d = rng.randint(2, 999), rng.randint(2, 99), rng.randint(11, 200 * size), rng.randint(1, 999)
    a += a % m == 0
    work = Working()
    exponent = _power(work, b, c, m - 1)
    answer = work.remainder(work.plus(_power(work, a % m, exponent, m), d), m)
    parts = {"asked": f"{a}^({b}^{c}) + {d}", "m": str(m)}
    return work.problem("tower", (a, b, c, d, m), parts, answer)


def _is_prime(n: int) -> bool:
    return n > 1 and all(n % k for k in range(2, int(n**0.5) + 1))


def congruences(rng: Random, size: int) -> Problem:
    """The smallest integer above K with given remainders, and from size 2 on how many there are up to N.

    Numbers: K, (N), then each divisor with its remainder.
    """
    moduli = _coprime(rng, 2 if size == 1 else 3, 12 + 8 * size)
    above, residues = rng.randint(100, 9999), [rng.randrange(m) for m in moduli]
    work = Working()
    found, step = residues[0], moduli[0]
    for modulus, residue in zip(moduli[1:], residues[1:], strict=True):
        tried = [found]
        while tried[-1] % modulus != residue:
            tried.append(tried[-1] + step)
        found, step = tried[-1], step * modulus
        work.say(f"{','.join(map(str, tried))}%{modulus}={residue}", steps=2 * len(tried))
    turns = (above - found) // step + 1
    first = work.plus(found, work.times(turns, step))
    pairs = tuple(n for pair in zip(moduli, residues, strict=True) for n in pair)
    said = [f"n ≡ {r} (mod {m})" for m, r in zip(moduli, residues, strict=True)]
    parts = {"first": ", ".join(said[:-1]), "last": said[-1], "above": str(above)}
    if size < 3:
        return work.problem("congruences", (above, *pairs), parts, first)
    limit = first + rng.randint(3 * step, 90 * step)
    work.say(f"({limit}-{first})//{step}={(limit - first) // step}", steps=2)
    count = work.plus((limit - first) // step, 1)
    parts["limit"] = str(limit)
    return work.problem("congruences_count", (above, limit, *pairs), parts, first, count)


def _coprime(rng: Random, count: int, most: int) -> list[int]:
    """Pairwise coprime divisors, the largest first."""
    while True:
        found = sorted(rng.sample(range(5, most + 1), count), reverse=True)
        if all(gcd(a, b) == 1 for a, b in combinations(found, 2)):
            return found


def periodic(rng: Random, size: int) -> Problem:
    """A term, then also another one, of u(n+2) = the remainder of p u(n+1) + q u(n) + r by m.

    Numbers: u(1), u(2), p, q, r, m, the indices.
    """
    while True:
        m = rng.choice((5, 7, 11, 13)) if size > 1 else rng.randint(5, 12)
        first, second, r = rng.randrange(m), rng.randrange(m), rng.randint(1, 99)
        p, q = rng.randint(1, 99), rng.randint(1, 99)
        terms, seen = [first, second], {(first, second): 0}
        while True:
            terms.append((p * terms[-1] + q * terms[-2] + r) % m)
            pair = (terms[-2], terms[-1])
            if pair in seen:
                break
            seen[pair] = len(terms) - 2
        period = len(terms) - 2
        if seen[pair] == 0 and 5 * size <= period <= 20 + 15 * size and gcd(q, m) == 1:
            break
    indices = [rng.randint(10 ** (3 * size), 10 ** (3 * size + 1)) for _ in range(1 if size < 3 else 2)]
    work = Working()
    work.say(",".join(map(str, terms)), steps=5 * period)
    work.say(f"period={period}")
    answer = tuple(terms[work.remainder(index - 1, period)] for index in indices)
    u = rng.choice(SEQUENCES)
    parts = {
        "given": f"{u}(1) = {first}",
        "other": f"{u}(2) = {second}",
        "rule": linear((p, q), (f"{u}(n+1)", f"{u}(n)"), r),
        "term": f"{u}(n+2)",
        "m": str(m),
        "asked": f"{u}({indices[0]})",
        "too": f"{u}({indices[-1]})",
    }
    kind = "periodic" if len(indices) == 1 else "periodic_two"
    return work.problem(kind, (first, second, p, q, r, m, *indices), parts, *answer)
