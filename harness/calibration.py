"""Asking a submission a few items, to know what a round will cost. None of them is the round's own.

A calibration is a small round by itself: the same tasks, levels, languages, conditions and engine, and the first items
of the seed of the public samples, which no round may use, and for which tasks of sealed rows show their examples alone.
So no hidden item is asked twice, or seen before its round. It runs through the same stages, and resumes like any run;
what it answered is kept in the round's private folder and never published.
"""

from __future__ import annotations

import datetime
import itertools
import math
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.canonical import plain
from harness.conditions.budgets import class_of
from harness.conditions.rules import read_conditions
from harness.config import Settings
from harness.costs import Costs, Group, costs_file, drop_costs, write_costs
from harness.decided import Job, decide
from harness.errors import PlanChangedError
from harness.pipeline import Observer, evaluate
from harness.plan import request_of, round_items, round_tasks
from harness.record import RoundPaths, RunPaths, read_completions, read_json, read_scores, read_turns
from harness.scoring import score_items
from harness.states import PRIVATE
from harness.task import load_task, task_digest
from harness.types import Completion, Item, Json, Round, RoundTask, Submission

SEED = "sample"  # one of `task.RESERVED_SEEDS`
NAME = "calibration"
_PLACE = ("kind", "partition", "constraint", "gpus")  # keys of a cluster that say which machines it gives
ITEMS = 2  # of each task, level and language
LEAST = 128  # of all: fewer do not fill an engine's batch, and writing alone is slow (docs/budget.md)


def calibration_paths(paths: RoundPaths) -> RoundPaths:
    """Where a round's calibrations are asked."""
    return RoundPaths(paths.folder / PRIVATE, NAME)


def calibration_run(run: RunPaths) -> RunPaths:
    """Where the submission of a record is calibrated."""
    return RunPaths(run.round_folder / PRIVATE / NAME / run.id)


def calibrated(run: RunPaths) -> bool:
    """Whether the costs of a calibration, named by its own folder, are known."""
    return costs_file(_round_of(run), run.id).exists()


def calibration_round(round_: Round, items: int) -> Round:
    """So few items of every task, level and language, as far as it has them; everything is asked, nothing twice."""
    tasks = tuple(RoundTask(t.name, t.levels, tuple(min(items, count) for count in t.counts)) for t in round_.tasks)
    none = {"canaries": {"repeat": 0.0, "reword": 0.0}} if round_.conditions else {}
    conditions = {**round_.conditions, **none}
    return replace(round_, seed=SEED, sealed=False, anchors=None, stopping={}, tasks=tasks, conditions=conditions)


def enough(round_: Round, items: int) -> int:
    """How many items of each task, level and language are asked: more than said where that makes too few of all."""
    groups = sum(part.levels * len(languages) for part, _, languages in round_tasks(round_))
    return max(items, math.ceil(LEAST / groups))


def calibrate(job: Job, items: int, watch: Observer | None, began: float) -> None:
    """Ask, judge, and write what it cost; `began` is when the job did, by `time.monotonic`.

    A calibration of another plan, which was begun before something changed, is thrown away.
    """
    items = enough(job.settings.round, items)
    small = replace(job.settings, round=calibration_round(job.settings.round, items))
    own = replace(job, settings=small, run=calibration_run(job.run))
    try:
        evaluate(own, watch)
    except PlanChangedError:
        shutil.rmtree(own.run.folder)
        evaluate(own, watch)
    write_costs(_round_of(own.run), _measured(own, items, time.monotonic() - began))


def basis_of(settings: Settings, submission: Submission) -> dict[str, Json]:
    """What a measurement holds for: this manifest, these tasks as they are, this engine, budget and kind of machine."""
    round_, cluster = settings.round, settings.cluster
    stated = read_conditions(round_.conditions, f"round {round_.name}, conditions")
    found: dict[str, Json] = plain(
        {
            "digest": submission.digest,
            "tasks": {task.name: task_digest(task.name) for task in round_.tasks},
            "engine": settings.engine,
            "budget": class_of(stated.budgets, submission.parameters, submission.id).to_json(),
            "place": {key: cluster[key] for key in _PLACE if cluster.get(key) is not None},
        }
    )
    return found


def forget(paths: RoundPaths, submission: str) -> None:
    """Drop a calibration and what it measured."""
    drop_costs(paths, submission)
    shutil.rmtree(calibration_paths(paths).run(*submission.split("/")).folder, ignore_errors=True)


def _measured(job: Job, items: int, total: float) -> Costs:
    run = job.run
    asked, done = list(round_items(job.settings.round)), read_turns(run)
    told = read_json(run.conditions)
    plan, judge = _planning(job) / len(asked), _judging(asked, run) / len(asked)
    spent = told["spent"]
    session = spent["seconds"] / spent["sessions"]
    begin = total - session - (plan + judge) * len(asked)
    drained = spent.get("drained_seconds", 0.0)
    groups = _groups(asked, done, {row.item: row.value for row in read_scores(run)}, spent["engine_seconds"], drained)
    return Costs(
        submission=run.id,
        items=items,
        begin=round(max(begin, 0.0), 3),
        load=round(spent["load_seconds"] / spent["sessions"], 3),
        plan=round(plan, 6),
        judge=round(judge, 6),
        groups=tuple(groups),
        drain=round(drained / spent["sessions"], 3),
        basis=basis_of(job.settings, job.submission),
        machine={"hardware": told["hardware"], "inference": told["inference"]},
        measured=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    )


def _planning(job: Job) -> float:
    """Seconds to decide once more: what a first time loads is in `begin`."""
    begin = time.perf_counter()
    decide(job, ask=False)
    return time.perf_counter() - begin


def _judging(asked: Sequence[Item], run: RunPaths) -> float:
    done = read_completions(run)
    begin = time.perf_counter()
    list(score_items(asked, done))
    return time.perf_counter() - begin


def _groups(
    asked: Sequence[Item],
    done: Mapping[str, Sequence[Completion]],
    values: Mapping[str, float | None],
    engine: float,
    drained: float,
) -> list[Group]:
    """What was measured of each task, level and language; all time but what ends of batches lost is theirs."""
    times = {name: sum(turn.seconds for turn in turns) for name, turns in done.items()}
    if sum(times.values()) <= 0:  # an engine that tells no times
        times = dict.fromkeys(done, 1.0)
    scale = engine / sum(times.values()) if times else 0.0
    places = itertools.groupby(asked, lambda item: (item.task, item.level, item.language))
    groups = ([item for item in same if item.id in done] for _, same in places)
    found = [_group(items, done, values, scale * sum(times[item.id] for item in items)) for items in groups if items]
    writing = sum(group.seconds for group in found if group.kind != "choose")
    if not drained or not writing:
        return found
    kept = max(1 - drained / writing, 0.0)
    return [replace(one, seconds=one.seconds * (1.0 if one.kind == "choose" else kept)) for one in found]


def _group(
    items: Sequence[Item],
    done: Mapping[str, Sequence[Completion]],
    values: Mapping[str, float | None],
    seconds: float,
) -> Group:
    answers = [done[item.id] for item in items]
    read = [sum(turn.prompt_tokens for turn in turns) for turns in answers]
    waves = sum(map(len, answers)) / len(answers)  # in each turn of a dialogue its beginning is read again
    once = _shared(items) * min(turns[0].prompt_tokens for turns in answers) * waves
    first = items[0]
    return Group(
        task=first.task,
        level=first.level,
        language=first.language,
        kind=load_task(first.task).card.kind,
        shared=round(once, 1),
        read=tuple(round(max(tokens - once, 0.0), 1) for tokens in read),
        written=tuple(float(sum(turn.completion_tokens for turn in turns)) for turns in answers),
        values=tuple(values.get(item.id) for item in items),
        seconds=round(seconds, 6),
    )


def _shared(items: Sequence[Item]) -> float:
    """The part of the shortest prompt, by letters, that all of them begin with; none of one prompt alone."""
    texts = ["\n".join(message.content for message in request_of(item).messages) for item in items]
    if len(texts) < 2:
        return 0.0
    return len(_beginning(texts)) / max(min(map(len, texts)), 1)


def _beginning(texts: Sequence[str]) -> str:
    """What all texts begin with: what the first and the last by the alphabet do."""
    first, last = min(texts), max(texts)
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(one for one, _ in same)


def _round_of(run: RunPaths) -> RoundPaths:
    """The round that a calibration's record belongs to."""
    folder = run.round_folder.parents[1]
    return RoundPaths(folder.parent, folder.name)
