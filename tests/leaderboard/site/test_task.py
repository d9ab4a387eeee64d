"""A task's page: examples that are judged, what its questions are worth, and the way to read them."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import html5lib
import pytest
from questions import TASK, Items, invented
from rendering import rendered

from harness.types import LANGUAGES
from leaderboard.site import routes
from leaderboard.site.pages import prepare
from leaderboard.site.pages import task as task_pages
from leaderboard.site.sources import Sources

Table = dict[str, Any]
X = "{http://www.w3.org/1999/xhtml}"


def judged(value: float | None, reason: str = "", text: str = "") -> dict[str, Any]:
    category = "unscored" if value is None else "right" if value == 1 else "wrong"
    return {"value": value, "category": category, "answer": "", "reason": reason, "text": text}


def page(table: Table, code: str, items: Items | None = None) -> Any:
    """The first task's page as a tree, strictly read."""
    site = next(site for site in prepare(Sources(table, items=items)) if site.say.code == code)
    html = dict(task_pages.pages(site))[routes.task_page(TASK)]
    return html5lib.HTMLParser(strict=True).parse(html)


def text_of(node: Any) -> str:
    return " ".join("".join(node.itertext()).split())


@pytest.fixture
def told(table: Table) -> Table:
    """The example round with judged samples, and with the quality of one task's questions."""
    made = copy.deepcopy(table)
    first = made["tasks"][0]
    for sample in first["samples"]:
        sample["good"] = judged(1.0)
        sample["bad"] = judged(0.25, "the answer is <7> & no more", "une réponse \u202efausse")
    first["samples"][0]["bad"] = judged(None, "no sandbox")
    counts = {"too_easy": 3, "too_hard": 0, "negative": 1, "key": 2}
    first["quality"] = {
        "submissions": 8,
        "rate": 0.05,
        "levels": [
            {"level": level, "items": 40, **counts, "mean": 0.5, "discrimination": None if level == 1 else 0.4567}
            for level in range(1, 11)
        ],
    }
    return made


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_sample_has_a_right_and_a_wrong_answer_with_score_and_reason(told: Table, code: str) -> None:
    """Beside each other, each with its score out of 100; the reason in the page's language, as what it quotes is."""
    tree = page(told, code)
    examples = [node for node in tree.iter(f"{X}section") if (node.get("class") or "").startswith("example ")]
    assert [node.get("class") for node in examples] == ["example good", "example bad"] * 3
    assert "100" in text_of(examples[0])
    wrong = text_of(examples[3])
    assert "une réponse \N{REPLACEMENT CHARACTER}fausse" in wrong
    assert "25" in wrong
    (reason,) = examples[3].iter(f"{X}span")
    said = {"fr": "la bonne réponse est <7> & no more", "en": "the answer is <7> & no more"}[code]
    assert (text_of(reason), reason.get("lang")) == (said, None)
    unknown = [node for node in examples[1].iter(f"{X}span") if code == "fr"]
    assert [(text_of(node), node.get("lang")) for node in unknown] == [("no sandbox", "en")] * len(unknown)
    unscored = {"fr": "Non notée ici", "en": "Not scored here"}[code]
    assert (unscored in text_of(examples[1])) == (code == "fr"), "the first sample is French, and is shown there alone"


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_questions_worth_is_counted_with_its_caveats(told: Table, code: str) -> None:
    """A row a flag, a column a level, the sums; how many suspicions chance makes; and no item is named."""
    tree = page(told, code)
    (table,) = [node for node in tree.iter(f"{X}table") if "quality-caption" in "".join(
        caption.get("id") or "" for caption in node.iter(f"{X}caption"))]  # fmt: skip
    rows = [[text_of(cell) for cell in row][1:] for row in table.iter(f"{X}tr")][1:]
    assert rows[0] == ["40"] * 10 + ["400"]
    assert [row[-1] for row in rows[1:5]] == ["30", "0", "10", "20"]
    assert rows[5][:2] == ["–", {"fr": "0,46", "en": "0.46"}[code]]
    said = text_of(tree.find(f".//{X}main"))
    assert {"fr": "5\N{NO-BREAK SPACE}%", "en": "5%"}[code].replace("\N{NO-BREAK SPACE}", " ") in said
    assert {"fr": "pas un verdict", "en": "not a verdict"}[code] in said


def test_too_few_submissions_are_said_to_say_nothing(table: Table) -> None:
    """Where the table has no quality, a sentence says why, and there is no empty table."""
    assert "Moins de cinq soumissions" in text_of(page(table, "fr"))


def test_the_way_to_the_questions_is_there_only_where_they_can_be_read(table: Table) -> None:
    """A link with their number, where the round shows them; none while they are sealed."""
    target = "../" + routes.items_page(TASK)
    links = {a.get("href"): text_of(a) for a in page(table, "fr", invented(table)).iter(f"{X}a")}
    assert "12 questions" in links[target]
    assert target not in {a.get("href") for a in page(table, "fr").iter(f"{X}a")}


@pytest.fixture
def long(make_table: Callable[..., Table], monkeypatch: pytest.MonkeyPatch) -> tuple[Table, dict[str, Any]]:
    """Thirteen submissions, four of them in the open division; the English pages of their task, four rows each."""
    monkeypatch.setattr(task_pages, "ROWS", 4)
    table = make_table(submissions=13, tasks=1, levels=2)
    for row in table["standings"][3:7]:
        row.update(division="open", rank=None)
    table["comparisons"] = []
    html = rendered(table, task_pages)
    trees = {path: html5lib.HTMLParser(strict=True).parse(text) for path, text in html.items()}
    return table, {path.removeprefix("en/"): tree for path, tree in trees.items() if path.startswith("en/")}


def results(tree: Any) -> list[tuple[str, str]]:
    """The results on a page in their order: the heading above each row, and where its name leads."""
    (table,) = [node for node in tree.iter(f"{X}table") if "heatmap" in (node.get("class") or "")]
    found, heading = [], ""
    for row in table.iter(f"{X}tr"):
        link = row.find(f"./{X}th/{X}a")
        heading = text_of(row) if link is None and len(row) == 1 else heading
        found += [] if link is None else [(heading, link.get("href"))]
    return found


def test_results_go_on_over_pages(long: tuple[Table, dict[str, Any]]) -> None:
    """By area, who has no place and the open division after all others, reference points first; no row is lost."""
    table, trees = long
    name = table["tasks"][0]["name"]
    assert list(trees) == [routes.task_page(name, number) for number in range(1, 5)]
    found = [results(tree) for tree in trees.values()]
    groups = [heading for page in found for heading, _ in page]
    assert groups == [""] * 4 + ["Reference points"] * 5 + [""] * 5 + ["Open division"] * 4
    assert [len(page) for page in found] == [4 + 5, 4, 4, 1]

    def order(rows: list[Table]) -> list[str]:
        areas = {row["submission"]: (row["by_task"][name]["area"] or {"value": -9})["value"] for row in rows}
        rows = sorted(rows, key=lambda row: (not row["rank"], -areas[row["submission"]]))
        return [f"../{routes.submission_page(row['team'], row['entry'])}" for row in rows]

    entries = [row for row in table["standings"] if not row["baseline"]]
    shown = [[link for page in found for heading, link in page if heading == one] for one in ("", "Open division")]
    assert shown[0] == order([row for row in entries if row["division"] != "open"])
    assert shown[1] == order([row for row in entries if row["division"] == "open"])


def test_every_page_of_results_leads_to_every_other(long: tuple[Table, dict[str, Any]]) -> None:
    """Each names its rows and links to the others; the first keeps its address, and alone has what is no row."""
    _, trees = long
    for path, tree in trees.items():
        (pager,) = [nav for nav in tree.iter(f"{X}nav") if nav.get("class") == "pager"]
        assert text_of(pager) == "Rows 1 to 4 Rows 5 to 8 Rows 9 to 12 Rows 13 to 13"
        assert [f"../{other}" for other in trees if other != path] == [a.get("href") for a in pager.iter(f"{X}a")]
        ids = {node.get("id") for node in tree.iter(f"{X}h2")}
        first = path == next(iter(trees))
        assert ids == ({"card", "results", "quality", "samples"} if first else {"results"})
        assert (
            any("curves" in (svg.get("class") or "") for svg in tree.iter("{http://www.w3.org/2000/svg}svg")) == first
        )
        titles = [text_of(node) for name in ("title", "h1") for node in tree.iter(f"{X}{name}")]
        assert all(("Rows" in title) != first for title in titles)


def test_a_level_without_a_score_has_a_dash_and_no_tint(make_table: Callable[..., Table]) -> None:
    """What was not scored is not 0; and the tints of scores go from 0 to 10."""
    table = make_table(submissions=3, tasks=1, levels=3)
    curve = table["standings"][0]["by_task"][table["tasks"][0]["name"]]["curve"]
    for value, point in zip((None, -0.2, 0.96), [one for one in curve if one["language"] == "all"], strict=True):
        point.update(value=value)
    (html,) = [text for path, text in rendered(table, task_pages).items() if path.startswith("fr/")]
    cells = (("", "–"), (" h0", "\N{MINUS SIGN}20"), (" h10", "96"))
    assert html.count("".join(f'<td role="cell" class="num heat{tint}">{said}</td>' for tint, said in cells)) == 1


def test_who_has_no_place_is_marked(make_table: Callable[..., Table]) -> None:
    """Whatever the area of such an entry, its row says why it stands after the others; nobody else's says so."""
    table = make_table(submissions=8, tasks=1)
    failed = next(row for row in table["standings"] if row["rank"] is None and not row["baseline"])
    failed["by_task"] = copy.deepcopy(table["standings"][0]["by_task"])
    html = rendered(table, task_pages)["en/" + routes.task_page(table["tasks"][0]["name"])]
    (row,) = re.findall(r"<tr[^>]*>(?:(?!</tr>).)*not ranked.*?</tr>", html, re.DOTALL)
    assert f"{failed['team']}--{failed['entry']}.html" in row
