"""Pages of text about the contest: rules, threat model, glossary, accessibility."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from leaderboard.addresses import link
from leaderboard.site import routes
from leaderboard.site.prose import Prose, load_glossary, load_prose
from leaderboard.site.site import Site

TESTED = "2026-11-22"  # when the accessibility statement was last compared with the tests that it names


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """The rules, the threat model, the accessibility statement and the glossary."""
    for path, prose in texts(site):
        yield path, site.render("prose.html.j2", path, prose=prose)
    terms = load_glossary(site.say.code)
    yield routes.GLOSSARY, site.render("glossary.html.j2", routes.GLOSSARY, terms=terms)


def texts(site: Site) -> list[tuple[str, Prose]]:
    """The texts in sections, with the paths of their pages."""
    code = site.say.code
    date = site.say.date(TESTED)
    return [
        (routes.RULES, load_prose("rules", code)),
        (routes.THREATS, load_prose("threats", code)),
        (routes.ACCESSIBILITY, load_prose("accessibility", code, date=date, contact=contact(site))),
    ]


def contact(site: Site) -> str:
    """How to reach the organisers, in words."""
    if site.sources.contact:
        address = Markup('<a href="{}">{}</a>').format(link(site.sources.contact), site.sources.contact)
        return site.say.text("texts.address", contact=address)
    return site.say.text("texts.no_address")
