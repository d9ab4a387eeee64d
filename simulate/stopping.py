"""Adaptive stopping over a population of abilities: what it saves, and how often it claims a level too many.

Ladders of ten levels with P(right) = 1 / (1 + exp(-1.2 (ability - level))), abilities spread evenly from -1 to 11, at
most 200 items a level. Three kinds of item: independent 0/1; French and English tellings of one structure, half of
which share their luck (100 pairs a level); graded scores (a beta distribution). Overclaims are counted where they are
most frequent: at an ability whose next level has a true mean of exactly the threshold, with every level below cleared.
"Levels lost" is against the fixed-number test of all 2,000 items. Core and step are counted as in a round's
configuration: in clusters, that is in items of a level and language, or in pairs of tellings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harness.metrics.intervals import betting_rejects
from harness.metrics.ladder import Stopping
from harness.metrics.stopping import Counts, decisions
from simulate.tables import Claim, show

Floats = npt.NDArray[np.float64]
Draw = Callable[[Floats, int, np.random.Generator], Floats]  # means (...), clusters -> values (clusters, ...)

LEVELS, SLOPE, ITEMS = 10, 1.2, 200
THRESHOLDS = (0.5, 0.8)
SEED = 20261122
STEP = 10  # clusters
DESIGNS = tuple((core, taus) for taus in ((0.5,), THRESHOLDS) for core in (0, 5, 10, 20))  # clusters
CHOSEN = (10, (0.5,))


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of item."""

    name: str
    tellings: int  # items of a cluster
    draw: Draw

    @property
    def cap(self) -> int:
        """Clusters of a level."""
        return ITEMS // self.tellings


@dataclass(frozen=True, slots=True)
class Ladders:
    """What R ladders decide, by threshold: of each level whether it is cleared, and after how many clusters, (R, L)."""

    won: dict[float, npt.NDArray[np.bool_]]
    at: dict[float, Counts]


def independent(mean: Floats, clusters: int, rng: np.random.Generator) -> Floats:
    """One 0/1 item a cluster."""
    return np.asarray(rng.random((clusters, *mean.shape)) < mean, dtype=np.float64)


def tellings(mean: Floats, clusters: int, rng: np.random.Generator) -> Floats:
    """Two 0/1 items a cluster, that share their luck half of the time."""
    luck, other = rng.random((2, clusters, *mean.shape))
    second = np.where(rng.random(luck.shape) < 0.5, luck, other)
    return np.asarray(((luck < mean) * 1.0 + (second < mean)) / 2.0)


def graded(mean: Floats, clusters: int, rng: np.random.Generator) -> Floats:
    """One graded item a cluster: a beta distribution of two pseudo-observations."""
    return rng.beta(np.maximum(2.0 * mean, 1e-3), np.maximum(2.0 * (1.0 - mean), 1e-3), (clusters, *mean.shape))


KINDS = (
    Kind("independent", 1, independent),
    Kind("tellings", 2, tellings),
    Kind("graded", 1, graded),
)


def climb(kind: Kind, ability: Floats, rng: np.random.Generator) -> tuple[Ladders, dict[float, Counts]]:
    """Ladders of these abilities, and the level that a test of all items at their fixed number clears."""
    mean = 1.0 / (1.0 + np.exp(-SLOPE * (ability[:, None] - np.arange(1, LEVELS + 1))))
    values = kind.draw(mean, kind.cap, rng)
    won, at, fixed = {}, {}, {}
    for tau in THRESHOLDS:
        outcome, times = decisions(values, tau, kind.cap)
        won[tau], at[tau] = outcome > 0, times
        spread = tau * (1 - tau) * (0.75 if kind.tellings == 2 else 1.0)
        fixed[tau] = np.cumprod(betting_rejects(values, tau, 0.95, spread), axis=1).sum(axis=1)
    return Ladders(won, at), fixed


def cleared(ladders: Ladders, tau: float, counts: Counts) -> Counts:
    """Level cleared of each ladder by the clusters that were asked, (R,)."""
    shown = ladders.won[tau] & (ladders.at[tau] <= counts)
    return np.asarray(np.cumprod(shown, axis=1).sum(axis=1), dtype=np.int_)


def asked(ladders: Ladders, stopping: Stopping, cap: int) -> Counts:
    """Clusters asked of each level, (R, L): what `harness.metrics.ladder.wanted` comes to when a run is finished."""
    counts = np.full(ladders.at[stopping.thresholds[0]].shape, min(stopping.core, cap), dtype=np.int_)
    for tau in stopping.thresholds:
        won, beyond = ladders.won[tau], ladders.at[tau] - stopping.core
        reached = np.cumprod(np.hstack([np.ones_like(won[:, :1]), won[:, :-1]]), axis=1).astype(bool)
        ends = stopping.core + -(-np.maximum(beyond, 0) // stopping.step) * stopping.step
        counts = np.where(reached, np.maximum(counts, np.minimum(ends, cap)), counts)
    return counts


def overclaims(kind: Kind, tau: float, count: int, rng: np.random.Generator) -> float:
    """Share of levels with a true mean of exactly `tau` that are cleared."""
    return float((decisions(kind.draw(np.full(count, tau), kind.cap, rng), tau, kind.cap)[0] > 0).mean())


def main(ladders: int = 480, borders: int = 8000) -> bool:
    """Print and publish."""
    rng = np.random.default_rng(SEED)
    ability = np.linspace(-1.0, LEVELS + 1.0, ladders)
    rows, most, worst = [], 0.0, 0.0
    for kind in KINDS:
        found, fixed = climb(kind, ability, rng)
        over = {tau: overclaims(kind, tau, borders, rng) for tau in THRESHOLDS}
        worst = max(worst, *over.values())
        for core, thresholds in DESIGNS:
            stopping = Stopping(core, STEP, thresholds=thresholds)
            counts = asked(found, stopping, kind.cap)
            shares = counts.sum(axis=1) / (LEVELS * kind.cap)
            lost = [f"{float((fixed[tau] - cleared(found, tau, counts)).mean()):+.2f}" for tau in THRESHOLDS]
            most = max(most, float(shares.mean())) if (core, thresholds) == CHOSEN else most
            shown = [f"{1 - shares.mean():.1%}", f"{1 - shares.max():.1%}", *(f"{over[t]:.2%}" for t in THRESHOLDS)]
            rows.append([kind.name, str(core), " and ".join(map(str, thresholds)), *shown, *lost])
    head = [
        "items",
        "core (clusters)",
        "thresholds",
        "saved",
        "worst ladder",
        "overclaims .5",
        "at .8",
        "levels lost .5",
        "lost .8",
    ]
    claims = [
        Claim("stopping-asked", "share of items", most, 0.2),
        Claim("stopping-overclaims", "share of ladders", worst, 0.05),
    ]
    return show("Adaptive stopping, ten levels of at most 200 items", head, rows, claims, ladders=ladders)
