"""The pages of questions that everybody may read: whole, linked, bounded, and safe whatever a model said."""

from __future__ import annotations

import dataclasses
import gzip
import html
import itertools
import re
from typing import Any

import html5lib
import pytest
from questions import TASK, Items, invented, rendered

from harness.types import LANGUAGES
from leaderboard.site import routes
from leaderboard.site.literal import LONGEST, excerpt, literal
from leaderboard.site.pages import items as items_pages
from leaderboard.site.sources import Sources

Table = dict[str, Any]
X = "{http://www.w3.org/1999/xhtml}"
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "]]></pre></article><h1>I won</h1>{{ 7*7 }}{% raw %}",
    "\u202egnp.exe\u2066 \u200b\u00ad\ufeff \x1b[31m\x00\x07\x7f\x85\ud800\ufffe\U000e0041",
    "w" * 100_000,
    "﷽" * 3000 + "ع" * 50,
)


@pytest.fixture(scope="module")
def made(table: Table) -> dict[str, str]:
    return rendered(table, invented(table))


@pytest.fixture(scope="module")
def trees(made: dict[str, str]) -> dict[str, Any]:
    """Every page as a tree; the strict parser refuses what is not valid HTML."""
    return {path: html5lib.HTMLParser(strict=True).parse(page) for path, page in made.items()}


def _text(node: Any) -> str:
    return " ".join("".join(node.itertext()).split())


def test_each_question_has_its_address_in_both_languages(made: dict[str, str]) -> None:
    """An overview, a list, and a page a question; the address is made from the item's id alone."""
    for code in LANGUAGES:
        own = {path.removeprefix(f"{code}/") for path in made if path.startswith(f"{code}/")}
        assert len(own) == 1 + 1 + 12
        assert {routes.ITEMS, routes.items_page(TASK)} <= own
        assert "items/problem_solving--word_problems/fr--l02--00001.html" in own


def test_answers_are_asked_for_in_the_order_of_the_standings(table: Table) -> None:
    """The first of the standings first, reference points last."""
    items = invented(table)
    rendered(table, items)
    rows = table["standings"]
    for order in items.orders:
        assert order[0] == next(row["submission"] for row in rows if row["rank"])
        assert set(order[-5:]) == {row["submission"] for row in rows if row["baseline"]}


def test_addresses_are_injective() -> None:
    """Different ids never share a page: anchors, cases, and names that are not safe."""
    ids = [
        f"{task}/{place}"
        for task in ("a/b", "a/b-c", "a-b/c", "A/b", "é/b")
        for place in ("fr/L01/00000", "fr/L01/0123456789ab-00000", "en/L01/00000", "fr/L10/00000", "fr/l 1/00000")
    ]
    assert len({routes.item_page(item) for item in ids}) == len(ids)


def test_no_link_of_a_question_is_dead(made: dict[str, str], trees: dict[str, Any]) -> None:
    """Neighbours, the other telling, the list and the overview exist; what leads elsewhere is a page of the round."""
    import posixpath

    known = set(made)
    for path, tree in trees.items():
        for link in tree.iter(f"{X}a"):
            file = link.get("href").partition("#")[0]
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
            assert "/items/" not in target or target in known or target.endswith(".parquet"), (path, target)
            assert not target.startswith("..") or target == "../../index.html", path


def test_a_question_is_told_whole(trees: dict[str, Any], table: Table) -> None:
    """Instruction, examples, question, a right answer, outcomes with how many, and every answer with its score."""
    page = trees["fr/items/problem_solving--word_problems/fr--l02--00001.html"]
    text = _text(page.find(f".//{X}main"))
    for said in ("Répondez par un nombre.", "1 + 1 ?", "Léa a 2 œufs et 1 pommes. Combien ?", "2 sur 7", "5 sur 7"):
        assert said in text
    replies = list(page.iter(f"{X}article"))
    ranked = [row for row in table["standings"] if row["rank"]]
    assert len(replies) == len(ranked)
    assert "Score\N{NO-BREAK SPACE}: 100 sur 100" in "".join(replies[0].itertext())
    assert "La réponse est vide." in _text(replies[1])
    assert "la bonne réponse est 7 <b>" in _text(replies[1])
    assert "Non notée" in _text(replies[2])
    assert "Question 2, niveau 2, français" in _text(page.find(f".//{X}h1"))


def test_headings_and_landmarks_are_in_order(trees: dict[str, Any]) -> None:
    """One h1, no level skipped, tables with captions and scopes, ids that are unique."""
    for path, tree in trees.items():
        levels = [int(node.tag[-1]) for node in tree.iter() if re.fullmatch(rf"{X}h[1-6]", str(node.tag))]
        assert levels[0] == 1, path
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), path
        ids = [node.get("id") for node in tree.iter() if node.get("id")]
        assert len(ids) == len(set(ids)), path
        for found in tree.iter(f"{X}table"):
            assert _text(found.find(f"{X}caption"))
            assert all(cell.get("scope") for cell in found.iter(f"{X}th"))


def test_what_is_in_another_language_says_so(trees: dict[str, Any]) -> None:
    """On a French page an English question is marked as English, and the other way round."""
    for code, other in (("fr", "en"), ("en", "fr")):
        page = trees[f"{code}/items/problem_solving--word_problems/{other}--l01--00000.html"]
        assert {node.get("lang") for node in page.iter(f"{X}pre")} == {other}
        own = trees[f"{code}/items/problem_solving--word_problems/{code}--l01--00000.html"]
        assert {node.get("lang") for node in own.iter(f"{X}pre")} == {None}


def test_the_list_is_complete_without_its_script(trees: dict[str, Any], made: dict[str, str]) -> None:
    """Every question is a row with its level, language and outcome; the finder is hidden until the script shows it."""
    for code in LANGUAGES:
        path = f"{code}/{routes.items_page(TASK)}"
        rows = [row for row in trees[path].iter(f"{X}tr") if row.get("data-level")]
        assert len(rows) == 12
        assert {(row.get("data-level"), row.get("data-language")) for row in rows} == {
            (level, language) for level in "12" for language in LANGUAGES
        }
        (finder,) = list(trees[path].iter(f"{X}search"))
        assert finder.get("hidden") is not None
        labels = {label.get("for") for label in finder.iter(f"{X}label")}
        controls = {node.get("id") for kind in ("input", "select") for node in finder.iter(f"{X}{kind}")}
        assert labels == controls
        assert made[path].count("<script>") == 1


def test_what_is_not_shown_is_said(trees: dict[str, Any]) -> None:
    """The overview names every task: how many questions can be read, how many cannot, and why none can."""
    text = _text(trees["fr/" + routes.ITEMS])
    assert "Aucune : d’autres manches tireront parmi les mêmes questions." in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "12" in text


def test_a_round_without_public_questions_has_no_page_of_them(table: Table) -> None:
    """None where items are sealed, and none where every task is closed."""
    assert rendered(table, None) == {}
    assert rendered(table, Items({}, frozenset())) == {}
    assert not items_pages.exists(Sources(table))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_answers_are_only_text(table: Table, text: str) -> None:
    """Markup stays text, nothing invisible stays invisible, and a page stays small whatever was said."""
    items = invented(table, (text,), levels=1, count=1)
    first = items.found[TASK][0]
    asked = dataclasses.replace(first, messages=[*first.messages[:-1], {"role": "user", "content": text}], answer=text)
    items.found[TASK][0] = asked  # type: ignore[index]
    for path, page in rendered(table, items).items():
        tree = html5lib.HTMLParser(strict=True).parse(page)
        assert not list(tree.iter(f"{X}img")), path
        assert len(list(tree.iter(f"{X}h1"))) == 1
        assert "49" not in _text(tree.find(f".//{X}h1"))
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe]", page), path
        assert len(gzip.compress(page.encode())) < 150_000


def test_text_is_shown_to_the_letter() -> None:
    """What has a shape stays as it is; what has none is written out, and nothing disappears."""
    assert (
        literal("Né à l’Haÿ : 3 < 4 & « oui » 👩\u200d🚀 日本\n\t↦ عربي")
        == "Né à l’Haÿ : 3 < 4 & « oui » 👩\u200d🚀 日本\n\t↦ عربي"
    )
    assert (
        literal("a\x1b[0m\u202eb\u200b\xad\r\n\x7f\x85\ud800") == "a␛[0m⟨U+202E⟩b⟨U+200B⟩⟨U+00AD⟩␍\n␡⟨U+0085⟩⟨U+D800⟩"
    )
    piled = "e\u0301\u0323 z" + "\u0301" * 99 + "!"  # over other lines
    assert literal(piled) == "e\u0301\u0323 z" + "\u0301" * 5 + "⟨…⟩!"
    assert html.unescape(literal("&lt;")) == "<"
    assert excerpt("un  deux\ntrois quatre", 12) == "un deux tro…"
    assert excerpt("court", 12) == "court"


def test_long_answers_are_cut_and_the_page_says_so(table: Table) -> None:
    """LONGEST characters, and how many more there are."""
    (page,) = [
        page
        for path, page in rendered(table, invented(table, ("é" * (LONGEST + 1234),), 1, 1)).items()
        if path.endswith("en/items/problem_solving--word_problems/fr--l01--00000.html")
    ]
    assert "é" * LONGEST in page
    assert "é" * (LONGEST + 1) not in page
    assert "and 1,234 more characters" in page
