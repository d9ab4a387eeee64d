"""Which items a run asks next, where a round stops asking what is decided. Pure functions.

What is to be asked follows from the completed prefix of each level's seeded order and from nothing else: not from the
size of the batches, from who asked what, or from an interruption. So several nodes may share a ladder, a run may be
killed at any instant, and the verdicts are the same. Averages over samples that stop themselves are biased, so the
first `core` clusters of every level are always asked, and averages are of these alone.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from harness.metrics.intervals import raw_threshold
from harness.metrics.stopping import Verdict, verdict

Results = Mapping[int, float | None]  # place in the seeded order -> raw mean of the cluster; None: unscored


class Placed(Protocol):
    """An item, as far as its place in a round goes; `Item`, `PlannedItem` and `ScoreRow` are."""

    @property
    def task(self) -> str:
        """`track/task`."""

    @property
    def level(self) -> int:
        """From 1."""

    @property
    def language(self) -> str:
        """Of the telling."""

    @property
    def cluster(self) -> str:
        """What its tellings share."""

    @property
    def index(self) -> int:
        """Place in the seeded order."""


P = TypeVar("P", bound=Placed)


@dataclass(frozen=True, slots=True)
class Stopping:
    """How a round stops asking. Counts are of clusters, that is of items per level and language."""

    core: int  # first clusters of every level, always asked: areas and ranks are of these
    step: int  # clusters asked together beyond the core
    alpha: float = 0.05  # of a wrong verdict, for each side
    thresholds: tuple[float, ...] = (0.5, 0.8)  # on the chance-corrected scale; a ladder is climbed for each

    def __post_init__(self) -> None:
        """ValueError where a number cannot be meant."""
        if self.core < 0 or self.step < 1 or not 0 < self.alpha < 1:
            raise ValueError(f"core {self.core}, step {self.step}, alpha {self.alpha}: from 0, from 1, between 0 and 1")
        if not self.thresholds or not all(0 < tau < 1 for tau in self.thresholds):
            raise ValueError(f"thresholds {self.thresholds}: at least one, each between 0 and 1")


def read_stopping(raw: Mapping[str, Any]) -> Stopping:
    """A round's `stopping`; TypeError or ValueError where it cannot be meant."""
    return Stopping(**{**raw, "thresholds": tuple(raw.get("thresholds", Stopping(0, 1).thresholds))})


@dataclass(frozen=True, slots=True)
class Ladder:
    """One task in a round: the chance level and the cap of each of its levels."""

    chance: tuple[float, ...]
    caps: tuple[int, ...]  # clusters


def prefix(results: Results, cap: int) -> list[float | None]:
    """The outcomes of the seeded order up to the first cluster that has none yet."""
    done: list[float | None] = []
    while len(done) < cap and len(done) in results:
        done.append(results[len(done)])
    return done


def climb(stopping: Stopping, ladder: Ladder, results: Sequence[Results], tau: float) -> list[Verdict]:
    """The verdicts of one threshold's ladder, from level 1 to the first level that is not cleared (or not yet)."""
    verdicts = []
    for chance, cap, found in zip(ladder.chance, ladder.caps, results, strict=True):
        verdicts.append(verdict(prefix(found, cap), raw_threshold(tau, chance), cap, stopping.alpha))
        if verdicts[-1].outcome != "cleared":
            break
    return verdicts


def cleared(stopping: Stopping, ladder: Ladder, results: Sequence[Results], tau: float) -> int:
    """Level cleared: the highest level such that every level up to it is."""
    return sum(one.outcome == "cleared" for one in climb(stopping, ladder, results, tau))


def wanted(stopping: Stopping, ladder: Ladder, results: Sequence[Results]) -> list[int]:
    """How many clusters of each level are to have an answer, as far as the completed prefixes tell.

    The core, everywhere. Beyond it a level is asked further while some threshold has no verdict there and every level
    below is cleared at that threshold: above a level that failed nothing can be cleared any more.
    """
    counts = [min(stopping.core, cap) for cap in ladder.caps]
    for tau in stopping.thresholds:
        climbed = climb(stopping, ladder, results, tau)
        for level, (one, cap) in enumerate(zip(climbed, ladder.caps, strict=False)):
            needed = one.at + 1 if one.outcome == "open" else one.at
            counts[level] = max(counts[level], _batch_end(stopping, needed, cap))
    return counts


def _batch_end(stopping: Stopping, needed: int, cap: int) -> int:
    """The end of the batch that the cluster number `needed`, from 1, belongs to."""
    steps = max(0, -(-(needed - stopping.core) // stopping.step))
    return min(stopping.core + steps * stopping.step, cap)


def next_wave(stopping: Stopping, ladder: Ladder, results: Sequence[Results]) -> list[tuple[int, int]]:
    """(level from 1, place from 0) of every cluster to be asked now; empty when the ladder is finished."""
    return [
        (level, place)
        for level, (count, found) in enumerate(zip(wanted(stopping, ladder, results), results, strict=True), 1)
        for place in range(count)
        if place not in found
    ]


def next_items(
    stopping: Stopping,
    chance: Mapping[str, Sequence[float]],
    items: Mapping[str, P],
    done: Mapping[str, float | None],
) -> list[str]:
    """Which of a round's items, by id, are to be asked now, in their order; empty when every ladder is finished.

    Args:
        stopping: the round's.
        chance: chance level of each task's levels.
        items: every item of the plan, that is up to each level's cap.
        done: raw score of each item that has an answer; None where it could not be scored.
    """
    chosen: set[str] = set()
    for task, levels in _by_place(items).items():
        places = [levels.get(level, []) for level in range(1, max(levels) + 1)]
        ladder = Ladder(tuple(chance[task][: len(places)]), tuple(map(len, places)))
        results = [_results(clusters, items, done) for clusters in places]
        for level, place in next_wave(stopping, ladder, results):
            chosen.update(name for name in places[level - 1][place] if name not in done)
    return [name for name in items if name in chosen]


@dataclass(frozen=True, slots=True)
class _Place:
    """An item of a plan's JSON."""

    task: str
    level: int
    language: str
    cluster: str
    index: int


def open_items(plan: Mapping[str, Any], values: Mapping[str, float | None]) -> list[str]:
    """The items of a plan, as its JSON, that have no value and ought to have one.

    All others than those with a value, where the round asks everything; where it stops by itself, those that it would
    still ask.
    """
    stopping, planned = plan.get("round", {}).get("stopping"), plan["items"]
    if not stopping:
        return [item["id"] for item in planned if item["id"] not in values]
    names = [field.name for field in dataclasses.fields(_Place)]
    items = {item["id"]: _Place(**{name: item[name] for name in names}) for item in planned}
    chance = {name: task["chance"] for name, task in plan["tasks"].items()}
    return next_items(read_stopping(stopping), chance, items, values)


def _by_place(items: Mapping[str, P]) -> dict[str, dict[int, list[list[str]]]]:
    """The items of each task, level and cluster; clusters in the seeded order."""
    clusters: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for name, item in items.items():
        clusters[item.task, item.level, item.cluster].append(name)
    ordered = sorted(clusters, key=lambda key: (min(items[name].index for name in clusters[key]), key))
    found: dict[str, dict[int, list[list[str]]]] = defaultdict(lambda: defaultdict(list))
    for task, level, cluster in ordered:
        found[task][level].append(clusters[task, level, cluster])
    return found


def _results(clusters: Sequence[Sequence[str]], items: Mapping[str, P], done: Mapping[str, float | None]) -> Results:
    """The outcome of each cluster all of whose items have one."""
    finished = [place for place, names in enumerate(clusters) if all(name in done for name in names)]
    return {place: cluster_mean((items[name].language, done[name]) for name in clusters[place]) for place in finished}


def cluster_mean(scores: Iterable[tuple[str, float | None]]) -> float | None:
    """Raw mean of a cluster, its languages weighing the same; None where a language has nothing scored."""
    spoken: dict[str, list[float]] = defaultdict(list)
    for language, value in scores:
        spoken[language] += [] if value is None else [value]
    means = [sum(values) / len(values) for values in spoken.values() if values]
    return sum(means) / len(means) if means and len(means) == len(spoken) else None


def core_of(rows: Iterable[P], core: int) -> list[P]:
    """Those of a submission's rows that belong to the core: what averages are of, in a round that stops by itself."""
    named = {str(number): row for number, row in enumerate(rows)}
    levels = (places for task in _by_place(named).values() for places in task.values())
    kept = {name for places in levels for cluster in places[:core] for name in cluster}
    return [row for name, row in named.items() if name in kept]
