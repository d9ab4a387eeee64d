"""What a shared link shows, where the publication's address is known; and nothing absolute where it is not."""

import re
from collections.abc import Callable
from typing import Any

from rendering import rendered

from leaderboard.site import routes
from leaderboard.site.pages import about, method, submission, task

Table = dict[str, Any]

URL = "https://defi.example.org/"


def _met(html: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', html))


def test_every_page_has_a_picture_and_its_address(make_table: Callable[..., Table]) -> None:
    """Open Graph names the page's own permanent address and a picture of the publication: a submission's is its own."""
    pages = rendered(make_table(submissions=2), about, method, submission, task, url=URL)
    for path, html in pages.items():
        found = _met(html)
        assert found["og:url"] == f"{URL}rounds/example/{path}", path
        assert found["og:locale"] == {"fr": "fr_FR", "en": "en_GB"}[path[:2]]
        assert f'<link rel="canonical" href="{URL}rounds/example/{path}">' in html
        assert f'href="{URL}feed.{path[:2]}.atom"' in html
        own = "submissions/" in path
        assert (found["og:image"] == f"{URL}rounds/example/{routes.ROUND_CARD}") != own
        assert found["og:image"].startswith(f"{URL}rounds/example/og/")


def test_without_an_address_nothing_is_absolute(make_table: Callable[..., Table]) -> None:
    """A site that was never told its address has no Open Graph, no canonical address and no outside link."""
    for html in rendered(make_table(submissions=1), about, method).values():
        assert "og:" not in html
        assert "canonical" not in html
        assert "://" not in html
