"""The simulations in small: our recipes hold, and the ones known to be wrong are seen to be wrong."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # simulate/ and bench/ stand beside the packages

from bench import result
from harness.metrics.ladder import Ladder, Stopping, next_wave
from simulate import intervals, levels, pairwise, ranks, stopping
from simulate.__main__ import main, names
from simulate.stopping import KINDS, THRESHOLDS

SEED = 7


def test_every_simulation_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    """Modules with a `main` are simulations; an unknown name lists them."""
    assert {"intervals", "levels", "ranks", "stopping"} <= set(names())
    assert "tables" not in names()
    assert main(["rnaks"]) == 2
    assert "ranks" in capsys.readouterr().err


def test_a_simulation_publishes_its_claims(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each claim is a file in the shape of a benchmark, with the whole table beside it."""
    monkeypatch.setattr(result, "OUT", tmp_path)
    assert levels.main(size=200) in (True, False)
    found = json.loads((tmp_path / "level-overclaims.json").read_text(encoding="utf-8"))
    assert set(found) == {"name", "unit", "ours", "peer", "ratio", "bar", "reached", "conditions"}
    assert len(found["conditions"]["table"]) == 18


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("tau", THRESHOLDS)
def test_stopping_overclaims_rarely(kind: stopping.Kind, tau: float) -> None:
    """At a mean of exactly the threshold at most 5 % are cleared, whatever the items (and three standard errors)."""
    assert stopping.overclaims(kind, tau, 1500, np.random.default_rng(SEED)) <= 0.05 + 0.017


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_stopping_saves_four_fifths(kind: stopping.Kind) -> None:
    """With a core of ten items a level and language, 80 % of the ladder's items are saved, and no level is lost."""
    found, fixed = stopping.climb(kind, np.linspace(-1, 11, 60), np.random.default_rng(SEED))
    counts = stopping.asked(found, Stopping(10, 10, thresholds=(0.5,)), kind.cap)
    assert counts.sum(axis=1).mean() <= 0.2 * stopping.LEVELS * kind.cap
    assert abs((fixed[0.5] - stopping.cleared(found, 0.5, counts)).mean()) <= 0.15


def test_the_simulation_asks_what_a_run_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clusters asked by arithmetic on decision times are those that the planner asks, wave after wave."""
    monkeypatch.setattr(stopping, "ITEMS", 60)
    kind, seed = KINDS[0], 3
    design = Stopping(8, 6, thresholds=THRESHOLDS)
    ability = np.array([1.0, 4.3, 11.0])
    mean = 1.0 / (1.0 + np.exp(-stopping.SLOPE * (ability[:, None] - np.arange(1, stopping.LEVELS + 1))))
    values = kind.draw(mean, kind.cap, np.random.default_rng(seed))
    counts = stopping.asked(stopping.climb(kind, ability, np.random.default_rng(seed))[0], design, kind.cap)
    for one in range(len(ability)):
        results: list[dict[int, float | None]] = [{} for _ in range(stopping.LEVELS)]
        ladder = Ladder((0.0,) * stopping.LEVELS, (kind.cap,) * stopping.LEVELS)
        while wave := next_wave(design, ladder, results):
            for level, place in wave:
                results[level - 1][place] = float(values[place, one, level - 1])
        assert [len(found) for found in results] == counts[one].tolist()


def test_intervals_cover_and_wrong_ones_do_not() -> None:
    """Ours cover at least 93 %; clusters taken for items, and SD over root B, fall far below."""
    rng = np.random.default_rng(SEED)
    for mean in (0.2, 0.5, 0.95):
        values = intervals.draw(mean, (50, 2, 1500), rng)
        assert intervals.mean_covers(values, mean) >= 0.93
        assert intervals.bound_covers(values, mean) >= 0.94
        assert intervals.normal_covers(values, mean) < 0.9
        assert intervals.shrunk_covers(values, mean, rng) < 0.3
    assert 0.93 <= intervals.area_covers(0.5, 10, 1500, rng) <= 0.97


def test_intervals_hold_where_few_clusters_of_five_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty clusters of five at 0.05 and 0.95 are covered, and are known to be too coarse to come near 95 %."""
    monkeypatch.setattr(intervals, "MEANS", (0.05, 0.95))
    monkeypatch.setattr(intervals, "CLUSTERS", (50,))
    monkeypatch.setattr(intervals, "PASSES", 2)
    found = intervals.means(1000)
    assert len(found) == 2 * len(intervals.SIZES)
    assert min(found.values()) >= 0.95
    assert intervals.rarer(0.05, 50, 5) == pytest.approx(250 / 3 * 0.05)
    assert intervals.rarer(0.8, 50, 1) == 10


def test_ranks_of_tied_strengths_hold_together() -> None:
    """Four tied, judgements of a prompt mostly copies: ranks hold in 95 % of rounds, and not by saying nothing."""
    held, joint, naive = pairwise.coverage(4, 60, 0.8, 0.0, 300)
    assert held >= 0.93
    assert 0.93 <= joint < 1.0
    assert naive < 0.85


def test_rank_intervals_cover_jointly_and_percentiles_do_not() -> None:
    """Twelve submissions, four of them tied: ours hold together in 95 % of rounds, percentile intervals in half."""
    found = ranks.covered((3, 4, 12), ranks.abilities(12, 1 / 3, 4), 60, np.random.default_rng(SEED))
    assert found.ours >= 0.95
    assert found.percentile < 0.75
    assert found.width < 0.5  # coverage is not bought with intervals that say nothing


@pytest.mark.parametrize("shape", [(1, 1, 20), (3, 3, 2), (3, 4, 4)])
def test_rank_intervals_cover_in_small_rounds(shape: ranks.Shape) -> None:
    """Everybody tied and few pairs, where resampling alone says too little: at most 5 % of rounds have an order."""
    found = ranks.covered(shape, ranks.abilities(12, 1.0, shape[1]), 150, np.random.default_rng(SEED))
    assert ranks.beyond(1 - found.ours, 150) <= 0.05


def test_areas_of_one_task_are_covered() -> None:
    """Areas of one level near 1: ours cover at least 93 %, Student's t alone far less."""
    ours, plain, _ = intervals.few_cover(50, (0.97,), 1, 1500, np.random.default_rng(SEED))
    assert ours >= 0.93
    assert plain < 0.85
