"""Up to four submissions side by side: a table of the first ones, and a script for any others."""

from __future__ import annotations

import json
from collections.abc import Iterator

from harness.types import Json
from leaderboard.site import routes, side_by_side
from leaderboard.site.outcomes import outcomes
from leaderboard.site.site import Site


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """The page of comparisons."""
    values = {
        "matrix": side_by_side.first_ranked(site.view),
        "given": _given(site),
        "most": side_by_side.MOST,
        "shown": side_by_side.SHOWN,
    }
    yield routes.COMPARE, site.render("compare.html.j2", routes.COMPARE, scripts=("curves", "compare"), **values)


def _given(site: Site) -> dict[str, Json]:
    """What the script is given; where that would make the page heavy, it reads the submissions' files instead."""
    data = {**_round(site), **side_by_side.given(site.view), "questions": None, "scores": None}
    data["open"] = site.sources.items is not None and bool(site.sources.items.tasks)
    if data["rows"] is None or not side_by_side.light(json.dumps(data)):
        return {**data, "rows": None, "pairs": None}
    if found := outcomes(site.sources):
        questions, scores = found
        slugs = {facts["id"]: slug for slug, facts in data["rows"].items()}
        more = {"questions": questions, "scores": {slugs[name]: own for name, own in scores.items() if name in slugs}}
        if side_by_side.light(json.dumps({**data, **more})):
            return {**data, **more}
    return data


def _round(site: Site) -> dict[str, Json]:
    """What the script must know of the round, in the language of the page."""
    say, view = site.say, site.view
    return {
        "language": say.code,
        "round": view.round["name"],
        "most": side_by_side.MOST,
        "shown": side_by_side.SHOWN,
        "places": len(view.ranked),
        "thresholds": view.round["thresholds"],
        "levels": view.levels,
        "interval": site.say.texts["interval"],
        "percent": say.percent(0, 0).removeprefix("0"),
        "tracks": [[one["name"], say.text(f"track.{one['name']}")] for one in view.table["tracks"]],
        "languages": [[code, say.name_of(code)] for code in view.round["languages"]],
        "tasks": [
            [name, say.typeset(task["title"][say.code]), task["levels"], view.task_pages[name]]
            for name, task in view.tasks.items()
        ],
    }
