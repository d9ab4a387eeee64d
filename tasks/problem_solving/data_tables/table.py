"""Tables and the questions asked about them: what both languages share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["value", "who", "count", "sum", "mean", "most", "rank", "spread", "difference", "group", "margin"]
Row = dict[str, str | int]  # by column: name, city, team, coach, zone, bonus, or something countable

NAMES = (
    "Adam Alice Anna Arthur Axel Bruno Camille Carla Clara Cyril Daniel David Diane Edgar Elsa Emma Eva Flora Franck "
    "Gabriel Hugo Jules Julia Laura Lina Louis Lucas Marie Martin Maya Mila Nathan Nora Olga Oscar Sarah Simon "
    "Sonia Sophie Thomas Tom Vera Victor Vincent"
).split()
COACHES = "Baker Costa Duval Evans Ferrer Garcia Keller Lopez Moreau Novak Rossi Weber".split()
CITIES = "Bordeaux Brest Dijon Grenoble Lille Lyon Metz Nancy Nantes Rennes Rouen Toulon".split()
TEAMS = "Castor Deneb Mira Orion Pollux Rigel Sirius".split()
ZONES = "Alpha Delta Gamma Kappa Sigma".split()
THINGS = "points books trips medals visits photos messages plants stamps".split()


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a title row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on a person."""

    column: str
    test: Literal["is", "above", "below"]
    value: str | int


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked."""

    kind: Kind
    column: str  # what is counted, added or compared
    filters: tuple[Filter, ...] = ()
    weighted: bool = False  # multiplied by the bonus of the person's team
    who: str = ""  # whose value is asked
    value: int = 0  # the value whose owner is asked
    by: str = ""  # the column of the groups
    pair: tuple[str, str] = ("", "")  # the two groups compared
    place: int = 1  # 1 is the largest, -1 the smallest


@dataclass(frozen=True, slots=True)
class Problem:
    """Tables, a question and its answer."""

    tables: tuple[Table, ...]  # the people first; the others say something of a team or of a city
    query: Query
    answer: str | int
    candidates: tuple[str, ...]  # the names that could have been the answer; none where it is a number
    working: tuple[str, ...]
    steps: int


def joined(tables: tuple[Table, ...]) -> list[Row]:
    """One row a person, with what the other tables say of their team and city."""
    people = [dict(zip(tables[0].columns, row, strict=True)) for row in tables[0].rows]
    for table in tables[1:]:
        key = table.columns[0]
        known = {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
        people = [{**person, **known[person[key]]} for person in people]
    return people
