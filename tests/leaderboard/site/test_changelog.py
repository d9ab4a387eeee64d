"""Corrections, decisions and cases are said in public, in the organisers' words and as text."""

from collections.abc import Callable
from typing import Any

from rendering import rendered

from leaderboard.site.pages import changelog

Table = dict[str, Any]

NOTICE = {
    "number": 2,
    "at": "2026-11-20T08:30:00+00:00",
    "reason": "a <b>scorer</b> was wrong",
    "standings_sha256": "b" * 64,
    "former": "a" * 64,
}


def test_a_correction_is_said_with_its_reason(make_table: Callable[..., Table]) -> None:
    """Date in words, number, reason as text, and the digests of the standings before and after."""
    table = make_table(submissions=2)
    table["round"].update(published="2026-11-10T00:00:00+00:00", corrections=[NOTICE])
    pages = rendered(table, changelog)
    for code, words in (
        ("fr", ("10 novembre 2026", "20 novembre 2026", "Rectificatifs")),
        ("en", ("10 November 2026", "20 November 2026", "Correction notices")),
    ):
        html = pages[f"{code}/changelog.html"]
        for word in (*words, "a &lt;b&gt;scorer&lt;/b&gt; was wrong", "aaaaaaaaaaaa", "bbbbbbbbbbbb"):
            assert word in html, word


def test_without_a_correction_the_page_says_so(make_table: Callable[..., Table]) -> None:
    """Published and never corrected, or not published yet: two sentences."""
    table = make_table(submissions=2)
    assert "have not been published as final" in rendered(table, changelog)["en/changelog.html"]
    table["round"]["published"] = "2026-11-10T00:00:00+00:00"
    html = rendered(table, changelog)["en/changelog.html"]
    assert "They have not been corrected since." in html
    assert "corrections-caption" not in html


def test_decisions_are_listed_with_their_reasons(make_table: Callable[..., Table]) -> None:
    """Who was withdrawn or disqualified, and whose answers were voided in which task; nobody else."""
    table = make_table(submissions=4)
    rows = {row["entry"]: row for row in table["standings"]}
    rows["manchot"].update(state="disqualified", reason="read the <i>secret</i>", rank=None, area=None)
    rows["helios-large"]["voided"] = [{"task": "problem_solving/word_problems", "reason": "bad memory", "at": "x"}]
    pages = rendered(table, changelog)
    french = pages["fr/changelog.html"]
    assert "disqualifiée" in french
    assert "read the &lt;i&gt;secret&lt;/i&gt;" in french
    assert "Problèmes en mots" in french
    assert "bad memory" in french
    assert "aurora" not in french
    assert "No submission was withdrawn" in rendered(make_table(submissions=1), changelog)["en/changelog.html"]


def test_an_open_case_is_counted_and_names_nobody(make_table: Callable[..., Table]) -> None:
    """A closed case has its outcome; of an open one no submission is named: it is a doubt."""
    table = make_table(submissions=3)
    opened = {"number": 2, "opened": "2026-11-06T09:00:00+00:00", "state": "open", "outcome": "", "closed": None}
    closed = {**opened, "number": 1, "state": "closed", "outcome": "unfounded", "closed": "2026-11-07T09:00:00+00:00"}
    table["standings"][0]["cases"] = [{**opened, "reason": ""}]
    html = rendered(table, changelog)["en/changelog.html"]
    assert "One case is open." in html
    assert "Cormoran" not in html
    table["standings"][1]["cases"] = [{**closed, "reason": "another machine"}]
    html = rendered(table, changelog)["en/changelog.html"]
    assert "unfounded" in html
    assert "7 November 2026" in html
    assert "Cormoran" not in html


def test_both_languages_list_what_changed(make_table: Callable[..., Table]) -> None:
    """The way of measuring has its own list, in the page's language."""
    pages = rendered(make_table(submissions=1), changelog)
    assert "question plus longue que le contexte" in pages["fr/changelog.html"]
    assert "longer than the model’s context" in pages["en/changelog.html"]
