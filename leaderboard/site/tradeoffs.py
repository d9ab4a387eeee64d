"""What a score costs, in joules or in parameters, and which submissions nobody beats at their cost or less."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.types import Json
from leaderboard.site.view import View


@dataclass(frozen=True, slots=True)
class Priced:
    """A row of the standings with what it cost, and how it stands to the front."""

    row: Mapping[str, Json]
    cost: float
    kind: str  # "front", "near" (its interval does not rule it out) or "off"


@dataclass(frozen=True, slots=True)
class Measured:
    """Submissions whose energy may be compared: the same counters, idle power treated alike."""

    scope: str
    idle: str
    priced: tuple[Priced, ...]
    machines: tuple[str, ...]  # what they ran on, each once


def by_energy(view: View) -> list[Measured]:
    """Who has a place by measured joules for a right answer, a group for each scope; the largest group first."""
    groups: dict[tuple[str, str], list[Mapping[str, Json]]] = {}
    for row in view.ranked:
        if row["energy"].get("per_correct"):
            groups.setdefault((row["energy"]["scope"], row["energy"]["idle"]), []).append(row)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return [
        Measured(
            *key, _priced(rows, lambda row: float(row["energy"]["per_correct"])), tuple(sorted({*map(machine, rows)}))
        )
        for key, rows in ordered
    ]


def by_size(view: View) -> tuple[Priced, ...]:
    """Who has a place by the declared number of parameters; of others the area may leave out what was hard."""
    rows = [row for row in view.ranked if row["declared"].get("parameters")]
    return _priced(rows, lambda row: float(row["declared"]["parameters"]))


def unmeasured(view: View) -> list[Mapping[str, Json]]:
    """Who has a place and no figure of joules for a right answer."""
    return [row for row in view.ranked if not row["energy"].get("per_correct")]


def machine(row: Mapping[str, Json]) -> str:
    """What a submission ran on: its accelerators, or its processor; empty where the record does not say."""
    hardware = row["conditions"].get("hardware") or {}
    found = hardware.get("accelerators") or hardware.get("processor") or ""
    if isinstance(found, list):
        names = [str(one.get("name", "")) if isinstance(one, Mapping) else str(one) for one in found]
        counted = [(name, len(list(same))) for name, same in itertools.groupby(sorted(names))]
        return ", ".join(f"{count} × {name}" if count > 1 else name for name, count in counted)
    return str(found)


def _priced(rows: Sequence[Mapping[str, Json]], cost: Callable[[Mapping[str, Json]], float]) -> tuple[Priced, ...]:
    """The rows from the cheapest to the dearest, each with its place to the front."""
    ordered = sorted(rows, key=lambda row: (cost(row), -row["area"]["value"]))
    kinds = front((cost(row), row["area"]["value"], row["area"]["low"], row["area"]["high"]) for row in ordered)
    return tuple(Priced(row, cost(row), kind) for row, kind in zip(ordered, kinds, strict=True))


def front(points: Iterable[tuple[float, float, float, float]]) -> list[str]:
    """`front`, `near` or `off` for each (cost, value, low, high), given by growing cost.

    On the front is what no other equals at a lower cost, or exceeds at the same. Near it is what its interval does not
    rule out: no other of its cost or less has a lower bound above its upper bound. Blind guessing costs nothing and
    scores 0: a tiny model that guesses is on no front.
    """
    kinds = []
    best, surest = 0.0, 0.0  # blind guessing, which costs nothing
    for same in _by_cost(points):
        highest = max(value for _, value, _, _ in same)
        surest = max([surest, *(low for _, _, low, _ in same)])
        for _, value, _, high in same:
            leads = value == highest and value > best
            kinds.append("front" if leads else "near" if high >= surest else "off")
        best = max(best, highest)
    return kinds


def _by_cost(points: Iterable[tuple[float, float, float, float]]) -> Iterator[list[tuple[float, float, float, float]]]:
    for _, same in itertools.groupby(points, key=lambda point: point[0]):
        yield list(same)
