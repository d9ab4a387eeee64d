"""The site in headless Chromium, opened from disk with JavaScript disabled."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import DESKTOP, PHONE, Visit

Table = dict[str, Any]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def phone(browser: Any, site: Path) -> Iterator[Visit]:
    """A visit at 390 pixels."""
    visit = Visit(browser, site, viewport=PHONE)
    yield visit
    visit.context.close()


@pytest.fixture(scope="module")
def desktop(browser: Any, site: Path) -> Iterator[Visit]:
    """A visit at 1280 pixels, in dark colours."""
    visit = Visit(browser, site, viewport=DESKTOP, color_scheme="dark")
    yield visit
    visit.context.close()


def test_every_page_loads_on_a_phone_without_complaint(phone: Visit, pages: dict[str, str]) -> None:
    """No console message, no failed request, nothing outside the folder, and no sideways scrolling of the page."""
    for path in pages:
        page = phone.open(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], (path, width)
    assert phone.complaints == []
    outside = [url for url in phone.requests if not url.startswith(phone.site + "/")]
    assert outside == []


@pytest.mark.parametrize("code", ["fr", "en"])
def test_a_phone_shows_the_area_and_its_interval_without_scrolling(phone: Visit, code: str) -> None:
    """At 390 pixels each row is a card: what orders the table, its interval and its label are on the screen."""
    page = phone.open(f"{code}/index.html")
    for row in page.locator(".standings").first.locator("tbody tr").all():
        for found in (row.locator("th").first, *row.locator("td").all(), *row.locator(".interval").all()):
            if not found.is_visible():  # columns that nobody chose
                continue
            box = found.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= PHONE["width"]
    label = page.evaluate(
        "getComputedStyle(document.querySelector('.standings td:nth-of-type(3)'), '::before').content"
    )
    assert label == {"fr": '"Aire sous la courbe"', "en": '"Area under the curve"'}[code]
    assert page.get_by_role("row").count() > 8
    assert page.get_by_role("columnheader", name={"fr": "Rang", "en": "Rank"}[code]).count() == 1


def test_a_phone_shows_every_number_of_a_stacked_table(phone: Visit, pages: dict[str, str]) -> None:
    """At 390 pixels nothing of these tables is beyond the edge, each number has its column's words, rows stay rows."""
    stacked = [path for path, html in pages.items() if 'stack" role="table"' in html and path.startswith("fr/")]
    assert {path.split("/")[1] for path in stacked} >= {"submissions", "tasks", "tradeoffs.html"}
    for path in stacked:
        page = phone.open(path)
        for table in page.locator(".stack").all():
            if not table.is_visible():  # in a closed box
                continue
            beyond = "one => one.getBoundingClientRect().right > innerWidth"
            assert not table.evaluate(f"table => [...table.querySelectorAll('td, .interval')].some({beyond})"), path
            named = "td => !td.textContent.trim() || td.matches('.heat, .over') || Boolean(td.dataset.label)"
            assert table.evaluate(f"table => [...table.querySelectorAll('td')].every({named})"), path
        assert page.locator(".stack").first.get_by_role("columnheader").count() > 2, path


def test_tables_scroll_in_their_own_box_and_names_stay(phone: Visit) -> None:
    """On a small tablet the standings scroll inside their box, and the submission's name stays in view."""
    page = phone.open("fr/index.html")
    page.set_viewport_size({"width": 600, "height": 900})
    box = page.locator(".scroll").first
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    box.evaluate("box => { box.scrollLeft = 400 }")
    name = page.locator(".standings tbody th").first.bounding_box()
    page.set_viewport_size(PHONE)
    assert 0 <= name["x"] < 60


def test_the_shadow_of_a_scrolling_box_spares_the_caption(phone: Visit) -> None:
    """A caption has the paper's own ground, so that the shadow at the edge of its box never lies under its words."""
    page = phone.open("fr/tasks/problem_solving--word_problems.html")
    ground = page.evaluate("getComputedStyle(document.querySelector('#results-caption')).backgroundColor")
    assert ground == page.evaluate("getComputedStyle(document.body).backgroundColor")


@pytest.mark.parametrize("code", ["fr", "en"])
def test_standings_are_drawn(desktop: Visit, table: Table, code: str) -> None:
    """Whiskers, ladders and rank strips are visible, one a row, and the numbers can be read."""
    page = desktop.open(f"{code}/index.html")
    ranked = [row for row in table["standings"] if row["rank"] and not row["baseline"]]
    drawn = page.locator(".standings").first
    for kind, count in (("k-area .whisker", len(ranked)), ("ladder", len(ranked)), ("places", len(ranked))):
        drawings = drawn.locator(f"tbody .{kind}")
        assert drawings.count() == count
        size = drawings.first.bounding_box()
        assert size["width"] > 40
        assert size["height"] > 5
    assert "68" in drawn.locator("tbody tr").first.inner_text()


def test_the_style_sheet_applies(desktop: Visit) -> None:
    """The policy lets the page's own sheet through: dark ground, light ink, and lines in the series' colours."""
    page = desktop.open("fr/submissions/helios--helios-large.html")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 29)"
    strokes = page.evaluate("[...document.querySelectorAll('.curves .line')].map(l => getComputedStyle(l).stroke)")
    assert set(strokes) == {"rgb(125, 180, 240)", "rgb(243, 154, 91)"}
    marks = page.evaluate(
        "[...document.querySelectorAll('use')].map(u => getComputedStyle(u).getPropertyValue('--series'))"
    )
    assert {mark.strip() for mark in marks} == {"#7db4f0", "#f39a5b"}


def test_details_open_without_javascript(desktop: Visit) -> None:
    """The table behind a curve opens with a click."""
    page = desktop.open("en/submissions/helios--helios-large.html")
    table = page.locator("figure details table").first
    assert not table.is_visible()
    page.locator("figure summary").first.click()
    assert table.is_visible()


def test_the_language_switch_leads_to_the_same_page(desktop: Visit) -> None:
    """From a French page one click leads to the same page in English, and back."""
    page = desktop.open("fr/tasks/problem_solving--truth_tellers.html")
    page.click(".languages a")
    assert page.url.endswith("/en/tasks/problem_solving--truth_tellers.html")
    page.click(".languages a")
    assert page.url.endswith("/fr/tasks/problem_solving--truth_tellers.html")


def test_the_keyboard_reaches_the_content_first(desktop: Visit) -> None:
    """The first stop of the keyboard is the skip link, visible once it has the focus."""
    page = desktop.open("fr/index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] == 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_print_shows_everything_on_paper(desktop: Visit, site: Path) -> None:
    """Printed on A4, pages have no menu, closed tables are shown, and nothing is wider than the sheet."""
    page = desktop.open("fr/submissions/helios--helios-large.html")
    page.set_viewport_size({"width": 703, "height": 1000})  # A4 less the margins
    page.emulate_media(media="print", color_scheme="light")
    assert not page.locator(".menu.bar").is_visible()
    assert page.locator("figure table").first.bounding_box()["height"] > 50
    for path in (
        "fr/submissions/helios--helios-large.html",
        "fr/index.html",
        "en/tasks/problem_solving--word_problems.html",
    ):
        desktop.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 703, path
    page = desktop.open("fr/index.html")
    axis, whisker = (page.locator(f"#board .k-area .{kind}").first.bounding_box() for kind in ("axis", "whisker"))
    assert (axis["x"], axis["width"]) == pytest.approx((whisker["x"], whisker["width"]), abs=1)
    page.emulate_media(media="screen", color_scheme="dark")
    page.set_viewport_size(DESKTOP)
