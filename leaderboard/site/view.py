"""The round table as pages read it: cleaned, ordered, indexed, and what its comparisons say in common."""

from __future__ import annotations

import copy
import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.errors import PublishError
from harness.types import Json
from leaderboard.comparing import places
from leaderboard.site import charts, routes
from leaderboard.site.cleaning import cleaned
from leaderboard.site.curves import Point
from leaderboard.site.naming import shown_names


def flattened(value: Json, prefix: str = "") -> Iterator[tuple[str, Json]]:
    """Dotted names and leaves of a JSON value, in its own order; a list of plain values is one leaf."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from flattened(entry, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(value, list) and any(isinstance(entry, dict | list) for entry in value):
        for number, entry in enumerate(value, start=1):
            yield from flattened(entry, f"{prefix}[{number}]")
    else:
        yield prefix, ", ".join(map(str, value)) if isinstance(value, list) else value


def known(estimate: Json) -> Json:
    """The estimate, or None where there is none (nothing was scored)."""
    return estimate if estimate and estimate.get("value") is not None else None


@dataclass(frozen=True, slots=True)
class Ahead:
    """Submissions that are really ahead of the same others."""

    who: tuple[str, ...]
    beaten: tuple[str, ...]
    tail: bool  # the beaten are the first of them and all that follow it in the standings


@dataclass(frozen=True, slots=True)
class Findings:
    """Which differences between ranked submissions are real."""

    first: tuple[str, ...]  # the submissions that none beats
    pairs: int  # compared
    real: int  # of them
    ahead: tuple[Ahead, ...]


@dataclass(frozen=True, slots=True)
class Versus:
    """One comparison seen from one submission: the difference is its own minus the other's."""

    other: str
    difference: Mapping[str, Json]
    verdict: str  # "ahead", "behind" or "open"


class View:
    """A round table ready for templates."""

    def __init__(self, table: Json) -> None:
        """Clean and index the table of `round.json`; PublishError when two entries would share a page."""
        self.table = cleaned(table)
        self.round = self.table["round"]
        self.tasks: dict[str, Json] = {task["name"]: {"rungs": [], **task} for task in self.table["tasks"]}
        standings = self.table["standings"]
        self.standings: dict[str, Json] = {row["submission"]: row for row in standings}
        entries = sorted((row for row in standings if not row["baseline"]), key=_order)
        self.contestants = [row for row in entries if row["division"] != "open"]
        self.apart = [row for row in entries if row["division"] == "open"]
        self.ranked = [row for row in self.contestants if row["rank"]]
        self.baselines = sorted((row for row in standings if row["baseline"]), key=_order)
        self.levels = max((task["levels"] for task in self.tasks.values()), default=1)
        self.pages = {row["submission"]: routes.submission_page(row["team"], row["entry"]) for row in standings}
        self.task_pages = {name: routes.task_page(name) for name in self.tasks}
        _refuse_twins([*(row["submission"] for row in standings)], "submission")
        _refuse_twins([*self.pages.values(), *self.task_pages.values()], "page")

    @functools.cached_property
    def production(self) -> Json:
        """The column of open-ended production, or None; PublishError where it names what is not in the standings."""
        column = self.table.get("production")
        strangers = [row["submission"] for row in column["standings"]] if column else []
        if strangers := [name for name in strangers if name not in self.standings]:
            raise PublishError(
                f"the column of production rates what is not in the standings: {', '.join(strangers[:5])}",
                where="round.json",
                remedy="make the table again with `defi rank`",
            )
        return column

    @functools.cached_property
    def stopping(self) -> Json:
        """How the round stops asking what is decided; None where everybody answers everything."""
        return self.round.get("stopping")

    @functools.cached_property
    def asked(self) -> tuple[int, int] | None:
        """The fewest and the most questions that a ranked submission was asked; None where none is ranked."""
        counts = [row["items"] for row in self.ranked]
        return (min(counts), max(counts)) if counts else None

    @functools.cached_property
    def practice(self) -> bool:
        """Whether the round asks public benchmarks, which have rungs and never count."""
        return any(task["rungs"] for task in self.tasks.values())

    @functools.cached_property
    def names(self) -> dict[str, str]:
        """What each submission is called."""
        return shown_names(self.standings)

    def named(self, known: Mapping[str, str]) -> View:
        """The same round with other words for the organisers' own entries, by their titles; all else is shared."""
        shown = self.names | {row["submission"]: known[row["title"]] for row in self.baselines if row["title"] in known}
        _ = self.findings  # worked out once for all languages
        made = copy.copy(self)
        made.__dict__["names"] = shown
        return made

    @functools.cached_property
    def scale(self) -> tuple[float, float]:
        """The common scale of areas of contestants and the open division."""
        return scale_of([row["area"] for row in self.contestants + self.apart])

    @functools.cached_property
    def baseline_scale(self) -> tuple[float, float]:
        """The baselines' scale: the oracle reaches 1, so it is another."""
        return scale_of([row["area"] for row in self.baselines])

    @functools.cached_property
    def versus(self) -> dict[str, list[Versus]]:
        """The table's comparisons from both sides, by submission, in the order of the standings."""
        found: dict[str, list[Versus]] = defaultdict(list)
        for pair in self.table["comparisons"]:
            difference = {key: pair[key] for key in ("value", "low", "high") if key in pair}
            difference.setdefault("value", pair["difference"])
            mirrored = {"value": -difference["value"], "low": -pair["high"], "high": -pair["low"]}
            found[pair["a"]].append(Versus(pair["b"], difference, _verdict(pair["real"], difference["value"])))
            found[pair["b"]].append(Versus(pair["a"], mirrored, _verdict(pair["real"], mirrored["value"])))
        place = {row["submission"]: n for n, row in enumerate(self.contestants + self.baselines)}
        return {name: sorted(rows, key=lambda row: place.get(row.other, 0)) for name, rows in found.items()}

    @functools.cached_property
    def findings(self) -> Findings:
        """What the comparisons between ranked submissions say together."""
        ranked = tuple(row["submission"] for row in self.ranked)
        pairs, real, beaten_by = self._compared(set(ranked))
        groups: dict[tuple[str, ...], list[str]] = {}
        for name in ranked:
            if beaten := beaten_by.get(name, ()):
                groups.setdefault(beaten, []).append(name)
        return Findings(
            first=tuple(row["submission"] for row in self.ranked if row["rank"][0] == 1),
            pairs=pairs,
            real=real,
            ahead=tuple(
                Ahead(tuple(who), beaten, beaten == ranked[len(ranked) - len(beaten) :])
                for beaten, who in groups.items()
            ),
        )

    def _compared(self, placed: set[str]) -> tuple[int, int, dict[str, tuple[str, ...]]]:
        """Pairs of ranked submissions, how many of them are told apart, and by submission whom it is ahead of."""
        if compared := self.table.get("compared"):  # too many for every pair: the table says who is ahead of whom
            order, ahead = compared["order"], compared["ahead"]
            found = {name: tuple(order[place] for place in places(runs)) for name, runs in ahead.items()}
            return compared["pairs"], compared["real"], found
        pairs = [pair for pair in self.table["comparisons"] if {pair["a"], pair["b"]} <= placed]
        found = {
            name: tuple(one.other for one in rows if one.verdict == "ahead" and one.other in placed)
            for name, rows in self.versus.items()
        }
        return len(pairs), sum(bool(pair["real"]) for pair in pairs), found

    def podium(self, places: int = 3, most: int = 6) -> tuple[list[Json], int]:
        """The rows that may hold one of the first places, at most `most`, and how many more there are."""
        rows = [row for row in self.ranked if row["rank"][0] <= places]
        return rows[:most], max(len(rows) - most, 0)

    def on_task(self, task: str) -> tuple[list[Json], list[Json], list[Json]]:
        """Contestants, entries of the open division and baselines that ran a task, by their area on it.

        Contestants without a place come last: where hard questions have no score, the area of the others is no feat.
        """

        def ran(rows: Sequence[Json]) -> list[Json]:
            kept = [row for row in rows if task in row["by_task"]]
            return sorted(kept, key=lambda row: (not row["rank"], -_value(row["by_task"][task]["area"])))

        return ran(self.contestants), ran(self.apart), ran(self.baselines)

    def around(self, submission: str, most: int = 40) -> tuple[list[Versus], int]:
        """The comparisons with the nearest submissions, at most `most`, and how many more there are in the data."""
        rows = self.versus.get(submission, [])
        nearest = sorted(range(len(rows)), key=lambda n: abs(rows[n].difference["value"]))[:most]
        order = self.table["compared"]["order"] if "compared" in self.table else ()
        others = len(order) - 1 if rows and order else len(rows)
        return [rows[n] for n in sorted(nearest)], others - len(nearest)


def points(curve: Sequence[Json], language: str) -> list[Point]:
    """A curve's points in one language (or `all`), levels without a score left out."""
    rows = [row for row in curve if row["language"] == language and row["value"] is not None]
    return [Point(row["level"], row["value"], row["low"], row["high"]) for row in rows]


def country(row: Json) -> str:
    """The team's country (ISO 3166 alpha-2), empty where it did not say."""
    found = row.get("country") or ""
    return found if re.fullmatch("[A-Z]{2}", found) else ""


def weights(row: Json) -> str:
    """Whether the weights are `open` or `closed`; empty where that is not known."""
    found = row.get("weights") or ""
    return found if found in ("open", "closed") else ""


def size_class(row: Json) -> str:
    """The class of the number of parameters, empty where there is none or nobody said."""
    found = row.get("size_class") or ""
    return "" if found in ("none", "unknown") else found


def joules(row: Json) -> float | None:
    """What a right answer took, where it was measured."""
    energy = row["energy"]
    return energy["per_correct"] if energy["measured"] else None


def _order(row: Json) -> tuple[bool, float]:
    """By area; what has no rank comes last (Codabench #2018: a failed run must not come first)."""
    return not (row["rank"] or row["baseline"]), -_value(row["area"])


def _value(estimate: Json) -> float:
    return float(estimate["value"]) if known(estimate) else float("-inf")


def scale_of(estimates: Sequence[Json]) -> tuple[float, float]:
    """A scale that holds every interval; estimates that do not exist are passed over."""
    shown = [estimate for estimate in estimates if known(estimate)]
    return charts.domain([e["low"] for e in shown], [e["high"] for e in shown])


def _verdict(real: bool, difference: float) -> str:
    return "open" if not real else "ahead" if difference > 0 else "behind"


def _refuse_twins(names: Sequence[str], kind: str) -> None:
    twins = [name for name, count in Counter(names).items() if count > 1]
    if twins:
        raise PublishError(
            f"the round table names one {kind} twice: {', '.join(twins[:5])}",
            where="round.json",
            remedy="each submission and each task appears once; make the table again with `defi rank`",
        )
