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
    for name, rows in groups:
        yield name, markup("\n".join(_row(site, row["submission"], row["by_task"][task["name"]], home) for row in rows))


def _row(site: Site, submission: str, result: Json, home: str) -> str:
    """One submission on the task: levels cleared, area, and a tinted score a level, all languages together."""
    figures: Figures = site.figures
    cleared = "".join(
        f'<td class="num">{figures.level(result[key])}</td>' for key in ("level_cleared", "level_cleared_80")
    )
    scores = "".join(_score(site, point) for point in result["curve"] if point["language"] == "all")
    name = f'<th scope="row" class="col-name">{site.name_link(submission, home)}</th>'
    return f"<tr>{name}{cleared}<td>{figures.estimate(result['area'])}</td>{scores}</tr>"


def _score(site: Site, point: Json) -> str:
    value = point["value"]
    tint = "" if value is None else f" h{heat(value)}"
    return f'<td class="num heat{tint}">{site.say.score(value, 0)}</td>'
