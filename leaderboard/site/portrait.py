"""One submission against the others and against its past: what its page says beside its own figures. Pure functions."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.types import Json
from leaderboard.site import charts, routes
from leaderboard.site.cleaning import cleaned
from leaderboard.site.view import View, known, scale_of

FEWEST = 3  # ranked submissions from which a median says anything that a comparison of pairs does not
_FACTS = ("title", "rank", "level_cleared", "level_cleared_80", "area", "state", "division", "digest")


@dataclass(frozen=True, slots=True)
class Against:
    """A submission's area on one task beside the median of the ranked ones, which is taken as a fixed number."""

    task: str
    area: Mapping[str, Json]
    median: float
    verdict: str  # "above" or "below" where the interval excludes the median, "open" where it holds it


@dataclass(frozen=True, slots=True)
class Strengths:
    """A submission's tasks beside their medians."""

    rows: tuple[Against, ...]
    scale: tuple[float, float]

    def named(self, verdict: str) -> list[str]:
        """The tasks of one verdict, the farthest from its median first."""
        found = [row for row in self.rows if row.verdict == verdict]
        return [row.task for row in sorted(found, key=lambda row: -abs(row.area["value"] - row.median))]


@dataclass(frozen=True, slots=True)
class Past:
    """An entry of a team in an earlier round."""

    round: Mapping[str, Json]  # name, title and date
    page: str  # below that round's folder and the language's
    entry: str
    own: bool  # of the same name as the entry whose page this is
    same: bool  # of the same digest too: the very same submission
    places: int  # ranked in that round
    row: Mapping[str, Json]  # title, rank, levels, area, state


def medians(view: View) -> dict[str, float]:
    """The median area of the ranked contestants on each task that `FEWEST` of them have at least."""
    found: dict[str, list[float]] = defaultdict(list)
    for row in view.ranked:
        for name, result in row["by_task"].items():
            if area := known(result["area"]):
                found[name].append(area["value"])
    return {name: statistics.median(values) for name, values in found.items() if len(values) >= FEWEST}


def strengths(view: View, row: Json, middle: Mapping[str, float]) -> Strengths | None:
    """How a submission's tasks lie to their medians; None where there is nothing to compare."""
    rows = []
    for name in view.tasks:
        area = known(row["by_task"][name]["area"]) if name in row["by_task"] and name in middle else None
        if area:
            rows.append(Against(name, area, middle[name], _verdict(area, middle[name])))
    if not rows:
        return None
    ends = [one.median for one in rows]
    scale = charts.domain([one.area["low"] for one in rows] + ends, [one.area["high"] for one in rows] + ends)
    return Strengths(tuple(rows), scale)


def _verdict(area: Json, median: float) -> str:
    return "above" if area["low"] > median else "below" if area["high"] < median else "open"


def language_scale(view: View, row: Json) -> tuple[float, float]:
    """The common scale of a submission's areas by task and language."""
    areas = [one["area"] for result in row["by_task"].values() for one in result["by_language"].values()]
    return scale_of([*areas, *(row["by_language"].get(code) for code in view.round["languages"])])


def task_scale(row: Json) -> tuple[float, float]:
    """The common scale of a submission's areas by task and track and over all."""
    return scale_of([one["area"] for one in (*row["by_task"].values(), row)])


class Histories:
    """What each team entered before, and enters beside: indexed once for all pages."""

    def __init__(self, view: View, earlier: Sequence[Json]) -> None:
        """Index the round's entries by team, and the earlier rounds' (the latest first) by team."""
        self._beside: dict[str, list[Json]] = defaultdict(list)
        for row in view.standings.values():
            if not row["baseline"]:
                self._beside[row["team"]].append(row)
        self._before: dict[str, list[tuple[Json, int, Json]]] = defaultdict(list)
        for table in earlier:
            places = sum(_ranked(row) for row in table["standings"])
            settings = cleaned({key: table["round"][key] for key in ("name", "title", "date")})
            for row in table["standings"]:
                if not row["baseline"]:
                    self._before[cleaned(row["team"])].append((settings, places, row))

    def beside(self, row: Json) -> list[Json]:
        """The team's other entries in this round, in the order of the standings."""
        own = () if row["baseline"] else self._beside[row["team"]]
        return [one for one in own if one["submission"] != row["submission"]]

    def before(self, row: Json) -> list[Past]:
        """The team's entries in earlier rounds, the latest round first and in it the entry of the same name first."""
        if row["baseline"] or row["team"] not in self._before:
            return []
        found = [_past(row, *one) for one in self._before[row["team"]]]
        order = list(dict.fromkeys(one.round["name"] for one in found))
        return sorted(found, key=lambda one: (order.index(one.round["name"]), not one.own))


def _past(row: Json, settings: Json, places: int, other: Json) -> Past:
    facts = cleaned({key: other.get(key) for key in _FACTS})
    return Past(
        round=settings,
        page=routes.submission_page(other["team"], other["entry"]),
        entry=cleaned(other["entry"]),
        own=cleaned(other["entry"]) == row["entry"],
        same=bool(row["digest"]) and facts["digest"] == row["digest"],
        places=places,
        row=facts,
    )


def _ranked(row: Json) -> bool:
    return bool(row["rank"]) and not row["baseline"] and row.get("division") != "open"
