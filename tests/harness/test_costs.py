"""What a calibration measured, made into rates and lengths."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured import CHOICE, LONG, LONGER, OTHER, READ, TASK, WRITE, costs, group

from harness.canonical import plain
from harness.costs import CostModel, Group, costs_file, fit, item_tokens, read_costs, shrunk, write_costs
from harness.errors import RecordError
from harness.plan import round_items
from harness.record import RoundPaths
from harness.shards import cut
from harness.types import Round, RoundTask


def test_rates_are_found_again() -> None:
    """Choosing tells how fast a model reads; what is left of the time of texts is writing."""
    rates = fit([LONG, LONGER, CHOICE])
    assert (rates["choose"].read, rates["choose"].write) == pytest.approx((READ, READ))
    assert (rates["generate"].read, rates["generate"].write) == pytest.approx((READ, WRITE))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["choose", "generate", "dialogue"]),
            st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=3),
            st.integers(0, 300),
            st.floats(0, 100),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_was_measured_is_predicted(
    drawn: list[tuple[str, list[tuple[int, int]], int, float]],
) -> None:
    """Whatever the times: no rate is negative, and the calibration's own items are given the time that they took."""
    groups = [
        Group(f"t/{kind}", n, "fr", kind, shared, *zip(*tokens, strict=True), (1.0,) * len(tokens), seconds)
        for n, (kind, tokens, shared, seconds) in enumerate(drawn, 1)
    ]
    for kind, rates in fit(groups).items():
        same = [one for one in groups if one.kind == kind]
        assert min(rates.each, rates.read, rates.write) >= 0
        took = sum(
            rates.each * g.items + rates.read * (g.shared + sum(g.read)) + rates.write * sum(g.written) for g in same
        )
        assert took == pytest.approx(sum(g.seconds for g in same), rel=1e-6, abs=1e-6)


@given(st.lists(st.lists(st.floats(0, 1000), min_size=2, max_size=2), min_size=3, max_size=10))
def test_lengths_are_drawn_together(samples: list[list[float]]) -> None:
    """Each mean moves towards the common one and never beyond it; the common mean stays."""
    means, pulled = [sum(one) / 2 for one in samples], shrunk(samples)
    centre = sum(means) / len(means)
    assert sum(pulled) / len(pulled) == pytest.approx(centre, abs=1e-6)
    for before, after in zip(means, pulled, strict=True):
        assert min(before, centre) - 1e-6 <= after <= max(before, centre) + 1e-6


def test_what_differs_by_chance_alone_is_one_length() -> None:
    """Levels whose items differ more among themselves than the levels get the common mean; clear ones keep theirs."""
    assert shrunk([[0, 20], [1, 19], [2, 20]]) == pytest.approx([31 / 3] * 3)
    assert shrunk([[9, 11], [99, 101], [999, 1001]]) == pytest.approx([10, 100, 1000], rel=0.01)


def test_seconds_of_items() -> None:
    """What a group shares is read once; every item reads and writes its own; a spent budget ends it."""
    model = CostModel(costs(LONG, LONGER, CHOICE))
    key = (TASK, 2, "fr")
    assert model.seconds({key: 1}) == pytest.approx(READ * (100 + 60) + WRITE * 120)
    assert model.seconds({key: 10}) == pytest.approx(READ * (100 + 600) + WRITE * 1200)
    assert model.tokens({key: 10}) == pytest.approx(1200)
    short = CostModel(costs(LONG, LONGER, CHOICE, basis={"budget": {"seconds": 4.0}}))
    assert short.seconds({key: 10}) == 4.0


def test_spread_falls_with_what_was_measured() -> None:
    """More items measured, less spread; and items to come differ even where the mean is known."""
    few = CostModel(costs(group(TASK, "generate", 1, (0, 0), (10, 30), 0)))
    many = CostModel(costs(group(TASK, "generate", 1, (0,) * 20, (10, 30) * 10, 0)))
    key = (TASK, 1, "fr")
    assert few.deviation({key: 50}) > 2 * many.deviation({key: 50}) > 0


def test_costs_are_kept(tmp_path: Path, checkout: Path) -> None:
    """The file holds what was measured, as its schema says; one that is damaged is refused with the remedy."""
    paths, known = RoundPaths(tmp_path, "r"), costs(LONG, CHOICE, measured="2026-11-22T10:00:00+00:00")
    write_costs(paths, known)
    assert read_costs(paths, "team/one") == known
    assert read_costs(paths, "team/two") is None
    raw = json.loads(costs_file(paths, "team/one").read_text())
    jsonschema.validate(raw, json.loads((checkout / "docs/schemas/costs.schema.json").read_text()))
    costs_file(paths, "team/one").write_text(json.dumps(plain({**raw, "schema": "other"})))
    with pytest.raises(RecordError, match="measures again"):
        read_costs(paths, "team/one")


def test_items_cost_tokens(tmp_path: Path) -> None:
    """What shards are cut by: an item in tokens written or their like, by the time that it takes."""
    tasks = (RoundTask(TASK, 2, (2, 1)), RoundTask(OTHER, 1, (1,)))
    items = list(round_items(Round("r", {}, "2026-11-22", "s", ("fr",), tasks, (1.0,), ())))
    paths = RoundPaths(tmp_path, "r")
    run = paths.run("team", "one")
    assert item_tokens(run, items) == {}
    write_costs(paths, costs(LONG, LONGER, CHOICE))
    model, tokens = CostModel(costs(LONG, LONGER, CHOICE)), item_tokens(run, items)
    assert set(tokens) == {item.id for item in items}
    for item in items:
        own = model.each((item.task, item.level, item.language))
        assert tokens[item.id] * model.per_token() == pytest.approx(own)
    assert sum(shard.tokens for shard in cut(items, 50.0, cost=tokens)) == pytest.approx(sum(tokens.values()), abs=1)
    write_costs(paths, costs(dataclasses.replace(LONG, seconds=0.0)))
    assert item_tokens(run, items) == {}
