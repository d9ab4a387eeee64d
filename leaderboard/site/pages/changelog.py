"""What was corrected and decided in this round, and what changed in the way of measuring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from leaderboard.site import routes
from leaderboard.site.prose import load_changes
from leaderboard.site.site import Site

_OUT = ("withdrawn", "disqualified")


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """The page of changes and corrections."""
    published = site.view.round.get("published")
    cases = list(_cases(site))
    yield (
        routes.CHANGELOG,
        site.render(
            "changelog.html.j2",
            routes.CHANGELOG,
            published=site.say.date(published[:10]) if published else "",
            corrections=corrections(site),
            decisions=list(_decisions(site)),
            cases=[case for case in cases if case["state"] == "closed"],
            open_cases=sum(case["state"] == "open" for case in cases),
            releases=load_changes(site.say.code),
        ),
    )


def corrections(site: Site) -> list[dict[str, Any]]:
    """The notices of the round, from the first to the last, with their dates in words."""
    return [
        {**one, "date": site.say.date(one["at"][:10]), "now": one["standings_sha256"]}
        for one in site.view.round.get("corrections") or ()
    ]


def _decisions(site: Site) -> Iterator[dict[str, Any]]:
    """Who is out, and whose answers were voided, each with the reason."""
    say, view = site.say, site.view
    for name, row in view.standings.items():
        if row["state"] in _OUT:
            yield {"submission": name, "what": say.text(f"changelog.{row['state']}"), "reason": row["reason"]}
        for one in row.get("voided") or ():
            known = view.tasks.get(one["task"])
            task = say.typeset(known["title"][say.code]) if known else one["task"]
            yield {"submission": name, "what": say.text("changelog.voided", task=task), "reason": one["reason"]}


def _cases(site: Site) -> Iterator[dict[str, Any]]:
    for name, row in site.view.standings.items():
        for one in row.get("cases") or ():
            yield {**one, "submission": name, "date": site.say.date((one["closed"] or one["opened"])[:10])}
