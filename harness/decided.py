"""All that is decided before a model is loaded, in memory: the plan, and what it was made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.asking import Asking
from harness.attest.keys import SigningKey, signing_key
from harness.canaries import Canaries, draw_canaries
from harness.conditions.budgets import Budget, class_of
from harness.conditions.rules import Conditions, read_conditions
from harness.config import Settings, engine_class, new_engine
from harness.engine.base import Engine, EngineContext
from harness.engine.confined.cage import read_bounds
from harness.engine.confined.engine import ConfinedEngine
from harness.metrics.ladder import Stopping, core_of, read_stopping
from harness.plan import Plan, make_plan, refuse_changed, round_items, task_of
from harness.prompt import PromptStyle, read_style
from harness.record import RunPaths, read_json, read_turns
from harness.types import Completion, Item, Submission


@dataclass(frozen=True, slots=True)
class Job:
    """One submission to be run in one round."""

    settings: Settings
    submission: Submission
    checkpoint: Path | None
    run: RunPaths


@dataclass(frozen=True, slots=True)
class Decided:
    """What a run is going to be."""

    key: SigningKey | None
    style: PromptStyle
    items: tuple[Item, ...]
    canaries: Canaries
    stated: Conditions
    stopping: Stopping | None
    budget: Budget
    plan: Plan
    engine: Engine | None = None  # not entered yet; none where nothing is going to be asked

    def asking(self, run: RunPaths, items: Iterable[Item]) -> Asking:
        """What `run` still has to ask of `items`; where the round stops by itself, no more than was asked already."""
        planned = {item.id: item.prompt_sha256 for item in self.plan.items}
        said = read_turns(run)
        return Asking(items, planned, self.style, said, self.budget, admitted=said if self.stopping else None)

    def asking_again(self, run: RunPaths, items: Iterable[Item]) -> Asking:
        """And of the canaries that were drawn from `items`."""
        chosen = {item.id for item in items}
        drawn = Canaries({name: one for name, one in self.canaries.drawn.items() if one.original.id in chosen})
        said = read_turns(run, run.canaries)
        return Asking(drawn.items, drawn.prompts(self.style), self.style, said, self.budget, drawn.ask)


def decide(job: Job, *, ask: bool = True) -> Decided:
    """Decide everything; refuses a record that was begun under another plan.

    Where nothing is to be asked no engine is made, and the recorded plan's is taken at its word: answers are judged
    on machines that could not give them.

    Raises:
        DefiError: anything that keeps the submission from being run, before a model is loaded.
    """
    key = signing_key()  # one that cannot be used is told before hours of work
    round_ = job.settings.round
    style = prompt_style(job.submission, job.checkpoint, round_.date)
    items = tuple(round_items(round_))
    stated = read_conditions(round_.conditions, f"round {round_.name}, conditions")
    stopping = read_stopping(round_.stopping) if round_.stopping else None
    sure = core_of(items, stopping.core) if stopping else items  # a canary's item is asked whatever is decided
    drawn = draw_canaries(sure, round_.seed, *stated.canaries)
    recorded = read_json(job.run.plan)
    engine = _engine(job, style, [*items, *drawn.items], stated) if ask else None
    identity = engine.identity if engine else (recorded or {}).get("engine", {})
    budget = class_of(stated.budgets, job.submission.parameters, job.submission.id)
    plan = make_plan(round_, job.submission, style, identity, budget.to_json())
    refuse_changed(recorded, plan, where=job.submission.id)
    return Decided(key, style, items, drawn, stated, stopping, budget, plan, engine)


def prompt_style(submission: Submission, checkpoint: Path | None, date: str) -> PromptStyle:
    """How a submission is spoken to; a baseline reads plain text."""
    return read_style(checkpoint, submission.prompting, date) if checkpoint else PromptStyle("plain", date=date)


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
