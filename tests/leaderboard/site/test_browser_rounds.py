"""The publication as it is served, in headless Chromium: from the front page of all rounds to a round and back."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browsing import Visit

from leaderboard.publish import publish
from leaderboard.serve import serving

Table = dict[str, Any]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(make_table: Callable[..., Table], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a publication of two rounds, the title of one very long."""
    out = tmp_path_factory.mktemp("served") / "site"
    for name, date, title in (("spring-2027", "2027-03-01", "Printemps"), ("long", "2026-03-01", "Automne" * 40)):
        table = make_table(submissions=2, tasks=1, levels=2)
        table["round"].update(name=name, date=date, title={"fr": title, "en": title})
        publish(table, out)
    with serving(out) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_front_page_fits_a_small_phone_and_leads_into_a_round(browser: Any, served: str) -> None:
    """At 320 pixels nothing scrolls sideways; by keyboard the first stops are the languages of the latest round."""
    visit = Visit(browser, served, viewport={"width": 320, "height": 640})
    page = visit.open("")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.lang") == "en"
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served}/rounds/spring-2027/en/index.html")
    assert page.locator("html").get_attribute("lang") == "en"
    assert visit.complaints == []
    assert [url for url in visit.requests if not url.startswith(served)] == []
    visit.close()


def test_a_wrong_address_leads_home(browser: Any, served: str) -> None:
    """Whatever the depth, the page that says so is whole, and its link leads to the front page."""
    visit = Visit(browser, served)
    page = visit.open("rounds/spring-2027/fr/no/such/page.html")
    assert page.get_by_text("Cette page n’existe pas").is_visible()
    page.get_by_text("Go to the front page").click()
    page.wait_for_url(f"{served}/")
    assert page.get_by_text("Toutes les manches").is_visible()
    visit.close()


def test_targets_are_large_enough(browser: Any, served: str) -> None:
    """Every link of the front page is 24 pixels high, or stands in a line of text (WCAG 2.2, 2.5.8)."""
    visit = Visit(browser, served, viewport={"width": 390, "height": 844})
    page = visit.open("")
    small = page.evaluate(
        "Array.from(document.querySelectorAll('.rounds a, .languages a, .button'))"
        ".filter(a => a.getBoundingClientRect().height < 24).map(a => a.textContent)"
    )
    assert small == []
    visit.close()
