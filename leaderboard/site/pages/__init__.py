"""Every page of a round's site as text: templates are compiled once a language, then each page is one render."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType

from harness.types import LANGUAGES, Json
from leaderboard.site import routes
from leaderboard.site.language import Language
from leaderboard.site.pages import (
    about,
    changelog,
    compare,
    data,
    items,
    method,
    press,
    standings,
    submission,
    task,
    texts,
    tradeoffs,
)
from leaderboard.site.site import Site
from leaderboard.site.sources import Sources
from leaderboard.site.templating import environment
from leaderboard.site.view import View

KINDS = (standings, submission, compare, task, tradeoffs, items, data, method, about, texts, changelog, press)
Part = Callable[[], Iterator[tuple[str, str]]]


def render_pages(sources: Sources) -> Iterator[tuple[str, str]]:
    """Yield `(path from the root of the round's site, HTML)` of every page."""
    for _, part in parts(prepare(sources)):
        yield from part()


def prepare(sources: Sources) -> list[Site]:
    """What the pages of each language are rendered with, in the order of the languages."""
    shown = View(sources.table)
    names = [kind.__name__.rpartition(".")[2] for kind in _kinds(sources)]
    return [Site(shown.named(_own_names(say)), say, sources, names) for say in map(Language, LANGUAGES)]


def _own_names(say: Language) -> dict[str, str]:
    """What the organisers' entries are called in a language, by their titles."""
    return {
        title: str(say.text(f"baseline.{title.lower()}")) for title in ("Oracle", "Null", "Constant", "Echo", "Random")
    }


def parts(sites: Sequence[Site]) -> Iterator[tuple[str, Part]]:
    """The pages in parts that can be rendered apart: the name of their kind, and what renders them."""
    yield "choice", lambda: iter([(routes.HOME, choice(sites))])
    for site in sites:
        for kind in _kinds(site.sources):
            yield kind.__name__.rpartition(".")[2], functools.partial(_rendered, site, kind)


def choice(sites: Sequence[Site], folder: str = "", rounds: Sequence[Json] = ()) -> str:
    """The round in every language at once; in the publication's root `folder` leads to it, and `rounds` are listed."""
    template = environment().get_template("choice.html.j2")
    return template.render(sites=sites, view=sites[0].view, LANGUAGES=LANGUAGES, folder=folder, rounds=rounds)


def not_found(sites: Sequence[Site], root: str) -> str:
    """What a server answers where no page is, in every language at once; `root` is the publication's own address."""
    return environment().get_template("not_found.html.j2").render(sites=sites, LANGUAGES=LANGUAGES, root=root)


def _kinds(sources: Sources) -> list[ModuleType]:
    """A kind that has `exists(sources)` is left out, of the menu too, where that says so."""
    return [kind for kind in KINDS if not hasattr(kind, "exists") or kind.exists(sources)]


def _rendered(site: Site, kind: ModuleType) -> Iterator[tuple[str, str]]:
    for path, html in kind.pages(site):
        yield f"{site.say.code}/{path}", html
