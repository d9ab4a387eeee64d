"""Questions on expressions, equations and sequences, with their worked solutions."""

from __future__ import annotations

from math import isqrt
from random import Random

from tasks.problem_solving.algebra.problem import LETTERS, SEQUENCES, Problem, Working, linear


def value(rng: Random, size: int) -> Problem:
    """A letter has a value (size 1), or three have (size 3) and one is asked. Numbers: the values, and which one."""
    low, high = (10_000_000, 99_999_999) if size == 1 else (10, 99)
    return _given(rng, rng.sample(range(low, high + 1), size), (rng.randrange(size),))


def total(rng: Random, _size: int) -> Problem:
    """The sum of two of three letters. Numbers: the values, and which two."""
    return _given(rng, rng.sample(range(2, 31), 3), tuple(rng.sample(range(3), 2)))


def _given(rng: Random, values: list[int], asked: tuple[int, ...]) -> Problem:
    """Finding a letter among others takes a step for each of them."""
    letters = rng.sample(LETTERS, len(values))
    work = Working(len(values) - 1)
    answer = values[asked[0]] if len(asked) == 1 else work.plus(values[asked[0]], values[asked[1]])
    parts = {**_values(letters, values), "asked": " + ".join(letters[n] for n in asked)}
    return work.problem("given" if len(values) > 1 else "one", (*values, *asked), parts, answer)


def expression(rng: Random, _size: int) -> Problem:
    """`3x + 2n` where three letters have values. Numbers: the values, which two, their coefficients."""
    letters, values = rng.sample(LETTERS, 3), rng.sample(range(2, 13), 3)
    first, second = rng.sample(range(3), 2)
    weights = [rng.randint(2, 9), rng.choice((1, 1, -1)) * rng.randint(2, 9)]
    if weights[0] * values[first] + weights[1] * values[second] < 0:
        weights[1] *= -1
    work = Working(len(values) - 1)
    product, other = work.times(weights[0], values[first]), work.times(abs(weights[1]), values[second])
    answer = work.plus(product, other if weights[1] > 0 else -other)
    parts = {**_values(letters, values), "asked": linear(weights, (letters[first], letters[second]))}
    return work.problem("given", (*values, first, second, *weights), parts, answer)


def _values(letters: list[str], values: list[int]) -> dict[str, str]:
    said = [f"{letter} = {n}" for letter, n in zip(letters, values, strict=True)]
    return {"first": ", ".join(said[:-1]), "last": said[-1]}


def equation(rng: Random, _size: int) -> Problem:
    """`3x + 5 = 26`, then an expression of x. Numbers: a, b, c of ax + b = c; p, q of px + q."""
    letter = rng.choice(LETTERS)
    a, x, b, p, q = rng.randint(2, 9), rng.randint(2, 20), _signed(rng, 40), rng.randint(2, 9), _signed(rng, 40)
    c = a * x + b
    work = Working()
    root = work.over(work.plus(c, -b), a)
    answer = work.plus(work.times(p, root), q)
    parts = {"equation": f"{linear([a], letter, b)} = {c}", "asked": linear([p], letter, q)}
    return work.problem("equation", (a, b, c, p, q), parts, answer)


def sides(rng: Random, _size: int) -> Problem:
    """`7(x + 2) = 3x - 5`, then an expression of x. Numbers: a, b, c, d of a(x + b) = cx + d; p, q of px + q."""
    letter = rng.choice(LETTERS)
    c, x = rng.randint(2, 6), _signed(rng, 25)
    a, b, p, q = c + rng.randint(2, 7), _signed(rng, 20), rng.randint(2, 9), _signed(rng, 40)
    d = a * (x + b) - c * x
    work = Working()
    product, slope = work.times(a, b), work.plus(a, -c)
    root = work.over(work.plus(d, -product), slope)
    answer = work.plus(work.times(p, root), q)
    parts = {
        "equation": f"{a}({linear([1], letter, b)}) = {linear([c], letter, d)}",
        "asked": linear([p], letter, q),
    }
    return work.problem("equation", (a, b, c, d, p, q), parts, answer)


def arithmetic(rng: Random, _size: int) -> Problem:
    """A term of an arithmetic sequence from two others. Numbers: m, the m-th term, n, the n-th, and k."""
    m, n, k = rng.randint(3, 9), rng.randint(10, 20), rng.randint(21, 99)
    start, step = _signed(rng, 100), _signed(rng, 20, least=2)
    low, high = start + m * step, start + n * step
    work = Working()
    each = work.over(work.plus(high, -low), work.plus(n, -m))
    answer = work.plus(low, work.times(work.plus(k, -m), each))
    letter = rng.choice(SEQUENCES)
    parts = {"given": f"{letter}({m}) = {low}", "other": f"{letter}({n}) = {high}", "asked": f"{letter}({k})"}
    return work.problem("arithmetic", (m, low, n, high, k), parts, answer)


def recurrence(rng: Random, size: int) -> Problem:
    """A term of u(n+2) = p u(n+1) + q u(n) + r. Numbers: u(1), u(2), p, q, r, the index."""
    first, second, p = rng.randint(1, 60), rng.randint(1, 60), rng.randint(1, 3)
    q, r, last = _signed(rng, 3), _signed(rng, 20), rng.randint(4, 5) + size
    u = rng.choice(SEQUENCES)
    work = Working()
    before, now = first, second
    for _ in range(last - 2):
        before, now = now, work.plus(work.weighted((p, q), (now, before)), r)
    parts = {
        "given": f"{u}(1) = {first}",
        "other": f"{u}(2) = {second}",
        "rule": f"{u}(n+2) = {linear((p, q), (f'{u}(n+1)', f'{u}(n)'), r)}",
        "asked": f"{u}({last})",
    }
    return work.problem("recurrence", (first, second, p, q, r, last), parts, now)


def system(rng: Random, _size: int) -> Problem:
    """Two equations in two unknowns, then an expression of both. Numbers: the two rows, then p and q."""
    while True:
        a, b, d, e = (_signed(rng, 9, least=2) for _ in range(4))
        x, y = _signed(rng, 15), _signed(rng, 15)
        if a * e != b * d:
            break
    c, f = a * x + b * y, d * x + e * y
    p, q = rng.randint(2, 9), _signed(rng, 9, least=2)
    work = Working()
    determinant = _cross(work, a, e, b, d)
    roots = [work.over(_cross(work, c, e, b, f), determinant), work.over(_cross(work, a, f, c, d), determinant)]
    answer = work.weighted((p, q), roots)
    letters = sorted(rng.sample(LETTERS, 2))
    parts = {
        "equation": f"{linear((a, b), letters)} = {c}",
        "other": f"{linear((d, e), letters)} = {f}",
        "asked": linear((p, q), letters),
    }
    return work.problem("system", (a, b, c, d, e, f, p, q), parts, answer)


def _cross(work: Working, a: int, d: int, b: int, c: int) -> int:
    """Write and return ad - bc."""
    return work.plus(work.times(a, d), -work.times(b, c))


def system_of_three(rng: Random, size: int) -> Problem:
    """Three equations in three unknowns. Numbers: the three rows of four, then the three coefficients asked."""
    while True:
        rows = [[_signed(rng, 4 + size) for _ in range(3)] for _ in range(3)]
        if _determinant(rows):
            break
    roots = [_signed(rng, 9 + 3 * size) for _ in range(3)]
    table = [[*row, sum(c * r for c, r in zip(row, roots, strict=True))] for row in rows]
    weights = [_signed(rng, 9, least=2) for _ in range(3)]
    work = Working()
    letters = sorted(rng.sample(LETTERS, 3))
    _eliminate(work, table, letters)
    answer = work.weighted(weights, roots)
    said = [f"{linear(row[:3], letters)} = {row[3]}" for row in table]
    parts = {"first": f"{said[0]}, {said[1]}", "last": said[2], "asked": linear(weights, letters)}
    return work.problem("system_of_three", (*(n for row in table for n in row), *weights), parts, answer)


def _eliminate(work: Working, table: list[list[int]], letters: list[str]) -> None:
    """Write how two equations without the first unknown give the third one, then the others."""
    reduced = []
    for row in table[1:]:
        lower = [row[n] * table[0][0] - table[0][n] * row[0] for n in range(1, 4)]
        reduced.append(lower)
        work.say(_equality(lower, letters[1:]), steps=9)
    if reduced[0][0] == 0:
        reduced.reverse()
    low, high = reduced
    last = [high[n] * low[0] - low[n] * high[0] for n in (1, 2)]
    z = last[1] // last[0]
    y = (low[2] - low[1] * z) // low[0]
    x = (table[0][3] - table[0][1] * y - table[0][2] * z) // table[0][0]
    work.say(_equality(last, letters[2:]), steps=6)
    for letter, root, steps in zip(reversed(letters), (z, y, x), (1, 3, 5), strict=True):
        work.say(f"{letter}={root}", steps)


def _equality(row: list[int], letters: list[str]) -> str:
    left = linear(row[:-1], letters).replace(" ", "") if any(row[:-1]) else "0"
    return f"{left}={row[-1]}"


def _determinant(rows: list[list[int]]) -> int:
    (a, b, c), (d, e, f), (g, h, k) = rows
    return a * (e * k - f * h) - b * (d * k - f * g) + c * (d * h - e * g)


def quadratic(rng: Random, _size: int) -> Problem:
    """The roots of ax² + bx + c = 0, weighted. Numbers: a, b, c, the larger root's weight, the smaller one's."""
    a = rng.randint(2, 9)
    low, high = sorted(rng.sample([n for n in range(-30, 31) if n], 2))
    b, c = -a * (low + high), a * low * high
    p, q = rng.randint(2, 20), _signed(rng, 20, least=2)
    work = Working()
    delta = work.plus(work.times(b, b), -work.times(4 * a, c))
    work.say(f"{isqrt(delta)}*{isqrt(delta)}={delta}")
    roots = [work.over(work.plus(-b, sign * isqrt(delta)), 2 * a) for sign in (1, -1)]
    answer = work.weighted((p, q), roots)
    x, r, s = rng.sample(LETTERS, 3)
    parts = {
        "equation": f"{linear((a, b), (f'{x}²', x), c)} = 0",
        "larger": r,
        "smaller": s,
        "asked": linear((p, q), (r, s)),
    }
    return work.problem("quadratic", (a, b, c, p, q), parts, answer)


def _signed(rng: Random, most: int, least: int = 1) -> int:
    """A number between `least` and `most`, or its opposite."""
    return rng.choice((1, -1)) * rng.randint(least, most)
