"""How to cite and reuse: what may be said, badges, and a small table for other people's pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup, escape

from harness.types import Json
from leaderboard.site import badges, routes
from leaderboard.site.naming import cut
from leaderboard.site.pages.texts import contact
from leaderboard.site.site import Site

_FIRST = 10  # rows of the table to embed
_ROOM = (330, 62)  # pixels that the table has on a phone without its rows, and that a row has
_SHOWN = 4  # badges on the page


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """The press page, and the table to embed."""
    view = site.view
    yield (
        routes.PRESS,
        site.render(
            "press.html.j2",
            routes.PRESS,
            address=address(site),
            citation=_citation(site),
            bibtex=_bibtex(site),
            sentences=list(_sentences(site)),
            badges=[_badge(site, row) for row in view.ranked[:_SHOWN] if not view.practice],
            more=len(view.ranked) > _SHOWN and not view.practice,
            frame=_frame(site),
            contact=contact(site),
        ),
    )
    more = len(view.contestants) - len(view.ranked[:_FIRST])
    yield routes.EMBED, site.render("embed.html.j2", routes.EMBED, rows=view.ranked[:_FIRST], more=more)


def address(site: Site) -> str:
    """The round's own address on the web, with a slash at its end; empty where nobody said where the site stands."""
    url = site.sources.url
    return f"{url}{routes.round_folder(site.view.round['name'])}/" if url else ""


def _citation(site: Site) -> Markup:
    say, at = site.say, address(site)
    shown = say.text("press.at", address=f"{at}{say.code}/{routes.HOME}") if at else ""
    title = say.typeset(site.view.round["title"][say.code])
    return say.text("press.citation", title=title, date=say.date(site.view.round["date"]), address=shown)


def _bibtex(site: Site) -> str:
    """The entry of a bibliography; braces and backslashes would end it."""
    said, at = site.view.round, address(site)
    title = said["title"][site.say.code].translate(str.maketrans("", "", "{}\\"))
    lines = [
        f"@misc{{grand-defi-{routes.slug(said['name']).replace('~', '-')},",
        f"  title = {{{{Grand Défi: {title}}}}},",
        f"  year = {{{said['date'][:4]}}},",
        f"  note = {{{said['date']}, {site.view.table['generator']}}},",
        *([f"  url = {{{at}{site.say.code}/{routes.HOME}}},"] if at else []),
        "}",
    ]
    return "\n".join(lines)


def _sentences(site: Site) -> Iterator[tuple[Markup, Markup, Markup]]:
    """What may be said of this very round, what may not, and why."""
    say, view = site.say, site.view
    if not view.ranked:
        return
    first = view.ranked[0]
    name, (low, high) = _named(site, first["submission"]), first["rank"]
    alone = low == high
    places = say.text("press.sole", low=low) if alone else say.text("press.first_of", low=low, high=high)
    may = say.text("press.ranked", name=name, places=places, of=len(view.ranked))
    may_not = (
        say.text("press.ranked_not_sole", name=name) if alone else say.text("press.ranked_not", name=name, low=low)
    )
    yield may, may_not, say.text("press.sole_why" if alone else "press.ranked_why")
    yield from _differences(site)
    if first["level_cleared"]:
        share = say.percent(first["level_cleared"] / view.levels, 0)
        confidence = say.percent(view.round["confidence"], 0)
        levels = say.text("n_levels", first["level_cleared"])
        yield (
            say.text("press.level_may", name=name, cleared=levels, levels=view.levels, confidence=confidence),
            say.text("press.level_not", name=name, share=share),
            say.text("press.level_why"),
        )


def _differences(site: Site) -> Iterator[tuple[Markup, Markup, Markup]]:
    """A pair without a shown difference and one with, where the round has them."""
    say, pairs = site.say, site.view.table["comparisons"]
    if undecided := next((pair for pair in pairs if not pair["real"]), None):
        a, b = (_named(site, undecided[side]) for side in ("a", "b"))
        yield say.text("press.open_may", a=a, b=b), say.text("press.open_not", a=a, b=b), say.text("press.open_why")
    if pair := next((pair for pair in pairs if pair["real"]), None):
        behind = pair["difference"] < 0
        better, worse = (pair["b"], pair["a"]) if behind else (pair["a"], pair["b"])
        low, high = (-pair["high"], -pair["low"]) if behind else (pair["low"], pair["high"])
        a, b = _named(site, better), _named(site, worse)
        interval = say.bounds(say.score(low), say.score(high))
        yield (
            say.text("press.ahead_may", a=a, b=b),
            say.text("press.ahead_not", a=a, b=b, points=say.score(abs(pair["difference"]))),
            say.text("press.ahead_why", interval=interval),
        )


def _named(site: Site, submission: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(cut(site.view.names[submission], 40))


def _badge(site: Site, row: Mapping[str, Json]) -> dict[str, Any]:
    """A badge as it looks, and the code that shows it elsewhere."""
    at, code = address(site), site.say.code
    file, page = routes.badge(row["team"], row["entry"], code), site.view.pages[row["submission"]]
    alt = badges.said(site.view, site.say, row)
    base = at or "…/"
    return {
        "badge": file,
        "page": page,
        "alt": alt,
        "width": badges.size_of(site.view, site.say, row),
        "name": _named(site, row["submission"]),
        "code": badges.snippet(site.view, site.say, row, f"{base}{code}/{page}", f"{base}{file}"),
    }


def _frame(site: Site) -> str:
    """The code that shows the table in another page."""
    base = address(site) or "…/"
    title = escape(site.say.text("embed.title", round=site.say.typeset(site.view.round["title"][site.say.code])))
    source = f"{base}{site.say.code}/{routes.EMBED}"
    height = _ROOM[0] + _ROOM[1] * len(site.view.ranked[:_FIRST])
    return f'<iframe src="{source}" title="{title}" width="100%" height="{height}" loading="lazy"></iframe>'
