"""Standings at scale: 1,000 submissions, 3,000 items, 2,000 joint resamplings, every pair; then one more submission.

First the ranks alone, from arrays, then the table from the files of records (`bench.invented`), as `defi rank` makes
it: with nothing kept, after one more submission arrived, and of that the ranks' part. Files are in the system's cache.

Measured in a process of its own, whose peak memory is therefore the ranking's. The scores are drawn, in both languages,
over ten tasks of ten levels; one submission in twenty is a baseline, and thirty share one ability.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bench.invented import Invented, frozen, write_record, write_round
from bench.result import Result, compare
from harness.record import freeze_round
from harness.types import Json
from leaderboard.kept_ranks import KeptRanks
from leaderboard.ranking import Design, Ranking, Scores, Stratum, TaskDesign, area_weights
from leaderboard.ranking.increment import add
from leaderboard.ranking.ranks import gather, settle
from leaderboard.table import build_table

SUBMISSIONS, REPLICATES = 1_000, 2_000
TASKS, LEVELS, COUNT = 10, 10, 15  # times two languages: 3,000 items
SECONDS, BYTES, ARRIVAL = 60.0, 4e9, 2.0
SEALED = 100  # of the submissions: sealing takes half a second each, reading a sealed record as long as any other
_FILES = "files"


def measure() -> Iterator[Result]:
    """Run it once and hold time, memory and the time of an arrival to their limits."""
    yield from _held("ranking", _alone())
    with tempfile.TemporaryDirectory() as folder:
        paths = write_round(Invented(SUBMISSIONS - 1, sealed=SEALED), Path(folder))
        yield from _held("table", _alone(_FILES, folder))
        size = Invented(SUBMISSIONS)
        write_record(size, paths, SUBMISSIONS - 1)
        freeze_round(paths, frozen(size))
        arrived = _alone(_FILES, folder)
        yield from _held("table-again", arrived)
        facts = {**arrived["facts"], "load": os.getloadavg()[0], "against": "a limit"}
        yield compare("table-again-ranks", "s", [arrived["ranks"]], [ARRIVAL], 1, **facts)


def _alone(*arguments: str) -> dict[str, Json]:
    """What a process of its own found."""
    root = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-m", "bench.ranking", *arguments]
    run = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root)
    found: dict[str, Json] = json.loads(run.stdout.splitlines()[-1])
    return found


def _held(name: str, found: Mapping[str, Json]) -> Iterator[Result]:
    facts = {**found["facts"], "load": os.getloadavg()[0], "against": "a limit"}
    for figure, unit, limit in (("seconds", "s", SECONDS), ("memory", "bytes", BYTES), ("arrival", "s", ARRIVAL)):
        if figure in found:
            yield compare(f"{name}-{figure}", unit, [found[figure]], [limit], 1, **facts)


def from_files(root: Path) -> None:
    """Make the table of the invented round under `root`; print what it took as JSON."""
    spent: list[float] = []
    kept = KeptRanks.rank

    def timed(self: KeptRanks, *given: Any, **more: Any) -> Ranking:
        begin = time.perf_counter()
        found = kept(self, *given, **more)
        spent.append(time.perf_counter() - begin)
        return found

    KeptRanks.rank = timed  # type: ignore[method-assign]
    begin, work = time.perf_counter(), time.process_time()
    table = build_table(root / "invented")
    seconds, processor = time.perf_counter() - begin, time.process_time() - work
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    facts = {
        "submissions": len(table["standings"]),
        "items": table["round"]["items"],
        "comparisons": len(table["comparisons"]),
        "bytes": len(json.dumps(table)),
        "processor_seconds": processor,
    }
    print(json.dumps({"seconds": seconds, "memory": peak, "ranks": spent[0], "facts": facts}))


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
    if sys.argv[1:2] == [_FILES]:
        from_files(Path(sys.argv[2]))
    else:
        main()
