"""What a team is told during a round: its best, by the Ladder mechanism (Blum & Hardt 2015), never each score.

Whoever is told every score can climb on noise: keep what the score liked, submit again, and the best score says more of
the hidden items than of the model. The Ladder announces a new best only when it gains more than a threshold eta over
the best announced, and rounded; otherwise it repeats what it said. Their parameter-free version takes for eta the
standard error of the paired difference from the best. Alone, that gives way to small steps: two submissions that differ
on one item have a difference of 1/n and a standard error just below it (in simulation, 500 submissions overfit as far
as with plain scores; `simulate/feedback.py`). So eta is never below a step that no submission can shrink: the square
root of the sum of the squared weights of the clusters, 1/sqrt(n) for n equal ones. Announcements are multiples of it.

The state is a journal of one line an answer, `feedback.jsonl` in the round's folder. It is the organisers' own: a new
best's line holds its share of every cluster, to which the next one is compared.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from filelock import FileLock

from harness.errors import PublishError
from harness.journal import Journal, read_all
from leaderboard.ranking import Scores, area_weights
from leaderboard.ranking.contrasts import stratum_weights

FILE = "feedback.jsonl"


@dataclass(frozen=True, slots=True)
class Shares:
    """One submission's area, cluster by cluster: the values of `share` add up to it."""

    share: Mapping[str, float]  # "task/level/cluster" -> what it adds to the area
    span: Mapping[str, float]  # the same -> the most it could have added, less the least
    stratum: Mapping[str, str]  # the same -> "task/level"

    @property
    def value(self) -> float:
        """The area under the difficulty curve."""
        return math.fsum(self.share.values())

    @property
    def step(self) -> float:
        """The least that eta may be, in the area's units: twice the largest standard error an area can have."""
        return math.sqrt(math.fsum(span**2 for span in self.span.values()))


@dataclass(frozen=True, slots=True)
class Announcement:
    """One line of the journal: what a team was told about a submission."""

    team: str
    entry: str
    time: str  # ISO, UTC
    announced: float  # the team's best so far, a multiple of `step`
    changed: bool  # whether this submission made it so
    step: float
    asked: int  # answers to this team so far, this one included
    changes: int  # of which new bests
    share: Mapping[str, float] = field(default_factory=dict)  # of a new best


@dataclass(frozen=True, slots=True)
class State:
    """Where a team's ladder stands."""

    announced: float | None = None
    best: Mapping[str, float] = field(default_factory=dict)
    asked: int = 0
    changes: int = 0


def shares(scores: Scores, place: int = 0) -> Shares:
    """The area of one submission that has a score in every cell, split over the clusters of the round."""
    weights = area_weights(scores.design)
    share: dict[str, float] = {}
    span: dict[str, float] = {}
    strata: dict[str, str] = {}
    for stratum in scores.strata:
        each = stratum_weights(stratum, weights)[:, None] / stratum.items[:, [place]] / (1.0 - stratum.chance)
        counts = stratum.counts[:, :, place]
        gained = (each * (stratum.sums[:, :, place] - stratum.chance * counts)).sum(axis=0)
        widest = (each * counts).sum(axis=0)
        name = f"{stratum.task}/{stratum.level}"
        for cluster, gain, width in zip(stratum.clusters, gained, widest, strict=True):
            if width > 0:
                key = f"{name}/{cluster}"
                share[key], span[key], strata[key] = float(gain), float(width), name
    return Shares(share, span, strata)


def threshold(new: Shares, best: Mapping[str, float]) -> float:
    """eta: the clustered standard error of the paired difference, or the step where that is larger."""
    groups: dict[str, list[float]] = {}
    for key, value in new.share.items():
        groups.setdefault(new.stratum[key], []).append(value - best.get(key, 0.0))
    square = 0.0
    for values in groups.values():
        if len(values) > 1:
            square += float(np.var(values, ddof=1)) * len(values)
    return max(math.sqrt(square), new.step)


def announce(state: State, new: Shares) -> tuple[State, bool]:
    """The ladder's next state, and whether the submission is a new best. Pure.

    Its `announced` is the only thing that may be told. The first submission is always announced, rounded to a step.
    """
    asked, value = state.asked + 1, new.value
    if state.announced is not None and value <= state.announced + threshold(new, state.best):
        return State(state.announced, state.best, asked, state.changes), False
    rounded = round(value / new.step) * new.step
    return State(rounded, new.share, asked, state.changes + 1), True


def overfit_bound(step: float, asked: int, changes: int, confidence: float = 0.95) -> float:
    """How far an announced best can be above the true area, at most, after `asked` answers with `changes` new bests.

    Answers of `changes` new bests on a grid of steps, among `asked`, allow at most (asked (2/step + 1) + 1)^changes
    courses of events, hence `asked` times as many submissions that could have been made; Hoeffding's inequality over
    all of them (the argument of theorem 3.1 of Blum & Hardt, with the changes counted instead of bounded), and half a
    step for rounding. It holds whatever the team does, and is wide; simulations stay well inside.
    """
    courses = changes * (math.log(asked * (2.0 / step + 1.0) + 1.0) + math.log(2.0)) + math.log(asked)
    return step * (0.5 + math.sqrt((courses - math.log(1.0 - confidence)) / 2.0))


def read_state(journal: Path, team: str) -> State:
    """Where a team's ladder stands after every line of the journal."""
    state = State()
    for line in read_all(Announcement, journal):
        if line.team == team:
            best = line.share if line.changed else state.best
            state = State(line.announced, best, line.asked, line.changes)
    return state


def tell(journal: Path, team: str, entry: str, new: Shares) -> Announcement:
    """Ask the team's ladder and write its answer down; one process at a time.

    PublishError when the round asks other clusters than those of the team's best.
    """
    journal.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(journal.with_name(f".{journal.name}.lock")):
        before = read_state(journal, team)
        _refuse_other_round(before, new, journal)
        after, changed = announce(before, new)
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        announced = 0.0 if after.announced is None else after.announced
        share = dict(new.share) if changed else {}
        line = Announcement(team, entry, now, announced, changed, new.step, after.asked, after.changes, share)
        with Journal(journal) as stream:
            stream.append(line)
    return line


def _refuse_other_round(before: State, new: Shares, journal: Path) -> None:
    if before.best and not before.best.keys() & new.share.keys():
        raise PublishError(
            "the journal is of other items than this submission answered",
            where=f"{journal.parent.name}/{journal.name}",
            remedy="move the journal away: a round whose items were drawn again starts a new ladder",
        )


def teams(journal: Path) -> Sequence[str]:
    """Everyone who was told anything."""
    return sorted({line.team for line in read_all(Announcement, journal)})
