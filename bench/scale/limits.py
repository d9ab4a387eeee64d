"""Where the design would break first: each resource is scaled until something gives, and the number is named."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from bench.scale.models import PER_NODE, draw, spread
from bench.scale.scenario import Outcome, Scenario, run, simulate
from bench.scale.site import HOUR, Site
from bench.scale.work import Work
from harness.errors import EngineError

WINDOW = 30.0  # days in which a round is to be run
OVERHEAD = 0.10  # of the GPU-hours, for loading and for what is done twice
SLOWER = 1.25  # times the days of the base

# measured, or of the site's pages (docs/scale.md)
INODES, WORK_BYTES = 500_000, 5e12
RECORD_FILES, PART_FILES, JOB_FILES = 14, 7, 5
MLFLOW_RUNS = 7.0  # a second
RANKING_SECONDS, RANKING_SUBMISSIONS, RANKING_LIMIT = 16.5, 1_000, 60.0
METADATA = 0.001  # seconds of one look at a file on a parallel file system: assumed
LOOKS = 4  # files that the coordinator looks at for each submission, and for each of its shards
ITEM_BYTES, TOKEN_BYTES = 1_200, 4  # of a record, measured on the demonstration round


@dataclass(frozen=True, slots=True)
class Limit:
    """One resource: what it is now, the last value that held, and the first that broke."""

    resource: str
    base: float
    holds: float
    breaks: float
    what: str

    @property
    def room(self) -> float:
        """How many times the load may grow, or the resource shrink; below 1 it is broken already."""
        return self.holds / self.base if self.breaks >= self.holds else self.base / self.holds


def search(base: float, factor: float, broken: Callable[[float], str], tries: int = 8) -> tuple[float, float, str]:
    """Multiply until it breaks, then halve the gap twice (in the logarithm): what held, what broke, and why.

    Nothing broke in so many tries: the second is infinite, or 0 where the factor shrinks.
    """
    holds, reason = base, broken(base)
    if reason:
        return base / factor, base, reason
    for _ in range(tries):
        value = holds * factor
        reason = broken(value)
        if reason:
            break
        holds = value
    else:
        return holds, math.inf if factor > 1 else 0.0, "nothing broke"
    breaks = value
    for _ in range(2):
        value = math.sqrt(holds * breaks)
        found = broken(value)
        holds, breaks, reason = (holds, value, found) if found else (value, breaks, reason)
    return holds, breaks, reason


def troubles(outcome: Outcome, days: float) -> str:
    """What is wrong with a round that should take no more than so many days; empty when nothing is."""
    if outcome.report.given_up:
        return f"{outcome.report.given_up} submissions given up after {Site().tries} tries"
    wasted = outcome.share("starting") + outcome.share("lost")
    if wasted > OVERHEAD:
        return f"{wasted:.0%} of the GPU-hours are loading and work done twice"
    return f"{outcome.days:.1f} days" if outcome.days > days else ""


def of_the_site(scenario: Scenario, works: list[Work], seed: int) -> Iterator[Limit]:
    """Resources of the cluster, scaled one at a time for the same submissions."""
    slow = SLOWER * run(works, scenario.site, seed).days

    def tried(field: str, *, whole: bool = False, days: float = slow) -> Callable[[float], str]:
        def broken(value: float) -> str:
            changed = scenario.but(**{field: round(value) if whole else value})
            try:
                return troubles(run(works, changed.site, seed), days)
            except ValueError as error:
                return str(error)

        return broken

    site = scenario.site
    rows = (
        ("nodes held at a time", site.nodes, 0.5, tried("nodes", whole=True, days=WINDOW)),
        ("jobs in the queue at a time", site.submit_limit, 0.5, tried("submit_limit", whole=True)),
        ("median queue wait, seconds", site.wait_median, 2.0, tried("wait_median")),
        ("hours between failures of a node", site.node_mtbf / HOUR, 0.5, _hours(tried("node_mtbf"))),
        ("hours between preemptions of a job", 20.0, 0.5, _hours(tried("preempted_every"))),
        ("time limit, hours", site.time_limit / HOUR, 0.5, _hours(tried("time_limit"))),
        ("loading, GB/s a node", site.node_bandwidth / 1e9, 0.5, _giga(tried("node_bandwidth"))),
        ("loading, GB/s all nodes", site.file_system / 1e9, 0.5, _giga(tried("file_system"))),
        ("start of the engine, seconds", site.engine_start, 2.0, tried("engine_start")),
        ("look of the coordinator, seconds", site.poll, 2.0, tried("poll")),
    )
    for name, base, factor, broken in rows:
        yield Limit(name, base, *search(base, factor, broken))


def _hours(broken: Callable[[float], str]) -> Callable[[float], str]:
    return lambda value: broken(value * HOUR)


def _giga(broken: Callable[[float], str]) -> Callable[[float], str]:
    return lambda value: broken(value * 1e9)


def of_the_round(scenario: Scenario, seed: int) -> Iterator[Limit]:
    """How much may be submitted and how finely it may be cut."""
    slow = SLOWER * simulate(scenario, seed).days

    def tried(field: str, *, whole: bool = False, days: float = slow) -> Callable[[float], str]:
        return lambda value: troubles(simulate(scenario.but(**{field: round(value) if whole else value}), seed), days)

    count, tokens = scenario.population.submissions, scenario.plan.shard_tokens
    yield Limit("submissions", count, *search(count, 2.0, tried("submissions", whole=True, days=WINDOW), 4))
    yield Limit("tokens of a shard, fewer", tokens, *search(tokens, 0.5, tried("shard_tokens")))
    yield Limit("tokens of a shard, more", tokens, *search(tokens, 2.0, tried("shard_tokens"), 5))


def by_arithmetic(scenario: Scenario, outcome: Outcome) -> Iterator[Limit]:
    """What needs no simulation: files, bytes, rates. The load is in submissions like these."""
    count = scenario.population.submissions
    shards, each = outcome.shards / count, outcome.checkpoint_bytes / count
    rows = (
        ("checkpoints on $WORK", WORK_BYTES / each, f"5 TB; {each / 1e9:.0f} GB a submission"),
        (
            "files on $WORK",
            INODES / (RECORD_FILES + (PART_FILES + JOB_FILES) * shards),
            f"500,000 inodes; {RECORD_FILES} files a record, {PART_FILES + JOB_FILES} a shard",
        ),
        (
            "a look of the coordinator",
            scenario.site.poll / (METADATA * LOOKS * (1 + shards)),
            f"longer than {scenario.site.poll:.0f} s at 1 ms a file",
        ),
        ("tracking, if each reported every minute", MLFLOW_RUNS * 60, "MLflow on SQLite: 7 runs a second"),
        ("tracking, one run each within an hour", MLFLOW_RUNS * 3_600, "MLflow on SQLite: 7 runs a second"),
        (
            "standings",
            RANKING_SUBMISSIONS * math.sqrt(RANKING_LIMIT / RANKING_SECONDS),
            "longer than 60 s, if they grow as the pairs",
        ),
    )
    for name, most, what in rows:
        yield Limit(f"submissions: {name}", count, most, most, what)
    tokens = outcome.tokens / count
    size = ITEM_BYTES * 2 * scenario.plan.clusters * 100 + TOKEN_BYTES * tokens
    yield Limit(
        "submissions: records on $WORK", count, WORK_BYTES / size, WORK_BYTES / size, f"{size / 1e6:.0f} MB a record"
    )


def refused(scenario: Scenario, seed: int) -> dict[str, float]:
    """Share of the submissions that the engine refuses where it sees one node's GPUs, and the smallest such model."""
    models = draw(scenario.population, np.random.default_rng(seed))
    sizes = []
    for model in models:
        try:
            spread(model, scenario.plan.context, gpus=PER_NODE)
        except EngineError:
            sizes.append(model.parameters)
    return {"share": len(sizes) / len(models), "smallest": min(sizes, default=math.nan)}
