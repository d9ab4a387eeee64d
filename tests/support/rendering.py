"""Pages of some kinds alone, without those of all others: what a test of one kind renders."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from harness.types import LANGUAGES
from leaderboard.site.language import Language
from leaderboard.site.site import Site
from leaderboard.site.sources import Sources
from leaderboard.site.view import View


def sites(table: Any, **known: Any) -> list[Site]:
    """What the pages of each language are rendered with."""
    return [Site(View(table), Language(code), Sources(table, **known)) for code in LANGUAGES]


def rendered(table: Any, *kinds: ModuleType, **known: Any) -> dict[str, str]:
    """The HTML of every page of these kinds by its path below the round's folder."""
    return {
        f"{site.say.code}/{path}": html
        for site in sites(table, **known)
        for kind in kinds
        for path, html in kind.pages(site)
    }
