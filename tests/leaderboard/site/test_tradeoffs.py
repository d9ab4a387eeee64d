"""Scores against joules and parameters: the front, what may be compared, and the same data twice."""

import gzip
import itertools
import math
import re
from collections.abc import Callable
from typing import Any

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendering import rendered

from leaderboard.site.pages import tradeoffs as page
from leaderboard.site.scatter import Spot, scatter, ticks
from leaderboard.site.svg import Words
from leaderboard.site.tradeoffs import by_energy, by_size, front, machine
from leaderboard.site.view import View

Table = dict[str, Any]

X = "{http://www.w3.org/1999/xhtml}"
S = "{http://www.w3.org/2000/svg}"
MEASURED = {"measured": True, "joules": 9000.0, "idle": "keep", "scope": "gpu", "by_task": {}, "why": ""}


def _measured(table: Table, joules: dict[str, float], **more: Any) -> Table:
    """The table with joules for a right answer of the entries named."""
    for row in table["standings"]:
        if row["entry"] in joules:
            row["energy"] = {**MEASURED, "per_correct": joules[row["entry"]], **more}
    return table


def test_the_front_of_a_worked_example() -> None:
    """Dearer and no better is off; dearer and no better, but with an interval that reaches up, may be on the front."""
    points = [(1.0, 0.30, 0.28, 0.32), (2.0, 0.50, 0.45, 0.55), (3.0, 0.44, 0.38, 0.49), (4.0, 0.40, 0.37, 0.43)]
    assert front([*points, (5.0, 0.60, 0.55, 0.65)]) == ["front", "front", "near", "off", "front"]


def test_ties_on_the_front() -> None:
    """Of equal scores at one cost both are on the front; at a higher cost the same score is not."""
    assert front([(1.0, 0.5, 0.4, 0.6), (1.0, 0.5, 0.4, 0.6), (2.0, 0.5, 0.4, 0.6)]) == ["front", "front", "near"]


_COSTS = st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0])
_SCORES = st.integers(0, 8).map(lambda value: value / 8)
_POINTS = st.lists(st.tuples(_COSTS, _SCORES, st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12)


@given(_POINTS)
def test_the_front_is_what_its_words_say(raw: list[tuple[float, float, int, int]]) -> None:
    """Compared with the definition, pair by pair, blind guessing for nothing included: none as good costs less."""
    points = sorted((cost, value, value - down / 8, value + up / 8) for cost, value, down, up in raw)
    for (cost, value, _, high), kind in zip(points, front(points), strict=True):
        cheaper = [(0.0, 0.0, 0.0, 0.0), *(other for other in points if other[0] <= cost)]
        beaten = any(v > value or (v == value and c < cost) for c, v, _, _ in cheaper)
        ruled_out = any(low > high for _, _, low, _ in cheaper)
        assert kind == ("front" if not beaten else "off" if ruled_out else "near")


def test_different_counters_are_never_in_one_chart(make_table: Callable[..., Table]) -> None:
    """Joules of another scope, or with idle power taken off, have a group of their own; the largest comes first."""
    table = _measured(make_table(submissions=5), {"cormoran-8b": 40.0, "aurora-1b": 5.0})
    _measured(table, {"manchot": 20.0}, scope="gpu+package")
    _measured(table, {"caramel": 7.0}, idle="subtract")
    groups = by_energy(View(table))
    assert [(group.scope, group.idle, len(group.priced)) for group in groups] == [
        ("gpu", "keep", 2), ("gpu", "subtract", 1), ("gpu+package", "keep", 1),
    ]  # fmt: skip
    html = rendered(table, page)["fr/tradeoffs.html"]
    assert html.count('class="scatter"') == 4
    assert "On ne peut pas comparer les chiffres de compteurs différents" in html


def test_only_those_who_compete_are_compared(make_table: Callable[..., Table]) -> None:
    """Reference points, the open division and entries without a score are in no chart."""
    table = _measured(make_table(submissions=8), {"oracle": 1.0, "fragment": 1.0, "manchot": 2.0, "caramel": 3.0})
    next(row for row in table["standings"] if row["entry"] == "manchot")["division"] = "open"
    shown = View(table)
    (group,) = by_energy(shown)
    assert [one.row["entry"] for one in group.priced] == ["caramel"]
    assert {one.row["entry"] for one in by_size(shown)}.isdisjoint({"oracle", "fragment", "manchot"})


def test_who_has_no_place_is_on_no_front(make_table: Callable[..., Table]) -> None:
    """Nor does it take another's: an area without the hard questions, which have no score, is the best at any cost."""
    table = _measured(make_table(submissions=8), {"fragment": 0.001, "manchot": 2.0, "caramel": 3.0})
    before = [(one.row["entry"], one.kind) for one in by_size(View(table))]
    failed = next(row for row in table["standings"] if row["entry"] == "fragment")
    failed.update(area={"value": 0.99, "low": 0.98, "high": 1.0}, declared={**failed["declared"], "parameters": 1})
    shown = View(table)
    assert [(one.row["entry"], one.kind) for one in by_size(shown)] == before
    assert {one.row["entry"] for group in by_energy(shown) for one in group.priced} == {"manchot", "caramel"}


def test_what_was_not_measured_is_named_and_has_no_figure(make_table: Callable[..., Table]) -> None:
    """Who has no joules is listed by name; where nobody has any, the page says so and draws nothing."""
    table = _measured(make_table(submissions=3), {"manchot": 20.0})
    tree = html5lib.HTMLParser(strict=True).parse(rendered(table, page)["en/tradeoffs.html"])
    (box,) = [node for node in tree.iter(f"{X}div") if node.get("class") == "unmeasured"]
    text = " ".join("".join(box.itertext()).split())
    assert "2 submissions have a score and no figure of energy" in text
    assert "Cormoran 8B" in text
    assert "Manchot" not in text
    nobody = rendered(make_table(submissions=3), page)["en/tradeoffs.html"]
    assert "Nobody’s energy was measured" in nobody
    assert nobody.count('class="scatter"') == 1


def test_the_table_has_what_the_drawing_shows(make_table: Callable[..., Table]) -> None:
    """As many spots as rows, each row with its cost, its score, its interval and its place to the front in words."""
    table = _measured(make_table(submissions=5), {"cormoran-8b": 41.25, "aurora-1b": 5.5, "helios-large": 700.0})
    tree = html5lib.HTMLParser(strict=True).parse(rendered(table, page)["en/tradeoffs.html"])
    first = next(node for node in tree.iter(f"{X}figure"))
    spots = [node for node in first.iter(f"{S}path") if node.get("class") == "spot"]
    rows = [" ".join(" ".join(row.itertext()).split()) for row in first.findall(f".//{X}tbody/{X}tr")]
    assert (len(spots), len(rows)) == (3, 3)
    assert re.search(r"Aurora 1B nordlys 5\.5 J 3\d\.\d .* on the front", rows[0])
    assert "700.0 J" in rows[2]
    for row, end in zip(rows, ("on the front", "on the front", "may be on the front"), strict=True):
        assert row.endswith(end)


def test_machines_are_said(make_table: Callable[..., Table]) -> None:
    """One kind of machine is named; of several the table names each, as the same answer takes other energy there."""
    table = _measured(make_table(submissions=3), {"cormoran-8b": 40.0, "manchot": 20.0})
    html = rendered(table, page)["en/tradeoffs.html"]
    assert "Machine" not in html
    for row, name in zip(table["standings"], ("H100", "H100", "A100"), strict=False):
        row["conditions"]["hardware"] = {"accelerators": [f"NVIDIA {name}"] * 2}
    html = rendered(table, page)["en/tradeoffs.html"]
    assert "2 kinds of machine" in html
    assert "2 × NVIDIA A100" in html
    assert machine({"conditions": {}}) == ""


def _spots(costs: list[float]) -> list[Spot]:
    kinds = itertools.cycle(("front", "near", "off"))
    return [Spot(f"Model {n}", cost, 0.5, 0.4, 0.6, next(kinds)) for n, cost in enumerate(costs)]


@given(st.lists(st.floats(1e-3, 1e12), min_size=1, max_size=30))
def test_every_spot_lies_inside_its_drawing(costs: list[float]) -> None:
    """Whatever the costs, spots, ticks and names are within the view box."""
    svg = scatter(_spots(costs), lambda value: f"{value:g}", Words("t", "d", "costs"))
    tree = html5lib.HTMLParser().parseFragment(svg)
    for node in tree.iter():
        if node.get("transform"):
            x, y = map(float, re.findall(r"[-\d.]+", node.get("transform")))
            assert 0 <= x <= 560
            assert 0 <= y <= 360
        if node.tag.endswith("text"):
            assert 0 <= float(node.get("x")) <= 560
            assert 0 <= float(node.get("y")) <= 360


@given(st.floats(-3, 11), st.floats(0.5, 9))
def test_ticks_are_round_and_few(left: float, span: float) -> None:
    """At most nine, all within the axis, each a 1, 2 or 5 with zeros."""
    found = ticks(left, left + span)
    assert len(found) <= 9
    for tick in found:
        assert left - 1e-6 <= math.log10(tick) <= left + span + 1e-6
        assert f"{tick:e}"[0] in "125"


def test_a_thousand_submissions_stay_light(make_table: Callable[..., Table]) -> None:
    """With 1,000 spots twice and their tables the page is below 150 kB compressed, its drawings few elements."""
    table = make_table(submissions=2, tasks=1, levels=2)
    first, table["comparisons"] = table["standings"][0], []
    table["standings"] = [
        {
            **first,
            "submission": f"team-{n}/entry",
            "team": f"team-{n}",
            "entry": "entry",
            "title": f"Model {n * 7919}",
            "area": {"value": n % 97 / 100, "low": n % 97 / 100 - 0.02, "high": n % 97 / 100 + 0.02},
            "energy": {**MEASURED, "per_correct": 1.0 + n * 1.7},
            "declared": {**first["declared"], "parameters": 10**8 + n * 10**8},
        }
        for n in range(1000)
    ]
    html = rendered(table, page)["fr/tradeoffs.html"]
    assert len(gzip.compress(html.encode())) < 150_000
    assert html.count('class="spot"') < 20
    assert "<details>" in html


@pytest.mark.parametrize("name", ["<b>x</b>", "W" * 10_000, "\u202egnp", "</title></svg>"])
def test_hostile_names_stay_text(make_table: Callable[..., Table], name: str) -> None:
    """A team's markup is text in drawing and table, and long names are cut."""
    table = _measured(make_table(submissions=3), {"cormoran-8b": 40.0})
    table["standings"][0]["title"] = name
    html = rendered(table, page)["en/tradeoffs.html"]
    html5lib.HTMLParser(strict=True).parse(html)
    assert name not in html
