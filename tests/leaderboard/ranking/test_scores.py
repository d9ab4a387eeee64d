"""Lining scores up: one column a submission, one row a cluster, and no zero that nobody earned."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from harness.errors import PublishError
from leaderboard.ranking import assemble


def test_unscored_and_missing_items_leave_the_denominator(builder: Any) -> None:
    """The mean is over scored items; unscored ones are counted, missing ones are not there."""
    design = builder.design(levels=1, count=4, tasks=["problem_solving/a"], languages=("fr",))
    rows = builder.rows(design, lambda t, lv, la, i: [1.0, None, 0.0, 1.0][i])
    (stratum,) = assemble(design, [rows[:3], rows]).strata
    assert stratum.means[0].tolist() == pytest.approx([0.5, 2 / 3])
    assert stratum.unscored[0].tolist() == [1, 1]
    assert stratum.groups.tolist() == [2, 3]


def test_generations_of_an_item_are_averaged_first(builder: Any) -> None:
    """Three generations of one item count as one item with their mean score."""
    design = builder.design(levels=1, count=2, tasks=["problem_solving/a"], languages=("fr",))
    first, second = builder.rows(design, lambda t, lv, la, i: float(i))
    again = (replace(first, value=1.0), replace(first, value=None))
    (stratum,) = assemble(design, [[first, *again, second]]).strata
    assert stratum.means[0].tolist() == [0.75]
    assert stratum.items[0].tolist() == [2]
    assert stratum.graded.tolist() == [True]


def test_means_are_chance_corrected_and_influences_add_up_to_nothing(builder: Any) -> None:
    """At chance the mean is 0; a cluster's influence is its deviation, so that they cancel."""
    design = builder.design(levels=1, count=4, tasks=["problem_solving/a"], chance=0.25)
    rows = builder.rows(design, lambda t, lv, la, i: float(i == 0))
    (stratum,) = assemble(design, [rows]).strata
    assert stratum.means[:, 0].tolist() == pytest.approx([0.0, 0.0])
    assert np.abs(stratum.influence.sum(axis=1)).max() < 1e-12


def test_clusters_keep_the_seeded_order(builder: Any) -> None:
    """Clusters are in the order of their index, not of their name, whoever answered first."""
    design = builder.design(levels=1, count=3, tasks=["problem_solving/a"], languages=("fr",))
    rows = builder.rows(design, lambda t, lv, la, i: float(i))
    named = [replace(row, cluster=name) for row, name in zip(rows, "zya", strict=True)]
    (stratum,) = assemble(design, [named[::-1], named]).strata
    assert stratum.clusters == ("z", "y", "a")
    assert stratum.sums[0].T.tolist() == [[0, 1, 2], [0, 1, 2]]


def test_scores_of_another_round_are_refused(builder: Any) -> None:
    """A level the round lacks, or another chance level, is an error that names the item."""
    design = builder.design(levels=1, count=1, tasks=["problem_solving/a"])
    (row, _) = builder.rows(design, lambda *_: 1.0)
    with pytest.raises(PublishError, match="level 2"):
        assemble(design, [[replace(row, level=2)]])
    with pytest.raises(PublishError, match=r"chance 0\.5"):
        assemble(design, [[replace(row, chance=0.5)]])
