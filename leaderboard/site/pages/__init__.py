"""Every page of a round's site as text: templates are compiled once a language, then each page is one render."""

from __future__ import annotations

from collections.abc import Iterator

from harness.types import LANGUAGES
from leaderboard.site import routes
from leaderboard.site.language import Language
from leaderboard.site.pages import method, standings, submission, task
from leaderboard.site.site import Site
from leaderboard.site.sources import Sources
from leaderboard.site.templating import environment
from leaderboard.site.view import View

KINDS = (standings, submission, task, method)


def render_pages(sources: Sources) -> Iterator[tuple[str, str]]:
    """Yield `(path from the root of the round's site, HTML)` of every page."""
    shown = View(sources.table)
    sites = [Site(shown, Language(code), sources) for code in LANGUAGES]
    yield routes.HOME, _choice(sites)
    for site in sites:
        for kind in KINDS:
            for path, html in kind.pages(site):
                yield f"{site.say.code}/{path}", html


def _choice(sites: list[Site]) -> str:
    """The root page, useful in every language at once."""
    template = environment().get_template("choice.html.j2")
    return template.render(sites=sites, view=sites[0].view, LANGUAGES=LANGUAGES)
