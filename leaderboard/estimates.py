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


def whole(design: Design, runs: Sequence[Run], thresholds: Sequence[float], confidence: float) -> Estimates:
    """Of a round that asks everything."""
    rows = [run.scores for run in runs]
    scores = assemble(design, rows)
    return Estimates(rows, scores, summarise(scores, thresholds, confidence), [shortfall(design, run) for run in runs])


def climbed(
    design: Design, runs: Sequence[Run], thresholds: Sequence[float], confidence: float, stopping: Stopping
) -> Estimates:
    """Of a round that stops by itself: averages are of the core alone, levels cleared of every answer."""
    tasks = tuple(replace(t, counts=tuple(min(n, stopping.core) for n in t.counts)) for t in design.tasks)
    core = replace(design, tasks=tasks)
    rows: list[Sequence[ScoreRow]] = [core_of(run.scores, stopping.core) for run in runs]
    scores = assemble(core, rows)
    summary = stopped_summary(
        summarise(scores, thresholds, confidence), assemble(design, [run.scores for run in runs]), confidence
    )
    short = [shortfall(core, run) or unasked(unfinished(design, stopping, run.scores)) for run in runs]
    return Estimates(rows, scores, summary, short)
