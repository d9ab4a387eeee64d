"""Level cleared in a round that stops asking: the verdicts of `harness.metrics.stopping` for everyone at once.

Such a round's areas and ranks are computed on the core alone (`harness.metrics.ladder.core_of`): an average over a
sample that stopped itself is biased. A task's levels use every answer, by the very test that stopped. Whatever
language is looked at, the test may: it holds at any stopping time, also at one that another test chose. The levels of
the whole round use every answer too, by what the tasks' bets come to together (`combined.py`); dealing clusters into
hands, as in a round that asks everything, would not do, since how many there are to deal depends on the answers.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from harness.metrics.intervals import raw_threshold
from harness.metrics.ladder import Ladder, Stopping, cluster_mean, next_wave, wanted
from harness.metrics.stopping import Counts, decisions
from harness.types import ScoreRow
from leaderboard.ranking.combined import least_log_capital
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


def stopped_overall(scores: Scores, taus: Sequence[float], confidence: float) -> dict[float, Counts]:
    """Level cleared of the whole round at each tau, (K,); nothing at a level where a task has no answer."""
    values = {(stratum.task, stratum.level): _cluster_values(stratum, None) for stratum in scores.strata}
    return _round_levels(scores.design, values, taus, confidence)


def stopped_certifiable(
    design: Design, stopping: Stopping, taus: Sequence[float], confidence: float
) -> dict[float, int | None]:
    """The level of the whole round that answers right everywhere clear, asked as the round asks; None: not tested.

    Who is always right is asked few questions, since each level is soon decided: the caps are never reached.
    """
    right: dict[tuple[str, int], Floats] = {}
    for task in design.tasks:
        every: list[dict[int, float | None]] = [dict.fromkeys(range(cap), 1.0) for cap in task.counts]
        asked = wanted(stopping, Ladder(task.chance[: task.levels], task.counts), every)
        right |= {(task.name, level): np.ones((count, 1)) for level, count in enumerate(asked, 1)}
    found = _round_levels(design, right, taus, confidence)
    return {tau: int(found[tau][0]) if tau in stopping.thresholds else None for tau in taus}


def _round_levels(
    design: Design, values: Mapping[tuple[str, int], Floats], taus: Sequence[float], confidence: float
) -> dict[float, Counts]:
    """By tau, from the raw means of clusters (C, K) of each task and level."""
    passed = []
    for level in range(1, design.levels + 1):
        asked = [task for task in design.tasks if task.levels >= level]
        parts, chances = [values[task.name, level] for task in asked], [task.chance[level - 1] for task in asked]
        if len(asked) == 1:  # the mean over tasks is the task's
            alpha, (own,), (chance,) = 1.0 - confidence, parts, chances
            passed.append([decisions(own, raw_threshold(tau, chance), len(own), alpha)[0] > 0 for tau in taus])
            continue
        weights = [design.task_weights(level)[task.name] for task in asked]
        some = np.all([(~np.isnan(part)).any(axis=0) for part in parts], axis=0)
        found = least_log_capital(parts, weights, chances, taus) >= -np.log(1.0 - confidence)
        passed.append(list(found & some))
    return {tau: highest([level[row] for level in passed]) for row, tau in enumerate(taus)}


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
    """A summary of the core with the levels that all answers clear, by task and overall; `scores` are all of them."""
    tasks = {}
    for name, task in summary.tasks.items():
        tests = {tau: LevelTest(tau, confidence) for tau in task.cleared}
        first = next(iter(tests.values()))
        tasks[name] = dataclasses.replace(
            task,
            cleared={tau: stopped_levels(scores, name, test) for tau, test in tests.items()},
            language_cleared={one: stopped_levels(scores, name, first, one) for one in task.language_cleared},
        )
    cleared = stopped_overall(scores, list(summary.cleared), confidence)
    return dataclasses.replace(summary, cleared=cleared, tasks=tasks)


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
