"""The published tables as Arrow, from a round's table: columns at once, as a large round has 600,000 rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from harness.types import Json
from leaderboard.comparing import Pairs
from leaderboard.data.specs import Column, Spec, specs
from leaderboard.names import submission_part

_DECIMALS = 6  # as in round.json
_ARROW = {"string": "string", "integer": "int64", "number": "float64", "boolean": "bool"}
_LONE = re.compile("[\ud800-\udfff]")  # half of a character, which no UTF-8 holds
_BOUNDS = ("value", "low", "high")
_NOTHING: Mapping[str, Json] = dict.fromkeys(_BOUNDS)


class Published(Protocol):
    """What data is made from; `leaderboard.site.sources.Sources` has it."""

    @property
    def table(self) -> Json:
        """Of the round: `round.json`."""

    @property
    def pairs(self) -> Pairs | None:
        """Of all contestants, where the table has no room for every one."""

    @property
    def url(self) -> str:
        """Where the publication stands on the web, with a slash at its end; empty where nobody said."""


def tables(sources: Published) -> dict[str, Any]:
    """Every table of `specs`, by name, as a pyarrow.Table."""
    made = {
        "standings": _from_rows(specs()["standings"], map(_standing, _rows(sources))),
        "areas": _from_rows(specs()["areas"], (area for row in _rows(sources) for area in _areas(row))),
        "tasks": _tasks(specs()["tasks"], sources.table["standings"]),
        "comparisons": _comparisons(specs()["comparisons"], sources),
    }
    return {name: _of_round(specs()[name], columns, sources) for name, columns in made.items()}


def _rows(sources: Published) -> Sequence[Mapping[str, Json]]:
    rows: Sequence[Mapping[str, Json]] = sources.table["standings"]
    return rows


def _standing(row: Mapping[str, Json]) -> dict[str, Json]:
    """A submission's row; what has the same name in round.json is taken as it is."""
    best, worst = row["rank"] or (None, None)
    energy, horizons = row["energy"], row.get("horizons") or {}
    return {
        **row,
        **row["declared"],
        "path": f"submissions/{submission_part(row['team'], row['entry'])}",
        "rank_best": best,
        "rank_worst": worst,
        **_named("area", row["area"]),
        **_named("language_gap", row["language_gap"]),
        **{f"horizon_{share}": _horizon(horizons.get(share)) for share in ("50", "80")},
        "energy_measured": energy["measured"],
        "joules": energy["joules"],
        "joules_per_correct": energy["per_correct"],
        "energy_scope": energy["scope"],
        "seal_sha256": (row.get("attestation") or {}).get("seal_sha256"),
    }


def _named(name: str, estimate: Mapping[str, Json] | None) -> dict[str, Json]:
    found = estimate or _NOTHING
    return {name: found["value"], f"{name}_low": found["low"], f"{name}_high": found["high"]}


def _horizon(horizon: Mapping[str, Json] | None) -> str | None:
    return None if horizon is None else str(horizon["value"])


def _areas(row: Mapping[str, Json]) -> Iterator[dict[str, Json]]:
    """The parts of the round that a submission has an area of; none of one without a record."""
    if not row["by_task"]:
        return
    submission = row["submission"]

    def area(part: str, name: str, language: str, found: Mapping[str, Json]) -> dict[str, Json]:
        levels = {key: found.get(key) for key in ("level_cleared", "level_cleared_80")}
        head = {"submission": submission, "part": part, "name": name, "language": language}
        return {**head, **(found["area"] or _NOTHING), **levels}

    yield area("round", "all", "all", row)
    yield from (area("round", "all", code, {"area": found}) for code, found in row["by_language"].items())
    yield from (area("track", name, "all", {"area": found}) for name, found in row["by_track"].items())
    for name, task in row["by_task"].items():
        yield area("task", name, "all", task)
        yield from (area("task", name, code, found) for code, found in task["by_language"].items())


def _from_rows(spec: Spec, rows: Iterable[Mapping[str, Json]]) -> dict[str, Any]:
    found = list(rows)
    return {column.name: _array(column, [row.get(column.name) for row in found]) for column in _own(spec)}


def _tasks(spec: Spec, standings: Sequence[Mapping[str, Json]]) -> dict[str, Any]:
    """Points of curves: names once a curve, figures in one list each."""
    curves = [
        (row["submission"], name, result["curve"]) for row in standings for name, result in row["by_task"].items()
    ]
    points = [point for _, _, curve in curves for point in curve]
    sizes = [len(curve) for _, _, curve in curves]
    names = {"submission": [one for one, _, _ in curves], "task": [task for _, task, _ in curves]}
    columns = {}
    for column in _own(spec):
        repeated = names.get(column.name)
        columns[column.name] = (
            _array(column, [point[column.name] for point in points]) if repeated is None else _repeated(repeated, sizes)
        )
    return columns


def _comparisons(spec: Spec, sources: Published) -> dict[str, Any]:
    """Every pair, in the order of the standings; of a large round without its pairs those that the table has."""
    pairs = sources.pairs
    if pairs is None or "compared" not in sources.table:
        rows = sources.table["comparisons"]
        return _from_rows(spec, ({**row, "shown": row["real"]} for row in rows))
    first, second = np.triu_indices(len(pairs.names), 1)
    figures = {name: getattr(pairs, name)[first, second] for name in ("difference", "low", "high")}
    return {
        "a": _taken(pairs.names, first),
        "b": _taken(pairs.names, second),
        **{name: _plain(np.round(values, _DECIMALS) + 0.0) for name, values in figures.items()},
        "shown": _plain(pairs.shown[first, second]),
    }


def _own(spec: Spec) -> Sequence[Column]:
    """Every column but the first, which is the round's name everywhere."""
    return spec.columns[1:]


def _array(column: Column, values: list[Json]) -> Any:
    import pyarrow as pa

    try:
        return pa.array(values, type=_ARROW[column.type])
    except UnicodeEncodeError:
        return pa.array([value if value is None else _text(value) for value in values], type=_ARROW[column.type])


def _plain(values: Any) -> Any:
    import pyarrow as pa

    return pa.array(values)


def _repeated(names: Sequence[str], sizes: Sequence[int]) -> Any:
    """Each name as often as its size says."""
    known = list(dict.fromkeys(names))
    place = {name: number for number, name in enumerate(known)}
    return _taken(known, np.repeat([place[name] for name in names] or np.zeros(0, dtype=np.intp), sizes or 0))


def _taken(names: Sequence[str], places: Any) -> Any:
    import pyarrow as pa

    words = pa.array([_text(name) for name in names], type=pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(places, type=pa.int32()), words)


def _text(value: str) -> str:
    return _LONE.sub("\N{REPLACEMENT CHARACTER}", value)


def _of_round(spec: Spec, columns: Mapping[str, Any], sources: Published) -> Any:
    """The table with the round's name in its first column."""
    import pyarrow as pa

    size = len(next(iter(columns.values())))
    name = _taken([sources.table["round"]["name"]], np.zeros(size, dtype=np.int32))
    return pa.table({"round": name, **{column.name: columns[column.name] for column in _own(spec)}})
