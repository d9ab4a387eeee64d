"""Paired differences within parts of a round, every pair at once."""

from typing import Any

import numpy as np
import pytest

from leaderboard.ranking import area_weights, assemble
from leaderboard.ranking.pairs import difference
from leaderboard.ranking.parts import parted


def test_every_pair_has_the_figures_of_two_submissions_alone(builder: Any) -> None:
    """Each track and language: value and bounds are those of `difference`, with answers missing here and there."""
    design, rng = builder.design(levels=2, count=12, chance=0.25), np.random.default_rng(4)
    rows = [
        builder.rows(design, lambda *_, k=k: None if rng.random() < 0.05 else float(rng.random() < 0.3 + 0.15 * k))
        for k in range(4)
    ]
    scores = assemble(design, rows)
    found = {(part.kind, part.name): part for part in parted(scores, [3, 0, 2])}
    assert list(found) == [
        ("track", "problem_solving"), ("track", "understanding"), ("language", "fr"), ("language", "en"),
    ]  # fmt: skip
    for (kind, name), part in found.items():
        weights = area_weights(design, **{kind: name})
        for i, a in enumerate([3, 0, 2]):
            for j, b in enumerate([3, 0, 2]):
                if i == j:
                    continue
                alone = difference(scores.select([a, b]), weights)
                assert alone is not None
                expected = (alone.value, alone.low, alone.high)
                assert (part.difference[i, j], part.low[i, j], part.high[i, j]) == pytest.approx(expected)


def test_a_part_that_is_the_whole_round_is_none(builder: Any) -> None:
    """One track and one language have nothing to tell beside the round."""
    design = builder.design(levels=1, tasks=["understanding/a"], languages=("fr",))
    assert parted(assemble(design, [builder.rows(design, lambda *_: 1.0)] * 2), [0, 1]) == ()


def test_few_clusters_show_nothing(builder: Any) -> None:
    """Five wins of five happen between equals: no difference is given."""
    design = builder.design(levels=1, count=5, tasks=["understanding/a"])
    rows = [builder.rows(design, lambda *_, k=k: float(k)) for k in range(2)]
    assert all(np.isnan(part.difference).all() for part in parted(assemble(design, rows), [0, 1]))
