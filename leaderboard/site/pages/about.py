"""The page that leads to every page about the contest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from leaderboard.site import routes
from leaderboard.site.pages.texts import texts
from leaderboard.site.site import Site


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """The page about the contest."""
    yield routes.ABOUT, site.render("about.html.j2", routes.ABOUT, listed=list(_listed(site)))


def _listed(site: Site) -> Iterator[dict[str, Any]]:
    """Each page's path, title and first words, in the order in which a visitor would want them."""
    say = site.say
    prose = {path: {"path": path, "title": one.title, "lead": one.lead} for path, one in texts(site)}
    yield prose[routes.RULES]
    yield {"path": routes.METHOD, "title": say.text("method.title"), "lead": say.text("method.lead")}
    yield prose[routes.THREATS]
    yield {"path": routes.GLOSSARY, "title": say.text("texts.glossary"), "lead": say.text("texts.glossary_lead")}
    yield {"path": routes.CHANGELOG, "title": say.text("changelog.title"), "lead": say.text("changelog.lead")}
    yield {"path": routes.PRESS, "title": say.text("press.title"), "lead": say.text("press.lead")}
    yield prose[routes.ACCESSIBILITY]
