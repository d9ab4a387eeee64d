"""What the runs of a round come to, of a round that asks everything and of one that stops by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.metrics.ladder import Stopping, core_of
from harness.types import ScoreRow
from leaderboard.ranking import Design, Scores, assemble
from leaderboard.ranking.stopped import stopped_summary, unfinished
from leaderboard.ranking.summary import Summary, summarise
from leaderboard.standing import Run, shortfall, unasked


@dataclass(frozen=True, slots=True)
class Estimates:
    """What the runs of a round come to."""

    rows: list[Sequence[ScoreRow]]  # of each run, those that averages are of
    scores: Scores  # of these rows
    summary: Summary
    short: list[str]  # what keeps each run from a place


def estimated(
    design: Design, runs: Sequence[Run], thresholds: Sequence[float], confidence: float, stopping: Stopping | None
) -> Estimates:
    """Averages of everything; where the round stops by itself of the core alone, and levels cleared of every answer."""
    rows = [averaged(run, stopping) for run in runs]
    scores = assemble(core_design(design, stopping), rows)
    summary = summarise(scores, thresholds, confidence)
    if stopping is not None:
        summary = stopped_summary(summary, assemble(design, [run.scores for run in runs]), confidence)
    return Estimates(rows, scores, summary, [lacking(design, stopping, run) for run in runs])


def core_design(design: Design, stopping: Stopping | None) -> Design:
    """What everybody is asked: the whole round, or the core of one that stops by itself."""
    if stopping is None:
        return design
    core = (replace(task, counts=tuple(min(n, stopping.core) for n in task.counts)) for task in design.tasks)
    return replace(design, tasks=tuple(core))


def averaged(run: Run, stopping: Stopping | None) -> Sequence[ScoreRow]:
    """A run's scores that averages are of: an average over a sample that stopped itself is biased."""
    return run.scores if stopping is None else core_of(run.scores, stopping.core)


def lacking(design: Design, stopping: Stopping | None, run: Run) -> str:
    """What keeps a run from a place, in words; empty where every item has a result that the round asks of it."""
    if short := shortfall(core_design(design, stopping), run):
        return short
    return unasked(unfinished(design, stopping, run.scores)) if stopping else ""
