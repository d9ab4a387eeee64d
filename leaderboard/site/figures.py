"""The round's numbers as drawings with words: what a template calls to put a chart on a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from harness.types import Json
from leaderboard.site import charts, curves
from leaderboard.site.curves import GREY, STYLES, Series
from leaderboard.site.language import Language
from leaderboard.site.svg import Words, markup
from leaderboard.site.view import View, known, points

_CONTEXT_CURVES = 40  # more grey lines than this are one grey surface


class Figures:
    """Charts of one round in one language."""

    swatch = staticmethod(curves.swatch)
    symbols = staticmethod(curves.marker_symbols)

    def __init__(self, view: View, language: Language) -> None:
        """Keep what every drawing needs: the thresholds, the names, and the language's words."""
        self.view, self.language = view, language
        self.thresholds: Sequence[float] = view.round["thresholds"]

    def whisker(self, estimate: Json, scale: tuple[float, float]) -> Markup:
        """An estimate with its interval, or nothing where nothing was scored."""
        if not known(estimate):
            return Markup()
        say = self.language
        title = say.text("figure.whisker", value=say.score(estimate["value"]), interval=say.interval(estimate))
        return charts.whisker((estimate["value"], estimate["low"], estimate["high"]), scale, Words(title, ""))

    def axis(self, scale: tuple[float, float]) -> Markup:
        """The scale over a column of whiskers."""
        return charts.whisker_axis(scale, lambda tick: self.language.score(tick, 0))

    def ladder(self, row: Json, levels: int) -> Markup:
        """The levels cleared, as rungs."""
        cleared, high = row["level_cleared"] or 0, row["level_cleared_80"] or 0
        threshold, said = self.language.score(self.thresholds[-1], 0), self.untested(row, levels)
        title = said or self.language.text(
            "figure.ladder", cleared=cleared, high=high, levels=levels, threshold=threshold
        )
        return charts.ladder(levels, cleared, high, Words(title, ""))

    def untested(self, row: Json, levels: int) -> Markup:
        """The levels cleared in words, where a threshold was not tested; empty where both were."""
        say, both = self.language, (row["level_cleared"], row["level_cleared_80"])
        if None not in both:
            return Markup()
        low, high = (say.score(tau, 0) for tau in self.thresholds)
        half, most = (say.text("untested") if n is None else say.text("level_n", level=n) for n in both)
        return say.text("levels_cleared", low=low, high=high, cleared=half, most=most, levels=levels)

    def level(self, level: int | None) -> str:
        """A level cleared, or that its threshold was not tested."""
        return str(self.language.text("untested")) if level is None else str(level)

    def rank(self, rank: Sequence[int]) -> Markup:
        """A rank interval as a bar among all places."""
        count = len(self.view.ranked)
        title = (
            self.language.text("badges.rank", places=rank[0], of=count)
            if rank[0] == rank[1]
            else self.language.text("figure.rank", low=rank[0], high=rank[1], places=count)
        )
        return charts.rank_strip(rank[0], rank[1], count, Words(title, ""))

    def submission_curves(self, task: Json, result: Json) -> Markup:
        """One submission's difficulty curves on one task, a series a language."""
        say = self.language
        series = [
            Series(say.name_of(code), place % STYLES, points(result["curve"], code))
            for place, code in enumerate(self.view.round["languages"])
        ]
        title = say.text("figure.curve_title", task=say.typeset(task["title"][say.code]))
        return self._curves(task, [one for one in series if one.points], title)

    def task_curves(self, task: Json, rows: Sequence[Json]) -> Markup:
        """All submissions on one task: the first few in colour, the others grey behind them."""
        say, name = self.language, task["name"]
        series = [
            Series(self.view.names[row["submission"]], place, points(row["by_task"][name]["curve"], "all"))
            for place, row in enumerate(rows[:STYLES])
        ]
        context = rows[STYLES : STYLES + _CONTEXT_CURVES]
        series += [Series("", GREY, points(row["by_task"][name]["curve"], "all")) for row in context]
        title = say.text("figure.task_title", task=say.typeset(task["title"][say.code]))
        return self._curves(task, [one for one in series if one.points], title)

    def curve_rows(self, result: Json) -> list[tuple[int, list[Json], Json]]:
        """A curve as table rows: level, one estimate for each column of `curve_columns`, and the point for all."""
        by_level: dict[int, dict[str, Json]] = {}
        for point in result["curve"]:
            by_level.setdefault(point["level"], {})[point["language"]] = point
        columns = ["all", *self.view.round["languages"]]
        return [
            (level, [known(found.get(column)) for column in columns], found["all"])
            for level, found in sorted(by_level.items())
        ]

    def curve_body(self, result: Json) -> Markup:
        """The rows of the table behind a curve. A site has 40,000 such tables: a template's loop took a third of it."""
        asked = result["asked"] if self.view.stopping else None
        rows = []
        for level, estimates, whole in self.curve_rows(result):
            cells = "".join(f"<td>{self.estimate(one)}</td>" for one in estimates)
            counts = [whole["items"], *([asked[level - 1]] if asked else ()), whole["unscored"]]
            told = "".join(f'<td class="num">{count:d}</td>' for count in counts)
            rows.append(f'<tr><th scope="row">{level:d}</th>{cells}{told}</tr>')
        return markup("\n".join(rows))

    def estimate(self, estimate: Json) -> Markup:
        """A value and its interval in words, or a dash."""
        if not known(estimate):
            return Markup("–")
        value, interval = self.language.score(estimate["value"]), self.language.interval(estimate)
        return Markup(f'<span class="nowrap"><b>{value}</b> <span class="interval">{interval}</span></span>')  # noqa: S704 - numbers

    def horizon(self, horizon: Json) -> Markup:
        """A horizon in levels with its interval; the words alone where even the bounds leave the ladder."""
        value, low, high = (self._level(horizon[key]) for key in ("value", "low", "high"))
        if isinstance(horizon["value"], str) and horizon["low"] == horizon["high"]:
            return Markup("<strong>{}</strong>").format(value)
        bounds = self.language.bounds(low, high)  # "1.2 below 1 to 2.0" would be read as two figures
        return Markup('<strong>{}</strong> <span class="interval">({})</span>').format(value, bounds)

    def _level(self, level: Json) -> str:
        say = self.language
        if level == "below":
            return say.text("horizon.below", level=1)
        return say.text("horizon.above", level=self.view.levels) if level == "above" else say.number(level, 1)

    def strength(self, estimate: Json) -> Markup:
        """Log-odds, signed, with their interval."""
        return self._signed(estimate, self.language.signed)

    def lean(self, lean: Json) -> Markup:
        """What a side gets too much, in points of 100, with its interval; a dash where nothing tells."""
        return self._signed(lean, self.language.gap) if known(lean) else Markup("–")

    def plain(self, estimate: Json) -> Markup:
        """A value of two digits with its interval."""
        return self._signed(estimate, lambda value: self.language.number(value, 2))

    def _signed(self, estimate: Json, shown: Callable[[float], str]) -> Markup:
        value, low, high = (shown(estimate[key]) for key in ("value", "low", "high"))
        text = '<span class="nowrap"><b>{}</b> <span class="interval">{}</span></span>'
        return Markup(text).format(value, self.language.bounds(low, high))  # noqa: S704 - our own text

    def _curves(self, task: Json, series: Sequence[Series], title: str) -> Markup:
        say = self.language
        said = [
            say.text(
                "figure.curve_line",
                name=one.label,
                first=say.score(one.points[0].value, 0),
                last=say.score(one.points[-1].value, 0),
                low=one.points[0].level,
                high=one.points[-1].level,
            )
            for one in series
            if one.label
        ]
        description = Markup(" ").join([*said, say.text("figure.table_follows")])
        words = Words(title, description, say.text("level"), score=lambda score: say.score(score, 0))
        return curves.curves(series, task["levels"], self.thresholds, words)
