"""Charts: numbers in the right places, and texts escaped."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from leaderboard.site import charts, curves
from leaderboard.site.curves import GREY, Point, Series
from leaderboard.site.svg import Words

WORDS = Words("<title>", 'a "description"', "Level")
UNIT = st.floats(0, 1)


def _numbers(path: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]


def _class(svg: str, name: str) -> str:
    return re.search(rf'class="{name}" d="([^"]*)"', svg).group(1)


@given(st.lists(UNIT, min_size=3, max_size=3).map(sorted))
def test_a_whisker_keeps_the_order_of_its_numbers(bounds: list[float]) -> None:
    """Low ≤ value ≤ high on paper as in the estimate, all inside the drawing."""
    low, value, high = bounds
    svg = charts.whisker((value, low, high), (0.0, 1.0), WORDS)
    left, _, right = _numbers(_class(svg, "bar"))[:3]
    middle = float(re.search(r'cx="([\d.]+)"', svg).group(1))
    assert 0 <= left <= middle <= right <= charts.WHISKER_WIDTH


def test_a_whisker_outside_its_scale_stays_on_paper() -> None:
    """A value far below the scale is drawn at its edge."""
    svg = charts.whisker((-1000.0, -1000.0, 2.0), (0.0, 0.5), WORDS)
    assert min(_numbers(_class(svg, "bar"))) >= 0
    assert max(_numbers(_class(svg, "bar"))) <= charts.WHISKER_WIDTH


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)).map(sorted), max_size=5))
def test_a_scale_holds_every_interval(intervals: list[list[float]]) -> None:
    """The common scale reaches from 0 or less to the highest bound or more."""
    low, high = charts.domain([a for a, _ in intervals], [b for _, b in intervals])
    assert low <= 0 < high <= 1
    assert all(low <= a and b <= high for a, b in intervals)
    ticks = charts.ticks((low, high))
    assert 0.0 in ticks
    assert 2 <= len(ticks) <= 5


@given(st.integers(1, 30), st.data())
def test_a_ladder_fills_what_was_cleared(levels: int, data: st.DataObject) -> None:
    """A rung a level: dark up to the higher threshold, filled up to the level cleared, empty above."""
    cleared = data.draw(st.integers(0, levels))
    high = data.draw(st.integers(0, cleared))
    svg = charts.ladder(levels, cleared, high, WORDS)
    kinds = re.findall(r'class="(rung[^"]*)"', svg)
    assert kinds == ["rung high"] * high + ["rung on"] * (cleared - high) + ["rung"] * (levels - cleared)


def test_a_rank_strip_spans_its_interval() -> None:
    """Places 2 to 3 of 4 are the middle half of the strip."""
    svg = charts.rank_strip(2, 3, 4, WORDS)
    span = re.search(r'class="span" x="([\d.]+)" y="1" width="([\d.]+)"', svg)
    assert (float(span.group(1)), float(span.group(2))) == (15.0, 30.0)


def _curve(points: list[Point], levels: int = 3) -> str:
    return curves.curves([Series("a", 0, points)], levels, (0.5, 0.8), WORDS)


def test_a_curve_has_a_marker_and_a_whisker_a_level() -> None:
    """Each level with a score shows its point and its interval."""
    svg = _curve([Point(n, 0.5, 0.4, 0.6) for n in (1, 2, 3)])
    assert svg.count("<use ") == 3
    assert _class(svg, "bars").count("V") == 3
    assert svg.count('class="threshold"') == 2
    assert svg.count('class="chance"') == 1


def test_a_missing_level_breaks_the_line() -> None:
    """No line is drawn across a level that nobody scored."""
    line = _class(_curve([Point(1, 0.9, 0.8, 1.0), Point(3, 0.2, 0.1, 0.3)]), "line")
    assert (line.count("M"), line.count("L")) == (2, 0)


def test_higher_scores_are_drawn_higher() -> None:
    """The vertical axis points upwards, also below chance."""
    line = _numbers(_class(_curve([Point(1, 0.9, 0.9, 0.9), Point(2, 0.1, 0.1, 0.1), Point(3, -0.1, -0.3, 0)]), "line"))
    assert line[1] < line[3] < line[5]


def test_far_below_chance_stays_on_paper() -> None:
    """A chance-corrected score of -1000 is drawn at the lower edge."""
    svg = _curve([Point(1, -1000.0, -1000.0, 0.1)])
    assert max(_numbers(_class(svg, "bars"))) <= 248


def test_grey_curves_are_one_path() -> None:
    """Context costs one element however many submissions there are."""
    series = [Series("", GREY, [Point(1, 0.1, 0, 0.2), Point(2, 0.2, 0.1, 0.3)])] * 9
    svg = curves.curves(series, 2, (0.5, 0.8), WORDS)
    assert svg.count('class="context"') == 1
    assert "<use" not in svg


@pytest.mark.parametrize("style", range(curves.STYLES))
def test_every_style_has_its_own_marker(style: int) -> None:
    """Series are told apart without colour: no two share a marker."""
    others = {curves.swatch(n).split('class="mark"')[1] for n in range(curves.STYLES) if n != style}
    assert curves.swatch(style).split('class="mark"')[1] not in others


def test_words_are_escaped() -> None:
    """Titles and descriptions come from teams in part: they never become markup."""
    svg = charts.whisker((0.5, 0.4, 0.6), (0.0, 1.0), WORDS)
    assert isinstance(svg, Markup)
    assert "<title>&lt;title&gt;</title>" in svg
    assert 'aria-label="&lt;title&gt;. a &#34;description&#34;"' in svg
