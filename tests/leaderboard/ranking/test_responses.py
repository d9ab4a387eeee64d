"""Scores item by item."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from harness.errors import PublishError
from harness.types import ScoreRow
from leaderboard.ranking.responses import gather


def row(item: str, value: float | None, cluster: str = "c", language: str = "fr") -> ScoreRow:
    """A score of one item."""
    category = "unscored" if value is None else "right" if value == 1 else "wrong"
    return ScoreRow(item, "understanding/a", 1, language, cluster, 0, 0.25, value, category, capped=False)


def test_unscored_and_missing_items_are_no_zeros() -> None:
    """What has no score is NaN; generations of an item are averaged, without the unscored ones."""
    table = gather([[row("a", 1.0), row("a", 0.0), row("a", None), row("b", None)], [row("b", 1.0)]])
    assert [key.item for key in table.items] == ["a", "b"]
    assert np.array_equal(table.values, [[0.5, np.nan], [np.nan, 1.0]], equal_nan=True)
    assert table.scored.tolist() == [[True, False], [False, True]]


def test_tellings_of_a_structure_share_one_observation() -> None:
    """The items of a cluster weigh 1 together, whatever their number, and stay so when items are selected."""
    table = gather([[row("a", 1.0, "x"), row("b", 1.0, "x", "en"), row("c", 0.0, "y")]])
    assert table.weights.tolist() == [0.5, 0.5, 1.0]
    assert table.select([1, 2]).weights.tolist() == [1.0, 1.0]
    assert [key.item for key in table.select(np.array([False, True, True])).items] == ["b", "c"]


def test_records_that_disagree_on_an_item_are_refused() -> None:
    """One item with two chance levels belongs to two versions of a task."""
    with pytest.raises(PublishError, match="describe one item differently"):
        gather([[row("a", 1.0)], [replace(row("a", 1.0), chance=0.5)]])
