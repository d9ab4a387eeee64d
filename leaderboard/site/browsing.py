"""What the controls of the standings offer, and what their script says."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from leaderboard.site import routes
from leaderboard.site.language import Language
from leaderboard.site.naming import cut
from leaderboard.site.view import View, country, size_class, weights

Choices = list[tuple[str, str]]


def filters(view: View, say: Language) -> Mapping[str, Choices | list[str]]:
    """For each filter its values as they stand in addresses and rows; none where all are alike.

    Values of open lists come with what is shown; those of closed lists have their words in the catalogue.
    """
    rows = [*view.contestants, *view.apart]
    sizes = sorted((row["declared"].get("parameters") or 0, size_class(row)) for row in rows if size_class(row))
    teams = {row["team"]: cut(row["team"], 40) for row in rows}
    countries = {country(row).lower(): say.country(country(row)) for row in rows if country(row)}
    found: dict[str, Choices | list[str]] = {
        "division": ["controlled", "open"] if view.apart else [],
        "size": list(dict.fromkeys(name for _, name in sizes)),
        "weights": [key for key in ("open", "closed") if key in map(weights, rows)],
        "country": _by_name(countries),
        "team": _by_name(teams),
    }
    return {name: choices if len(choices) > 1 else [] for name, choices in found.items()}


def texts(say: Language) -> dict[str, str]:
    """What the script says, with places to fill."""
    return {
        "language": say.code,
        "found": str(say.text("browse.found")),
        "shown": str(say.text("browse.shown")),
        "sorted": str(say.text("browse.sorted")),
        "ascending": str(say.text("browse.ascending")),
        "descending": str(say.text("browse.descending")),
        "none": str(say.text("browse.none")),
        "more": str(say.text("browse.more")),
        "loading": str(say.text("browse.loading")),
        "failed": str(say.text("browse.failed")),
    }


def _by_name(names: Mapping[str, str]) -> Choices:
    """In the order of the alphabet, accents and capitals aside."""
    return [(routes.slug(key), text) for key, text in sorted(names.items(), key=lambda one: (_plain(one[1]), one[0]))]


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
