"""Evidence kept on disk: who arrives costs his own pairs, and the ranking is the one from scratch."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from leaderboard import kept_ranks
from leaderboard.kept_ranks import KeptRanks
from leaderboard.ranking import area_weights, assemble, rank
from leaderboard.ranking.increment import add
from leaderboard.ranking.rows import as_rows


class Ranked:
    """A growing round, ranked by what is kept and from scratch."""

    def __init__(self, folder: Path, builder: Any, abilities: list[float]) -> None:
        """Rows of everybody who may arrive; the third is a baseline."""
        rng = np.random.default_rng(4)
        self.folder, self.design = folder, builder.design(levels=2, count=12)
        self.rows = [
            as_rows(builder.rows(self.design, lambda t, lv, la, i, a=a: float(rng.random() < 1 / (1 + np.exp(lv - a)))))
            for a in abilities
        ]

    def same(self, chosen: list[int], seed: int = 0) -> int:
        """How many arrivals were added; -1 where all was computed. The ranking is held to the one from scratch."""
        rows = [self.rows[one] for one in chosen]
        contestants = np.array([one != 2 for one in chosen])
        table, ranks = assemble(self.design, rows), KeptRanks(self.folder)
        given = {"replicates": 60, "confidence": 0.95, "seed": seed}
        found = ranks.rank(table, rows, area_weights(self.design), contestants, **given)  # type: ignore[arg-type]
        whole = rank(table, area_weights(self.design), contestants, **given)  # type: ignore[arg-type]
        for field in dataclasses.fields(whole):
            assert getattr(found, field.name) == pytest.approx(getattr(whole, field.name), abs=1e-12)
        return ranks.arrivals


def test_arrivals_cost_their_own_pairs(tmp_path: Path, builder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everyone at first, nobody the next time, then those that arrived, wherever they stand in the list."""
    round_ = Ranked(tmp_path, builder, [0.5, 1.0, 1.5, 2.0, 2.5])
    added: list[int] = []
    monkeypatch.setattr(kept_ranks, "add", lambda *a, **k: added.append(1) or add(*a, **k))
    assert [round_.same(chosen) for chosen in ([1, 3], [1, 3], [0, 1, 3], [0, 1, 2, 3, 4], [4, 3, 2, 1, 0])] == [
        *(-1, 0, 1, 2, 0)
    ]
    assert len(added) == 3


def test_who_changed_or_left_is_never_in_the_evidence(
    tmp_path: Path, builder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One who left, one with other scores, another seed, other code: everything is computed again."""
    round_ = Ranked(tmp_path, builder, [0.5, 1.0, 1.5, 2.0, 2.5])
    assert [round_.same(chosen) for chosen in ([0, 1, 3], [0, 1], [0, 1], [0, 4])] == [-1, -1, 0, -1]
    assert [round_.same([0, 4], seed=seed) for seed in (0, 1)] == [0, -1]
    monkeypatch.setattr(kept_ranks, "_code", lambda: "another version")
    assert [round_.same([0, 4], seed=1) for _ in "ab"] == [-1, 0]


def test_two_entries_with_the_same_scores_are_two(tmp_path: Path, builder: Any) -> None:
    """A clone arrives as one more, and both have their pairs."""
    round_ = Ranked(tmp_path, builder, [0.5, 1.0])
    assert [round_.same(chosen) for chosen in ([0, 1], [0, 1, 1], [1, 0, 1])] == [-1, 1, 0]
