"""The list of questions in headless Chromium: choosing among them, the address that keeps the choice, and no script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import DESKTOP, PHONE, Visit
from questions import TASK, invented, write

from leaderboard.site import routes

Table = dict[str, Any]

pytestmark = pytest.mark.browser
LIST = f"fr/{routes.items_page(TASK)}"
ITEM = "fr/items/problem_solving--word_problems/fr--l02--00001.html"


@pytest.fixture(scope="module")
def folder(table: Table, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of 3 questions at 2 levels in 2 languages."""
    texts = ("Une réponse juste : 7 pommes.", "x" * 3000 + " " + "y" * 400, "ligne\n" * 40)
    root = tmp_path_factory.mktemp("questions")
    icon = root / "assets/icon.svg"
    icon.parent.mkdir()
    icon.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    return write(table, invented(table, texts), root)


@pytest.fixture
def visit(browser: Any, folder: Path) -> Iterator[Visit]:
    """A visit with scripts that nothing complains about."""
    made = Visit(browser, folder, scripts=True, viewport=DESKTOP)
    yield made
    assert made.complaints == []
    made.close()


def shown(page: Any) -> list[str]:
    """The questions in view."""
    return [row.inner_text() for row in page.locator("#questions tbody tr").all() if row.is_visible()]


def test_words_level_and_language_choose_questions(visit: Visit) -> None:
    """Accents and capitals do not matter; all words must be there; the number in view is said; reset shows all."""
    page = visit.open(LIST)
    status = page.get_by_role("status")
    assert len(shown(page)) == 12
    assert status.inner_text().endswith("12")
    page.get_by_label("Mots de la question").fill("LEA OEUFS introuvable")
    page.wait_for_url(re.compile(r"q=LEA\+OEUFS\+introuvable"))
    assert shown(page) == []
    assert "Aucune question" in status.inner_text()
    page.get_by_label("Mots de la question").fill("léa  2 OEUFS")
    page.wait_for_url(re.compile(r"\?q=l%C3%A9a"))
    assert 0 < len(shown(page)) < 12
    assert status.inner_text().endswith(str(len(shown(page))))
    page.get_by_label("Langue", exact=True).select_option("en")
    page.get_by_label("Niveau").select_option("1")
    page.wait_for_url(re.compile(r"level=1&language=en|language=en&level=1"))
    assert all("Niveau 1, anglais" in row for row in shown(page))
    page.get_by_role("button", name="Afficher toutes les questions").click()
    assert len(shown(page)) == 12
    assert "?" not in page.url
    assert page.evaluate("document.activeElement.id") == "words"


def test_the_address_brings_a_choice_back(visit: Visit) -> None:
    """An address with a choice shows that choice; one with nonsense shows everything that fits the rest."""
    page = visit.open(f"{LIST}?level=2&language=fr")
    assert len(shown(page)) == 3
    assert page.get_by_label("Niveau").input_value() == "2"
    page = visit.open(f"{LIST}?level=99&language=%3Cb%3E&q=%22%3E%3Cscript%3E")
    assert page.get_by_label("Niveau").input_value() == ""
    assert shown(page) == []
    page = visit.open(f"{LIST}?level=99")
    assert len(shown(page)) == 12


def test_the_keyboard_reaches_every_control_and_question(visit: Visit) -> None:
    """From the search on: level, language, button, then the questions, one after the other."""
    page = visit.open(LIST)
    page.get_by_label("Mots de la question").focus()
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.getAttribute('href')"))
    assert reached[:3] == ["level", "language", "reset"]
    assert reached[3:] == ["fr--l01--00000.html", "fr--l01--00001.html"]
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("fr--l01--00001.html"))


@pytest.mark.parametrize("path", [LIST, ITEM, "fr/" + routes.ITEMS])
def test_pages_of_questions_fit_a_phone_without_scripts(browser: Any, folder: Path, path: str) -> None:
    """At 390 and at 320 pixels nothing scrolls sideways, and without a script no control stands there in vain."""
    for width in (PHONE["width"], 320):
        made = Visit(browser, folder, viewport={"width": width, "height": 800}, color_scheme="dark")
        page = made.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("#finder:visible").count() == 0
        assert made.complaints == []
        made.close()


def test_controls_are_large_enough_to_hit(visit: Visit) -> None:
    """Every control and link of the list is at least 24 pixels high."""
    page = visit.open(LIST)
    for control in page.locator("#finder input, #finder select, #finder button, #questions a").all():
        assert control.bounding_box()["height"] >= 24


def test_nothing_moves_when_the_script_has_run(visit: Visit) -> None:
    """The finder is there before the page is first painted: no layout shift."""
    page = visit.open(LIST)
    page.wait_for_timeout(200)
    moved = page.evaluate(
        """new Promise(done => {
            const seen = list => done(list.getEntries().reduce((sum, one) => sum + one.value, 0));
            new PerformanceObserver(seen).observe({type: "layout-shift", buffered: true});
            setTimeout(() => done(0), 200);
        })"""
    )
    assert moved < 0.01
