"""How the round was measured, with its own numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from leaderboard.site import routes
from leaderboard.site.language import load_method
from leaderboard.site.site import Site


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """The page of the method."""
    yield routes.METHOD, site.render("method.html.j2", routes.METHOD, sections=_sections(site))


def _sections(site: Site) -> list[dict[str, Any]]:
    """The method page's sections with the round's own numbers in them."""
    low, high = site.view.round["thresholds"]
    values = {
        "confidence": site.say.percent(site.view.round["confidence"], 0),
        "threshold": site.say.score(low, 0),
        "threshold_high": site.say.score(high, 0),
        "certifiable": site.certifiable(),
    }
    stopping = site.view.stopping
    if stopping:
        taus = site.say.listing(site.say.score(tau, 0) for tau in stopping["thresholds"])
        values |= {"core": site.say.number(stopping["core"]), "thresholds": taus}
        values["alpha"] = site.say.percent(stopping["alpha"], 0)
    return [
        {
            **section,
            "body": [paragraph.format(**values) for paragraph in section["stopping" if stopping else "body"]],
        }
        for section in load_method(site.say.code)
    ]
