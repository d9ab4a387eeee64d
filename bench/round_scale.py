"""`python -m bench scale`: a round of 500 submissions on a shared partition of H100 GPUs, predicted by simulation.

Nothing here ran on a GPU: speeds, waits and failures are published ones, and docs/scale.md says which is which.
`--pairs` is the number of seeds (3), `--rows` the number of submissions (500).
"""

from __future__ import annotations

import functools
import statistics
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from bench.options import options
from bench.result import Result, compare
from bench.scale.limits import WINDOW, Limit, by_arithmetic, of_the_round, of_the_site, refused
from bench.scale.models import Population, draw
from bench.scale.scenario import Outcome, Scenario, simulate
from bench.scale.speed import HIGH, LOW
from bench.scale.work import work
from harness.cli.show import print_table
from harness.metrics.ladder import Stopping

EURO = 2.5  # a GPU-hour: cloud prices of 2026 are 2 to 5 dollars; a public machine charges hours, not money
SEED = 20261122
OVERHEAD = 0.25  # of the GPU-hours, at most, that answer nothing
ADAPTIVE = Stopping(core=5, step=5, thresholds=(0.5,))
DEEP = Stopping(core=10, step=10, thresholds=(0.5,))

Row = list[str]


def measure() -> Iterator[Result]:
    """Print the tables, and hold days, GPU-hours and overhead to their limits."""
    base = Scenario(Population(options().rows or Population().submissions))
    predicted, fixed, adaptive = _predictions(base)
    _show("Predicted", ["round", *_HEAD], predicted)
    sensitivity = [[name, *_row([simulate(one, SEED)])] for name, one in _variants(base)]
    _show("Sensitivity, one seed", ["changed", *_HEAD], sensitivity)
    limits = [_limit(one) for one in sorted(_limits(base, fixed[0]), key=lambda one: one.room)]
    _show("Scaled until it breaks", _LIMITS, limits)
    too_large = refused(base, SEED)
    print(f"refused on one node: {too_large['share']:.0%}, from {too_large['smallest'] / 1e9:.0f}B parameters on")
    tables = {"predicted": predicted, "sensitivity": sensitivity, "limits": limits, "refused": too_large}
    days, hours = [one.days for one in fixed], [one.gpu_hours for one in fixed]
    yield compare("scale-days", "days", days, [WINDOW] * len(days), 1, against="a limit", **tables)
    yield compare("scale-gpu-hours", "GPU-hours", [one.gpu_hours for one in adaptive], hours, 1, against="fixed counts")
    idle = [1 - one.share("useful") for one in fixed]
    yield compare("scale-overhead", "share of GPU-hours", idle, [OVERHEAD] * len(idle), 1, against="a limit")


def _predictions(base: Scenario) -> tuple[list[Row], list[Outcome], list[Outcome]]:
    seeds = range(SEED, SEED + options().pairs)
    run = functools.cache(lambda scenario: [simulate(scenario, seed) for seed in seeds])
    rows = (
        ("3,000 items, fixed", base),
        ("3,000 items, adaptive", base.but(stopping=ADAPTIVE)),
        ("20,000 items, fixed", base.but(clusters=100)),
        ("20,000 items, adaptive", base.but(clusters=100, stopping=DEEP)),
        ("3,000 items, the suite's own budgets", base.but(thinking=0.0)),
    )
    return [[name, *_row(run(one))] for name, one in rows], run(rows[0][1]), run(rows[1][1])


def _variants(base: Scenario) -> Iterator[tuple[str, Scenario]]:
    """What else might be true, or might be chosen."""
    adaptive = base.but(stopping=ADAPTIVE)
    yield "nothing", base
    yield f"engine {LOW} times as efficient", base.but(tuning=LOW)
    yield f"engine {HIGH} times as efficient", base.but(tuning=HIGH)
    yield "room for 40,960 tokens", base.but(context=40_960)
    yield "room for 40,960, whole nodes", base.but(context=40_960, whole_nodes=True)
    yield "spread for the cheapest token", base.but(cheapest=True)
    yield "the same, room for 40,960 tokens", base.but(cheapest=True, context=40_960)
    yield "thinking 20 %", base.but(thinking=0.2)
    yield "thinking 80 %", base.but(thinking=0.8)
    yield "no mixtures of experts", base.but(experts=0.0)
    yield "shards of 0.5 million tokens", base.but(shard_tokens=5e5)
    yield "shards of 8 million tokens", base.but(shard_tokens=8e6)
    yield "one shard a submission", base.but(shard_tokens=1e12)
    whole = adaptive.but(shard_tokens=1e12)
    yield "adaptive, shards of 2 million", adaptive
    yield "adaptive, shards of 0.5 million", adaptive.but(shard_tokens=5e5)
    yield "adaptive, one shard a submission", whole
    yield "the same, no ladder ever waits", whole.but(waits=False)
    yield "the same, spread for the cheapest token", whole.but(cheapest=True, waits=False)
    yield "the same, room for 40,960", whole.but(cheapest=True, waits=False, context=40_960)
    yield "the same, but ladders wait", whole.but(cheapest=True, context=40_960)
    yield "adaptive, steps of 10", adaptive.but(stopping=Stopping(5, 10, thresholds=(0.5,)))
    yield "failures ×10", base.but(node_mtbf=base.site.node_mtbf / 10)
    yield "failures ×100", base.but(node_mtbf=base.site.node_mtbf / 100)
    yield "preempted every 4 h", base.but(preempted_every=4 * 3600.0)
    yield "loading at 0.2 GB/s a node", base.but(node_bandwidth=2e8)
    yield "loading at 10 GB/s a node", base.but(node_bandwidth=1e10)
    yield "queue waits ×10", base.but(wait_median=10 * base.site.wait_median)
    yield "the whole partition", base.but(nodes=364)
    yield "a tenth of it", base.but(nodes=36)
    yield "100 jobs at a time", base.but(submit_limit=100)


def _limits(base: Scenario, outcome: Outcome) -> Iterator[Limit]:
    rng = np.random.default_rng(SEED)
    works = [work(model, base.plan, rng) for model in draw(base.population, rng)]
    yield from of_the_site(base, works, SEED)
    yield from of_the_round(base, SEED)
    yield from by_arithmetic(base, outcome)


_HEAD = ["GPU-hours", "days", "1,000 €", "asked", "tokens, 10⁹", "jobs", "starting", "lost", "idle"]
_LIMITS = ["resource", "now", "holds at", "breaks at", "room", "what gives"]


def _row(outcomes: Sequence[Outcome]) -> Row:
    return [
        _spread(outcomes, lambda one: one.gpu_hours, ",.0f"),
        _spread(outcomes, lambda one: one.days, ".1f"),
        _spread(outcomes, lambda one: one.gpu_hours * EURO / 1e3, ",.0f"),
        _spread(outcomes, lambda one: 100 * one.asked, ".0f") + " %",
        _spread(outcomes, lambda one: one.tokens / 1e9, ".2f"),
        _spread(outcomes, lambda one: one.report.jobs, ",.0f"),
        *(f"{statistics.median(one.share(name) for one in outcomes):.1%}" for name in ("starting", "lost", "idle")),
    ]


def _spread(outcomes: Sequence[Outcome], figure: Callable[[Outcome], float], form: str) -> str:
    """The median, and the lowest and highest of several seeds."""
    values = [figure(one) for one in outcomes]
    middle, low, high = (format(one, form) for one in (statistics.median(values), min(values), max(values)))
    return middle if low == high else f"{middle} ({low} to {high})"


def _limit(one: Limit) -> Row:
    return [one.resource, *(f"{value:,.4g}" for value in (one.base, one.holds, one.breaks, one.room)), one.what]


def _show(title: str, head: list[str], rows: list[Row]) -> None:
    print(title)
    print_table(head, rows)
