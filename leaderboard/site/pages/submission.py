"""A page for each submission."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from harness.types import Json
from leaderboard.site import badges, conditions, portrait, portrait_drawings, routes, side_by_side
from leaderboard.site.portrait import Against, Histories
from leaderboard.site.reasons import reason
from leaderboard.site.site import Site
from leaderboard.site.svg import Words
from leaderboard.site.view import known

_HISTORY = 24  # rows: a team's entries of earlier rounds beyond these are counted, not shown
_LONGEST_PATH = 511  # of a record's name: two names of 255 bytes, the most that a file system has
_RULED = ("withdrawn", "disqualified")  # here the reason is the organisers', to the letter
_BESIDE = 12  # other entries of the team in this round


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Every submission's page, baselines too."""
    histories = Histories(site.view, site.sources.earlier)
    middle = portrait.medians(site.view)
    for row in site.view.standings.values():
        path = site.view.pages[row["submission"]]
        yield path, site.render("submission.html.j2", path, scripts=("copy",), **_facts(site, row, histories, middle))


def _facts(site: Site, row: Json, histories: Histories, middle: Mapping[str, float]) -> dict[str, Json]:
    """What the page needs beside its row of the table."""
    comparisons, more = site.view.around(row["submission"])
    before, beside = histories.before(row), histories.beside(row)
    return {
        "row": row,
        "own": side_by_side.slug(row),
        "why": row["reason"] if row["state"] in _RULED else reason(row["reason"], site.say).text,
        "comparisons": comparisons,
        "more": more,
        "drawn": _Drawn(site),
        "conditions": list(conditions.in_words(row["conditions"], site.say)),
        "strengths": None if row["baseline"] else portrait.strengths(site.view, row, middle),
        "task_scale": portrait.task_scale(row),
        "language_scale": portrait.language_scale(site.view, row),
        "before": before[:_HISTORY],
        "before_more": max(len(before) - _HISTORY, 0),
        "beside": beside[:_BESIDE],
        "beside_more": max(len(beside) - _BESIDE, 0),
        "address": _address(site, f"{site.say.code}/{site.view.pages[row['submission']]}"),
        "badge": _badge(site, row),
        "card": _address(site, routes.card(row["team"], row["entry"])),
        "command": verify_command(site.view.round["name"], row["submission"]),
    }


def _address(site: Site, path: str) -> str:
    """The permanent address on the web of a file of the round; empty when nobody said where the publication stands."""
    url = site.sources.url
    return f"{url}{routes.round_folder(site.view.round['name'])}/{path}" if url else ""


def _badge(site: Site, row: Json) -> dict[str, str] | None:
    """The badge of a ranked submission: its file, what it says, and the lines that show it elsewhere."""
    if not row["rank"] or row["baseline"] or row["division"] == "open" or site.view.practice:
        return None
    path, said = routes.badge(row["team"], row["entry"], site.say.code), badges.said(site.view, site.say, row)
    image, page = _address(site, path), _address(site, f"{site.say.code}/{site.view.pages[row['submission']]}")
    code = badges.snippet(site.view, site.say, row, page, image) if image else ""
    return {"path": path, "said": said, "code": code}


def verify_command(round_name: str, submission: str) -> str:
    """What to type to check a record: whatever a name holds, a shell reads one word; empty where no path is so long."""
    if len(submission) > _LONGEST_PATH:
        return ""
    return f"defi verify {shlex.quote(f'runs/{round_name}/{submission}')} --key organiser.key.pub"


class _Drawn:
    """Drawings of the page's tables, with their words."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def beside(self, one: Against, scale: tuple[float, float]) -> Markup:
        """A task's area beside the median."""
        say, area = self._site.say, one.area
        words = say.text(
            "strengths.drawn", value=say.score(area["value"]), interval=say.interval(area), median=say.score(one.median)
        )
        return portrait_drawings.beside((area["value"], area["low"], area["high"]), one.median, scale, Words(words, ""))

    def languages(self, areas: Sequence[Json], scale: tuple[float, float]) -> Markup:
        """Areas in the round's languages, one below the other."""
        say, shown = self._site.say, [known(area) for area in areas]
        said = [
            say.text(
                "languages.drawn", language=say.name_of(code), value=say.score(a["value"]), interval=say.interval(a)
            )
            for code, a in zip(self._site.view.round["languages"], shown, strict=True)
            if a
        ]
        if not said:
            return Markup()
        drawn = [(area["value"], area["low"], area["high"]) if area else None for area in shown]
        return portrait_drawings.several(drawn, scale, Words(Markup(" ").join(said), ""))
