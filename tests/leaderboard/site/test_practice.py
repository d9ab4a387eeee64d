"""Pages of a practice round: its questions are public, and say so everywhere."""

from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from rendering import sites

from leaderboard.site import badges, cards
from leaderboard.site.pages import render_pages
from leaderboard.site.sources import Sources

Table = dict[str, Any]
NOTICE = {"fr": "Rien de ce que montrent ces pages ne compte", "en": "Nothing on these pages counts in the challenge"}


@pytest.fixture
def practice(make_table: Callable[..., Table]) -> Table:
    """A round of two benchmarks, of two levels each."""
    table = make_table(submissions=2, tasks=2, levels=2)
    for task, rungs in zip(table["tasks"], ([3, 5], [6, 6]), strict=True):
        task.update(rungs=rungs, samples=[])
    return table


def test_every_page_says_that_nothing_counts(practice: Table, schema: Table) -> None:
    """The notice is on each page in its language, on the first page in both."""
    jsonschema.validate(practice, schema)
    for path, html in render_pages(Sources(practice)):
        for code in {path.partition("/")[0]} & NOTICE.keys() or NOTICE:
            assert html.count(NOTICE[code]) == 1, path


def test_rungs_are_shown_beside_levels(practice: Table) -> None:
    """In the list of tasks, each once, and level by level on the task's page."""
    pages = dict(render_pages(Sources(practice)))
    assert "rungs 3 and 5" in pages["en/index.html"]
    assert "rung 6<" in pages["en/index.html"]
    assert "échelons 3 et 5" in pages["fr/index.html"]
    page = next(html for path, html in pages.items() if "word_problems" in path and path.startswith("en/"))
    assert '<th scope="row">Rung</th><td class="num">3</td><td class="num">5</td>' in page
    assert "3 and 5. <span" in page


def test_nothing_of_it_can_be_quoted_or_worn(practice: Table) -> None:
    """A practice round has no sentence to quote and no badge: both would pass for results of the challenge."""
    pages = dict(render_pages(Sources(practice)))
    own = next(html for path, html in pages.items() if path.startswith("en/submissions/helios"))
    assert "What may be quoted" not in own
    assert 'class="badge-image"' not in own
    assert 'id="badges"' not in pages["en/press.html"]
    assert not list(badges.files(sites(practice)))


def test_a_round_of_families_has_no_such_words(make_table: Callable[..., Table]) -> None:
    """Neither notice nor rung where tasks have no rungs, or an older table does not say."""
    for path, html in render_pages(Sources(make_table(submissions=2, tasks=2, levels=2))):
        assert not any(words in html for words in (*NOTICE.values(), "Rung", "Échelon")), path


def test_pictures_of_practice_show_no_rank(practice: Table) -> None:
    """A picture is passed on without its page: it says what it is of, and no place to boast of."""
    shown = sites(practice)
    row = shown[0].view.ranked[0]
    heading, figure, note = cards._blocks(shown, row)[0]
    assert (heading, figure, note) == ("Rang · Rank", "–", "entraînement · practice")


def test_the_method_says_what_of_it_is_not_true_of_benchmarks(practice: Table) -> None:
    """Old questions, of one language often, with an end: said at the head of the page."""
    pages = dict(render_pages(Sources(practice)))
    assert "whose questions are not new" in pages["en/method.html"]
    assert "dont les questions ne sont pas nouvelles" in pages["fr/method.html"]
