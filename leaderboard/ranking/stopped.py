"""Level cleared in a round that stops asking: the verdicts of `harness.metrics.stopping` for everyone at once.

Such a round's areas, ranks and whole-round levels are computed on the core alone (`harness.metrics.ladder.core_of`):
an average over a sample that stopped itself is biased. A task's levels use every answer, by the very test that stopped.
Whatever language is looked at, the test may: it holds at any stopping time, also at one that another test chose.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from harness.metrics.intervals import raw_threshold
from harness.metrics.ladder import Ladder, Stopping, cluster_mean, next_wave
from harness.metrics.stopping import Counts, decisions
from harness.types import ScoreRow
from leaderboard.ranking.design import Design, TaskDesign
from leaderboard.ranking.levels import LevelTest, highest
from leaderboard.ranking.scores import Floats, Scores, Stratum
from leaderboard.ranking.summary import Summary


def stopped_levels(scores: Scores, task: str, test: LevelTest, language: str | None = None) -> Counts:
    """Level cleared of one task, in one language or over all of its languages, (K,)."""
    return highest([_outcomes(s, test, language) > 0 for s in scores.strata if s.task == task])


def stopped_verdicts(scores: Scores, task: str, test: LevelTest) -> Counts:
    """What each level of a task was found to be, (levels, K): 1 cleared, -1 failed, 0 undetermined or not tested.

    Above the first level that is not cleared nothing is tested: its core is there for the averages.
    """
    found = np.array([_outcomes(stratum, test, None) for stratum in scores.strata if stratum.task == task])
    below = np.cumprod(np.vstack([np.ones_like(found[:1]), found[:-1] > 0]), axis=0)
    return np.asarray(found * below, dtype=np.int_)


def _outcomes(stratum: Stratum, test: LevelTest, language: str | None) -> Counts:
    """1 where a submission clears the level, -1 where it fails, 0 where neither is shown, (K,)."""
    values = _cluster_values(stratum, language)
    if not len(values):
        return np.zeros(values.shape[1], dtype=np.int_)
    return decisions(values, raw_threshold(test.tau, stratum.chance), len(values), 1.0 - test.confidence)[0]


def _cluster_values(stratum: Stratum, language: str | None) -> Floats:
    """Raw mean of each cluster, its languages equal, (C, K); NaN where one of them has nothing scored."""
    chosen = [n for n, name in enumerate(stratum.languages) if language in (None, name)]
    if not chosen:
        return np.zeros((0, len(stratum.graded)))
    with np.errstate(invalid="ignore"):
        return np.asarray((stratum.sums[chosen] / stratum.counts[chosen]).mean(axis=0))


def stopped_summary(summary: Summary, scores: Scores, confidence: float) -> Summary:
    """A summary of the core with the levels that each task's whole answers clear; `scores` are all of them."""
    tasks = {}
    for name, task in summary.tasks.items():
        tests = {tau: LevelTest(tau, confidence) for tau in task.cleared}
        first = next(iter(tests.values()))
        tasks[name] = dataclasses.replace(
            task,
            cleared={tau: stopped_levels(scores, name, test) for tau, test in tests.items()},
            language_cleared={one: stopped_levels(scores, name, first, one) for one in task.language_cleared},
        )
    return dataclasses.replace(summary, tasks=tasks)


def unfinished(design: Design, stopping: Stopping, rows: Sequence[ScoreRow]) -> int:
    """Items that a run would still be asked: 0 where every core is complete and every ladder has come to its end.

    A cluster's place is its index, as in every family of the challenge.
    """
    return sum(_unasked(task, stopping, [row for row in rows if row.task == task.name]) for task in design.tasks)


def _unasked(task: TaskDesign, stopping: Stopping, rows: Sequence[ScoreRow]) -> int:
    told: dict[tuple[int, int], list[ScoreRow]] = defaultdict(list)
    for row in rows:
        told[row.level, row.index].append(row)
    results: list[dict[int, float | None]] = [{} for _ in task.counts]
    for (level, place), tellings in told.items():
        if {row.language for row in tellings} >= set(task.languages):
            results[level - 1][place] = cluster_mean((row.language, row.value) for row in tellings)
    ladder = Ladder(task.chance[: task.levels], task.counts)
    waves = next_wave(stopping, ladder, results)
    return sum(len(task.languages) - len({row.language for row in told[wave]}) for wave in waves)
