"""The page of comparisons: what it shows without a script, and what its script is given."""

import json
import re
from collections.abc import Callable
from typing import Any

import html5lib
import pytest

from leaderboard.site import side_by_side
from leaderboard.site.pages import parts, prepare
from leaderboard.site.sources import Sources
from leaderboard.site.view import View

Table = dict[str, Any]
OWN = {"Null": "Réponse vide", "Echo": "Écho", "Constant": "Réponse constante", "Random": "Réponse au hasard"}
X = "{http://www.w3.org/1999/xhtml}"
HOSTILE = "</script><script>alert(1)</script>\u2028<!--\u202e"


def rendered(table: Table) -> dict[str, str]:
    """The page in both languages."""
    return {p: html for kind, part in parts(prepare(Sources(table))) if kind == "compare" for p, html in part()}


def given(html: str) -> dict[str, Any]:
    """What the script is given."""
    return json.loads(re.search(r'id="compare-data">(.*?)</script>', html, re.DOTALL).group(1))


@pytest.fixture(scope="module")
def made(table: Table) -> dict[str, str]:
    """The example's page in both languages."""
    return rendered(table)


def test_the_first_ranked_are_compared_without_a_script(made: dict[str, str], table: Table) -> None:
    """Each cell is the row's area less the column's, with its interval and what it shows, in words."""
    tree = html5lib.HTMLParser(strict=True).parse(made["en/compare.html"])
    (matrix,) = (node for node in tree.iter(f"{X}table") if "matrix" in node.get("class"))
    rows = [["".join(cell.itertext()).strip() for cell in row] for row in matrix.iter(f"{X}tr")]
    pair = table["comparisons"][0]
    assert rows[1][0] == "Cormoran 8B"
    assert rows[0][2] == "Helios Large"
    gap, low, high = (f"{pair[key] * 100:+.1f}".replace("-", "−") for key in ("difference", "low", "high"))
    assert rows[1][2].startswith(f"{gap} {low} to {high} ")
    mirrored = [f"{-pair[key] * 100:+.1f}".replace("-", "−") for key in ("difference", "high", "low")]
    assert rows[2][1].startswith("{} {} to {} ".format(*mirrored))
    for pair in table["comparisons"]:
        words = {True: ("ahead", "behind"), False: ("not shown",) * 2}[pair["real"]]
        names = [
            row["title"] for name in (pair["a"], pair["b"]) for row in table["standings"] if row["submission"] == name
        ]
        places = [rows[0].index(name) for name in names]
        assert rows[places[0]][places[1]].endswith(words[0])
        assert rows[places[1]][places[0]].endswith(words[1])


def test_without_a_script_no_control_is_shown(made: dict[str, str]) -> None:
    """Controls are in the box that the style sheet hides where no script runs; the page says what it would do."""
    for html in made.values():
        tree = html5lib.HTMLParser(strict=True).parse(html)
        (chooser,) = (node for node in tree.iter(f"{X}section") if node.get("id") == "chooser")
        assert chooser.get("class") == "scripted"
        inside = set(chooser.iter())
        for tag in ("button", "input", "select"):
            assert all(node in inside for node in tree.iter(f"{X}{tag}")), tag
        assert any(node.get("id") == "without" for node in tree.iter(f"{X}p"))


def test_the_list_to_choose_from_has_its_room_before_the_script(made: dict[str, str], table: Table) -> None:
    """The first submissions are in the page as the script will list them, so that nothing moves when it has run."""
    tree = html5lib.HTMLParser(strict=True).parse(made["en/compare.html"])
    boxes = [node.get("value") for node in tree.iter(f"{X}input") if node.get("type") == "checkbox"]
    assert boxes == [one[0] for one in given(made["en/compare.html"])["index"]]


def test_the_script_is_given_what_the_table_holds(made: dict[str, str], table: Table) -> None:
    """Every entry with an area, its figures and every difference, number for number."""
    data = given(made["fr/compare.html"])
    rows = {row["submission"]: row for row in table["standings"] if row["area"]}
    assert {facts["id"] for facts in data["rows"].values()} == set(rows)
    for place, (slug, name, team, kind) in enumerate(data["index"]):
        row = rows[data["rows"][slug]["id"]]
        assert (name, team, kind) == (OWN.get(row["title"], row["title"]), row["team"], 2 if row["baseline"] else 0)
        assert data["rows"][slug]["area"] == [row["area"][key] for key in ("value", "low", "high")]
        assert (data["rows"][slug]["rank"] is None) == row["baseline"]
        result = row["by_task"]["problem_solving/word_problems"]
        curve = [p for p in result["curve"] if p["language"] == "all"]
        assert data["rows"][slug]["tasks"]["problem_solving/word_problems"][1] == [
            [p["level"], p["value"], p["low"], p["high"]] for p in curve
        ]
        assert place == [one[0] for one in data["index"]].index(slug)
    slugs = {data["rows"][one[0]]["id"]: number for number, one in enumerate(data["index"])}
    want = {frozenset((slugs[p["a"]], slugs[p["b"]])): abs(p["difference"]) for p in table["comparisons"]}
    found = {frozenset(pair[:2]): abs(pair[2]) for pair in data["pairs"]}
    assert found == pytest.approx(want)


def test_large_rounds_keep_the_page_light(make_table: Callable[..., Table]) -> None:
    """Beyond sixty submissions the page holds names alone, and figures are read from the submissions' files."""
    data = given(rendered(make_table(submissions=70, tasks=1, levels=2))["fr/compare.html"])
    assert data["rows"] is None
    assert data["pairs"] is None
    assert len(data["index"]) == 74


def test_many_tasks_keep_the_page_light(make_table: Callable[..., Table], monkeypatch: pytest.MonkeyPatch) -> None:
    """What would make the page heavy is left out whatever the number of submissions."""
    monkeypatch.setattr(side_by_side, "_LARGEST", 5_000)
    data = given(rendered(make_table(submissions=8, tasks=5, levels=10))["en/compare.html"])
    assert data["rows"] is None


@pytest.mark.parametrize("count", [1, 2])
def test_small_rounds_have_a_page(make_table: Callable[..., Table], count: int) -> None:
    """One submission, or none that is ranked, is no error: there is no table of the first, and no claim."""
    table = make_table(submissions=count, tasks=1, levels=2)
    for row in table["standings"][: count - 1]:
        row["rank"] = None
    table["comparisons"] = []
    for html in rendered(table).values():
        assert "matrix" not in re.sub("<style>.*?</style>", "", html, flags=re.DOTALL)
        html5lib.HTMLParser(strict=True).parse(html)


def test_a_round_without_any_figure_has_a_page(make_table: Callable[..., Table]) -> None:
    """Where nobody has an area there is nothing to choose."""
    table = make_table(submissions=2, tasks=1, levels=2)
    for row in table["standings"]:
        row.update(area=None, rank=None, by_task={}, by_track={}, by_language={})
    table["comparisons"] = []
    assert given(rendered(table)["fr/compare.html"])["index"] == []


def test_pairs_that_are_not_in_the_table_are_said_to_be_missing(make_table: Callable[..., Table]) -> None:
    """A large round's table holds the nearest only; the others are counted, and nobody is said to be equal."""
    table = make_table(submissions=4, tasks=1, levels=2)
    table["comparisons"] = table["comparisons"][:-2]
    matrix = side_by_side.first_ranked(View(table))
    assert matrix.lacking == 2
    html = rendered(table)["en/compare.html"]
    assert "2 pairs are not in the published list of differences." in html
    assert html.count(">not published<") == 4


def test_hostile_names_stay_inside_the_data(make_table: Callable[..., Table]) -> None:
    """A name that would end the script is text in it, and the page has the elements that it has with a plain name."""
    table = make_table(submissions=2, tasks=1, levels=2)
    plain = [str(node.tag) for node in html5lib.parse(rendered(table)["en/compare.html"]).iter()]
    row = table["standings"][0]
    former, row["title"], row["team"], row["submission"] = row["submission"], HOSTILE, HOSTILE, f"{HOSTILE}/x"
    for pair in table["comparisons"]:
        pair.update({key: row["submission"] for key in ("a", "b") if pair[key] == former})
    html = rendered(table)["en/compare.html"]
    assert [str(node.tag) for node in html5lib.HTMLParser(strict=True).parse(html).iter()] == plain
    assert "alert(1)</script>" not in html
    assert not re.search("[\u2028\u2029\u202e]", html.partition('id="compare-data"')[2])
    data = given(html)
    (slug,) = (slug for slug, facts in data["rows"].items() if facts["id"].startswith("</script>"))
    assert re.fullmatch(r"[a-z0-9._~-]+", slug)


def test_very_long_names_are_cut(make_table: Callable[..., Table]) -> None:
    """Names of 10,000 characters reach neither the table nor what the script shows."""
    table = make_table(submissions=2, tasks=1, levels=2)
    table["standings"][0].update(title="W" * 10_000, team="V" * 10_000)
    html = rendered(table)["en/compare.html"]
    assert "W" * 61 not in html
    assert "V" * 61 not in html
