"""A round with too many contestants for every pair: pages say of it what they say of a small one."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from rendering import rendered

from leaderboard import comparing
from leaderboard.comparing import Pairs
from leaderboard.site import paging
from leaderboard.site.pages import standings
from leaderboard.site.pages import task as task_pages
from leaderboard.site.view import View

Table = dict[str, Any]


@pytest.fixture
def both(make_table: Callable[..., Table], monkeypatch: pytest.MonkeyPatch) -> tuple[View, View]:
    """The same thirty contestants with every pair in the table, and with the five nearest of each."""
    table = make_table(submissions=30, tasks=2, levels=3)
    names = list(dict.fromkeys(name for pair in table["comparisons"] for name in (pair["a"], pair["b"])))
    place = {name: number for number, name in enumerate(names)}
    gap, shown = np.zeros((30, 30))[: len(names), : len(names)], np.zeros((len(names),) * 2, dtype=np.bool_)
    for pair in table["comparisons"]:
        a, b = place[pair["a"]], place[pair["b"]]
        gap[a, b], gap[b, a] = pair["difference"], -pair["difference"]
        shown[a, b] = shown[b, a] = pair["real"]
    monkeypatch.setattr(comparing, "ALL", 10)
    monkeypatch.setattr(comparing, "NEAREST", 5)
    pairs = Pairs(tuple(names), gap, gap - 0.04, gap + 0.04, shown)
    large = copy.deepcopy(table) | {"comparisons": pairs.comparisons(), "compared": pairs.compared()}
    assert len(large["comparisons"]) < len(table["comparisons"])
    return View(table), View(large)


def test_findings_are_the_same(both: tuple[View, View]) -> None:
    """Who is ahead of whom, and how many pairs are told apart, does not depend on how the table holds it."""
    small, large = both
    assert large.findings == small.findings
    assert small.findings.real


def test_the_nearest_are_shown_and_the_rest_counted(both: tuple[View, View]) -> None:
    """Around a submission stand its nearest, and the number of all others is said."""
    small, large = both
    for name in (row["submission"] for row in small.ranked):
        (few, more), (many, rest) = large.around(name, 5), small.around(name, 5)
        assert {one.other for one in few} == {one.other for one in many}
        assert [one.verdict for one in few] == [one.verdict for one in many]
        assert (len(few) + more, len(many) + rest) == (len(small.ranked) - 1,) * 2


def test_no_page_grows_with_the_round(make_table: Callable[..., Table]) -> None:
    """Of 230 submissions no page of standings or of a task shows more than a hundred, reference points apart."""
    table = make_table(submissions=230, tasks=1, levels=2)
    pages = {path: html for path, html in rendered(table, standings, task_pages).items() if path.startswith("fr/")}
    assert len(pages) == 6
    assert paging.ROWS == 100
    apart = sum(row["baseline"] for row in table["standings"])
    counts = {path: html.count('scope="row" class="col-name">') for path, html in pages.items() if "tasks/" in path}
    assert list(counts.values()) == [100 + apart, 100, 30]
    counts = {path: html.count('class="k-name"') - 1 for path, html in pages.items() if "tasks/" not in path}
    assert list(counts.values()) == [100 + 1 + apart, 100, 30]
    assert max(len(html) for path, html in pages.items() if "--" in path) < 150_000
