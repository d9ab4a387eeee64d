"""`python -m bench dry-run`: what a dry run predicts of a round, and what the round then takes, on this machine.

A pair is a dry run and the round, one after the other, with nothing kept between pairs. Ours is how far the prediction
of all jobs is off, as a share of what they took; it is held to 20 %. On a machine that does other things meanwhile, the
same work takes longer or shorter: so the processor's seconds of both are kept too, and `paced` is the prediction as it
would be, were the round given as much of the processor as the dry run was. `--pairs` pairs (3); `--rows` items of each
task, level and language in the round (24).
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.options import ROOT, options
from bench.result import Result, compare
from harness.types import Json

LIMIT = 0.2
MODEL = "huggingface/smollm2-135m-instruct"
_ROUND = """
name: bench
title: {{fr: Mesure, en: Measure}}
date: "2026-11-22"
seed: bench
languages: [fr, en]
levels: 3
counts: {counts}
tasks: [problem_solving/word_problems, content_production/structured_output, understanding/reading_choice]
level_weights: uniform
conditions: {{isolation: none}}   # where no cage is between, the processor's seconds of the worker can be read
submissions: [baselines/oracle, baselines/random, {model}]
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """A dry run and the round."""

    predicted: dict[str, float]  # seconds of all jobs, by submission
    taken: dict[str, float]
    engine: tuple[float, float]  # seconds of the model's answers: predicted, taken
    pace: float  # wall time over the processor's, in the round, over the same in the dry run


def measure() -> Iterator[Result]:
    """The model, and the whole round."""
    pairs = [_pair() for _ in range(options().pairs)]
    for name, chosen in (("dry-run-model", [MODEL]), ("dry-run-round", sorted(pairs[0].taken))):
        predicted = [sum(pair.predicted[one] for one in chosen) for pair in pairs]
        taken = [sum(pair.taken[one] for one in chosen) for pair in pairs]
        paced = [seconds * pair.pace for seconds, pair in zip(predicted, pairs, strict=True)]
        more: dict[str, Json] = {
            "against": "a limit",
            "predicted_seconds": _rounded(predicted),
            "taken_seconds": _rounded(taken),
            "predicted_over_taken": _rounded([a / b for a, b in zip(predicted, taken, strict=True)]),
            "paced_over_taken": _rounded([a / b for a, b in zip(paced, taken, strict=True)]),
            "engine_seconds": [_rounded(list(pair.engine)) for pair in pairs],
            "load": os.getloadavg()[0],
        }
        shown = ("predicted_over_taken", "paced_over_taken", "engine_seconds", "load")
        print(name, {key: more[key] for key in shown}, flush=True)
        off = [max(abs(a / b - 1), 1e-4) for a, b in zip(predicted, taken, strict=True)]
        yield compare(name, "share off", off, [LIMIT] * len(off), 1, **more)


def _pair() -> Pair:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("configs", "submissions"):
            shutil.copytree(ROOT / name, root / name)
        (root / "configs/round/bench.yaml").write_text(_ROUND.format(counts=options().rows or 24, model=MODEL))
        dry = _defi(root, "round", "run", "bench", "--dry-run", "tracking=none")
        run = _defi(root, "round", "run", "bench", "tracking=none")
        told = subprocess.run(
            _words("round", "budget", "bench", "--json"), env=_environment(root), check=True, capture_output=True
        )
    rows = json.loads(told.stdout)["submissions"]
    predicted = {one["submission"]: _seconds(one["expected"]["jobs"]) for one in rows}
    engine = sum(one["expected"]["engine"] for one in rows), sum(one["spent"]["engine_seconds"] for one in rows)
    return Pair(predicted, {one["submission"]: one["spent"]["node_seconds"] for one in rows}, engine, run / dry)


def _defi(root: Path, *words: str) -> float:
    """Run a command; its wall time over the processor's seconds of all that it started."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(_words(*words), env=_environment(root), check=True)
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall / (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _words(*words: str) -> list[str]:
    return [str(Path(sys.executable).with_name("defi")), *words]


def _environment(root: Path) -> dict[str, str]:
    cache = os.environ.get("DEFI_CACHE", str(ROOT / ".cache"))
    return {**os.environ, "DEFI_ROOT": str(root), "DEFI_CACHE": cache}


def _seconds(jobs: dict[str, Json]) -> float:
    return float(jobs["cut"] + sum(jobs["ask"]) + jobs["score"])


def _rounded(values: list[float]) -> list[float]:
    return [round(value, 3) for value in values]
