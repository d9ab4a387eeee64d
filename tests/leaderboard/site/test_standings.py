"""The front page: what each column says, how many rows a page has, what changed since the round before."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import html5lib
import pytest

from leaderboard.site import strips
from leaderboard.site.changes import changes
from leaderboard.site.pages import render_pages, standings
from leaderboard.site.sources import Sources

Table = dict[str, Any]

X = "{http://www.w3.org/1999/xhtml}"
MEASURED = {"measured": True, "joules": 9.0, "idle": "keep", "scope": "gpu+package", "by_task": {}, "why": ""}


def _front(table: Table, **sources: Any) -> dict[str, str]:
    return {
        path: html for path, html in render_pages(Sources(table, **sources)) if re.match("../(index|standings/)", path)
    }


def _text(node: Any) -> str:
    return " ".join("".join(node.itertext()).split())


def _board(html: str, board: str = "board") -> Any:
    tree = html5lib.HTMLParser(strict=True).parse(html)
    return next(table for table in tree.iter(f"{X}table") if table.get("id") == board)


def _cells(html: str, key: str, board: str = "board") -> list[Any]:
    body = _board(html, board).find(f"{X}tbody")
    return [cell for cell in body.iter() if f"k-{key}" in cell.get("class", "").split()]


def test_a_row_says_who_where_and_how(make_table: Callable[..., Table]) -> None:
    """Country, size class, openness and energy per right answer are in words; what is not known is not drawn."""
    table = make_table(submissions=3, tasks=2, levels=3)
    row = next(row for row in table["standings"] if row["entry"] == "helios-large")
    row["energy"] = {**MEASURED, "per_correct": 1_234.5}
    pages = _front(table)
    for code, words in (
        (
            "fr",
            ("helios · Grèce", "1,2 kJ", "GPU et processeur", "de 10 à 100 milliards", "poids fermés", "non mesurée"),
        ),
        (
            "en",
            ("helios · Greece", "1.2 kJ", "GPUs and processor", "10 to 100 billion", "closed weights", "not measured"),
        ),
    ):
        said = _text(_board(pages[f"{code}/index.html"]).find(f"{X}tbody"))
        for word in words:
            assert word in said.replace("\N{NO-BREAK SPACE}", " "), word
    for one in table["standings"]:
        one.update(country=None, weights="unknown", size_class="unknown", energy={**one["energy"], "measured": False})
    html = _front(table)["en/index.html"]
    assert "k-energy" not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    assert not re.search(r"data-(country|size|weights)=|id=\"f-(country|size|weights)\"", html)


def test_what_is_no_country_is_not_shown(make_table: Callable[..., Table]) -> None:
    """A country that is no ISO code is dropped; one that no one knows stays a code."""
    table = make_table(submissions=2, tasks=1, levels=2)
    table["standings"][0]["country"], table["standings"][1]["country"] = "<b>France</b>", "XQ"
    said = _text(_board(_front(table)["fr/index.html"]))
    assert "France" not in said
    assert "· XQ" in said


def test_cells_sort_by_their_own_values(table: Table, pages: dict[str, str]) -> None:
    """Each cell carries the number it shows, and a cell without one carries none, so that it can come last."""
    rows = {row["title"]: row for row in table["standings"] if not row["baseline"]}
    html = pages["en/index.html"]
    for name, area, level in zip(_cells(html, "name"), _cells(html, "area"), _cells(html, "cleared"), strict=True):
        row = rows[_text(name.find(f"{X}a"))]
        given = area.get("data-v")
        assert given is None if row["area"] is None else float(given) == pytest.approx(row["area"]["value"], abs=1e-5)
        assert float(level.get("data-v")) == row["level_cleared"]
    ranks = [float(cell.get("data-v")) for cell in _cells(html, "rank") if cell.get("data-v")]
    assert ranks == sorted(ranks)


def test_parts_have_areas_and_no_ranks(table: Table, pages: dict[str, str]) -> None:
    """Each track and language has a column of areas with intervals; the page says that ranks are for the whole only."""
    html = pages["fr/index.html"]
    first = table["standings"][0]
    for key, estimate in {**first["by_track"], **first["by_language"]}.items():
        cell = _text(_cells(html, key)[0])
        low, high = (f"{estimate[bound] * 100:.1f}".replace(".", ",") for bound in ("low", "high"))
        assert f"de {low} à {high}" in cell
    assert "Aucun rang n’est calculé pour une partie" in html


def test_a_long_round_goes_on_over_pages(make_table: Callable[..., Table], monkeypatch: pytest.MonkeyPatch) -> None:
    """No row is lost or doubled, rows keep their order, links lead home, and each page names its rows."""
    monkeypatch.setattr(standings, "ROWS", 4)
    table = make_table(submissions=10, tasks=1, levels=2)
    pages = _front(table)
    paths = ["en/index.html", "en/standings/2.html", "en/standings/3.html"]
    assert [path for path in pages if path.startswith("en/")] == paths
    links = [cell.find(f"{X}a").get("href") for path in paths for cell in _cells(pages[path], "name")]
    assert [len(_cells(pages[path], "name")) for path in paths] == [4, 4, 2]
    assert len(set(links)) == 10
    assert all(link.startswith("submissions/") for link in links[:4])
    assert all(link.startswith("../submissions/") for link in links[4:])
    areas = [float(cell.get("data-v", "-1")) for path in paths for cell in _cells(pages[path], "area")]
    assert areas == sorted(areas, reverse=True)
    for path in paths:
        assert all(f"Rows {rows}" in pages[path] for rows in ("1 to 4", "5 to 8", "9 to 10"))
    assert "Submissions shown: 4 of 10." in pages["en/index.html"]
    assert 'id="controls"' not in pages["en/standings/2.html"]


def test_the_scripts_texts_are_no_markup(table: Table, pages: dict[str, str]) -> None:
    """What the script says is plain text in JSON that cannot end its element."""
    found = re.search(r'<script type="application/json" id="standings-texts">(.*?)</script>', pages["fr/index.html"])
    texts = json.loads(found.group(1))
    assert not re.search("[<>&]", found.group(1))
    assert texts["shown"].count("{shown}") == texts["shown"].count("{total}") == 1
    assert "\N{NO-BREAK SPACE}:" in texts["sorted"]


def test_filters_offer_what_the_rows_have(make_table: Callable[..., Table]) -> None:
    """Every value that a row carries can be chosen, whoever wrote it, and nothing else."""
    table = make_table(submissions=8, tasks=1, levels=2)
    table["standings"][0]["team"] = 'X" onfocus="alert(1)'
    table["standings"][1].update(division="open", rank=None)
    table["comparisons"] = []
    tree = html5lib.HTMLParser(strict=True).parse(_front(table)["en/index.html"])
    rows = [row for row in tree.iter(f"{X}tr") if row.get("data-team") and row.get("data-team") != "baselines"]
    for name in ("team", "country", "size", "weights"):
        (select,) = [one for one in tree.iter(f"{X}select") if one.get("data-filter") == name]
        offered = {option.get("value") for option in select.iter(f"{X}option")} - {""}
        assert offered == {row.get(f"data-{name}") for row in rows} - {None}, name
    assert next(one.get("data-filter") for one in tree.iter(f"{X}select") if one.get("data-filter")) == "division"


def _earlier(table: Table) -> Table:
    """A round before `table`: Helios was two levels lower, Aurora one higher, Manchot was not there, Nemo was."""
    before = copy.deepcopy(table)
    before["round"].update(name="before", title={"fr": "Manche d'été", "en": "Summer round"}, date="2026-07-01")
    rows = {row["entry"]: row for row in before["standings"]}
    rows["helios-large"]["level_cleared"] -= 2
    rows["aurora-1b"].update(level_cleared=rows["aurora-1b"]["level_cleared"] + 1, digest="0" * 64)
    rows["manchot"].update(team="nautilus", entry="nemo", submission="nautilus/nemo", title="<b>Nemo</b>")
    return before


def test_changes_are_those_of_both_rounds(table: Table) -> None:
    """New, gone, up and down are told by entry; a model that changed is told; unranked entries have no step."""
    found = changes(table, _earlier(table))
    assert found.new == ("pole-sud/manchot",)
    assert found.gone == ("<b>Nemo</b>",)
    (up,), (down,) = found.up, found.down
    assert (up.submission, up.after - up.before, up.same_model) == ("helios/helios-large", 2, True)
    assert (down.submission, down.after - down.before, down.same_model) == ("nordlys/aurora-1b", -1, False)
    assert found.same == sum(bool(row["rank"]) and not row["baseline"] for row in table["standings"]) - 3


def test_other_ladders_are_not_compared(table: Table) -> None:
    """Where a task, its levels or a threshold differ, no level is set beside another, and the page says why."""
    for change in ("levels", "thresholds", "task"):
        before = _earlier(table)
        if change == "levels":
            before["tasks"][0]["levels"] -= 1
        elif change == "thresholds":
            before["round"]["thresholds"] = [0.5, 0.9]
        else:
            before["tasks"].pop()
        found = changes(table, before)
        assert (found.comparable, found.up, found.down, found.same) == (False, (), (), 0), change
    assert "do not have the same tasks" in _front(table, earlier=(before,))["en/index.html"]


def test_the_page_says_what_changed(table: Table, pages: dict[str, str]) -> None:
    """With an earlier round the page tells its changes in words, hostile names as text; without one it says nothing."""
    html = _front(table, earlier=(_earlier(table),))["en/index.html"]
    section = _text(html5lib.parse(html[html.index('<section aria-labelledby="changes">') :]))
    for words in ("Summer round", "1 new submission: Manchot 3B Instruct.", "<b>Nemo</b>", "Helios Large (5 → 7)"):
        assert words in section, words
    assert "Aurora 1B (5 → 4, another model)" in section
    assert "may be chance" in section
    assert 'aria-labelledby="changes"' not in pages["en/index.html"]


def test_a_corrected_round_says_so_on_every_page(make_table: Callable[..., Table]) -> None:
    """A notice with the last correction's date stands on every page of a corrected round, and on none of another."""
    table = make_table(submissions=1, tasks=1, levels=2)
    notice = {"number": 2, "at": "2026-12-03T10:00:00+00:00", "reason": "…", "standings_sha256": "", "former": ""}
    plain = dict(render_pages(Sources(table)))
    table["round"]["corrections"] = [{**notice, "at": "2026-12-01T10:00:00+00:00"}, notice]
    corrected = dict(render_pages(Sources(table)))
    for path, html in corrected.items():
        code, _, rest = path.partition("/")
        said = {
            "fr": "rectifié 2 fois, la dernière le 3 décembre 2026",
            "en": "corrected 2 times, last on 3 December 2026",
        }
        if rest and "embed" not in rest:
            assert said[code] in html, path
            assert said[code] not in plain[path], path


@pytest.mark.parametrize(("count", "labels"), [(1, "1"), (5, "12345"), (40, "1"), (999, "1")])
def test_places_lie_on_one_axis(count: int, labels: str) -> None:
    """The first place is at the left, the last at the right, and an interval lies between its own places."""
    axis = re.findall(r'x="([\d.]+)"[^>]*>([\d]+)<', strips.places_axis(count, str))
    numbers = [int(label) for _, label in axis]
    assert numbers[0] == 1
    assert numbers[-1] == count
    assert numbers == sorted(set(numbers))
    assert "".join(map(str, numbers)).startswith(labels)
    at = {int(label): float(x) for x, label in axis}
    low, high = 1, count
    bar = re.search(r'class="bar" d="M([\d.]+) 9H([\d.]+)', strips.places(low, high, count))
    if count > 1:
        assert (float(bar.group(1)), float(bar.group(2))) == (at[1], at[count])
    middle = (1 + count) // 2
    bar = re.search(r'class="bar" d="M([\d.]+) 9H([\d.]+)', strips.places(middle, middle, count))
    assert float(bar.group(1)) < float(bar.group(2))


def test_a_lean_whisker_has_its_dot_at_its_value() -> None:
    """Line, ends and dot are one path: the interval from low to high, a full disc around the value between them."""
    (path,) = re.findall(r'class="bar" d="([^"]*)"', strips.whisker((0.6, 0.2, 0.8), (0.0, 1.0)))
    disc = r"M(\S+) 9a1.8 1.8 0 1 0 (\S+) 0a1.8 1.8 0 1 0-3.6 0"
    numbers = re.fullmatch(rf"M(\S+) 9H([^M]+)M\S+ 4v10M\S+ 4v10{disc}", path)
    low, high, left, width = map(float, numbers.groups())
    assert (low, high) == (37, 133)
    assert left + width / 2 == pytest.approx(101)


@pytest.mark.parametrize(("cleared", "high"), [(0, 0), (3, 1), (5, 5)])
def test_a_lean_ladder_has_a_rung_a_level(cleared: int, high: int) -> None:
    """Dark rungs up to the higher threshold, filled ones up to the level cleared, empty ones above."""
    drawn = {
        kind: path.count("M")
        for kind, path in re.findall(r'class="(rung[^"]*)" d="([^"]*)"', strips.ladder(5, cleared, high))
    }
    wanted = {"rung high": high, "rung on": cleared - high, "rung": 5 - cleared}
    assert drawn == {kind: count for kind, count in wanted.items() if count}


def test_the_menu_has_what_the_site_has(pages: dict[str, str]) -> None:
    """Each entry of the menu leads to a page of this site, once; a kind of page that is left out has no entry."""
    for path, html in pages.items():
        code, _, rest = path.partition("/")
        if rest != "method.html":
            continue
        tree = html5lib.HTMLParser(strict=True).parse(html)
        navs = [nav for nav in tree.iter(f"{X}nav") if nav.get("aria-label") in ("Menu principal", "Main menu")]
        wide, narrow = ([link.get("href") for link in nav.iter(f"{X}a")] for nav in navs)
        assert wide == narrow
        assert len(set(wide)) == len(wide) >= 5
        assert all(f"{code}/{target.partition('#')[0]}" in pages for target in wide)
        assert "items/index.html" not in wide  # the example's questions are not shown
        current = [link.get("href") for nav in navs for link in nav.iter(f"{X}a") if link.get("aria-current")]
        assert current == ["method.html", "method.html"]


def test_a_page_says_where_it_stands_for_good(make_table: Callable[..., Table]) -> None:
    """Every footer leads to the latest standings; with a known address it gives the page's own, permanent one."""
    table = make_table(submissions=1, tasks=1, levels=2)
    page = dict(render_pages(Sources(table, url="https://defi.example/")))[
        "fr/submissions/atelier-loire--cormoran-8b.html"
    ]
    foot = page[page.index("<footer") :]
    assert 'href="../../../../index.html"' in foot
    assert "https://defi.example/rounds/example/fr/submissions/atelier-loire--cormoran-8b.html</a>" in foot
    assert "https://" not in dict(render_pages(Sources(table)))["en/index.html"].partition("<footer")[2]
