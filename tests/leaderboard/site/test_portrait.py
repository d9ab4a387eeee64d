"""A submission against the median and against its past: numbers in, what may be said out."""

import copy
import re
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from leaderboard.site import portrait, portrait_drawings
from leaderboard.site.charts import WHISKER_WIDTH
from leaderboard.site.portrait import FEWEST, Histories, medians, strengths
from leaderboard.site.svg import Words
from leaderboard.site.view import View

Table = dict[str, Any]
UNIT = st.floats(0, 1)
TASK = "problem_solving/word_problems"


def test_a_median_is_of_the_ranked_contestants_alone(make_table: Callable[..., Table]) -> None:
    """Baselines, the open division and entries without a rank do not move it."""
    table = make_table(submissions=6, tasks=1, levels=4)
    table["standings"][0].update(division="open")
    table["standings"][1].update(rank=None)
    ranked = [row for row in table["standings"][2:] if row["rank"] and not row["baseline"]]
    values = sorted(row["by_task"][TASK]["area"]["value"] for row in ranked)
    assert medians(View(table)) == {TASK: (values[1] + values[2]) / 2}


def test_few_ranked_submissions_have_no_median(make_table: Callable[..., Table]) -> None:
    """Of two submissions a median says nothing that their comparison does not say better."""
    for count in (FEWEST - 1, FEWEST):
        view = View(make_table(submissions=count, tasks=1, levels=4))
        found = medians(view)
        assert bool(found) == (count >= FEWEST)
        assert (strengths(view, view.ranked[0], found) is not None) == (count >= FEWEST)


@given(bounds=st.lists(UNIT, min_size=3, max_size=3).map(sorted), median=UNIT)
def test_a_strength_is_claimed_only_outside_the_interval(
    make_table: Callable[..., Table], bounds: list[float], median: float
) -> None:
    """Above where the whole interval is above the median, below where it is below, else nothing is shown."""
    view = View(TABLES.setdefault("one", make_table(submissions=1, tasks=1, levels=2)))
    row = copy.deepcopy(view.contestants[0])
    low, value, high = bounds
    row["by_task"][TASK]["area"] = {"value": value, "low": low, "high": high}
    found = strengths(view, row, {TASK: median})
    verdict = "above" if low > median else "below" if high < median else "open"
    assert found.rows[0].verdict == verdict
    assert found.named(verdict) == [TASK]
    assert found.scale[0] <= min(low, median)
    assert found.scale[1] >= max(high, median)


TABLES: dict[str, Table] = {}


def test_the_farthest_strength_is_named_first(make_table: Callable[..., Table]) -> None:
    """Tasks of one verdict are in the order of their distance from the median."""
    view = View(make_table(submissions=1, tasks=3, levels=2))
    row = view.contestants[0]
    for name, value in zip(view.tasks, (0.5, 0.7, 0.6), strict=True):
        row["by_task"][name]["area"] = {"value": value, "low": value - 0.05, "high": value + 0.05}
    found = strengths(view, row, dict.fromkeys(view.tasks, 0.1))
    assert [row["by_task"][name]["area"]["value"] for name in found.named("above")] == [0.7, 0.6, 0.5]


def test_a_task_that_was_not_run_is_no_weakness(make_table: Callable[..., Table]) -> None:
    """What has no area has no verdict; a submission without any has no strengths at all."""
    view = View(make_table(submissions=4, tasks=2, levels=2))
    row, middle = view.contestants[0], medians(view)
    row["by_task"].pop(TASK)
    assert [one.task for one in strengths(view, row, middle).rows] == [name for name in middle if name != TASK]
    row["by_task"].clear()
    assert strengths(view, row, middle) is None


def _earlier(table: Table, name: str, date: str) -> Table:
    made = copy.deepcopy(table)
    made["round"].update(name=name, date=date)
    return made


def test_history_puts_the_latest_round_and_the_same_name_first(make_table: Callable[..., Table]) -> None:
    """Rounds in the order given; in each the entry of the same name, then the team's others; other teams never."""
    table = make_table(submissions=7, tasks=1, levels=2)
    spring, winter = _earlier(table, "spring", "2026-04-01"), _earlier(table, "winter", "2026-01-01")
    next(row for row in winter["standings"] if row["entry"] == "smol-135m")["digest"] = "00" * 32
    found = Histories(View(table), [spring, winter])
    row = next(row for row in table["standings"] if row["entry"] == "smol-135m")
    before = found.before(row)
    assert [(one.round["name"], one.entry, one.own, one.same) for one in before] == [
        ("spring", "smol-135m", True, True),
        ("spring", "smol-360m", False, False),
        ("winter", "smol-135m", True, False),
        ("winter", "smol-360m", False, False),
    ]
    assert {one.places for one in before} == {7}
    assert before[0].page == "submissions/open-lab--smol-135m.html"
    assert [one["entry"] for one in found.beside(row)] == ["smol-360m"]


def test_baselines_have_no_history(make_table: Callable[..., Table]) -> None:
    """The organisers' reference points are no team's entries."""
    table = make_table(submissions=2, tasks=1, levels=2)
    found = Histories(View(table), [_earlier(table, "spring", "2026-04-01")])
    oracle = next(row for row in table["standings"] if row["entry"] == "oracle")
    assert found.before(oracle) == []
    assert found.beside(oracle) == []


def test_earlier_tables_may_be_older_than_these_pages(make_table: Callable[..., Table]) -> None:
    """A table without the facts of later schemas, or with texts unfit for a page, still gives a history."""
    table = make_table(submissions=2, tasks=1, levels=2)
    old = _earlier(table, "old", "2025-01-01")
    for row in old["standings"]:
        row["title"] = "\u202eelif\ud800"
        for key in ("division", "departures", "attestation", "digest", "weights"):
            row.pop(key, None)
    (past,) = Histories(View(table), [old]).before(table["standings"][0])
    assert past.own
    assert not past.same
    assert past.row["title"] == "\ufffdelif\ufffd"


@given(UNIT, UNIT, UNIT, UNIT)
def test_drawings_stay_on_paper(one: float, two: float, three: float, mark: float) -> None:
    """Intervals and marks lie inside the drawing wherever they are on the scale."""
    low, value, high = sorted((one, two, three))
    for svg in (
        portrait_drawings.beside((value, low, high), mark, (0.0, 0.5), Words("a", "")),
        portrait_drawings.several([(value, low, high), None], (0.0, 0.5), Words("a", "")),
    ):
        paths = re.findall(r'class="(?:grid|norm|bars?)" d="([^"]*)"', svg)
        places = [float(x) for path in paths for x in re.findall(r"[MH](-?\d+(?:\.\d+)?)", path)]
        places += [float(x) for x in re.findall(r'translate\(([-\d.]+) |cx="([-\d.]+)"', svg)[0] if x]
        assert len(places) > 4
        assert all(0 <= x <= WHISKER_WIDTH for x in places)


def test_a_language_without_an_area_leaves_its_place_empty() -> None:
    """The second language keeps its own line, colour and marker when the first has nothing."""
    svg = portrait_drawings.several([None, (0.5, 0.4, 0.6)], (0.0, 1.0), Words("a", ""))
    assert 's0"' not in svg
    assert '<g class="s1">' in svg


def test_scales_hold_every_interval(table: Table) -> None:
    """No interval of a submission's tables leaves its scale."""
    view = View(table)
    for row in view.ranked:
        low, high = portrait.task_scale(row)
        assert all(low <= one["area"]["low"] <= one["area"]["high"] <= high for one in row["by_task"].values())
        low, high = portrait.language_scale(view, row)
        areas = [one["area"] for task in row["by_task"].values() for one in task["by_language"].values()]
        assert all(low <= area["low"] <= area["high"] <= high for area in areas)
