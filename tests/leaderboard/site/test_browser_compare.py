"""Comparing in headless Chromium: by pointer, by keyboard, from an address, from disk and from a server."""

import json
import re
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import DESKTOP, PHONE, Visit, served

from leaderboard.data import submissions
from leaderboard.site.language import Language
from leaderboard.site.pages import parts, prepare
from leaderboard.site.sources import Sources

Table = dict[str, Any]

pytestmark = pytest.mark.browser

HELIOS, CORMORAN, MANCHOT = "helios--helios-large", "atelier-loire--cormoran-8b", "pole-sud--manchot"
BOTH = f"?with={HELIOS}&with={CORMORAN}"
NAME = '<img src=x onerror="document.title=1">\u202e'


def written(table: Table, folder: Path) -> Path:
    """The pages of comparisons and of submissions of a round, with the submissions' data."""
    for kind, part in parts(prepare(Sources(table))):
        for path, html in part() if kind in ("compare", "submission") else ():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(html, encoding="utf-8")
    for path, content in submissions.files(table):
        (folder / "data" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "data" / path).write_bytes(content)
    (folder / "assets").mkdir(exist_ok=True)
    (folder / "assets" / "icon.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def large(make_table: Callable[..., Table], tmp_path_factory: pytest.TempPathFactory) -> tuple[Table, Path]:
    """A round of more submissions than a page holds, and one of whose names is hostile; some pairs are left out."""
    table = make_table(submissions=70, tasks=1, levels=3)
    table["standings"][0]["title"] = NAME
    first, last = (row["submission"] for row in (table["standings"][0], table["standings"][60]))
    table["comparisons"] = [pair for pair in table["comparisons"] if {pair["a"], pair["b"]} != {first, last}]
    return table, written(table, tmp_path_factory.mktemp("large"))


@pytest.fixture(scope="module")
def desk(browser: Any, site: Path) -> Iterator[Visit]:
    """The example from disk, with scripts."""
    visit = Visit(browser, site, scripts=True, viewport=DESKTOP)
    yield visit
    visit.close()


def slug(row: Table) -> str:
    return f"{row['team']}--{row['entry']}"


def rows_of(page: Any, caption: str) -> list[list[str]]:
    """The cells of a table by its caption's id, in words; ordinary spaces."""
    cells = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    found = page.eval_on_selector_all(f"table:has(#{caption}) tr", cells)
    return [[re.sub(r"[\s\u00a0\u202f]+", " ", cell) for cell in row] for row in found]


@pytest.mark.parametrize("code", ["fr", "en"])
def test_an_address_shows_its_comparison(desk: Visit, table: Table, code: str) -> None:
    """A shared address shows the same two, with the table's difference from the side of the first."""
    page = desk.open(f"{code}/compare.html{BOTH}")
    pair = next(pair for pair in table["comparisons"] if {pair["a"], pair["b"]} == {
        "helios/helios-large", "atelier-loire/cormoran-8b"})  # fmt: skip
    sign = 1 if pair["a"].startswith("helios") else -1
    shown = f"{sign * pair['difference'] * 100:+.1f}".replace("-", "−")
    ends = sorted(sign * pair[key] * 100 for key in ("low", "high"))
    low, high = (f"{end:+.1f}".replace("-", "−") for end in ends)
    less, bounds, verdict = {
        "fr": ("Helios Large moins Cormoran 8B", f"de {low} à {high}".replace(".", ","), "non établie"),
        "en": ("Helios Large less Cormoran 8B", f"{low} to {high}", "not shown"),
    }[code]
    comma = shown.replace(".", ",") if code == "fr" else shown
    assert rows_of(page, "pairs-caption")[1] == [less, comma, bounds, verdict]
    assert page.locator("#place-curves svg.curves").count() == len(table["tasks"])
    assert desk.complaints == []
    assert not [url for url in desk.requests if not url.startswith(desk.site)]


@pytest.mark.parametrize("code", ["fr", "en"])
def test_parts_are_compared_in_pairs(desk: Visit, table: Table, code: str) -> None:
    """Each track and language has the paired difference, from the side of the first; bold where zero is excluded."""
    page = desk.open(f"{code}/compare.html{BOTH}&with={MANCHOT}")
    rows = rows_of(page, "parts-caption")
    assert [len(row) for row in rows if len(row) > 1] == [4] * 6  # a head, three tracks and two languages; three pairs
    pair = next(pair for pair in table["comparisons"] if {pair["a"], pair["b"]} == {
        "helios/helios-large", "atelier-loire/cormoran-8b"})  # fmt: skip
    sign = 1 if pair["a"].startswith("helios") else -1
    found, say = {row[0]: row[1] for row in rows if len(row) > 1}, Language(code)
    for kind, known in pair["parts"].items():
        for name, bounds in known.items():
            value, low, high = bounds[0] * sign, *sorted(sign * one for one in bounds[1:])
            label = say.text(f"track.{name}") if kind == "track" else say.name_of(name)
            said = f"{say.gap(value)} {say.gap_interval({'low': low, 'high': high})}"
            assert found[label] == re.sub(r"\s+", " ", said)
    bold = page.locator("table:has(#parts-caption) td b").count()
    shown = [one for pair in table["comparisons"] for one in pair["parts"]["track"].values()
             if {pair["a"], pair["b"]} <= {"helios/helios-large", "atelier-loire/cormoran-8b", "pole-sud/manchot"}
             and (one[1] > 0 or one[2] < 0)]  # fmt: skip
    assert bold >= len(shown)
    assert desk.complaints == []


def test_figures_are_those_of_the_table(desk: Visit, table: Table) -> None:
    """Rank, levels and areas side by side are the numbers that the submission's own page shows."""
    page = desk.open(f"en/compare.html{BOTH}")
    found = {row[0]: row[1:] for row in rows_of(page, "beside-caption")}
    for place, name in enumerate(("helios/helios-large", "atelier-loire/cormoran-8b")):
        row = next(row for row in table["standings"] if row["submission"] == name)
        low, high = row["rank"]
        assert found["Rank"][place] == (f"{low}–{high}" if low != high else str(low))
        assert found["Level at threshold 50"][place] == str(row["level_cleared"])
        for label, area in (("Area under the curve", row["area"]), ("French", row["by_language"]["fr"])):
            said = "{value:.1f} {low:.1f} to {high:.1f}".format(**{key: area[key] * 100 for key in area})
            assert found[label][place] == said
        task = row["by_task"]["problem_solving/word_problems"]
        assert found["Word problems"][place].startswith(f"{task['area']['value'] * 100:.1f} ")


def test_a_curve_is_drawn_as_on_the_submission_page(desk: Visit, table: Table) -> None:
    """One curve alone has the very path that the pre-rendered drawings have for the same points."""
    from leaderboard.site import curves
    from leaderboard.site.svg import Words
    from leaderboard.site.view import points

    page = desk.open(f"en/compare.html?with={HELIOS}")
    row = next(row for row in table["standings"] if row["entry"] == "helios-large")
    for place, task in enumerate(table["tasks"]):
        own = points(row["by_task"][task["name"]]["curve"], "all")
        svg = str(curves.curves([curves.Series("x", 0, own)], task["levels"], (0.5, 0.8), Words("a", "", "Level")))
        drawn = page.locator("#place-curves svg.curves").nth(place)
        for kind in ("line", "bars"):
            assert drawn.locator(f".{kind}").get_attribute("d") == re.search(rf'class="{kind}" d="([^"]*)"', svg).group(
                1
            )
        assert drawn.get_attribute("role") == "img"
        assert drawn.locator("desc").text_content().startswith("Helios Large: ")


def test_choosing_keeps_the_address(desk: Visit) -> None:
    """Each choice is in the address in its order, a removal leaves it, and the live region says what is shown."""
    page = desk.open("en/compare.html")
    assert not page.locator("#result").is_visible()
    page.get_by_role("checkbox", name="Helios Large").check()
    page.get_by_role("checkbox", name="Manchot 3B Instruct").check()
    assert page.evaluate("location.search") == f"?with={HELIOS}&with={MANCHOT}"
    assert page.locator("#said").text_content() == "Shown side by side: Helios Large and Manchot 3B Instruct."
    page.get_by_role("button", name="Remove Helios Large").click()
    assert page.evaluate("location.search") == f"?with={MANCHOT}"
    assert not page.locator("#pairs-section").is_visible()
    page.reload()
    assert page.get_by_role("checkbox", name="Manchot 3B Instruct").is_checked()
    page.get_by_role("button", name="Remove all").click()
    assert page.evaluate("location.search") == ""
    assert not page.locator("#result").is_visible()
    assert desk.complaints == []


def test_four_are_the_most(desk: Visit) -> None:
    """A fifth is refused in words, and stays unchosen; an address with more keeps the first four."""
    page = desk.open("en/compare.html")
    for name in ("Helios Large", "Cormoran 8B", "Manchot 3B Instruct", "Aurora 1B"):
        page.get_by_role("checkbox", name=name).check()
    assert len(rows_of(page, "pairs-caption")) == 7
    page.get_by_role("checkbox", name="Smol 360M").click()
    assert not page.get_by_role("checkbox", name="Smol 360M").is_checked()
    assert "4 are chosen already" in page.get_by_role("alert").text_content()
    slugs = page.evaluate("JSON.parse(document.getElementById('compare-data').textContent).index.map(one => one[0])")
    page = desk.open("en/compare.html?" + "&".join(f"with={one}" for one in slugs[:6]))
    assert page.locator("#chosen li").count() == 4


@pytest.mark.parametrize(
    ("strangers", "said"),
    [
        (["old-team--old-entry"], "old-team--old-entry"),
        (["old-team--old-entry", "Helios was disqualified: read x.example"], "old-team--old-entry and …"),
        (["<b>no</b>", "constructor", "\u202egnorw"], "…"),
        ([f"t--e{number}" for number in range(9)], "t--e0, t--e1, t--e2, t--e3 and …"),
    ],
)
def test_an_address_may_name_strangers(desk: Visit, strangers: list[str], said: str) -> None:
    """A name of a page that is not in the round is repeated; a sentence of whoever made the address is not."""
    given = "".join(f"&with={urllib.parse.quote(one)}" for one in strangers)
    page = desk.open(f"en/compare.html?with={HELIOS}{given}")
    told = page.get_by_role("alert").text_content()
    assert told == f"This address names submissions that are not in this round: {said}."
    assert page.locator("#chosen li").count() == 1
    assert desk.complaints == []


def test_the_search_finds_names_without_accents(desk: Visit) -> None:
    """Words of a name or a team, in any case, accents or not; what is found is counted aloud."""
    page = desk.open("fr/compare.html")
    page.get_by_label("Chercher par nom ou par équipe").fill("PEDAGOGIQUE mistral")
    assert page.locator("#choices li").count() == 1
    found = re.sub(r"\s", " ", page.locator("#found").text_content())
    assert found == "Soumissions montrées : 1 sur 12."
    page.get_by_label("Chercher par nom ou par équipe").fill("zzz")
    assert page.locator("#found").text_content() == "Aucune soumission ne porte ce nom."
    assert page.locator("#choices").is_hidden()


def test_the_keyboard_alone_compares(desk: Visit) -> None:
    """Search, choose with the space bar, remove with Enter: the focus is always somewhere that makes sense."""
    page = desk.open("en/compare.html")
    page.get_by_label("Search by name or team").focus()
    page.keyboard.type("helios")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.value") == HELIOS
    assert page.get_by_role("checkbox", name="Helios Large").is_checked()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("cormoran")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.evaluate("location.search") == BOTH
    page.get_by_role("button", name="Remove Helios Large").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Remove Cormoran 8B"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "find"


def test_a_phone_holds_the_comparison(browser: Any, site: Path) -> None:
    """At 320 and 390 pixels the page does not scroll sideways, and what can be pressed is 24 pixels or more."""
    visit = Visit(browser, site, scripts=True, viewport=PHONE, color_scheme="dark")
    for width in (320, 390):
        visit.page.set_viewport_size({"width": width, "height": 800})
        page = visit.open(f"fr/compare.html{BOTH}&with={MANCHOT}&with=baselines--oracle")
        page.locator("#result").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for button in page.locator("main button:visible, main summary:visible, .choices label").all():
            box = button.bounding_box()
            assert min(box["width"], box["height"]) >= 24
    visit.close()


def test_a_large_round_reads_the_files_of_its_submissions(browser: Any, large: tuple[Table, Path]) -> None:
    """From a server the figures come from the data's files; a pair that no list holds is said so, with the command."""
    table, folder = large
    rows = [table["standings"][place] for place in (0, 1, 60)]
    with served(folder) as address:
        visit = Visit(browser, address, scripts=True, viewport=DESKTOP)
        page = visit.open("en/compare.html?" + "&".join(f"with={slug(row)}" for row in rows))
        page.locator("#result").wait_for()
        pairs = rows_of(page, "pairs-caption")[1:]
        pair = next(
            p for p in table["comparisons"] if {p["a"], p["b"]} == {rows[0]["submission"], rows[1]["submission"]}
        )
        assert pairs[0][1] == Language("en").gap(pair["difference"])
        command = f"defi compare {rows[0]['submission']} {rows[2]['submission']} --round example"
        assert command in pairs[1][1]
        assert "Not in the published list" in pairs[1][1]
        assert pairs[2][1][0] in "+−"
        assert page.title() == "Compare – Trial round: autumn – Grand Défi"
        assert page.locator("#place-beside bdi").first.text_content() == NAME.replace("\u202e", "\ufffd")
        assert "Submissions shown: 40 of 74. Type more" in page.locator("#found").text_content()
        assert visit.complaints == []
        visit.close()


def test_a_large_round_from_disk_says_what_to_do(browser: Any, large: tuple[Table, Path]) -> None:
    """A page opened from disk may not read files: it says so, and the table of the first ones is there."""
    table, folder = large
    visit = Visit(browser, folder, scripts=True, viewport=DESKTOP)
    page = visit.open(f"en/compare.html?with={slug(table['standings'][1])}")
    assert "defi publish --serve" in page.get_by_role("alert").text_content()
    assert not page.locator("#result").is_visible()
    assert page.locator("table.matrix").is_visible()
    visit.close()


def test_questions_where_they_differ_are_listed(browser: Any, table: Table, tmp_path: Path) -> None:
    """Of public questions: those with different scores, the largest difference first, and none that is unscored."""
    folder = written(table, tmp_path)
    page_path = folder / "en" / "compare.html"
    task = table["tasks"][0]["name"]
    html = page_path.read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="compare-data">(.*?)</script>', html, re.DOTALL).group(1))
    data["open"] = True
    data["questions"] = {task: [[f"items/q{n}.html", 1, "fr" if n % 2 else "en"] for n in range(5)]}
    data["scores"] = {HELIOS: {task: [1, 0.5, None, 1, 0]}, CORMORAN: {task: [1, 0.25, 1, 0, 0]}}
    changed = re.sub(
        r'(id="compare-data">).*?(</script>)', lambda m: m[1] + json.dumps(data) + m[2], html, flags=re.DOTALL
    )
    page_path.write_text(changed, encoding="utf-8")
    visit = Visit(browser, folder, scripts=True, viewport=DESKTOP)
    page = visit.open(f"en/compare.html{BOTH}")
    page.locator("#place-items summary").click()
    assert page.locator("#place-items summary").text_content() == "Word problems: 2 of 5 questions"
    assert rows_of(page, "items-0")[1:] == [
        ["Level 1, French, no. 4", "1", "0"],
        ["Level 1, French, no. 2", "0.50", "0.25"],
    ]
    assert page.locator("#place-items a").first.get_attribute("href") == "items/q3.html"
    page = visit.open(f"en/compare.html?with={HELIOS}&with={MANCHOT}")
    page.locator("#result").wait_for()
    assert not page.locator("#items-section").is_visible()
    visit.close()


def test_what_may_be_copied_has_a_button(browser: Any, site: Path) -> None:
    """With a script each quotation and command has a button, which copies its words and says so; without it none."""
    visit = Visit(browser, site, scripts=True, viewport=DESKTOP, permissions=["clipboard-read", "clipboard-write"])
    page = visit.open(f"en/submissions/{HELIOS}.html")
    buttons = page.get_by_role("button", name="Copy", exact=True)
    assert buttons.count() == page.locator("[data-copy]").count() == 3
    page.locator("#verify + button").click()
    page.get_by_text("Copied").first.wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == (
        "defi verify runs/example/helios/helios-large --key organiser.key.pub"
    )
    assert visit.complaints == []
    visit.close()
    bare = Visit(browser, site, viewport=DESKTOP)
    page = bare.open(f"en/submissions/{HELIOS}.html")
    assert page.locator("button").count() == 0
    assert page.locator("#verify").is_visible()
    bare.close()


def test_nothing_moves_while_the_page_loads(browser: Any, large: tuple[Table, Path], site: Path) -> None:
    """No layout shift: from disk with the figures inside, and from a server that is asked for them."""
    watch = """window.moved = [];
        new PerformanceObserver(list => list.getEntries().forEach(one => moved.push(one.value)))
            .observe({type: "layout-shift", buffered: true});"""
    table, folder = large
    with served(folder) as address:
        asked = "&".join(f"with={slug(table['standings'][place])}" for place in (1, 2, 3, 4))
        for base, query in ((site, ""), (site, BOTH), (address, ""), (address, f"?{asked}")):
            visit = Visit(browser, base, scripts=True, viewport=DESKTOP)
            visit.page.add_init_script(watch)
            page = visit.open(f"fr/compare.html{query}")
            if query:
                page.locator("#result").wait_for()
            page.wait_for_timeout(100)
            assert sum(page.evaluate("moved")) < 0.01, (base, query)
            visit.close()


def test_without_scripts_the_chooser_is_away(browser: Any, site: Path) -> None:
    """Where no script runs there is nothing to press, and the page explains and has its table."""
    visit = Visit(browser, site, viewport=DESKTOP)
    page = visit.open("fr/compare.html")
    assert not page.locator("#chooser").is_visible()
    assert page.locator("#without").is_visible()
    assert page.locator("table.matrix").is_visible()
    visit.close()
