"""Steps that no single expression says: what their lines compute, as functions."""

from __future__ import annotations

from typing import Any

Numbers = list[int]
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def first_of_equals(x: list[Any]) -> list[Any]:
    """Every different value once, where it first stands."""
    return list(dict.fromkeys(x))


def squeezed(x: Numbers) -> Numbers:
    """One of equal neighbours."""
    return [v for i, v in enumerate(x) if i == 0 or x[i - 1] != v]


def squeezed_text(x: str) -> str:
    """One of equal neighbouring characters."""
    return "".join([c for i, c in enumerate(x) if i == 0 or x[i - 1] != c])


def running_sums(x: Numbers) -> Numbers:
    """The sum up to every number."""
    result, total = [], 0
    for v in x:
        total += v
        result.append(total)
    return result


def below_highest(x: Numbers) -> Numbers:
    """How far every number is below the highest so far, or 0."""
    result, highest = [], 0
    for v in x:
        highest = max(highest, v)
        result.append(highest - v)
    return result


def longest_rise(x: Numbers) -> int:
    """The length of the longest strictly rising stretch."""
    result = run = 0
    for i, v in enumerate(x):
        run = run + 1 if i > 0 and v > x[i - 1] else 1
        result = max(result, run)
    return result


def shifted(x: str, k: int) -> str:
    """Lower-case letters `k` places on."""
    return "".join([_LETTERS[(ord(c) - 97 + k) % 26] if "a" <= c <= "z" else c for c in x])


def counted_runs(x: str) -> str:
    """Every stretch of equal characters as the character and its length."""
    result, i = "", 0
    while i < len(x):
        run = 1
        while i + run < len(x) and x[i + run] == x[i]:
            run += 1
        result += x[i] + (str(run) if run > 1 else "")
        i += run
    return result


def rising_groups(x: Numbers) -> list[Numbers]:
    """Stretches in which no number is less than the one before."""
    result: list[Numbers] = []
    for v in x:
        if result and v >= result[-1][-1]:
            result[-1].append(v)
        else:
            result.append([v])
    return result


def frequencies(x: Numbers) -> list[Numbers]:
    """Every different number with how often it occurs, the most frequent first."""
    counts: dict[int, int] = {}
    for v in x:
        counts[v] = counts.get(v, 0) + 1
    return [[v, c] for v, c in sorted(counts.items(), key=lambda p: (-p[1], p[0]))]


def by_remainder(x: Numbers, k: int) -> list[Numbers]:
    """The numbers of every remainder, smallest remainder first."""
    rests: dict[int, Numbers] = {}
    for v in x:
        rests.setdefault(v % k, []).append(v)
    return [rests[r] for r in sorted(rests)]


def united(x: list[Numbers]) -> list[Numbers]:
    """The groups as intervals, those that touch as one."""
    result: list[Numbers] = []
    for g in sorted([[min(g), max(g)] for g in x]):
        if result and g[0] <= result[-1][1]:
            result[-1][1] = max(result[-1][1], g[1])
        else:
            result.append(g)
    return result


def united_by_start(x: list[Numbers]) -> list[Numbers]:
    """`united` without the line that makes an interval longer."""
    result: list[Numbers] = []
    for g in sorted([[min(g), max(g)] for g in x]):
        if not result or g[0] > result[-1][1]:
            result.append(g)
    return result


def united_if_crossing(x: list[Numbers]) -> list[Numbers]:
    """`united`, but for intervals that have only an end in common."""
    result: list[Numbers] = []
    for g in sorted([[min(g), max(g)] for g in x]):
        if result and g[0] < result[-1][1]:
            result[-1][1] = max(result[-1][1], g[1])
        else:
            result.append(g)
    return result


def frequencies_in_order(x: Numbers) -> list[Numbers]:
    """`frequencies`, but equally frequent numbers in the order of the list."""
    return sorted([[v, x.count(v)] for v in dict.fromkeys(x)], key=lambda p: -p[1])


def groups_above_first(x: Numbers) -> list[Numbers]:
    """`rising_groups`, but compared with the first number of the group."""
    result: list[Numbers] = []
    for v in x:
        if result and v >= result[-1][0]:
            result[-1].append(v)
        else:
            result.append([v])
    return result
