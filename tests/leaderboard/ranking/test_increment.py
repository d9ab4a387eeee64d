"""One more submission: kept evidence and the newcomer's pairs give the full computation's ranking."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderboard.ranking import Scores, area_weights, assemble
from leaderboard.ranking.deviations import largest_against, largest_of_pairs
from leaderboard.ranking.increment import add
from leaderboard.ranking.ranks import gather, settle


@settings(max_examples=15)
@given(st.lists(st.booleans(), min_size=2, max_size=6), st.integers(0, 1000))
def test_arrivals_give_what_the_whole_gives(builder: Any, contestants: list[bool], seed: int) -> None:
    """Entering one after the other, contestants and baselines, ends with the same intervals, pairs and margins."""
    rng = np.random.default_rng(seed)
    table = builder.simulate(builder.design(), rng.uniform(0, 4, len(contestants)), rng)
    weights, chosen = area_weights(table.design), np.array(contestants)
    whole = settle(gather(table, weights, chosen, replicates=100, seed=seed))
    evidence = gather(table.select([0]), weights, chosen[:1], replicates=100, seed=seed)
    for size in range(2, len(chosen) + 1):
        entered = table.select(range(size))
        evidence = add(evidence, entered, weights, contestant=bool(chosen[size - 1]))
    grown = settle(evidence)
    for name in ("low", "high", "beats"):
        assert (getattr(grown, name) == getattr(whole, name)).all()
    for name in ("area", "difference", "margin"):
        assert getattr(grown, name) == pytest.approx(getattr(whole, name), abs=1e-12)


def test_lacking_items_are_resampled_as_the_others(builder: Any) -> None:
    """A newcomer with unscored items gets the same resampled means alone as among the others."""
    design, rng = builder.design(levels=2, count=20), np.random.default_rng(5)
    rows = [builder.rows(design, lambda *_: None if rng.random() < 0.2 else float(rng.random() < 0.5)) for _ in "abc"]
    table, weights, everyone = assemble(design, rows), area_weights(design), np.ones(3, dtype=bool)
    grown = add(gather(table.select([0, 1]), weights, everyone[:2], replicates=50), table, weights)
    assert grown.moved == pytest.approx(gather(table, weights, everyone, replicates=50).moved, abs=1e-12)


def test_a_gap_in_the_arrivals_is_refused(builder: Any) -> None:
    """Two newcomers at once, or one without a needed mean, cannot be added as one."""
    design = builder.design(levels=1)
    full, holed = builder.rows(design, lambda *_: 1.0), builder.rows(design, lambda *_: None)
    table, weights = assemble(design, [full, full, holed]), area_weights(design)
    one = gather(table.select([0]), weights, np.array([True]), replicates=10)
    with pytest.raises(ValueError, match="one arrives"):
        add(one, table, weights)
    with pytest.raises(ValueError, match="nothing is scored"):
        add(one, table.select([0, 2]), weights)


@given(st.integers(1, 9), st.integers(1, 70), st.integers(0, 100))
def test_blocks_find_the_largest_deviation(size: int, replicates: int, seed: int) -> None:
    """In blocks on two threads as pair by pair; a pair without error counts as one that nearly has none."""
    rng = np.random.default_rng(seed)
    moved, se = rng.normal(size=(replicates, size)), rng.uniform(0.1, 1, (size, size))
    se = (se + se.T) / 2
    pairs = [np.abs(moved[:, i] - moved[:, j]) / se[i, j] for i in range(size) for j in range(i)]
    found = largest_of_pairs(moved, se)
    assert found == pytest.approx(np.max(pairs, axis=0) if pairs else np.zeros(replicates))
    against = [largest_against(moved, se[i], i, np.arange(i)) for i in range(size)]
    assert np.max(against, axis=0) == pytest.approx(found)


def test_a_selection_is_a_round_of_its_own(builder: Any) -> None:
    """What is kept of a round's evidence does not depend on who else was in the arrays."""
    table = builder.simulate(builder.design(), [1.0, 2.0, 3.0], np.random.default_rng(1))
    weights = area_weights(table.design)
    pair = Scores(table.design, tuple(stratum.select([0, 2]) for stratum in table.strata), 2)
    both = gather(pair, weights, np.ones(2, dtype=bool), replicates=50)
    assert both.moved == pytest.approx(gather(table, weights, np.ones(3, dtype=bool), replicates=50).moved[:, [0, 2]])
