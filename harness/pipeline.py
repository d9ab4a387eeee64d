"""The main path, one stage after the other: plan, generate, score, estimate. Each leaves one artefact.

It calls the stages and knows no task and no engine by name. Resuming means that the artefact exists: an item with
a completion on disk is never asked again, and a record of another plan is refused.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from harness.asking import Asking
from harness.attest.keys import signing_key
from harness.attest.log import NAME as LOG
from harness.attest.log import append
from harness.attest.sealing import is_sealed, seal
from harness.canaries import Canaries, draw_canaries, pairs, unanswered
from harness.canaries import read as read_pairs
from harness.canonical import changed_fields, plain
from harness.climbing import Climb
from harness.conditions.budgets import Budget, class_of
from harness.conditions.rules import Conditions, ConditionsError, read_conditions
from harness.config import Settings, engine_class, new_engine
from harness.dialogue import right_answer
from harness.engine.base import Engine, EngineContext
from harness.engine.confined.cage import read_bounds
from harness.engine.confined.engine import ConfinedEngine
from harness.errors import DefiError, PlanChangedError, RecordError
from harness.generation import Part, generate
from harness.intake.checkpoint import verify_files
from harness.metrics.ladder import core_of, read_stopping
from harness.plan import make_plan, public_round, refuse_changed, round_items, task_of
from harness.prompt import PromptStyle, read_style
from harness.record import (
    RoundPaths,
    RunPaths,
    freeze_round,
    list_runs,
    read_completions,
    read_json,
    read_scores,
    read_turns,
    together,
    write_json,
    write_scores,
)
from harness.scoring import judging_digests, score_items
from harness.scoring.estimates import estimates
from harness.session import Session
from harness.task import is_public, load_task
from harness.tolerances import limits_of
from harness.types import Completion, Item, Json, Round, Submission

PRIVATE = "private"  # in a round's folder: what is never published
SAMPLES_SEED = "public samples"  # of the items a task's page shows: no round may use it


@dataclass(frozen=True, slots=True)
class Job:
    """One submission to be run in one round; crosses processes."""

    settings: Settings
    submission: Submission
    checkpoint: Path | None
    run: RunPaths


class Observer(Protocol):
    """Who watches a run."""

    def planned(self, items: int, done: int) -> None:
        """The plan has `items` items, of which `done` are on disk already."""

    def answered(self, completion: Completion) -> None:
        """One more is on disk."""


class Unwatched:
    """An observer that looks away."""

    def planned(self, items: int, done: int) -> None:
        """Nothing."""

    def answered(self, completion: Completion) -> None:
        """Nothing."""


def evaluate(job: Job, observer: Observer | None = None) -> None:
    """Run a submission to its estimates, from wherever its record stands.

    A failure is written into the record with its reason before it is raised again.
    """
    run, watch = job.run, observer or Unwatched()
    run.folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(run.lock, timeout=0):
            _evaluate(job, watch)
    except Timeout as error:
        remedy = "wait for it, or stop that process"
        raise RecordError("another process is writing this record", where=str(run.folder), remedy=remedy) from error


def _evaluate(job: Job, watch: Observer) -> None:
    run = job.run
    begun = run.plan.exists()  # a record that has begun keeps its state when a later call is refused
    try:
        key = signing_key()  # one that cannot be used is told before hours of work
        style = prompt_style(job.submission, job.checkpoint, job.settings.round.date)
        items = list(round_items(job.settings.round))
        stated = read_conditions(job.settings.round.conditions, f"round {job.settings.round.name}, conditions")
        stopping = read_stopping(stops) if (stops := job.settings.round.stopping) else None
        sure = core_of(items, stopping.core) if stopping else items  # a canary's item is asked whatever is decided
        drawn = draw_canaries(sure, job.settings.round.seed, *stated.canaries)
        engine = _engine(job, style, [*items, *drawn.items], stated)
        budget = class_of(stated.budgets, job.submission.parameters, job.submission.id)
        plan = make_plan(job.settings.round, job.submission, style, engine.identity, budget.to_json())
        refuse_changed(read_json(run.plan), plan, where=job.submission.id)
    except DefiError as error:
        if not begun:
            fail(run, job.submission, error)
        raise
    if is_sealed(run.folder):  # nothing is left to do, but what a kill may have left of the sealing
        seal(run.folder, key)
        return
    try:
        write_json(run.submission, job.submission)
        write_json(run.plan, plan.to_json())
        planned = {item.id: item.prompt_sha256 for item in plan.items}
        said = read_turns(run)
        climb = Climb(stopping, items) if stopping else None
        asking = Asking(items, planned, style, said, budget, admitted=said if climb else None)
        again = Asking(drawn.items, drawn.prompts(style), style, read_turns(run, run.canaries), budget, drawn.ask)
        watch.planned(len(items), len(asking.answered))
        if asking.open or again.open or (climb and climb.more(asking.answered)):
            parts = [Part(asking, run.completions, watch.answered, climb), Part(again, run.canaries)]
            _generate(job, engine, parts, stated, budget)
        _score(run, [item for item in items if item.id in asking.answered] if climb else items)
        _read_canaries(run, drawn, engine)
        mark(run, "scored")
    except BaseException as error:
        fail(run, job.submission, error)
        raise
    if key is not None:  # who holds a key seals; a team that practises without one can judge again as it likes
        seal(run.folder, key)


def _generate(job: Job, engine: Engine, parts: Sequence[Part], stated: Conditions, budget: Budget) -> None:
    """Ask what is open, of the weights that were declared: what lies on the disk now is hashed once more."""
    program = job.submission.baseline and job.checkpoint is None
    mark(job.run, "running")
    if job.checkpoint is not None:
        verify_files(job.submission, job.checkpoint)
    try:
        generate(Session(job.run, engine, stated, budget, program=program), engine, parts)
    finally:
        if words := getattr(engine, "words", ""):
            _keep_apart(job.run, words)
    mark(job.run, "generated")


def _keep_apart(run: RunPaths, words: str) -> None:
    """What a worker said of its failure, for the organisers' eyes: in a sealed round it may hold a question."""
    path = run.folder.parents[1] / PRIVATE / f"{run.folder.parent.name}.{run.folder.name}.txt"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text(words, encoding="utf-8", errors="backslashreplace")


def _score(run: RunPaths, items: Iterable[Item]) -> None:
    """Judge everything again: scoring is cheap, never edits a completion, and says by which code it was done."""
    scored = list(items)
    write_scores(run, score_items(scored, read_completions(run)))
    write_json(run.judging, judging_digests({item.task for item in scored}))
    write_json(run.estimates, estimates(read_scores(run)))


def _read_canaries(run: RunPaths, drawn: Canaries, engine: Engine) -> None:
    """What a round's canaries tell of this run, where it has any."""
    if drawn.drawn:
        again = {item: together(turns) for item, turns in read_turns(run, run.canaries).items()}
        done = read_completions(run)
        found, silent = pairs(drawn, done, again, read_scores(run)), unanswered(drawn, done, again)
        write_json(run.canary_report, read_pairs(found, limits_of(engine.identity).texts, silent).to_json())


def mark(run: RunPaths, state: str, reason: str = "") -> None:
    """Write where a run stands; a state never changes without its time."""
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    write_json(run.state, {"state": state, "reason": reason, "since": now})
    submission = f"{run.folder.parent.name}/{run.folder.name}"
    append(run.folder.parents[1] / LOG, "run.state", {"submission": submission, "state": state})  # reasons stay here


def fail(run: RunPaths, submission: Submission, error: BaseException) -> None:
    """Leave a record that says why a run stopped; whatever it has finished stays."""
    if is_sealed(run.folder):  # the worker died after the last byte was written
        return
    if not run.submission.exists():
        write_json(run.submission, submission)
    mark(run, "refused" if isinstance(error, ConditionsError) else "failed", _reason(error))


def prompt_style(submission: Submission, checkpoint: Path | None, date: str) -> PromptStyle:
    """How a submission is spoken to; a baseline reads plain text."""
    return read_style(checkpoint, submission.prompting, date) if checkpoint else PromptStyle("plain", date=date)


def freeze(paths: RoundPaths, round_: Round) -> None:
    """Write the round, its tasks' cards and sample items for the leaderboard, which loads no task.

    PlanChangedError when the round has been run with another configuration: what is published keeps its round. Its
    title may change, and submissions may be added. CommitmentError when it is sealed and has no seed yet.
    """
    cards = [load_task(part.name).card for part in round_.tasks]
    samples = [row for part in round_.tasks for row in _samples(part.name, part.levels)]
    frozen = plain({"round": public_round(round_), "cards": cards, "samples": samples})
    begun = any(run.plan.exists() for run in list_runs(paths))  # before the first plan, nothing depends on it
    before = read_json(paths.frozen) if begun else None
    if before is not None and (changed := _changed_round(before["round"], frozen["round"])):
        raise PlanChangedError(f"round {round_.name}", changed)
    freeze_round(paths, frozen)


def _changed_round(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[str]:
    """What of a round is not as it was opened, but for its title and its list of submissions."""
    free = {"title", "submissions"}
    old, new = ({key: value for key, value in facts.items() if key not in free} for facts in (before, after))
    return list(changed_fields(old, new))


def _samples(name: str, levels: int) -> Iterable[dict[str, Json]]:
    """One item of each level and language, with its answer; drawn from a seed that no round uses."""
    task = load_task(name)
    for level in range(1, levels + 1 if not is_public(name) else 1):  # whose rows are others' to publish
        for language in task.card.languages:
            (item,) = task.items(level, language, SAMPLES_SEED, 1)
            instruction = "\n\n".join(m.content for m in task.request(item).messages if m.role == "system")
            yield {
                "task": name,
                "level": level,
                "language": language,
                "question": f"{instruction}\n\n{item.question}".strip(),
                "options": list(item.options),
                "answer": right_answer(task, item),
            }


def _engine(job: Job, style: PromptStyle, items: Iterable[Item], stated: Conditions) -> Engine:
    """Make the configured engine. Only an entry of the organisers' own team may be given the answers.

    What runs a team's weights is put into a worker of its own.
    """
    kind = engine_class(job.settings.engine["_target_"])
    gold: Mapping[str, Completion] = {}
    if getattr(kind, "needs_gold", False) and job.submission.baseline:
        gold = {item.id: task_of(item).gold(item) for item in items}
    context = EngineContext(style, job.checkpoint, job.submission.dtype, job.submission.context_length, gold)
    engine: Engine = new_engine(job.settings.engine, context)
    if not getattr(kind, "runs_weights", False):
        return engine
    bounds, secretive = read_bounds(job.settings.worker), job.settings.round.sealed
    return ConfinedEngine(engine, context, job.settings.engine, stated.isolation, bounds, secretive=secretive)


def _reason(error: BaseException) -> str:
    if isinstance(error, DefiError):
        return str(error)
    if isinstance(error, KeyboardInterrupt):
        return "interrupted; the same command goes on from here"
    return f"{type(error).__name__}: {error}"
