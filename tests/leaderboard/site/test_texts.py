"""Pages of text: the same in both languages, well set, linked, and with what their form asks for."""

import re
import string
from typing import Any

import pytest
from rendering import rendered, sites

from harness.types import LANGUAGES
from leaderboard.site import routes
from leaderboard.site.pages import about, texts
from leaderboard.site.prose import Prose, load_changes, load_glossary, load_prose

Table = dict[str, Any]

NAMES = ("rules", "threats", "accessibility")
TAGS = re.compile(r"<[^>]*>")
NARROW, WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
PATHS = {
    routes.RULES,
    routes.THREATS,
    routes.ACCESSIBILITY,
    routes.GLOSSARY,
    routes.CHANGELOG,
    routes.PRESS,
    routes.METHOD,
    routes.ABOUT,
}


def _texts(prose: Prose) -> list[str]:
    blocks = [block for section in prose.sections for block in section.blocks]
    cells = [cell for block in blocks for row in block.rows for cell in row]
    titles = [prose.title, prose.lead, *(section.title for section in prose.sections)]
    return [*titles, *(text for block in blocks for text in (*block.texts, block.caption)), *cells]


def _all(code: str) -> list[str]:
    """Every text of the language's pages of text."""
    said = [text for name in NAMES for text in _texts(load_prose(name, code))]
    said += [text for term in load_glossary(code) for text in (term.word, term.meaning)]
    return said + [text for one in load_changes(code) for kind in ("rule", "display") for text in one[kind]]


def _shape(prose: Prose) -> list[Any]:
    return [
        (section.id, [(block.kind, len(block.texts), [len(row) for row in block.rows]) for block in section.blocks])
        for section in prose.sections
    ]


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_shape(name: str) -> None:
    """The same sections, blocks, points and rows, with the same places to fill."""
    french, english = (load_prose(name, code) for code in ("fr", "en"))
    assert _shape(french) == _shape(english)
    for one, other in zip(_texts(french), _texts(english), strict=True):
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (one, other)]
        assert fields[0] == fields[1]


def test_both_languages_say_the_same_changes_and_words() -> None:
    """The glossaries have the same anchors, the changes the same versions and as many entries."""
    assert {term.id for term in load_glossary("fr")} == {term.id for term in load_glossary("en")}
    counted = [[(one["version"], len(one["rule"]), len(one["display"])) for one in load_changes(c)] for c in LANGUAGES]
    assert counted[0] == counted[1]


@pytest.mark.parametrize("code", LANGUAGES)
def test_typography(code: str) -> None:
    """No straight quote, no double space, no three dots; in French a no-break space before every tall mark."""
    for text in _all(code):
        bare = TAGS.sub("", text)
        assert not re.search(r"""['"]|  |\.\.\.""", bare), bare
        if code == "fr":
            assert not re.search(rf" [;!?:%»]|« |\d \d{{3}}\b|[^{NARROW}][;!?]", bare), bare
            assert not re.search(rf"[^{WIDE}\d]:", bare), bare
        else:
            assert not re.search(r"\s[;!?:%]", bare), bare


@pytest.mark.parametrize("code", LANGUAGES)
def test_links_in_texts_lead_somewhere(code: str) -> None:
    """Every link names a page of ours, and a term that the glossary has."""
    terms = {term.id for term in load_glossary(code)}
    linked = [address for text in _all(code) for address in re.findall(r'href="([^"]*)"', text)]
    assert linked
    for address in linked:
        path, _, anchor = address.partition("#")
        assert path in PATHS, address
        assert path != routes.GLOSSARY or anchor in terms, address


def test_the_glossary_has_the_words_of_the_contest() -> None:
    """Every word that a reader meets in a heading or a column is there, each once, in the order of the language."""
    wanted = {"round", "track", "task", "level", "question", "cluster", "submission", "baseline", "plan", "engine"}
    wanted |= {
        "score",
        "unscored",
        "estimate",
        "interval",
        "area",
        "cleared",
        "threshold",
        "rank",
        "standing",
        "horizon",
    }
    wanted |= {
        "division",
        "conditions",
        "energy",
        "cut",
        "beyond",
        "late",
        "record",
        "attestation",
        "case",
        "correction",
    }
    for code in LANGUAGES:
        terms = load_glossary(code)
        assert wanted <= {term.id for term in terms}
        assert len({term.word.casefold() for term in terms}) == len(terms)
    words = [str(term.word) for term in load_glossary("fr")]
    assert words.index("Écart établi") < words.index("Empreinte") < words.index("Énergie par réponse juste")


def test_the_accessibility_statement_has_its_parts(table: Table) -> None:
    """The form of the RGAA: state, tests, what falls short, date, contact, remedies; and no conformity is claimed."""
    assert [section.id for section in load_prose("accessibility", "fr").sections] == [
        "commitment", "state", "tested", "short", "made", "contact", "remedies",
    ]  # fmt: skip
    pages = rendered(table, texts, contact="acces@example.org")
    french = pages["fr/accessibility.html"]
    for words in ("non conformes", "autoévaluation", "22 novembre 2026", "acces@example.org", "Défenseur des droits"):
        assert words in french, words
    assert "Ces pages ne donnent pas l’adresse des organisateurs" in rendered(table, texts)["fr/accessibility.html"]


def test_a_hostile_address_of_the_organisers_stays_text(table: Table) -> None:
    """What was given as contact is escaped."""
    html = rendered(table, texts, contact="<script>alert(1)</script>{0}")["en/accessibility.html"]
    assert "<script>" not in html
    assert "{0}" in html


def test_the_about_page_leads_to_all_of_them(table: Table) -> None:
    """Each page about the contest is one link away, with its title and what it says."""
    for code in LANGUAGES:
        html = rendered(table, about)[f"{code}/{routes.ABOUT}"]
        linked = set(re.findall(r'<h2><a href="([^"]*)">', html))
        assert linked == PATHS - {routes.ABOUT}


def test_terms_can_be_pointed_at(table: Table) -> None:
    """Every term has its anchor, and stands in a dfn."""
    for site in sites(table):
        html = dict(texts.pages(site))[routes.GLOSSARY]
        for term in load_glossary(site.say.code):
            assert f'<div id="{term.id}"><dt><dfn>{term.word}</dfn>' in html
