"""The column of production and the horizons on the pages, in both languages."""

import copy
from collections.abc import Callable
from typing import Any

import html5lib
import jsonschema
import pytest

from harness.errors import PublishError
from leaderboard.site.pages import render_pages
from leaderboard.site.sources import Sources

Table = dict[str, Any]
APART = {
    "fr": "Cette colonne ne fait jamais partie du classement",
    "en": "This column is never part of the standings",
}
PAGE = "submissions/atelier-loire--cormoran-8b.html"


def estimate(value: float, half: float) -> Table:
    return {"value": value, "low": round(value - half, 6), "high": round(value + half, 6)}


@pytest.fixture
def rated(make_table: Callable[..., Table]) -> Table:
    """A round of two entries with a column of production and a judge model from outside."""
    table = make_table(submissions=2, tasks=1, levels=2)
    rate = {**estimate(0.61, 0.05), "weight": 0.4, "labelled": 40, "judged": 90}
    table["production"] = {
        "schema": "grand-defi/production/1",
        "prompts": 40,
        "comparisons": 1120,
        "ties": 7,
        "people": 1,
        "standings": [
            {
                "submission": "helios/helios-large",
                "rank": [1, 1],
                "strength": estimate(0.62, 0.3),
                "win_rate": rate,
            },
            {
                "submission": "atelier-loire/cormoran-8b",
                "rank": [1, 2],
                "strength": estimate(-0.62, 0.3),
                "win_rate": None,
            },
        ],
        "style": [{"name": "length", **estimate(0.1, 0.2)}],
        "judge": {
            "name": "zulu/outside",
            "used": True,
            "pairs": 90,
            "agreement": {**estimate(0.55, 0.1), "agreement": 0.78, "items": 90},
            "leans": [
                {"name": "position", **estimate(0.12, 0.05), "p": 0.001, "pairs": 90},
                {"name": "length", **estimate(-0.01, 0.05), "p": 0.7, "pairs": 88},
                {"name": "own team", "value": None, "low": -1.0, "high": 1.0, "p": 1.0, "pairs": 2},
            ],
        },
    }
    return table


def plain(html: str) -> str:
    """Without no-break spaces and tags' classes: what a reader reads."""
    text = html.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    return "".join(html5lib.parse(text, namespaceHTMLElements=False).itertext())


def test_the_column_is_shown_with_its_intervals(rated: Table, schema: Table) -> None:
    """Strength, rank and win rate with their intervals, and the sentence that it is no part of the standings."""
    jsonschema.validate(rated, schema)
    pages = {path: plain(html) for path, html in render_pages(Sources(rated))}
    french = "1 120 jugements, dont 7 à égalité, sur 40 consignes, par 1 personne.", "+0,62 de +0,32 à +0,92", "61,0"
    english = "1,120 judgements, 7 of them ties, on 40 prompts, by 1 person.", "−0.62 −0.92 to −0.32", "61.0"
    for code, words in (("fr", french), ("en", english)):
        for word in (*words, APART[code]):
            assert word in pages[f"{code}/index.html"], word
    column = pages["en/index.html"].split(APART["en"])[1]
    assert column.index("1Helios Large") < column.index("1–2Cormoran 8B")


def test_the_judge_is_shown_with_its_leanings(rated: Table) -> None:
    """Agreement, kappa with its interval, and each leaning with a verdict; a name from outside the round nowhere."""
    pages = dict(render_pages(Sources(rated)))
    assert not any("zulu" in html for html in pages.values())
    french, english = (plain(pages[f"{code}/index.html"]) for code in ("fr", "en"))
    for word in (
        "Un modèle qui n’est pas dans cette manche a aussi jugé, dans les deux ordres, 90 paires",
        "78,0 % d’entre elles ; au-delà du hasard, le kappa de Cohen vaut 0,55 de 0,45 à 0,65",
        "texte montré en premier+12,0 de +7,0 à +17,0penche pour",
        "texte le plus long−1,0 de −6,0 à +4,0non établi",
        "texte de sa propre équipe–trop peu de paires",
        "longueur : +0,10 de −0,10 à +0,30",
    ):
        assert word in french, word
    for word in ("78.0% of them", "text shown first+12.0 +7.0 to +17.0leans towards it", "–too few pairs"):
        assert word in english, word


@pytest.mark.parametrize(
    ("judge", "words"),
    [
        (None, ("Aucun modèle n’a jugé ces paires", "No model judged these pairs")),
        ({"name": "helios/helios-large"}, ("Helios Large a aussi jugé", "Helios Large also judged")),
        ({"used": False, "pairs": 1}, ("C’est trop peu pour s’y fier", "too few to rely on it")),
        ({"agreement": None}, ("ne peut pas être mesuré", "cannot be measured")),
    ],
)
def test_what_is_not_known_of_a_judge_is_said(rated: Table, judge: Any, words: tuple[str, str]) -> None:
    """No judge, one of the round, one that is not used, and one whose agreement is unknown."""
    column = rated["production"]
    column["judge"] = None if judge is None else {**column["judge"], **judge}
    column["style"] = []
    pages = dict(render_pages(Sources(rated)))
    for code, word in zip(("fr", "en"), words, strict=True):
        html5lib.HTMLParser(strict=True).parse(pages[f"{code}/index.html"])
        assert word in plain(pages[f"{code}/index.html"])


def test_a_stranger_in_the_column_is_never_shown(rated: Table) -> None:
    """A table that rates what it does not list is refused before a page is made."""
    rated["production"]["standings"][0]["submission"] = "zulu/practice"
    with pytest.raises(PublishError, match="zulu/practice"):
        dict(render_pages(Sources(rated)))


def test_the_column_moves_nothing_else(rated: Table) -> None:
    """Taken away, it takes one section with it: every other page and the standings stay as they were."""
    without = copy.deepcopy(rated)
    del without["production"]
    before, after = dict(render_pages(Sources(without))), dict(render_pages(Sources(rated)))
    assert {path for path in after if before[path] != after[path]} == {"fr/index.html", "en/index.html"}
    for code in ("fr", "en"):
        head, _, rest = after[f"{code}/index.html"].partition('<section aria-labelledby="production">')
        section, _, tail = rest.partition('<section aria-labelledby="tasks">')
        assert "Helios" in section
        whole = f'{head}<section aria-labelledby="tasks">{tail}'
        assert whole.split() == before[f"{code}/index.html"].split()


def test_horizons_are_levels_with_intervals_or_words(make_table: Callable[..., Table]) -> None:
    """A number with its interval, the words at either end of the ladder, and nothing where there is none."""
    table = make_table(submissions=1, tasks=1, levels=9)
    row = next(row for row in table["standings"] if row["entry"] == "cormoran-8b")
    shown = []
    for horizon in (
        {"value": 4.25, "low": "below", "high": 5.0},
        {"value": "above", "low": 7.5, "high": "above"},
        dict.fromkeys(("value", "low", "high"), "below"),
        None,
    ):
        row["horizons"] = {"50": horizon, "80": None}
        pages = dict(render_pages(Sources(table)))
        shown.append([plain(pages[f"{code}/{PAGE}"]) for code in ("fr", "en")])
    for pages_of, words in zip(
        shown,
        (
            ("Horizon à 50 %4,2 (de moins de 1 à 5,0)", "Horizon at 50%4.2 (below 1 to 5.0)"),
            ("Horizon à 50 %plus de 9 (de 7,5 à plus de 9)", "Horizon at 50%above 9 (7.5 to above 9)"),
            ("Horizon à 50 %moins de 1", "Horizon at 50%below 1"),
        ),
        strict=False,
    ):
        for page, word in zip(pages_of, words, strict=True):
            assert word in page, word
            assert "80" not in page.split("Horizon ")[1].split("%")[0]
    assert not any("Horizon" in page or "horizon" in page for page in shown[3])
    del row["horizons"]  # an older table
    assert "Horizon" not in dict(render_pages(Sources(table)))[f"fr/{PAGE}"]
