"""A task's page: examples that are judged, what its questions are worth, and the way to read them."""

from __future__ import annotations

import copy
from typing import Any

import html5lib
import pytest
from questions import TASK, Items, invented

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
    """Beside each other, each with its score out of 100; the reason is marked as the program's English."""
    tree = page(told, code)
    examples = [node for node in tree.iter(f"{X}section") if (node.get("class") or "").startswith("example ")]
    assert [node.get("class") for node in examples] == ["example good", "example bad"] * 3
    assert "100" in text_of(examples[0])
    wrong = text_of(examples[3])
    assert "une réponse \N{REPLACEMENT CHARACTER}fausse" in wrong
    assert "25" in wrong
    (reason,) = [node for node in examples[3].iter(f"{X}span") if node.get("lang") == "en"]
    assert text_of(reason) == "the answer is <7> & no more"
    unscored = {"fr": "Non notée ici.", "en": "Not scored here."}[code]
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
