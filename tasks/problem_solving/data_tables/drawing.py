"""Drawing tables and a question of a level that has one clear answer."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from harness.errors import TaskError
from tasks.problem_solving.data_tables.solver import solve
from tasks.problem_solving.data_tables.table import (
    CITIES,
    COACHES,
    NAMES,
    TEAMS,
    THINGS,
    ZONES,
    Filter,
    Kind,
    Problem,
    Query,
    Table,
)

_ATTEMPTS = 2_000  # a question fits about every third time


@dataclass(frozen=True, slots=True)
class Rules:
    """What a level draws."""

    rows: int
    things: int  # columns of numbers
    kinds: tuple[Kind, ...]
    texts: tuple[str, ...] = ()  # columns of names: city, team
    filters: int = 0
    joins: tuple[str, ...] = ()  # columns that other tables give: coach, zone
    weighted: float = 0.0  # how often numbers are multiplied by a bonus
    most: int = 99  # the largest number in a cell


_GROUPED = {"group", "margin", "difference"}
_KEYS = {"coach": "team", "zone": "city"}  # by which column of the people another table is found
_BOTH = ("city", "team")
LEVELS: tuple[Rules, ...] = (
    Rules(3, 1, ("value",)),
    Rules(4, 2, ("value", "who")),
    Rules(5, 2, ("most",)),
    Rules(6, 1, ("count",), ("city",), 1),
    Rules(7, 2, ("sum", "most"), ("city",), 1),
    Rules(8, 2, ("mean", "rank", "difference", "spread"), ("city",), 1),
    Rules(9, 2, ("sum", "mean", "group", "rank"), _BOTH, 2),
    Rules(10, 2, ("sum", "spread", "group", "rank"), _BOTH, 2, ("coach",)),
    Rules(12, 2, ("sum", "group", "difference", "mean"), _BOTH, 2, ("coach",), 0.6),
    Rules(14, 2, ("sum", "group", "margin", "rank"), _BOTH, 2, ("coach", "zone"), 0.8, 299),
    Rules(17, 3, ("sum", "group", "margin", "difference"), _BOTH, 2, ("coach", "zone"), 1.0, 499),
    Rules(24, 3, ("sum", "group", "margin", "difference"), _BOTH, 2, ("coach", "zone"), 1.0, 999),
)


def draw_problem(rng: Random, level: int) -> Problem:
    """Tables and a question of the level."""
    rules = LEVELS[level - 1]
    for attempt in range(_ATTEMPTS):
        if attempt % 8 == 0:
            tables = _tables(rng, rules)
        query = _query(rng, rules, tables)
        solution = solve(tables, query)
        if solution:
            candidates = _candidates(tables, query)
            return Problem(tables, query, solution.answer, candidates, solution.working, solution.steps)
    raise TaskError(f"no question found in {_ATTEMPTS} attempts", where=f"data_tables level {level}")


def _tables(rng: Random, rules: Rules) -> tuple[Table, ...]:
    """The people, then what is known of their teams and cities."""
    things = rng.sample(THINGS, rules.things)
    groups = min(5, max(3, rules.rows // 3))
    cities, teams = rng.sample(CITIES, groups), rng.sample(TEAMS, groups)
    pools = {"city": cities, "team": teams}
    texts = list(rules.texts)
    rng.shuffle(texts)
    rows: list[tuple[str | int, ...]] = []
    for name in rng.sample(NAMES, rules.rows):
        groups_of = [rng.choice(pools[text]) for text in texts]
        rows.append((name, *groups_of, *(rng.randint(2, rules.most) for _ in things)))
    tables = [Table(("name", *texts, *things), tuple(rows))]
    if "coach" in rules.joins:
        coaches = rng.sample(COACHES, 3)
        drawn = [*coaches, *rng.choices(coaches, k=len(teams) - 3)]
        described = tuple((team, coach, rng.randint(2, 9)) for team, coach in zip(teams, drawn, strict=True))
        columns = ("team", "coach", "bonus") if rules.weighted else ("team", "coach")
        tables.append(Table(columns, tuple(row[: len(columns)] for row in described)))
    if "zone" in rules.joins:
        zones = rng.sample(ZONES, 3)
        drawn = [*zones, *rng.choices(zones, k=len(cities) - 3)]
        tables.append(Table(("city", "zone"), tuple(zip(cities, drawn, strict=True))))
    return tuple(tables)


def _query(rng: Random, rules: Rules, tables: tuple[Table, ...]) -> Query:
    """A question on the tables, which may turn out to have no clear answer."""
    kind = rng.choice(rules.kinds)
    people = tables[0]
    column = rng.choice([column for column in people.columns if column in THINGS])
    place = rng.choice((1, -1)) if kind == "most" else rng.randint(2, 4) if kind == "rank" else 1
    if kind == "group" and rules.joins:
        place = rng.randint(1, 2)
    weighted = rng.random() < rules.weighted
    by = rng.choice([*rules.texts, *rules.joins]) if kind in _GROUPED else ""
    compared = {by, _KEYS.get(by, "")}
    simple = kind in {"most", "rank"} and rules.rows < 8  # too few people for a condition before a comparison
    number = max(0, rules.filters - (kind in _GROUPED) - simple)
    filters = _filters(rng, rules, tables, number, compared)
    person = rng.choice(people.rows)
    where = people.columns.index(column)
    pair = _pair(rng, tables, by) if kind == "difference" else ("", "")
    return Query(kind, column, filters, weighted, str(person[0]), int(person[where]), by, pair, place)


def _filters(rng: Random, rules: Rules, tables: tuple[Table, ...], number: int, taken: set[str]) -> tuple[Filter, ...]:
    """Conditions on different columns; those given by another table come first where there is one."""
    others = [column for column in rules.joins if column not in taken]
    chosen = rng.sample(others, min(len(others), max(0, number - 1) or bool(number)))
    told = taken | {_KEYS[column] for column in chosen}  # a coach says the team, or nearly: not both
    own = [c for c in (*rules.texts, *tables[0].columns[1 + len(rules.texts) :]) if c not in told]
    chosen += rng.sample(own, min(len(own), number - len(chosen)))
    return tuple(_filter(rng, tables, column, rules.most) for column in chosen)


def _filter(rng: Random, tables: tuple[Table, ...], column: str, most: int) -> Filter:
    if column in THINGS:
        return Filter(column, rng.choice(("above", "below")), rng.randint(most // 4, 3 * most // 4))
    return Filter(column, "is", rng.choice(_values(tables, column)))


def _pair(rng: Random, tables: tuple[Table, ...], column: str) -> tuple[str, str]:
    """Two groups; the same one twice, which asks nothing, where there is only one."""
    groups = _values(tables, column)
    first, second = rng.sample(groups, 2) if len(groups) > 1 else (groups[0], groups[0])
    return first, second


def _values(tables: tuple[Table, ...], column: str) -> list[str]:
    """The different names of a column, in the order of the table."""
    table = next(table for table in tables if column in table.columns)
    where = table.columns.index(column)
    return list(dict.fromkeys(str(row[where]) for row in table.rows))


def _candidates(tables: tuple[Table, ...], query: Query) -> tuple[str, ...]:
    if query.kind in {"who", "most", "rank"}:
        return tuple(str(row[0]) for row in tables[0].rows)
    return tuple(_values(tables, query.by)) if query.kind == "group" else ()
