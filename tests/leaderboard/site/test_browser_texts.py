"""In Chromium: the table in somebody else's page, badges as images, terms that a link lights up, and phones."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import DESKTOP, PHONE, Visit, served

pytestmark = pytest.mark.browser

OWN = ("tradeoffs", "about", "rules", "threats", "glossary", "accessibility", "changelog", "press", "data", "embed")


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The round's folder on a server of its own."""
    with served(site) as address:
        yield address


@pytest.fixture(scope="module")
def visit(browser: Any, address: str) -> Iterator[Visit]:
    """A visit without JavaScript."""
    visit = Visit(browser, address, viewport=DESKTOP)
    yield visit
    visit.close()


def test_the_table_shows_in_another_page(browser: Any, address: str, tmp_path: Path) -> None:
    """An iframe of another site shows ten rows or fewer, asks for nothing else than the icon, and fits its frame."""
    frame = f'<iframe src="{address}/fr/embed.html" title="t" width="400" height="640"></iframe>'
    (tmp_path / "index.html").write_text(f"<!doctype html><title>host</title><h1>Host</h1>{frame}", encoding="utf-8")
    with served(tmp_path) as host:
        visit = Visit(browser, host, viewport=DESKTOP)
        page = visit.open("index.html")
        inner = page.frames[1]
        assert inner.locator("tbody tr").count() == 7
        assert inner.locator("tbody tr").first.inner_text().startswith("1–2")
        assert inner.evaluate("document.documentElement.scrollWidth") <= 400
        inner.locator("tbody a").first.click()
        page.wait_for_url(f"{address}/fr/submissions/*")
        visit.close()


def test_badges_and_picture_load_as_images(visit: Visit) -> None:
    """On the press page every badge and the round's picture are drawn, under the page's own policy."""
    page = visit.open("en/press.html")
    sizes = page.evaluate("[...document.images].map(image => [image.naturalWidth, image.naturalHeight])")
    assert sizes[-1] == [1200, 630]
    assert len(sizes) == 5
    assert all(width > 200 and height == 52 for width, height in sizes[:-1])
    assert visit.complaints == []


def test_a_link_to_a_term_lights_it_up(visit: Visit) -> None:
    """The method's first word with a meaning leads to it, in view and on a ground of its own."""
    page = visit.open("fr/method.html")
    page.locator('a[href="glossary.html#cluster"]').click()
    assert page.url.endswith("/fr/glossary.html#cluster")
    ground = page.evaluate("getComputedStyle(document.querySelector('#cluster')).backgroundColor")
    assert ground != page.evaluate("getComputedStyle(document.querySelector('#area')).backgroundColor")
    assert 0 <= page.locator("#cluster").bounding_box()["y"] < DESKTOP["height"]


@pytest.mark.parametrize("width", [320, PHONE["width"], 1920])
def test_pages_of_text_fit_any_width(visit: Visit, width: int) -> None:
    """From 320 to 1920 pixels nothing scrolls sideways."""
    visit.page.set_viewport_size({"width": width, "height": 900})
    for name in OWN:
        for code in ("fr", "en"):
            page = visit.open(f"{code}/{name}.html")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (code, name)
    visit.page.set_viewport_size(DESKTOP)


def test_links_are_large_enough_to_hit(visit: Visit) -> None:
    """On a phone, links that are no part of a sentence are at least 24 pixels high (WCAG 2.5.8)."""
    visit.page.set_viewport_size(PHONE)
    for name in ("data", "press", "embed", "about"):
        page = visit.open(f"fr/{name}.html")
        low = page.evaluate(
            "[...document.querySelectorAll('main .target, main summary, main .button, main h2 a')]"
            ".map(node => node.getBoundingClientRect()).filter(box => box.height && box.height < 23.5).length"
        )
        assert low == 0, name
    visit.page.set_viewport_size(DESKTOP)


def test_marks_differ_in_shape_and_not_in_colour_alone(visit: Visit) -> None:
    """In forced colours the three kinds of spots still have three shapes."""
    page = visit.open("en/tradeoffs.html")
    shapes = page.evaluate("[...document.querySelectorAll('.legend .spot')].map(node => node.getAttribute('d'))")
    assert len(shapes) == len(set(shapes)) == 3
