"""A round's budget: what is planned, what was spent, what stopping saved. Made of files alone, at any time.

Planned is what a calibration predicts (`harness.forecast`); spent is what the jobs' own logs say, tries that were lost
among it; saved is what the items that a finished ladder did not ask would have taken, by the answers of the same run.
"""

from __future__ import annotations

import contextlib
import datetime
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.canonical import sha256_json
from harness.collecting import answers
from harness.costs import FOLDER, CostModel, Costs
from harness.forecast import DRAWS, Forecast, Ladders, Outline, expected, fixed, ladders
from harness.journal import read_lines
from harness.launch.errand import parse_key
from harness.record import RunPaths, read_completions, read_json, write_json
from harness.types import Json

FEW = 10  # answers that a shard's share of the seconds should have time for: its end loses half of one, about 5 %
_ASKING = ("ask", "whole")


@dataclass(frozen=True, slots=True)
class Spent:
    """What a submission has taken so far."""

    jobs: int  # every try
    node_seconds: float  # of all jobs, as long as they said something
    gpu_seconds: float  # of those that ask
    engine_seconds: float  # of answering
    joules: float | None  # None where some were not measured, or nothing was spent
    answers: int
    saved_items: int  # that stopping left out, once all ladders have ended
    saved_seconds: float  # of engine time
    gpus: int  # of a job that asks


@dataclass(frozen=True, slots=True)
class Row:
    """One submission in a round's budget."""

    submission: str
    planned: Forecast | None  # everything asked; None where nothing was measured
    expected: Forecast | None  # as the round stops
    spent: Spent
    warning: str = ""  # what the shards' shares of the budget are too small for


def row(run: RunPaths, costs: Costs | None, outline: Outline, gpus: int) -> Row:
    """The budget of one submission; `gpus` is what a job of it is given, 0 where the machine decides."""
    if costs is None:
        return Row(run.id, None, None, spent(run))
    model, held = CostModel(costs), gpus or gpus_of(costs.machine)
    planned = fixed(model, outline, held)
    wanted = planned
    if outline.stopping is not None:
        wanted = expected(model, outline, held, _ladders(run, model, outline))
    limit = (costs.basis.get("budget") or {}).get("seconds")
    return Row(run.id, planned, wanted, spent(run), thin_shares(planned, limit))


def thin_shares(planned: Forecast, seconds: float | None) -> str:
    """What is wrong where shards share so many seconds of engine time; empty where each can give `FEW` answers.

    A shard that has spent its share drops what it is computing (docs/conditions.md, Budgets), so its end costs half an
    answer on average, and several where it computes several at a time.
    """
    shards = len(planned.jobs.ask)
    if seconds is None or shards < 2 or not planned.items or not planned.engine:
        return ""
    share, each = seconds / shards, planned.engine / planned.items
    if share >= FEW * each:
        return ""
    said = (
        f"{shards} shards share {seconds:g} s of engine time: {share:.3g} s each, time for {share / each:.1f} answers"
    )
    most = int(seconds / (FEW * each))
    how = f"cut into {most} at most" if most > 1 else "do not cut"
    return f"{said}; {how} (`cluster.shard_tokens`), as each drops what it computes when its share ends"


def spent(run: RunPaths) -> Spent:
    """What a record, its parts and its logs say."""
    told = [one for one in (read_json(path) for path in _conditions(run)) if one]
    gpus = max(map(gpus_of, told), default=0)
    jobs = list(_jobs(run))
    energy = [one["energy"]["joules"] for one in told]
    items, seconds = _saved(run)
    return Spent(
        jobs=len(jobs),
        node_seconds=sum(seconds for _, seconds in jobs),
        gpu_seconds=gpus * sum(seconds for kind, seconds in jobs if kind in _ASKING),
        engine_seconds=sum(one["spent"]["engine_seconds"] for one in told),
        joules=None if None in energy or not energy else float(sum(energy)),
        answers=answers(run),
        saved_items=items,
        saved_seconds=seconds,
        gpus=gpus,
    )


def gpus_of(told: Mapping[str, Json]) -> int:
    """GPUs that the conditions of a run say its engine had."""
    device = (told.get("inference") or {}).get("device", "none")
    return 0 if device in ("cpu", "none") else len((told.get("hardware") or {}).get("gpus") or ())


def totals(rows: Iterable[Row]) -> dict[str, Json]:
    """Of the whole round, in seconds; what is not known of some is the sum of the others, and `unknown` names them."""
    known = list(rows)
    with_costs = [(one.planned, one.expected) for one in known if one.planned and one.expected]
    return {
        "planned": {
            "node_seconds": _sum(planned.jobs.node_seconds for planned, _ in with_costs),
            "gpu_seconds": _sum(planned.jobs.gpu_seconds for planned, _ in with_costs),
        },
        "expected": {
            "node_seconds": _sum(wanted.jobs.node_seconds for _, wanted in with_costs),
            "gpu_seconds": _sum(wanted.jobs.gpu_seconds for _, wanted in with_costs),
            "deviation": round(math.hypot(*(wanted.deviation for _, wanted in with_costs)), 1),
        },
        "spent": {
            "node_seconds": _sum(one.spent.node_seconds for one in known),
            "gpu_seconds": _sum(one.spent.gpu_seconds for one in known),
        },
        "saved": {
            "items": sum(one.spent.saved_items for one in known),
            "engine_seconds": _sum(one.spent.saved_seconds for one in known),
            "gpu_seconds": _sum(one.spent.saved_seconds * one.spent.gpus for one in known),
        },
        "unknown": [one.submission for one in known if one.planned is None],
    }


def _ladders(run: RunPaths, model: CostModel, outline: Outline) -> Ladders:
    """The simulated ladders, kept beside the costs: they follow from these and from the round's rule alone."""
    path = run.round_folder / FOLDER / "ladders" / f"{run.id.replace('/', '.')}.json"
    basis = sha256_json([outline, [(*group.key, group.values) for group in model.costs.groups], DRAWS])
    kept: Mapping[str, Json] = read_json(path, {})
    if kept.get("basis") == basis:
        found: Ladders = kept["asked"]
        return found
    drawn = ladders(model, outline)
    with contextlib.suppress(OSError):  # who may only read waits some seconds more
        write_json(path, {"basis": basis, "asked": drawn})
    return drawn


def _conditions(run: RunPaths) -> list[Path]:
    """Of the record, or of the parts that it is asked in."""
    return [run.conditions] if run.conditions.exists() else sorted(run.parts.glob("*/conditions.json"))


def _jobs(run: RunPaths) -> Iterator[tuple[str, float]]:
    """Kind and seconds of every try of every errand, from its first word to its last."""
    folder, stem = run.events.parent, run.events.stem
    for path in sorted((run.events, *folder.glob(f"{stem}.[0-9]*.jsonl"))):
        kind, first, last = "", 0.0, 0.0
        for line in read_lines(path):
            submission, errand, _ = parse_key(line["errand"])
            if submission != run.id:
                continue
            now = datetime.datetime.fromisoformat(line["time"]).timestamp()
            if line["event"] == "begun":
                if kind:
                    yield kind, last - first
                kind, first = errand, now
            last = now
        if kind:
            yield kind, last - first


def _saved(run: RunPaths) -> tuple[int, float]:
    """Items that a finished ladder did not ask, and the engine seconds that they would have taken."""
    plan = read_json(run.plan)
    stops = plan is not None and plan["round"].get("stopping")
    if not stops or read_json(run.state, {}).get("state") != "scored":
        return 0, 0.0
    done = read_completions(run)
    times: dict[tuple[str, int], list[float]] = defaultdict(list)
    left: dict[tuple[str, int], int] = defaultdict(int)
    for item in plan["items"]:
        place = item["task"], item["level"]
        if item["id"] in done:
            times[place].append(done[item["id"]].seconds)
        else:
            left[place] += 1
    told = sum(map(sum, times.values()))
    engine = read_json(run.conditions, {}).get("spent", {}).get("engine_seconds", 0.0)
    scale = engine / told if told > 0 else 0.0  # what engines say of single answers adds up to what all took
    seconds = sum(count * sum(times[place]) / len(times[place]) for place, count in left.items() if times[place])
    return sum(left.values()), seconds * scale


def _sum(values: Iterable[float]) -> float:
    return round(sum(values), 1)
