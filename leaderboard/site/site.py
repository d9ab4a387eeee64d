"""One language's side of a round's site: what every page is rendered with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from harness.types import LANGUAGES
from leaderboard.site import routes
from leaderboard.site.figures import Figures
from leaderboard.site.language import Language
from leaderboard.site.sources import Sources
from leaderboard.site.templating import environment
from leaderboard.site.view import View

# Key of an entry's text, kind of page (a module of `pages/`), path below the language's folder; of two entries with one
# key the first counts whose kind the site has.
MENU = (
    ("standings", "standings", routes.HOME),
    ("tasks", "task", f"{routes.HOME}#tasks"),
    ("compare", "compare", "compare.html"),
    ("tradeoffs", "tradeoffs", routes.TRADEOFFS),
    ("items", "items", routes.ITEMS),
    ("data", "data", routes.DATA),
    ("data", "standings", f"{routes.HOME}#data"),
    ("method", "method", routes.METHOD),
    ("about", "about", routes.ABOUT),
)
FOOTER = (
    ("rules", "texts", routes.RULES),
    ("threats", "texts", routes.THREATS),
    ("glossary", "texts", routes.GLOSSARY),
    ("changelog", "changelog", routes.CHANGELOG),
    ("press", "press", routes.PRESS),
    ("accessibility", "texts", routes.ACCESSIBILITY),
)


class Site:
    """One language's words, drawings and templates for the pages of one round."""

    def __init__(self, shown: View, say: Language, sources: Sources, kinds: Sequence[str] = ()) -> None:
        """Make the templates ready; `kinds` are the kinds of pages that this round's site has."""
        self.view, self.say, self.sources = shown, say, sources
        self.figures = Figures(shown, say)
        self.environment = environment()
        self.environment.globals.update(
            view=shown,
            sources=sources,
            say=say,
            menu=_links(MENU, kinds),
            footer=_links(FOOTER, kinds),
            t=say.text,
            figures=self.figures,
            round=shown.round,
            name_link=self.name_link,
            names_link=self.names_link,
            certifiable=self.certifiable(),
            LANGUAGES=LANGUAGES,
            others=[code for code in LANGUAGES if code != say.code],
            other_names={code: Language(code).text("language_name") for code in LANGUAGES},
        )
        self.environment.filters.update(ours=say.typeset, lang_name=say.name_of)

    def render(self, template: str, path: str, **values: Any) -> str:
        """One page; `home` leads to the language's folder, `root` to the round's; `scripts` names what it may run."""
        home = routes.to_home(path)
        ready = {"path": path, "home": home, "root": f"{home}../", "scripts": (), **values}
        return self.environment.get_template(template).render(**ready)

    def name_link(self, submission: str, home: str) -> Markup:
        """A submission's name, as a link to its page."""
        href = home + self.view.pages[submission]
        return Markup('<a href="{}"><bdi>{}</bdi></a>').format(href, self.view.names[submission])

    def names_link(self, submissions: Sequence[str], home: str, most: int = 4) -> Markup:
        """`A, B and C`, each a link; more than `most` end in `and N others`."""
        kept = submissions if len(submissions) <= most + 1 else submissions[:most]
        parts = [self.name_link(name, home) for name in kept]
        if len(kept) < len(submissions):
            parts.append(self.say.text("others", len(submissions) - len(kept)))
        return self.say.listing(parts)

    def certifiable(self) -> Markup:
        """How far answers right everywhere would get with this round's number of questions."""
        say, reach = self.say, self.view.round["certifiable"]
        low, high = (say.score(threshold, 0) for threshold in self.view.round["thresholds"])
        half, most = (
            say.text("certifiable.level", level=level) if level else say.text("certifiable.none")
            for level in (reach["level"], reach["level_80"])
        )
        levels = say.text("n_levels", self.view.levels)
        if not self.view.stopping:
            return say.text("certifiable.all", half=half, most=most, low=low, high=high, levels=levels)
        given = ((reach["level"], half, low), (reach["level_80"], most, high))
        found = [
            say.text("certifiable.at", level=text, threshold=tau) for level, text, tau in given if level is not None
        ]
        sentences = [say.text("certifiable.stopping", levels=levels, found=say.listing(found))] if found else []
        sentences += [say.text("certifiable.untested", threshold=tau) for level, _, tau in given if level is None]
        return Markup(" ").join(sentences)


def _links(entries: Sequence[tuple[str, str, str]], kinds: Sequence[str]) -> dict[str, str]:
    """The paths of the entries that this site has a page for, by key, in their order."""
    found = {key: path for key, kind, path in reversed(entries) if kind in kinds}
    return {key: found[key] for key, *_ in entries if key in found}
