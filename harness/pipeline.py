"""The main path, one stage after the other: plan, generate, score, estimate. Each leaves one artefact.

It calls the stages and knows no task and no engine by name. Resuming means that the artefact exists: an item with
a completion on disk is never asked again, and a record of another plan is refused. A plan is asked in one piece
(`evaluate`), or cut into shards that are asked anywhere and at once (`cut_plan`, `ask_shard`, `score_record`).
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from typing import Protocol

from filelock import FileLock, Timeout

from harness.attest.sealing import is_sealed, seal
from harness.canaries import pairs, unanswered
from harness.canaries import read as read_pairs
from harness.climbing import Climb
from harness.collecting import collect, drop_parts, finished, spent_beside
from harness.costs import item_tokens
from harness.decided import Decided, Job, decide
from harness.errors import BusyError, DefiError, RecordError
from harness.generation import Part, generate
from harness.intake.checkpoint import verify_files
from harness.record import RunPaths, read_completions, read_scores, read_turns, together, write_json
from harness.record import write_scores as write_rows
from harness.scoring import judging_digests, score_items
from harness.scoring.estimates import estimates
from harness.session import Session
from harness.shards import cut, read_shards, shard_items, write_shards
from harness.states import fail, keep_apart, mark
from harness.tolerances import limits_of
from harness.types import Completion, Item

__all__ = ["Job", "Observer", "Unwatched", "ask_shard", "cut_plan", "evaluate", "score_record"]


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
    run = job.run
    with _sole_writer(run):
        decided = _decide(job)
        if is_sealed(run.folder):  # nothing is left to do, but what a kill may have left of the sealing
            seal(run.folder, decided.key)
            return
        if run.parts.exists() and not run.completions.exists():
            raise RecordError("its shards have been asked", where=run.id, remedy="`defi round run` goes on with them")
        with _failing(job, run):
            _write_plan(job, decided)
            _ask(job, decided, run, decided.items, observer or Unwatched())
            _score(run, decided)
            drop_parts(run)
        _seal(run, decided)


def cut_plan(job: Job, most: float, ladders: float = math.inf) -> None:
    """Cut a submission's plan into shards of about `most` tokens; a cut that exists is kept.

    In a round that stops by itself whole tasks make shards of about `ladders` tokens, by default a single one: every
    wave of a shard waits for its longest answer, and few ladders make small waves (docs/scale.md).
    """
    with _sole_writer(job.run):
        if job.run.shards.exists():
            return
        decided = _decide(job, ask=False)
        write_json(job.run.submission, job.submission)
        stops = decided.stopping is not None
        cost = item_tokens(job.run, decided.items)
        write_shards(job.run, cut(decided.items, ladders if stops else most, whole_tasks=stops, cost=cost))
        mark(job.run, "planned")


def ask_shard(job: Job, number: int, observer: Observer | None = None) -> None:
    """Ask one shard, from wherever its part stands. The first to begin writes the plan that the others keep to."""
    part = job.run.part(number)
    with contextlib.ExitStack() as own:
        with FileLock(job.run.lock):  # whoever scores the record has it until nothing is left to ask
            if job.run.completions.exists() or finished(part):
                return
            own.enter_context(_sole_writer(part))
            with _failing(job, part):
                decided = decide(job)
                _write_plan(job, decided)
        with _failing(job, part):
            items = shard_items(job.run, number, decided.items)
            _ask(job, decided, part, items, observer or Unwatched())
            mark(part, "finished")


def score_record(job: Job) -> None:
    """Put the answers of all shards together, judge them, and seal the record."""
    run = job.run
    with _sole_writer(run):
        decided = _decide(job, ask=False)
        if not is_sealed(run.folder):
            with _failing(job, run):
                if read_shards(run):
                    collect(run, [shard.number for shard in read_shards(run)])
                _score(run, decided)
                drop_parts(run)
        _seal(run, decided)


@contextlib.contextmanager
def _sole_writer(run: RunPaths) -> Iterator[None]:
    """Nobody else writes this record, or this part of it, meanwhile."""
    run.folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(run.lock, timeout=0):
            yield
    except Timeout as error:
        remedy = "wait for it, or stop that process"
        raise BusyError("another process is writing this record", where=str(run.folder), remedy=remedy) from error


@contextlib.contextmanager
def _failing(job: Job, run: RunPaths) -> Iterator[None]:
    """Whatever stops a stage is written down with its reason before it is raised again."""
    try:
        yield
    except BaseException as error:
        fail(run, job.submission, error)
        raise


def _decide(job: Job, *, ask: bool = True) -> Decided:
    """As `decide`; a record that has begun keeps its state when a later call is refused."""
    begun = job.run.plan.exists()
    try:
        return decide(job, ask=ask)
    except DefiError as error:
        if not begun:
            fail(job.run, job.submission, error)
        raise


def _write_plan(job: Job, decided: Decided) -> None:
    write_json(job.run.submission, job.submission)
    write_json(job.run.plan, decided.plan.to_json())


def _ask(job: Job, decided: Decided, run: RunPaths, items: Sequence[Item], watch: Observer) -> None:
    """Ask what of `items` has no answer in `run`, a record or a part of one, canaries among them."""
    asking, again = decided.asking(run, items), decided.asking_again(run, items)
    climb = Climb(decided.stopping, items) if decided.stopping else None
    watch.planned(len(items), len(asking.answered))
    if asking.open or again.open or (climb and climb.more(asking.answered)):
        _generate(job, decided, run, [Part(asking, run.completions, watch.answered, climb), Part(again, run.canaries)])


def _generate(job: Job, decided: Decided, run: RunPaths, parts: Sequence[Part]) -> None:
    """Ask what is open, of the weights that were declared: what lies on the disk now is hashed once more."""
    engine = decided.engine
    if engine is None:
        raise RecordError("items without an answer", where=run.id, remedy="`defi round run` asks them first")
    program = job.submission.baseline and job.checkpoint is None
    mark(run, "running")
    if run.shard:
        mark(job.run, "running")
    if job.checkpoint is not None:
        verify_files(job.submission, job.checkpoint)
    beside = spent_beside(run) if run.shard else None
    try:
        session = Session(run, engine, decided.stated, decided.budget, program=program, beside=beside)
        generate(session, engine, parts)
    finally:
        if words := getattr(engine, "words", ""):
            keep_apart(run, words)
    mark(run, "generated")


def _score(run: RunPaths, decided: Decided) -> None:
    """Judge everything again: scoring is cheap, never edits a completion, and says by which code it was done."""
    done = read_completions(run)
    scored = [item for item in decided.items if decided.stopping is None or item.id in done]
    write_rows(run, score_items(scored, done))
    write_json(run.judging, judging_digests({item.task for item in scored}))
    write_json(run.estimates, estimates(read_scores(run), decided.stopping))
    _read_canaries(run, decided)
    mark(run, "scored")


def _read_canaries(run: RunPaths, decided: Decided) -> None:
    """What a round's canaries tell of this run, where it has any."""
    drawn = decided.canaries
    if drawn.drawn:
        again = {item: together(turns) for item, turns in read_turns(run, run.canaries).items()}
        done = read_completions(run)
        found, silent = pairs(drawn, done, again, read_scores(run)), unanswered(drawn, done, again)
        write_json(run.canary_report, read_pairs(found, limits_of(decided.plan.engine).texts, silent).to_json())


def _seal(run: RunPaths, decided: Decided) -> None:
    """Who holds a key seals; a team that practises without one can judge again as it likes."""
    if decided.key is not None:
        seal(run.folder, decided.key)
