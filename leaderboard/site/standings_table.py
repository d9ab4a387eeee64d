"""The columns of the standings: for each its header, its cells, and what it sorts by.

Cells are made here, not in templates: a round of 1,000 submissions has 30,000 of them. Drawings in a cell are hidden
from screen readers, because the same cell says the same numbers in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from harness.types import Json
from leaderboard.site import strips
from leaderboard.site.figures import Figures
from leaderboard.site.naming import cut
from leaderboard.site.view import View, country, joules, known, scale_of, size_class, weights

_NOTHING = Markup('<span class="none">–</span>')
_MEASURE = Markup(
    '<span class="measure">{}<span class="figures"><strong>{}</strong> <span class="interval">{}</span></span></span>'
)
_NAME = Markup('<a href="{}{}"><bdi>{}</bdi></a> <span class="team"><bdi>{}</bdi>{}</span>{}')
_UNDER = Markup('{}<span class="unit">{}</span>')
_PLACE = Markup('<span class="place">{}{}</span>')
_RANGE = Markup('<strong aria-hidden="true">{}–{}</strong><span class="hidden">{}</span>')
_SHARES = ("unscored", "cap_hit", "late")
_SHOWN = frozenset({"rank", "name", "cleared", "area", "energy", "parameters", "license"})

Pick = Callable[[Json], Json]


@dataclass(frozen=True, slots=True)
class Column:
    """One column; a row's `value` in it is what it is sorted by, and `first` the direction that comes first."""

    key: str
    label: Markup
    cell: Callable[[Json], Markup | str]
    value: Callable[[Json], float | None]
    first: str = "descending"
    unit: Markup | str = ""
    axis: Markup = Markup()  # noqa: RUF009 - immutable
    numeric: bool = False
    part: str = ""  # "track" or "language" where the column is the area of a part

    @property
    def shown(self) -> bool:
        """Whether the column is on the page before anyone chooses."""
        return self.key in _SHOWN

    def attribute(self, row: Json) -> Markup:
        """What the cell is sorted by; nothing where there is no value, which always comes last."""
        value = self.value(row)
        return Markup() if value is None else Markup(' data-v="{}"').format(f"{value:.6g}")


class Columns:
    """The columns of one table of submissions in one language."""

    def __init__(self, figures: Figures, rows: Sequence[Json], *, home: str = "", ranked: bool = False) -> None:
        """Columns for `rows`, whose scales they share; `home` leads from the page to its language's folder."""
        self.figures, self.rows, self.home = figures, rows, home
        self.view: View = figures.view
        self.say = figures.language
        places = [self._places()] if ranked else []
        self.all = [*places, *self._whole(), *self._parts(), *self._facts()]

    def has(self, key: str) -> bool:
        """Whether there is such a column."""
        return any(column.key == key for column in self.all)

    def choices(self) -> list[Column]:
        """The columns that a reader may show or hide."""
        return [column for column in self.all if column.key not in ("rank", "name", "area")]

    def parts(self, kind: str) -> list[Column]:
        """The columns that are areas of a part: of tracks, or of languages."""
        return [column for column in self.all if column.part == kind]

    # --- the columns -------------------------------------------------------------------------------------------------

    def _places(self) -> Column:
        axis = strips.places_axis(len(self.view.ranked), self.say.number)
        return Column("rank", self.say.text("column.rank"), self._rank, _first_place, "ascending", axis=axis)

    def _whole(self) -> Iterator[Column]:
        text = self.say.text
        yield Column("name", text("column.submission"), self._name, _nothing, "ascending")
        unit = text("column.cleared_unit", levels=self.view.levels)
        yield Column("cleared", text("column.cleared"), self._cleared, lambda row: row["level_cleared"], unit=unit)
        scale = scale_of([row["area"] for row in self.rows])
        yield self._area("area", text("column.area"), lambda row: row["area"], scale, unit=text("column.area_unit"))

    def _parts(self) -> Iterator[Column]:
        """An area for each track and each language, all on one scale, so that they compare."""
        tracks = [track["name"] for track in self.view.table["tracks"]]
        picks = {key: ("track", _of("by_track", key), self.say.text(f"track.{key}")) for key in tracks}
        picks = picks if len(tracks) > 1 else {}
        codes = self.view.round["languages"]
        for code in codes if len(codes) > 1 else ():
            label = self.say.text("column.area_in", language=self.say.name_of(code))
            picks[code] = ("language", _of("by_language", code), label)
        scale = scale_of([pick(row) for row in self.rows for _, pick, _ in picks.values()])
        for key, (part, pick, label) in picks.items():
            yield self._area(key, label, pick, scale, part=part)

    def _facts(self) -> Iterator[Column]:
        """What nobody has anything of is no column: energy without a counter, declarations of reference points."""
        text = self.say.text
        if any(joules(row) is not None for row in self.rows):
            yield Column("energy", text("column.energy"), self._energy, joules, "ascending", numeric=True)
        if not all(row["baseline"] for row in self.rows):
            label = text("column.parameters")
            yield Column("parameters", label, self._parameters, _parameters, "ascending", numeric=True)
            yield Column("license", text("column.license"), self._license, _nothing, "ascending")
        for key in _SHARES:
            if key != "late" or any(row.get(key) for row in self.rows):
                yield self._share(key)

    def _share(self, key: str) -> Column:
        label = self.say.text(f"column.{key}")
        return Column(key, label, lambda row: self._rate(row, key), lambda row: row[key], numeric=True)

    def _rate(self, row: Json, key: str) -> str:
        """A share of the questions; a dash where there are none, as of an entry that was taken out."""
        return self.say.percent(row[key] if row["items"] else None)

    def _area(
        self,
        key: str,
        label: Markup,
        pick: Pick,
        scale: tuple[float, float],
        *,
        unit: Markup | str = "",
        part: str = "",
    ) -> Column:
        def cell(row: Json) -> Markup:
            found = known(pick(row))
            if not found:
                return _NOTHING
            drawn = strips.whisker((found["value"], found["low"], found["high"]), scale)
            return _MEASURE.format(drawn, self.say.score(found["value"]), self.say.interval(found))

        def value(row: Json) -> float | None:
            found = known(pick(row))
            return float(found["value"]) if found else None

        return Column(key, label, cell, value, unit=unit, axis=self.figures.axis(scale), part=part)

    # --- the cells ---------------------------------------------------------------------------------------------------

    def _rank(self, row: Json) -> Markup:
        if not row["rank"]:
            return Markup('<span class="none">{}</span>').format(self.say.text("unranked_short"))
        low, high = row["rank"]
        drawn = strips.places(low, high, len(self.view.ranked))
        if low == high:
            return _PLACE.format(Markup("<strong>{}</strong>").format(low), drawn)
        return _PLACE.format(_RANGE.format(low, high, self.say.text("rank_range", low=low, high=high)), drawn)

    def _name(self, row: Json) -> Markup:
        code, marks = country(row), Markup()
        if row["provisional"]:
            marks += self._badge("badge", "badge.provisional")
        if not row["rank"] and not row["baseline"] and row["division"] != "open":
            marks += self._badge("badge warn", "badge.unranked")
        page, name = self.view.pages[row["submission"]], self.view.names[row["submission"]]
        return _NAME.format(
            self.home, page, name, cut(row["team"], 40), f" · {self.say.country(code)}" if code else "", marks
        )

    def _badge(self, kind: str, key: str) -> Markup:
        return Markup(' <span class="{}">{}</span>').format(kind, self.say.text(key))

    def _cleared(self, row: Json) -> Markup:
        if row["area"] is None:  # nothing was tested on the whole: "0" would read as a failure
            return Markup('<span class="none">–</span>')
        drawn = strips.ladder(self.view.levels, row["level_cleared"] or 0, row["level_cleared_80"] or 0)
        half, most = self.figures.level(row["level_cleared"]), self.figures.level(row["level_cleared_80"])
        threshold = self.say.score(self.view.round["thresholds"][-1], 0)
        return _MEASURE.format(drawn, half, self.say.text("cleared_high", level=most, threshold=threshold))

    def _energy(self, row: Json) -> Markup:
        found = joules(row)
        if found is None:
            return Markup('<span class="none">{}</span>').format(self.say.text("not_measured"))
        return _UNDER.format(self.say.energy(found), self.say.scope(row["energy"]["scope"]))

    def _parameters(self, row: Json) -> Markup | str:
        count = row["declared"].get("parameters")
        shown, size = self.say.compact(count) if count else _NOTHING, size_class(row)
        return _UNDER.format(shown, self.say.text(f"size.{size}")) if size else shown

    def _license(self, row: Json) -> Markup:
        name = Markup("<bdi>{}</bdi>").format(cut(row["declared"].get("license") or "–", 40))
        state = weights(row)
        return _UNDER.format(name, self.say.text(f"weights.{state}")) if state else name


def _of(group: str, key: str) -> Pick:
    return lambda row: row[group].get(key)


def _first_place(row: Json) -> float | None:
    """The best place allowed, and the worst among equals."""
    return row["rank"][0] + row["rank"][1] / 1e5 if row["rank"] else None


def _nothing(row: Json) -> None:
    """Sorted by its words."""


def _parameters(row: Json) -> float | None:
    return float(row["declared"].get("parameters") or 0) or None
