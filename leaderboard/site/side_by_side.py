"""Submissions side by side: what the page of comparisons shows by itself, and what its script is given. Pure functions.

A number is as in `round.json`; an estimate is `[value, low, high]`, or null where there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.types import Json
from leaderboard.names import submission_part
from leaderboard.site.naming import cut
from leaderboard.site.view import Versus, View, known

MOST = 4  # at once: more curves in one drawing are told apart by nobody
SHOWN = 40  # in the list to choose from at once; the search finds the others
FIRST = 12  # ranked submissions in the table that needs no script
_EMBEDDED = 60  # submissions, up to which the page holds all that its script needs
_LARGEST = 200_000  # characters of that, so that the page stays light whatever the number of tasks
_TEAM = 40


@dataclass(frozen=True, slots=True)
class Matrix:
    """The first ranked submissions against one another: a row's own area minus the column's."""

    names: tuple[str, ...]
    cells: tuple[tuple[Versus | None, ...], ...]  # None on the diagonal, and where a pair is not in the table
    lacking: int  # pairs that the table does not have


def first_ranked(view: View, most: int = FIRST) -> Matrix:
    """The differences between the first `most` ranked submissions."""
    names = tuple(row["submission"] for row in view.ranked[:most])
    found = {name: {one.other: one for one in view.versus.get(name, ())} for name in names}
    cells = tuple(tuple(None if one == two else found[one].get(two) for two in names) for one in names)
    pairs = len(names) * (len(names) - 1)
    return Matrix(names, cells, (pairs - sum(cell is not None for row in cells for cell in row)) // 2)


def slug(row: Mapping[str, Json]) -> str:
    """By which an address names a submission: its page's name."""
    return submission_part(row["team"], row["entry"])


def listed(view: View) -> list[Json]:
    """What can be compared: every entry with an area, contestants first, then the open division, then baselines."""
    return [row for row in (*view.contestants, *view.apart, *view.baselines) if known(row["area"])]


def given(view: View) -> dict[str, Json]:
    """`index` of all that can be compared; `rows` and `pairs` too where they are few, else null."""
    rows = listed(view)
    index = [[slug(row), view.names[row["submission"]], cut(row["team"], _TEAM), _kind(row)] for row in rows]
    data: dict[str, Json] = {"index": index, "rows": None, "pairs": None}
    if len(rows) <= _EMBEDDED:
        data["rows"] = {slug(row): facts(row) for row in rows}
        data["pairs"] = list(_pairs(view, rows))
    return data


def light(text: str) -> bool:
    """Whether data of this length may be inside the page."""
    return len(text) <= _LARGEST


def facts(row: Json) -> dict[str, Json]:
    """What is compared of one submission; `assets/scripts/compare.js` makes the same of its data file."""
    return {
        "id": row["submission"],
        "rank": None if row["baseline"] or row["division"] == "open" else row["rank"],
        "cleared": [row["level_cleared"], row["level_cleared_80"]],
        "area": _triple(row["area"]),
        "tracks": {name: _triple(area) for name, area in row["by_track"].items()},
        "languages": {name: _triple(area) for name, area in row["by_language"].items()},
        "unscored": row["unscored"],
        "cap_hit": row["cap_hit"],
        "energy": row["energy"]["per_correct"],
        "parameters": row["declared"].get("parameters") or None,
        "tasks": {name: [_triple(result["area"]), _curve(result["curve"])] for name, result in row["by_task"].items()},
    }


def _kind(row: Json) -> int:
    """0 of a contestant, 1 in the open division, 2 of a baseline."""
    return 2 if row["baseline"] else int(row["division"] == "open")


def _triple(estimate: Json) -> list[float] | None:
    return [estimate["value"], estimate["low"], estimate["high"]] if known(estimate) else None


def _curve(curve: Json) -> list[list[float]]:
    """`[level, value, low, high]` over all languages; levels without a score are left out."""
    return [
        [point["level"], point["value"], point["low"], point["high"]]
        for point in curve
        if point["language"] == "all" and point["value"] is not None
    ]


def _pairs(view: View, rows: list[Json]) -> Iterator[list[Json]]:
    """`[place of a, place of b, difference, low, high, 1 where shown, its parts or null]`, places in the index."""
    place = {row["submission"]: number for number, row in enumerate(rows)}
    for pair in view.table["comparisons"]:
        if pair["a"] in place and pair["b"] in place:
            numbers = (pair[key] for key in ("difference", "low", "high"))
            yield [place[pair["a"]], place[pair["b"]], *numbers, int(pair["real"]), pair.get("parts")]
