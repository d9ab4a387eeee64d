"""One imagined round, from its submissions to what it cost."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bench.scale.cluster import Cluster
from bench.scale.models import Population, draw
from bench.scale.site import HOUR, Entry, Part, Report, Site
from bench.scale.work import Plan, Work, work

HASHING = 1.6e9  # bytes a second: SHA-256 on one core, measured on the machine of docs/scale.md
JUDGING = 0.01  # seconds an item, and for each program a run in the sandbox (57 ms, measured)
PROGRAMS, SANDBOX = 0.1, 0.057
INTAKE = 60.0  # seconds beside hashing


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that a simulated round depends on, but the seed."""

    population: Population = field(default_factory=Population)
    plan: Plan = field(default_factory=Plan)
    site: Site = field(default_factory=Site)

    def but(self, **changes: Any) -> Scenario:
        """The same with some fields of its parts changed; each name belongs to one part."""
        parts = (self.population, self.plan, self.site)
        own = [{field.name for field in dataclasses.fields(part)} & set(changes) for part in parts]
        if unknown := set(changes).difference(*own):
            raise ValueError(f"no part of a scenario has {', '.join(sorted(unknown))}")
        chosen = [{name: changes[name] for name in names} for names in own]
        return Scenario(
            dataclasses.replace(self.population, **chosen[0]),
            dataclasses.replace(self.plan, **chosen[1]),
            dataclasses.replace(self.site, **chosen[2]),
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round came to."""

    gpu_hours: float
    days: float
    tokens: float
    asked: float  # share of the items of a fixed round
    shards: int
    checkpoint_bytes: float
    report: Report

    def share(self, name: str) -> float:
        """Of the GPU-hours held: useful, starting, lost, idle."""
        return float(getattr(self.report, name)) / self.report.held if self.report.held else 0.0


def simulate(scenario: Scenario, seed: int) -> Outcome:
    """Draw the submissions, cut them, run the cluster."""
    rng = np.random.default_rng(seed)
    works = [work(model, scenario.plan, rng) for model in draw(scenario.population, rng)]
    return run(works, scenario.site, seed)


def run(works: list[Work], site: Site, seed: int) -> Outcome:
    """The cluster's part, for works that are drawn already."""
    report = Cluster(site, [entry(one) for one in works], seed).run()
    return Outcome(
        gpu_hours=report.held / HOUR,
        days=report.wall / HOUR / 24,
        tokens=sum(shard.tokens for one in works for shard in one.shards),
        asked=sum(one.items for one in works) / sum(one.full for one in works),
        shards=sum(len(one.shards) for one in works),
        checkpoint_bytes=float(sum(one.model.bytes for one in works)),
        report=report,
    )


def entry(one: Work) -> Entry:
    """What the cluster sees of a submission."""
    return Entry(
        gpus=one.gpus,
        load_bytes=float(one.model.bytes),
        parts=tuple(Part(shard.seconds, shard.flying) for shard in one.shards),
        intake=INTAKE + one.model.bytes / HASHING,
        scoring=one.items * (JUDGING + PROGRAMS * SANDBOX),
    )
