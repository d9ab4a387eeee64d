"""Level cleared where a round stops by itself: for everyone at once what the run's own ladder says of each."""

from typing import Any

import numpy as np
import pytest

from harness.metrics.ladder import Ladder, Stopping, cleared, climb, core_of
from leaderboard.ranking import LevelTest, assemble, task_levels
from leaderboard.ranking.stopped import stopped_levels, stopped_verdicts, unfinished

TASK = "problem_solving/a"


@pytest.mark.parametrize("tau", [0.5, 0.8])
def test_the_table_says_what_the_run_said(builder: Any, tau: float) -> None:
    """Every submission's levels and verdicts are its ladder's, tellings averaged, some of them unscored."""
    design, rng = builder.design(levels=3, count=40, tasks=[TASK], chance=0.25), np.random.default_rng(11)
    means = rng.uniform(0.3, 1.0, 12)
    values = [
        {(lv, la, i): None if rng.random() < 0.05 else float(rng.random() < mean ** (0.2 * lv))
         for lv in (1, 2, 3) for la in ("fr", "en") for i in range(40)}
        for mean in means
    ]  # fmt: skip
    table = assemble(design, [builder.rows(design, lambda t, lv, la, i, k=k: k[lv, la, i]) for k in values])
    stopping, ladder, test = Stopping(10, 5), Ladder((0.25,) * 3, (40,) * 3), LevelTest(tau)
    levels, verdicts = stopped_levels(table, TASK, test), stopped_verdicts(table, TASK, test)
    numbers = {"cleared": 1, "failed": -1, "undetermined": 0}
    for place, found in enumerate(values):
        results = [
            {
                i: None if None in pair else sum(pair) / 2
                for i in range(40)
                for pair in [(found[lv, "fr", i], found[lv, "en", i])]
            }
            for lv in (1, 2, 3)
        ]
        assert levels[place] == cleared(stopping, ladder, results, tau)
        climbed = [numbers[one.outcome] for one in climb(stopping, ladder, results, tau)]
        assert verdicts[:, place].tolist() == climbed + [0] * (3 - len(climbed))
    assert len(set(levels.tolist())) > 2


def test_answers_that_were_not_asked_count_nothing(builder: Any) -> None:
    """One that stopped after twenty clusters keeps its verdict beside one that was asked sixty."""
    design = builder.design(levels=1, count=60, tasks=[TASK])
    rows = builder.rows(design, lambda *_: 1.0)
    long = builder.rows(design, lambda t, lv, la, i: float(i % 2))
    short = [row for row in rows if row.index < 20]
    levels = stopped_levels(assemble(design, [short, long]), TASK, LevelTest(0.5))
    assert levels.tolist() == [1, 0]
    assert stopped_levels(assemble(design, [short, long]), TASK, LevelTest(0.5), "fr").tolist() == [1, 0]


def test_fixed_tests_overclaim_where_a_run_stops_by_itself() -> None:
    """Why a round that stops needs a test of its own: looking again and again, the exact test claims too much."""
    from harness.metrics.intervals import clopper_pearson_lower
    from harness.metrics.stopping import decisions

    rng = np.random.default_rng(4)
    values = (rng.random((200, 1000)) < 0.5).astype(float)
    right, items = values.cumsum(axis=0), np.arange(1, 201)[:, None]
    naive = (clopper_pearson_lower(right, items) > 0.5)[9:].any(axis=0).mean()
    assert naive > 0.15
    assert (decisions(values, 0.5, 200)[0] > 0).mean() <= 0.05


def test_areas_are_of_the_core(builder: Any) -> None:
    """The core of an adaptive record is a balanced round that every fixed statistic may be computed on."""
    design = builder.design(levels=2, count=30, tasks=[TASK])
    rows = [row for row in builder.rows(design, lambda *_: 1.0) if row.level == 1 or row.index < 12]
    core = assemble(design, [core_of(rows, 12)])
    assert [stratum.counts.sum() for stratum in core.strata] == [24, 24]
    assert task_levels(core, TASK, LevelTest(0.5)).tolist() == [2]


def test_a_run_is_finished_when_its_ladders_are(builder: Any) -> None:
    """All wrong at level 1: seven clusters there and the cores above are everything; one telling less is one short."""
    design, stopping = builder.design(levels=3, count=40, tasks=[TASK]), Stopping(4, 3, thresholds=(0.5,))
    wrong = [row for row in builder.rows(design, lambda *_: 0.0) if row.index < (7 if row.level == 1 else 4)]
    assert unfinished(design, stopping, wrong) == 0
    assert unfinished(design, stopping, wrong[1:]) == 1
    assert unfinished(design, stopping, []) == 3 * 4 * 2
    unsure = [row for row in builder.rows(design, lambda t, lv, la, i: i % 2.0) if row.index < 7]
    assert unfinished(design, stopping, unsure) == 3 * 2  # the next batch of level 1, in both languages
