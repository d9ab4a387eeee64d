"""Pages of a round that stops by itself: what was asked, of what averages are, and what was not tested."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import html5lib
import pytest

from leaderboard.site.pages import render_pages
from leaderboard.site.sources import Sources

Table = dict[str, Any]
PAGE = "submissions/atelier-loire--cormoran-8b.html"


def stopping(table: Table, thresholds: list[float]) -> Table:
    """The example as if its round stopped: other levels are null, and each entry was asked another number."""
    settings = table["round"]
    settings["stopping"] = {"core": 5, "step": 5, "alpha": 0.05, "thresholds": thresholds}
    settings["core_items"] = settings["items"] // 4
    keys = {"level_cleared": "level", "level_cleared_80": "level_80"}
    untested = [key for key, tau in (("level_cleared", 0.5), ("level_cleared_80", 0.8)) if tau not in thresholds]
    settings["certifiable"] |= {keys[key]: None for key in untested}
    for number, row in enumerate(table["standings"]):
        row["items"] = settings["items"] // 2 + number
        for found in (row, *row["by_task"].values()):
            found.update(dict.fromkeys(untested))
        for task in row["by_task"].values():
            task["asked"] = [17] * len({point["level"] for point in task["curve"]})
    return table


@pytest.fixture
def pages(make_table: Callable[..., Table]) -> dict[str, str]:
    """A round of three entries that stops at one half; ordinary spaces."""
    made = dict(render_pages(Sources(stopping(make_table(submissions=3, tasks=2, levels=4), [0.5]))))
    return {path: re.sub("[\u00a0\u202f]", " ", html) for path, html in made.items()}


def test_pages_say_what_is_asked_and_what_averages_are_of(pages: dict[str, str]) -> None:
    """On the standings, a submission's page and a task's, in both languages; no page says that all answer the same."""
    for code, lead, same, averages in (
        ("fr", "entre 160 et 162 par soumission, sur 320 questions", "ni aux mêmes questions", "80 sur 320 questions"),
        (
            "en",
            "between 160 and 162 for each submission, out of 320",
            "answers the same questions, nor",
            "80 out of 320",
        ),
    ):
        assert lead in pages[f"{code}/index.html"]
        for path in ("index.html", PAGE, "tasks/problem_solving--word_problems.html"):
            assert same in pages[f"{code}/{path}"], path
            assert averages in pages[f"{code}/{path}"], path
        assert '<td class="num">17</td>' in pages[f"{code}/{PAGE}"]
    everything = " ".join(pages.values())
    assert "Every submission answers the same questions" not in everything
    assert "Chaque soumission répond aux mêmes questions" not in everything


def test_what_is_not_tested_is_said_and_nothing_is_promised_of_it(pages: dict[str, str]) -> None:
    """The other threshold is neither cleared nor failed, and right answers certify what asking lets them."""
    for code, words in (
        ("fr", ("le niveau 3 au seuil 50.", "Le seuil 80 n’est pas examiné dans cette manche.")),
        ("en", ("level 3 at threshold 50.", "Threshold 80 is not tested in this round.")),
    ):
        for path in ("index.html", PAGE, "method.html"):
            assert all(word in pages[f"{code}/{path}"] for word in words), path
    assert "seuil 80 : non examiné" in pages["fr/index.html"]
    assert "threshold 80: not tested" in pages["en/index.html"]
    assert "Nobody can clear more" not in " ".join(pages.values())
    assert "Personne ne peut franchir davantage" not in " ".join(pages.values())
    assert "None" not in pages[f"en/{PAGE}"]


def test_the_method_is_the_test_that_stops(pages: dict[str, str]) -> None:
    """Neither the exact bound of Clopper and Pearson nor its table of counts decides such a round."""
    for code, words in (
        (
            "fr",
            ("inégalité de Ville", "les 5 premières questions", "Seuils examinés dans cette manche, sur 100 : 50 ;"),
        ),
        ("en", ("Ville’s inequality", "the first 5 questions", "tested in this round, out of 100: 50;")),
    ):
        method = pages[f"{code}/method.html"]
        assert all(word in method for word in words)
        assert "Clopper" not in method
        assert ">217<" not in method


@pytest.mark.parametrize("thresholds", [[0.5], [0.8], [0.5, 0.8], [0.6]])
def test_pages_are_valid_whatever_is_tested(make_table: Callable[..., Table], thresholds: list[float]) -> None:
    """The strict parser takes every page, and no page shows a missing value."""
    for path, html in render_pages(Sources(stopping(make_table(submissions=2, tasks=1, levels=2), thresholds))):
        html5lib.HTMLParser(strict=True).parse(html)
        assert ">None<" not in html, path


def test_an_unfinished_ladder_is_no_missing_question(make_table: Callable[..., Table]) -> None:
    """A run that is still climbing is not told that it answered 50 of 320 questions."""
    made = stopping(make_table(submissions=1, tasks=1, levels=2), [0.5])
    made["standings"][0].update(rank=None, reason="4 items are still to be asked", items=50)
    pages = dict(render_pages(Sources(made)))
    assert "restent à poser ou à noter" in pages[f"fr/{PAGE}"]
    assert "50 out of" not in pages[f"en/{PAGE}"]
    assert "still to be asked or scored" in pages[f"en/{PAGE}"]
