"""Level cleared: worked thresholds, the fixed sequence, unscored items, and the rate of overclaims."""

from typing import Any

import numpy as np
import pytest

from leaderboard.ranking import LevelTest, assemble, certifiable, overall_levels, task_levels
from leaderboard.ranking.levels import highest

TASK = "problem_solving/a"
HALF = LevelTest(0.5)


def test_testing_stops_at_the_first_failure() -> None:
    """Passing level 3 after failing level 2 clears level 1 only."""
    passed = np.array([[1, 1, 0], [0, 1, 1], [1, 1, 1]], dtype=bool)
    assert highest(list(passed)).tolist() == [1, 3, 0]


@pytest.mark.parametrize(
    ("tau", "count", "needed"), [(0.5, 50, 32), (0.5, 100, 59), (0.5, 200, 113), (0.8, 50, 45), (0.8, 100, 87)]
)
def test_one_language_needs_the_published_counts(builder: Any, tau: float, count: int, needed: int) -> None:
    """Independent 0/1 items use the exact test: the published count clears, one fewer does not."""
    design = builder.design(levels=1, count=count, tasks=[TASK], languages=("fr",))
    rows = [builder.rows(design, lambda t, lv, la, i, k=k: float(i < k)) for k in (needed - 1, needed)]
    assert task_levels(assemble(design, rows), TASK, LevelTest(tau), "fr").tolist() == [0, 1]


def test_threshold_is_on_the_corrected_scale(builder: Any) -> None:
    """With chance 1/4 the raw threshold is 0.625: 32 of 50 clear nothing, 38 (the exact count) do."""
    design = builder.design(levels=1, count=50, tasks=[TASK], languages=("fr",), chance=0.25)
    rows = [builder.rows(design, lambda t, lv, la, i, k=k: float(i < k)) for k in (32, 37, 38)]
    assert task_levels(assemble(design, rows), TASK, HALF, "fr").tolist() == [0, 0, 1]


def test_parallel_tellings_are_not_counted_twice(builder: Any) -> None:
    """Fifty pairs, 32 of them right in both languages: 64 of 100 would clear if tellings were independent."""
    design = builder.design(levels=1, count=50, tasks=[TASK])
    rows = builder.rows(design, lambda t, lv, la, i: float(i < 32))
    table = assemble(design, [rows])
    assert task_levels(table, TASK, HALF, "fr").tolist() == [1]
    assert task_levels(table, TASK, HALF).tolist() == [0]


def test_two_languages_tell_more_than_one(builder: Any) -> None:
    """Where tellings vary separately the pairs vary less, and fewer right answers are enough."""
    design = builder.design(levels=1, count=50, tasks=[TASK])
    rows = builder.rows(design, lambda t, lv, la, i: float(i < 32 if la == "fr" else i >= 18))
    assert task_levels(assemble(design, [rows]), TASK, HALF).tolist() == [1]


def test_graded_scores_use_what_they_say(builder: Any) -> None:
    """Scores that are all 0.7 show a mean above one half, though none of them is right."""
    design = builder.design(levels=1, count=50, tasks=[TASK])
    table = assemble(design, [builder.rows(design, lambda *_: 0.7), builder.rows(design, lambda *_: 0.5)])
    assert task_levels(table, TASK, HALF).tolist() == [1, 0]
    assert overall_levels(table, HALF).tolist() == [1, 0]


def test_unscored_items_only_weaken_the_evidence(builder: Any) -> None:
    """Right where scored: with 15 pairs of 20 it still clears, with 3 it cannot, and a cluster needs every telling."""
    design = builder.design(levels=1, count=20, tasks=[TASK])
    rows = [
        builder.rows(design, lambda t, lv, la, i, k=k: 1.0 if i < k or la == "fr" else None) for k in (20, 15, 3, 0)
    ]
    table = assemble(design, rows)
    assert task_levels(table, TASK, HALF).tolist() == [1, 1, 0, 0]
    assert task_levels(table, TASK, HALF, "fr").tolist() == [1, 1, 1, 1]
    assert overall_levels(table, HALF).tolist() == [1, 1, 0, 0]


def test_the_round_level_is_of_the_weighted_mean_over_tasks(builder: Any) -> None:
    """Two of three tasks perfect: 3/4 where the failed one shares its track, 1/2 where it is a track alone."""
    design = builder.design(levels=1, count=40)
    rows = [
        builder.rows(design, lambda task, *_, bad=bad: float(task != bad))
        for bad in ("problem_solving/a", "understanding/c")
    ]
    assert overall_levels(assemble(design, rows), HALF).tolist() == [1, 0]


def test_a_task_missing_from_a_level_clears_nothing_there(builder: Any) -> None:
    """What was never scored cannot be claimed, however good the rest."""
    design = builder.design(levels=2, count=40)
    rows = builder.rows(design, lambda task, level, *_: None if (task, level) == ("understanding/c", 2) else 1.0)
    assert overall_levels(assemble(design, [rows]), HALF).tolist() == [1]


def test_clearing_needs_no_order_of_submissions(builder: Any) -> None:
    """Levels are absolute: another submission beside it, better or worse, changes nobody's."""
    design, rng = builder.design(levels=4, count=20), np.random.default_rng(5)
    table = builder.simulate(design, (1.0, 2.0, 3.0, 6.0), rng)
    together = overall_levels(table, HALF).tolist()
    assert [int(overall_levels(table.select([n]), HALF)[0]) for n in range(4)] == together
    assert together == sorted(together)
    assert together[-1] == 4


@pytest.mark.parametrize("scope", ["fr", "task", "round"])
def test_overclaims_are_rare(builder: Any, scope: str) -> None:
    """A model exactly at the threshold of level 2 is said to clear it in at most 5 % of rounds."""
    design, rng = builder.design(levels=2, count=30, chance=0.2), np.random.default_rng(8)
    table = builder.simulate(design, [2.0] * 3000, rng)  # corrected expectation at level 2: exactly one half
    cleared = {
        "fr": lambda: task_levels(table, TASK, HALF, "fr"),
        "task": lambda: task_levels(table, TASK, HALF),
        "round": lambda: overall_levels(table, HALF),
    }[scope]()
    assert np.mean(cleared >= 2) <= 0.05


@pytest.mark.parametrize("tau", [0.5, 0.8])
@pytest.mark.parametrize("chance", [0.0, 0.25])
def test_nobody_clears_more_than_the_questions_can_certify(builder: Any, tau: float, chance: float) -> None:
    """Whatever is answered or left unscored, no level is cleared beyond what perfect answers clear."""
    rng, test, reached = np.random.default_rng(3), LevelTest(tau), set()
    for count in (1, 4, 6, 8, 12, 16, 24):
        design = builder.design(levels=1, count=count, chance=chance)
        rows = [
            builder.rows(design, lambda *_, p=p, hole=hole: None if rng.random() < hole else float(rng.random() < p))
            for p in (0.8, 0.95, 1.0)
            for hole in (0.0, 0.1, 0.5)
        ]
        most = certifiable(design, test)
        assert most == overall_levels(assemble(design, [builder.rows(design, lambda *_: 1.0)]), test)[0]
        assert overall_levels(assemble(design, rows), test).max() <= most
        reached.add(most)
    assert reached == {0, 1}
