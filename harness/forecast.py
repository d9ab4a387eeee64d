"""What a round will take, from what a calibration measured: items, jobs, GPU-hours, and how long all of it lasts.

Where a round stops by itself, its ladders are climbed by simulation: each level's success is drawn from what the
calibration says of it, which is little, and made to fall from level to level; then clusters are drawn and judged by the
round's own rule. Pure functions: the same costs give the same forecast.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize

from harness.canonical import sha256_text
from harness.costs import CostModel, Counts, Group, Key
from harness.metrics.intervals import raw_threshold
from harness.metrics.ladder import Stopping, cluster_mean
from harness.metrics.stopping import decisions
from harness.task import load_task
from harness.types import RoundTask

DRAWS = 32  # of each ladder
_PRIOR = 0.5  # right and wrong answers that each level is given (Jeffreys): a few items prove nothing

Array = npt.NDArray[np.float64]
Ladders = Mapping[str, Sequence[Sequence[int]]]  # task -> of each level, clusters asked in each climb


@dataclass(frozen=True, slots=True)
class Outline:
    """What of a round, and of the cluster that it runs on, decides what is asked and in how many jobs."""

    tasks: tuple[RoundTask, ...]
    stopping: Stopping | None = None
    again: float = 0.0  # share of the items that are asked twice: canaries
    shard_tokens: float | None = None  # of one job that asks, about; None: one job does all


@dataclass(frozen=True, slots=True)
class Jobs:
    """The jobs of one submission, in seconds."""

    cut: float  # 0 where one job does all
    ask: tuple[float, ...]
    score: float
    gpus: int  # of each job that asks

    @property
    def gpu_seconds(self) -> float:
        """GPUs times how long they are held."""
        return self.gpus * sum(self.ask)

    @property
    def node_seconds(self) -> float:
        """All jobs together."""
        return self.cut + sum(self.ask) + self.score

    @property
    def stages(self) -> list[list[float]]:
        """What must wait for what."""
        whole = [[self.cut], list(self.ask), [self.score]]
        return whole if self.cut else [list(self.ask)]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What one submission will take."""

    items: float
    tokens: float
    engine: float  # seconds
    deviation: float  # of these, by the items that happen to be drawn and, of a ladder, by where it ends
    jobs: Jobs


def fixed(model: CostModel, outline: Outline, gpus: int = 0) -> Forecast:
    """What the round takes where everything is asked."""
    counts = _caps(model, outline)
    return _forecast(model, outline, [counts], counts, gpus)


def expected(model: CostModel, outline: Outline, gpus: int = 0, drawn: Ladders | None = None) -> Forecast:
    """What it takes where the round stops by itself; the same as `fixed` where it does not.

    `drawn` are the `ladders` where they are known already: they take seconds for a large round.
    """
    caps = _caps(model, outline)
    if outline.stopping is None:
        return _forecast(model, outline, [caps], caps, gpus)
    known = ladders(model, outline) if drawn is None else drawn
    number = min((len(levels[0]) for levels in known.values()), default=0)
    ways = [{key: float(known[key[0]][key[1] - 1][n]) for key in caps} for n in range(number)]
    return _forecast(model, outline, ways or [caps], caps, gpus)


def ladders(model: CostModel, outline: Outline, draws: int = DRAWS) -> Ladders:
    """Clusters that each task's ladder asks of each level, in each of so many climbs."""
    if outline.stopping is None:
        return {}
    rng = np.random.default_rng(int(sha256_text(model.costs.submission)[:12], 16))
    names = {key[0] for key in _caps(model, outline)}
    return {
        task.name: climbs(outline.stopping, task.counts, *_seen(model, task), rng, draws).tolist()
        for task in outline.tasks
        if task.name in names
    }


def climbs(
    stopping: Stopping,
    caps: Sequence[int],
    seen: Sequence[Sequence[float]],
    chance: Sequence[float],
    tellings: int,
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> npt.NDArray[np.int_]:
    """Clusters that a task's ladder asks of each level, (levels, draws).

    Args:
        stopping: the round's.
        caps: clusters of each level, at most.
        seen: of each level, the raw means of the clusters that a calibration asked.
        chance: of each level.
        tellings: items of a cluster; each is right or wrong by itself.
        rng: draws success and answers.
        draws: how many climbs.
    """
    means = success(seen, rng, draws)
    answers = (rng.binomial(tellings, means[level], size=(cap, draws)) / tellings for level, cap in enumerate(caps))
    return ladder_counts(stopping, caps, list(answers), chance)


def ladder_counts(
    stopping: Stopping, caps: Sequence[int], answers: Sequence[Array], chance: Sequence[float]
) -> npt.NDArray[np.int_]:
    """As `metrics.ladder.wanted` for many ladders at once, all of whose answers are known: (levels, draws).

    `answers` holds, of each level, raw means of clusters in the seeded order, (cap, draws).
    """
    core = np.minimum(stopping.core, caps)
    counts = np.repeat(core[:, None], answers[0].shape[1], axis=1)
    for tau in stopping.thresholds:
        climbing = np.ones(counts.shape[1], dtype=np.bool_)
        for level, cap in enumerate(caps):
            if not climbing.any():
                break
            threshold = raw_threshold(tau, chance[level])
            outcome, at = decisions(answers[level][:, climbing], threshold, cap, stopping.alpha)
            steps = np.maximum(0, -(-(np.where(at, at, cap) - stopping.core) // stopping.step))
            reached = np.minimum(stopping.core + steps * stopping.step, cap)
            counts[level, climbing] = np.maximum(counts[level, climbing], reached)
            climbing[climbing] = outcome > 0
    return counts


def success(seen: Sequence[Sequence[float]], rng: np.random.Generator, draws: int = DRAWS) -> Array:
    """Draws of each level's mean score, (levels, draws): of a Beta distribution, and never rising with the level.

    Draws that ignore the order are projected onto it (Dunson & Neelon 2003, by isotonic regression), each level with
    the weight of what was seen of it.
    """
    right = np.array([sum(values) for values in seen])
    number = np.array([len(values) for values in seen])
    drawn = rng.beta(_PRIOR + right[:, None], _PRIOR + (number - right)[:, None], size=(len(seen), draws))
    weights = number + 2 * _PRIOR
    ordered = [optimize.isotonic_regression(drawn[:, n], weights=weights, increasing=False).x for n in range(draws)]
    return np.array(ordered).T


def wall(chains: Sequence[Sequence[Sequence[float]]], slots: int | None) -> float:
    """Seconds until all is done, `slots` jobs at a time, each as soon as it may begin; None: as many as there are.

    `chains` holds a submission's stages, each the seconds of its jobs: a stage begins when the one before has ended.
    Neither the queue's waits nor failures are in it.
    """
    most = slots or max(1, sum(len(stage) for chain in chains for stage in chain))
    free = [0.0] * most
    waiting = [(0.0, n, 0) for n, chain in enumerate(chains) if chain]
    end = 0.0
    while waiting:
        ready, n, stage = heapq.heappop(waiting)
        done = ready
        for seconds in chains[n][stage]:
            begin = max(ready, heapq.heappop(free))
            heapq.heappush(free, begin + seconds)
            done = max(done, begin + seconds)
        end = max(end, done)
        if stage + 1 < len(chains[n]):
            heapq.heappush(waiting, (done, n, stage + 1))
    return end


def _caps(model: CostModel, outline: Outline) -> dict[Key, float]:
    """Items of each group where all are asked."""
    counts = {(task.name, level): count for task in outline.tasks for level, count in enumerate(task.counts, 1)}
    return {key: float(counts[key[:2]]) for key in model.groups if key[:2] in counts}


def _seen(model: CostModel, task: RoundTask) -> tuple[list[list[float]], tuple[float, ...], int]:
    """Of each level: the calibration's clusters, and chance; and how many languages tell one."""
    levels = range(1, task.levels + 1)
    groups = [[g for g in model.costs.groups if (g.task, g.level) == (task.name, level)] for level in levels]
    return [_clusters(same) for same in groups], load_task(task.name).card.chance, max(map(len, groups))


def _clusters(groups: Sequence[Group]) -> list[float]:
    """Raw means of a level's clusters: what its languages' items of one place in the order scored."""
    places = range(min((group.items for group in groups), default=0))
    means = (cluster_mean((group.language, group.values[place]) for group in groups) for place in places)
    return [mean for mean in means if mean is not None]


def _forecast(model: CostModel, outline: Outline, ways: Sequence[Counts], caps: Counts, gpus: int) -> Forecast:
    """Averages over the ways that the ladders may go."""
    core = outline.stopping.core if outline.stopping else math.inf
    asked = [{key: count + outline.again * min(count, core) for key, count in way.items()} for way in ways]
    seconds = [model.seconds(way) for way in asked]
    engine, items = _mean(seconds), _mean([sum(way.values()) for way in ways])
    mean = {key: _mean([way[key] for way in asked]) for key in caps}
    spread = math.hypot(model.deviation(mean), float(np.std(seconds)))
    planned = sum(caps.values())
    jobs = _jobs(model, outline, engine, items, planned, gpus)
    return Forecast(items, model.tokens(mean), engine + model.costs.drain * len(jobs.ask), spread, jobs)


def _jobs(model: CostModel, outline: Outline, engine: float, items: float, planned: float, gpus: int) -> Jobs:
    """The jobs in which a submission is asked, about as `shards.cut` cuts it."""
    costs = model.costs
    begin, judging = costs.begin + costs.plan * planned, costs.judge * items
    if outline.shard_tokens is None:
        return Jobs(0.0, (begin + costs.load + engine + costs.drain + judging,), 0.0, gpus)
    per_token = model.per_token()
    most = _likes(model, outline) if per_token > 0 else 0.0
    number = max(1, math.ceil(most / outline.shard_tokens))
    number = min(number, len(outline.tasks)) if outline.stopping else number
    return Jobs(begin, (begin + costs.load + engine / number + costs.drain,) * number, begin + judging, gpus)


def _likes(model: CostModel, outline: Outline) -> float:
    """Tokens of all items, or their like: what the plan is cut by."""
    return sum(model.each(key) * count for key, count in _caps(model, outline).items()) / model.per_token()


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
