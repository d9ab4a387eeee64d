"""The round table as pages read it."""

import copy
from collections.abc import Callable
from typing import Any

import jsonschema

from leaderboard.site.view import View, flattened, points

Table = dict[str, Any]


def test_the_example_is_a_round_table(table: Table, schema: Table) -> None:
    """The table these tests render has the shape that the leaderboard promises."""
    jsonschema.validate(table, schema)


def test_without_a_rank_comes_last(make_table: Callable[..., Table]) -> None:
    """An entry without a rank stands below all others, whatever its area (Codabench #2018)."""
    table = make_table()
    failed = next(row for row in table["standings"] if row["rank"] is None)
    failed["area"] = {"value": 1.0, "low": 0.9, "high": 1.0}
    table["standings"].insert(0, table["standings"].pop(table["standings"].index(failed)))
    view = View(table)
    assert view.contestants[-1]["submission"] == failed["submission"]
    assert failed["submission"] not in view.findings.first


def test_baselines_are_no_contestants(table: Table) -> None:
    """The oracle has the greatest area and no place among the ranked."""
    view = View(table)
    assert not any(row["baseline"] for row in view.contestants)
    assert view.baselines[0]["entry"] == "oracle"
    assert all("baselines/" not in name for name in view.findings.first)
    assert view.scale[1] < 1.0


def test_findings_repeat_the_comparisons(table: Table) -> None:
    """Who is ahead of whom is exactly what the real comparisons say."""
    found = View(table).findings
    said = {(who, beaten) for one in found.ahead for who in one.who for beaten in one.beaten}
    real = {(p["a"], p["b"]) if p["difference"] > 0 else (p["b"], p["a"]) for p in table["comparisons"] if p["real"]}
    assert said == real
    assert (found.real, found.pairs) == (len(real), len(table["comparisons"]))


def test_first_place_is_shared_by_all_that_none_beats(table: Table) -> None:
    """Everyone whose interval begins at 1 shares first place, in words as in ranks."""
    found = View(table).findings
    assert found.first == ("atelier-loire/cormoran-8b", "helios/helios-large")


def test_a_tail_is_all_that_follow(make_table: Callable[..., Table]) -> None:
    """`X and the 3 after it` is said only where those are exactly the rest of the standings."""
    table = make_table()
    view = View(table)
    assert all(one.tail for one in view.findings.ahead)
    first = view.findings.first[0]
    skipped = next(p for p in table["comparisons"] if p["a"] == first and p["real"])
    table = copy.deepcopy(table)
    for pair in table["comparisons"]:
        if (pair["a"], pair["b"]) == (first, "pole-sud/manchot"):
            pair["real"] = True
        elif (pair["a"], pair["b"]) == (first, "open-lab/smol-360m"):
            pair["real"] = False
    assert skipped["b"]
    tails = {one.who: one.tail for one in View(table).findings.ahead}
    assert tails[(first,)] is False


def test_a_comparison_reads_from_both_sides(table: Table) -> None:
    """The other side of a comparison has the opposite difference, the mirrored interval and the opposite verdict."""
    view, pair = View(table), table["comparisons"][-1]
    one = next(row for row in view.versus[pair["a"]] if row.other == pair["b"])
    two = next(row for row in view.versus[pair["b"]] if row.other == pair["a"])
    assert one.difference["value"] == -two.difference["value"] == pair["difference"]
    assert (one.difference["low"], one.difference["high"]) == (-two.difference["high"], -two.difference["low"])
    assert (one.verdict, two.verdict) == ("ahead", "behind")


def test_an_open_comparison_has_no_winner(table: Table) -> None:
    """Where the difference is not real, neither side is ahead."""
    pair = next(pair for pair in table["comparisons"] if not pair["real"])
    rows = [row for row in View(table).versus[pair["a"]] if row.other == pair["b"]]
    assert [row.verdict for row in rows] == ["open"]


def test_only_the_nearest_comparisons_are_shown(table: Table) -> None:
    """A long list keeps the smallest differences and says how many it leaves out."""
    view = View(table)
    shown, more = view.around("helios/helios-large", most=2)
    everyone = view.versus["helios/helios-large"]
    assert (len(shown), more) == (2, len(everyone) - 2)
    furthest = max(abs(row.difference["value"]) for row in shown)
    assert all(abs(row.difference["value"]) >= furthest for row in everyone if row not in shown)


def test_who_has_no_place_leads_no_task(make_table: Callable[..., Table]) -> None:
    """Where hard questions have no score the area is no feat: such an entry comes last, and is not drawn in front."""
    table = make_table()
    name = table["tasks"][0]["name"]
    failed = next(row for row in table["standings"] if row["rank"] is None and not row["baseline"])
    failed["by_task"] = copy.deepcopy(table["standings"][0]["by_task"])
    failed["by_task"][name]["area"] = {"value": 1.0, "low": 0.9, "high": 1.0}
    assert View(table).on_task(name)[0][-1]["submission"] == failed["submission"]


def test_the_podium_says_how_many_it_leaves_out(table: Table) -> None:
    """All that may hold a place of the first three are counted, shown or not."""
    view = View(table)
    rows, more = view.podium(places=5, most=2)
    assert len(rows) + more == sum(row["rank"][0] <= 5 for row in view.ranked)
    assert len(rows) == 2


def test_flattened_names_every_leaf() -> None:
    """Nested conditions become dotted names; a list of plain values stays together."""
    value = {"a": {"b": 1, "c": [1, 2]}, "d": [{"e": None}], "f": False}
    assert list(flattened(value)) == [("a.b", 1), ("a.c", "1, 2"), ("d[1].e", None), ("f", False)]


def test_points_leave_out_what_was_not_scored() -> None:
    """A level without a score has no point."""
    curve = [
        {"level": 1, "language": "fr", "value": 0.5, "low": 0.4, "high": 0.6},
        {"level": 2, "language": "fr", "value": None, "low": None, "high": None},
        {"level": 1, "language": "en", "value": 0.1, "low": 0.0, "high": 0.2},
    ]
    assert [(p.level, p.value) for p in points(curve, "fr")] == [(1, 0.5)]
