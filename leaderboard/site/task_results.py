"""The rows of a task's table of results, and which of its pages they stand on.

Rows are made here, not in templates: a round of 1,000 submissions over 20 tasks has 40,000 of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from harness.types import Json
from leaderboard.site.figures import Figures
from leaderboard.site.paging import Batch
from leaderboard.site.site import Site
from leaderboard.site.svg import markup
from leaderboard.site.templating import heat

Group = tuple[str, Sequence[Json]]  # key of its heading, empty for contestants, and its rows


def shown(contestants: Sequence[Json], apart: Sequence[Json], baselines: Sequence[Json], batch: Batch) -> list[Group]:
    """The groups on one page: the open division goes on after the contestants; reference points are on the first."""
    first, last, count = batch.first - 1, batch.last, len(contestants)
    groups = [
        ("", contestants[first:last]),
        ("open", apart[max(first - count, 0) : max(last - count, 0)]),
        ("baselines", baselines if batch.first == 1 else ()),
    ]
    return [group for group in groups if group[1] or not group[0]]


def bodies(site: Site, task: Json, groups: Sequence[Group], home: str) -> Iterator[tuple[str, Markup]]:
    """Each group's heading and rows as HTML; `home` leads from the page to its language's folder."""
    words = _labels(site)
    for name, rows in groups:
        lines = (_row(site, row["submission"], row["by_task"][task["name"]], words, home) for row in rows)
        yield name, markup("\n".join(lines))


def _row(site: Site, submission: str, result: Json, words: Sequence[Markup], home: str) -> str:
    """One submission on the task: levels cleared, area, and a tinted score a level, all languages together."""
    figures: Figures = site.figures
    cleared, most, area = words
    levels = ((cleared, result["level_cleared"]), (most, result["level_cleared_80"]))
    cells = "".join(
        f'<td role="cell" class="num" data-label="{label}">{figures.level(level)}</td>' for label, level in levels
    )
    cells += f'<td role="cell" data-label="{area}">{figures.estimate(result["area"])}</td>'
    scores = "".join(_score(site, point) for point in result["curve"] if point["language"] == "all")
    name = site.name_link(submission, home) + _placeless(site, submission)
    return f'<tr role="row"><th role="rowheader" scope="row" class="col-name">{name}</th>{cells}{scores}</tr>'


def _placeless(site: Site, submission: str) -> Markup:
    """A mark behind who competes without a place: such a row stands last, whatever its area."""
    row = site.view.standings[submission]
    placed = row["rank"] or row["baseline"] or row["division"] == "open"
    return Markup() if placed else Markup(' <span class="badge warn">{}</span>').format(site.say.text("badge.unranked"))


def _labels(site: Site) -> tuple[Markup, Markup, Markup]:
    """The words of the first columns, which a phone shows beside each number: its rows are blocks there."""
    say = site.say
    threshold = say.score(site.view.round["thresholds"][-1], 0)
    return say.text("column.cleared"), say.text("column.cleared_at", threshold=threshold), say.text("column.area")


def _score(site: Site, point: Json) -> str:
    value = point["value"]
    tint = "" if value is None else f" h{heat(value)}"
    return f'<td role="cell" class="num heat{tint}">{site.say.score(value, 0)}</td>'
