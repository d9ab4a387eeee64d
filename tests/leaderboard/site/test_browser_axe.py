"""axe-core on every page: nothing against WCAG 2.2 AA, in both languages, light and dark, on a phone and a desktop."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import axe
import pytest
from browsing import DESKTOP, PHONE

from leaderboard.site.pages import parts, prepare
from leaderboard.site.sources import Sources

Table = dict[str, Any]

pytestmark = pytest.mark.browser

LOOKS = {"light": ("light", DESKTOP), "dark": ("dark", PHONE)}
GROWING = ("standings", "task", "compare", "tradeoffs")
_STUFFED = '<html lang="en"><title>x</title><body><main><h1>x</h1><p style="color:#bbb">pale words here</p><img src="">'


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page with scripts, whose own policy does not keep axe out."""
    context = browser.new_context(bypass_csp=True)
    yield context.new_page()
    context.close()


def _looked(page: Any, addresses: Iterable[str], look: str) -> dict[str, list[str]]:
    """What axe finds on each page, where it finds something."""
    scheme, size = LOOKS[look]
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    found = {}
    for address in addresses:
        page.goto(address)
        axe.prepare(page)
        found[address] = axe.findings(page)
    return {address: lines for address, lines in found.items() if lines}


def test_axe_finds_what_is_wrong(page: Any) -> None:
    """Pale words and a picture without a name are found: an empty list says something."""
    page.set_content(_STUFFED)
    axe.prepare(page)
    assert {line.split(":")[0] for line in axe.findings(page)} >= {"color-contrast", "image-alt"}


@pytest.mark.parametrize(("code", "look"), [("fr", "light"), ("en", "dark")])
def test_no_page_has_a_violation(page: Any, whole: Any, code: str, look: str) -> None:
    """Every page of the round, and those of the root."""
    paths = [path for path in whole.pages if path.startswith(f"rounds/example/{code}/") or "/" not in path]
    assert len(paths) > 25
    assert _looked(page, [f"{whole.address}/{path}" for path in paths], look) == {}


@pytest.mark.parametrize(("code", "look"), [("fr", "dark"), ("en", "light")])
def test_no_kind_of_page_has_a_violation(page: Any, whole: Any, code: str, look: str) -> None:
    """A page of every kind in the other look."""
    paths = whole.kinds(code)
    assert len(paths) > 15
    assert _looked(page, [f"{whole.address}/{path}" for path in paths], look) == {}


def test_no_long_page_of_a_large_round_has_a_violation(
    page: Any, make_table: Callable[..., Table], tmp_path: Path
) -> None:
    """With 120 submissions: the first of every kind of page that grows with them, in French on a dark phone."""
    found = []
    for kind, part in parts(prepare(Sources(make_table(submissions=120, tasks=1, levels=2)))[:1]):
        for _, html in itertools.islice(part() if kind in GROWING else (), 1):
            file = tmp_path / f"{kind}.html"
            file.write_text(html, encoding="utf-8")
            found.append(file.as_uri())
    assert len(found) == len(GROWING)
    assert _looked(page, found, "dark") == {}
