"""The answer to a question about tables, with its working; None where the question has no single clear answer."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.problem_solving.data_tables.table import Filter, Query, Row, Table, joined

_JOINED = {"coach": 1, "bonus": 1, "zone": 1}  # columns that another table gives, and the look-ups they cost


@dataclass(frozen=True, slots=True)
class Solution:
    """An answer and how it is found."""

    answer: str | int
    working: tuple[str, ...]
    steps: int  # cells read and operations done


def solve(tables: tuple[Table, ...], query: Query) -> Solution | None:
    """Answer a query; None if people tie, a mean is not whole, or fewer than two people are left to compare."""
    people = joined(tables)
    chosen = [person for person in people if all(_holds(test, person) for test in query.filters)]
    read = sum(len(table.columns) * len(table.rows) for table in tables)
    read += len(people) * sum(1 + _JOINED.get(test.column, 0) for test in query.filters)
    if query.kind in {"group", "margin", "difference"}:
        found = _compare_groups(chosen, query)
    elif query.kind in {"value", "who"}:
        found = _look_up(people, query)
    else:
        found = _reduce(chosen, query) if 2 <= len(chosen) <= max(2, len(people) - bool(query.filters)) else None
    if found is None:
        return None
    answer, working = found
    operations = len(chosen) * (1 + query.weighted * 2 + _JOINED.get(query.by, 0) + bool(query.by))
    return Solution(answer, tuple(working), read + operations)


_Found = tuple[str | int, list[str]]


def _holds(test: Filter, person: Row) -> bool:
    value = person[test.column]
    if test.test == "is":
        return value == test.value
    return int(value) > int(test.value) if test.test == "above" else int(value) < int(test.value)


def _amount(person: Row, query: Query) -> int:
    return int(person[query.column]) * (int(person["bonus"]) if query.weighted else 1)


def _addition(people: list[Row], query: Query, total: int) -> str:
    """The sum of people's amounts as it is written."""
    terms = [f"{person[query.column]}{'*' + str(person['bonus']) if query.weighted else ''}" for person in people]
    return f"{'+'.join(terms)}={total}" if len(people) > 1 or query.weighted else str(total)


def _look_up(people: list[Row], query: Query) -> _Found | None:
    if query.kind == "value":
        return next(int(person[query.column]) for person in people if person["name"] == query.who), []
    owners = [str(person["name"]) for person in people if person[query.column] == query.value]
    return (owners[0], []) if len(owners) == 1 else None


def _reduce(chosen: list[Row], query: Query) -> _Found | None:
    """One number or one name out of the chosen people."""
    amounts = [_amount(person, query) for person in chosen]
    if query.kind == "count":
        return len(chosen), [", ".join(str(person["name"]) for person in chosen)]
    if query.kind in {"sum", "mean"}:
        total = sum(amounts)
        working = [_addition(chosen, query, total)]
        if query.kind == "sum":
            return total, working
        exact = total % len(chosen) == 0
        return (total // len(chosen), [*working, f"{total}/{len(chosen)}={total // len(chosen)}"]) if exact else None
    if query.kind == "spread":
        return max(amounts) - min(amounts), [f"{max(amounts)}-{min(amounts)}={max(amounts) - min(amounts)}"]
    ranked = sorted(zip(amounts, (str(person["name"]) for person in chosen), strict=True), reverse=True)
    return _placed(ranked, query.place)


def _compare_groups(chosen: list[Row], query: Query) -> _Found | None:
    """The group at a place by its total, or the difference between two totals."""
    groups: dict[str, list[Row]] = {}
    for person in chosen:
        groups.setdefault(str(person[query.by]), []).append(person)
    totals = {group: sum(_amount(person, query) for person in people) for group, people in groups.items()}
    lines = {group: f"{group}: {_addition(people, query, totals[group])}" for group, people in groups.items()}
    if query.kind == "difference":
        high, low = query.pair
        if not {high, low} <= totals.keys() or totals[high] <= totals[low]:
            return None
        gap = totals[high] - totals[low]
        return gap, [lines[high], lines[low], f"{totals[high]}-{totals[low]}={gap}"]
    if len(groups) < 3 or max(map(len, groups.values())) < 2:
        return None
    ranked = sorted(((total, group) for group, total in totals.items()), reverse=True)
    placed = _placed(ranked, query.place)
    if placed is None:
        return None
    if query.kind == "group":
        return placed[0], list(lines.values())
    gap = ranked[0][0] - ranked[1][0]
    return (gap, [*lines.values(), f"{ranked[0][0]}-{ranked[1][0]}={gap}"]) if gap else None


def _placed(ranked: list[tuple[int, str]], place: int) -> _Found | None:
    """Who is at a place, with the ranking up to there; None where others share it."""
    n = place - 1 if place > 0 else len(ranked) + place
    if not 0 <= n < len(ranked) or sum(amount == ranked[n][0] for amount, _ in ranked) > 1:
        return None
    shown = ranked[: n + 1] if place > 0 else ranked[n:]
    return ranked[n][1], [f"{name} {amount}" for amount, name in shown]
