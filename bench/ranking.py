"""Standings at scale: 1,000 submissions, 3,000 items, 2,000 joint resamplings, every pair; then one more submission.

Measured in a process of its own, whose peak memory is therefore the ranking's. The scores are drawn, in both languages,
over ten tasks of ten levels; one submission in twenty is a baseline, and thirty share one ability.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench.result import Result, compare
from leaderboard.ranking import Design, Scores, Stratum, TaskDesign, area_weights
from leaderboard.ranking.increment import add
from leaderboard.ranking.ranks import gather, settle

SUBMISSIONS, REPLICATES = 1_000, 2_000
TASKS, LEVELS, COUNT = 10, 10, 15  # times two languages: 3,000 items
SECONDS, BYTES, ARRIVAL = 60.0, 4e9, 2.0


def measure() -> Iterator[Result]:
    """Run it once and hold time, memory and the time of an arrival to their limits."""
    command = [sys.executable, "-m", "bench.ranking"]
    root = Path(__file__).resolve().parent.parent
    run = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root)
    found = json.loads(run.stdout.splitlines()[-1])
    facts = {**found["facts"], "load": os.getloadavg()[0], "against": "a limit"}
    for name, unit, limit in (("seconds", "s", SECONDS), ("memory", "bytes", BYTES), ("arrival", "s", ARRIVAL)):
        yield compare(f"ranking-{name}", unit, [found[name]], [limit], 1, **facts)


def main() -> None:
    """Rank all but one, let the last arrive, rank everyone; print what each took as JSON."""
    rng = np.random.default_rng(20261122)
    scores = _scores(rng)
    weights = area_weights(scores.design)
    contestants = np.arange(SUBMISSIONS) % 20 != 0
    begin = time.perf_counter()
    evidence = gather(scores, weights, contestants, replicates=REPLICATES)
    ranking = settle(evidence)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    before = gather(scores.select(range(SUBMISSIONS - 1)), weights, contestants[:-1], replicates=REPLICATES)
    arrived = Scores(scores.design, tuple(s.select(range(SUBMISSIONS)) for s in scores.strata), SUBMISSIONS)
    begin = time.perf_counter()
    updated = settle(add(before, arrived, weights))
    arrival = time.perf_counter() - begin
    same = bool((updated.low == ranking.low).all() and (updated.high == ranking.high).all())
    facts = {
        "submissions": SUBMISSIONS,
        "items": TASKS * LEVELS * COUNT * 2,
        "replicates": REPLICATES,
        "pairs": SUBMISSIONS * (SUBMISSIONS - 1) // 2,
        "update_equals_whole": same,
    }
    print(json.dumps({"seconds": seconds, "memory": peak, "arrival": arrival, "facts": facts}))


def _scores(rng: np.random.Generator) -> Scores:
    """0/1 scores on a logistic ladder; the tellings of a structure and the submissions correlate."""
    ability = rng.normal(LEVELS / 2, 2.0, SUBMISSIONS)
    ability[:30] = LEVELS / 2
    names = [f"track-{number % 4}/task-{number}" for number in range(TASKS)]
    parts = [TaskDesign(n, n.partition("/")[0], ("fr", "en"), (0.0,) * LEVELS, (COUNT,) * LEVELS) for n in names]
    design = Design(tuple(parts), ("fr", "en"), (1.0 / LEVELS,) * LEVELS)
    strata = tuple(_stratum(task, level, ability, rng) for task in parts for level in range(1, LEVELS + 1))
    return Scores(design, strata, SUBMISSIONS)


def _stratum(task: TaskDesign, level: int, ability: np.ndarray, rng: np.random.Generator) -> Stratum:
    hard = rng.normal(0.0, 1.0, (1, COUNT, 1)) + rng.normal(0.0, 0.5, (2, COUNT, 1))
    right = (rng.random((2, COUNT, SUBMISSIONS)) < 1 / (1 + np.exp(-(ability - level - hard)))).astype(float)
    nothing, binary = np.zeros((2, SUBMISSIONS), dtype=np.int_), np.zeros(SUBMISSIONS, dtype=np.bool_)
    clusters = tuple(map(str, range(COUNT)))
    return Stratum(task.name, level, task.languages, 0.0, clusters, right, np.ones_like(right), nothing, binary)


if __name__ == "__main__":
    main()
