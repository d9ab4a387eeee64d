"""An engine whose model runs in a worker of its own; to the pipeline it is an engine like any other."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Literal, Self

from harness import errors
from harness.breakdowns import FULL, breakdown
from harness.canonical import plain
from harness.engine.base import Engine, EngineContext, OverdueError
from harness.engine.confined.cage import Bounds, cage_for
from harness.engine.confined.canary import Canary
from harness.engine.confined.frames import ChannelError, SilenceError
from harness.engine.confined.messages import LARGEST, answered, asked, context_facts
from harness.engine.confined.process import Worker, start
from harness.errors import DefiError, EngineError, WorkerLostError
from harness.types import Completion, Json, Request

Policy = Literal["required", "preferred", "none"]
_TOLD = ("CheckpointError", "EngineError", "PromptError", "UsageError", "ContextOverflowError")


class ConfinedEngine:
    """Runs `inner` (made, never entered, on this side) in a worker, under the policy of the round.

    `required`: SandboxUnavailableError where no isolation can be had; `preferred`: a process without namespaces then,
    and `isolation` says so; `none`: always that.

    With `secretive`, what the worker says of its failures or on the way once it has seen a question is kept in `words`,
    and not told: in a sealed round it could be the question.
    """

    def __init__(
        self,
        inner: Engine,
        context: EngineContext,
        configured: Mapping[str, Json],
        policy: Policy = "preferred",
        bounds: Bounds | None = None,
        *,
        secretive: bool = False,
    ) -> None:
        """Nothing is started before the engine is entered."""
        if context.checkpoint is None:
            raise errors.CheckpointError("this submission has no checkpoint", remedy="give it one, or another engine")
        self._inner, self._context, self._configured = inner, context, dict(configured)
        self.policy: Policy = policy
        self.bounds = bounds or Bounds()
        self.cage = cage_for(context.checkpoint)
        self.isolation: dict[str, Json] = {"kind": "not started"}
        self.notes: dict[str, Json] = {}
        self.forward_seconds = 0.0
        self.drained_seconds = 0.0
        self.peak_memory_bytes = 0  # of the worker
        self.patience = float("inf")  # seconds that an answer may take, where the budget leaves less than the bounds
        self.words = ""  # the worker's own, of a failure
        self.lost_remedy = "the same command goes on from the record; see the record's conditions"
        self._secretive, self._asked, self._met = secretive, False, False
        self._begun = self._spent = 0.0
        self._worker: Worker | None = None
        self._open = ExitStack()

    @property
    def identity(self) -> Mapping[str, Json]:
        """The inner engine's: where it runs changes no answer."""
        return self._inner.identity

    @property
    def tolerance(self) -> float:
        """The inner engine's."""
        return self._inner.tolerance

    def __enter__(self) -> Self:
        """Start the worker, try its canary, let it load."""
        self._begun, self._asked, self._met = time.monotonic(), False, False
        try:
            with Canary() as canary:
                self._worker = self._open.enter_context(start(self.cage, self.bounds, self.policy))
                checkpoint = self.cage.checkpoint if self._worker.caged else self._context.checkpoint
                facts = context_facts(self._context, checkpoint or self.cage.checkpoint)
                self._send({"engine": self._configured, "context": facts, "canary": canary.door(self.cage.private)})
                found = canary.verdict(self._receive("canary").get("said") or {})
                self._met = True
            self.isolation = {**self._worker.facts, "network": found}
            self._refuse_leak()
            ready = self._receive("ready")
            if plain(ready.get("identity")) != plain(dict(self.identity)):
                raise EngineError("the worker's engine is not the plan's", remedy="see the worker's environment")
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the worker."""
        self._open.close()
        self._worker = None

    def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
        """Answer every request; an answer that was not asked for, or twice, ends the run.

        OverdueError when `patience` is over before an answer comes.
        """
        open_ = dict(enumerate(requests))
        self._asked, begun, told = True, time.monotonic(), 0.0
        for number, request in open_.items():
            self._send(asked(request, number))
        self._send({"kind": "run"})
        while (message := self._receive("completion", "done"))["kind"] == "completion":
            try:
                completion = answered(message, open_)
            except ChannelError as error:
                raise self._lost(error) from error
            del open_[message["completion"]["item"]]
            share = min(max(completion.seconds, 0.0), time.monotonic() - begun - told)
            told += share  # of the time that has really gone by, whatever the worker says
            yield dataclasses.replace(completion, seconds=share)

    def _refuse_leak(self) -> None:
        """A cage that has a way out, or a hole, is worse than none: nobody would know."""
        if self.isolation["kind"] == "process":
            return
        found = self.isolation["network"]
        if not found["isolated"]:
            raise errors.SandboxUnavailableError("the worker reached the network from its isolation", where=str(found))
        if found["private"]:
            what = f"the worker sees what it must not: {', '.join(found['private'])}"
            raise errors.SandboxUnavailableError(what, remedy="keep the project and its data out of /usr and the like")

    def _send(self, message: Json) -> None:
        try:
            self._running.frames.send(message)
        except ChannelError as error:
            raise self._lost(error) from error

    def _receive(self, *kinds: str) -> dict[str, Any]:
        """The next message of one of these kinds; the worker's errors are raised as ours."""
        try:
            message = self._running.frames.receive(min(self.bounds.silence, max(self.patience, 0.0)))
            if not isinstance(message, dict):
                raise ChannelError("a message that is no message")
            self._note(message)
            if message.get("kind") == "error":
                raise self._told(message)
            if message.get("kind") not in kinds:
                raise ChannelError("a message out of turn")  # of its words none: it may have seen a question
        except ChannelError as error:
            if isinstance(error, SilenceError) and self.patience < self.bounds.silence:
                raise OverdueError("no answer within the time that the budget left") from error
            raise self._lost(error) from error
        return message

    def _note(self, message: Mapping[str, Any]) -> None:
        """Take from a message what the conditions want to know, if it is what it should be."""
        spent, peak, notes = (message.get(key) for key in ("forward_seconds", "peak_memory_bytes", "notes"))
        if isinstance(spent, int | float) and 0 <= spent < LARGEST:
            self.forward_seconds = min(float(spent), time.monotonic() - self._begun)
        lost = message.get("drained_seconds")
        if isinstance(lost, int | float) and 0 <= lost < LARGEST:
            self.drained_seconds = min(float(lost), self.forward_seconds)
        if type(peak) is int and 0 <= peak < 1 << 50:
            self.peak_memory_bytes = max(self.peak_memory_bytes, peak)
        if isinstance(notes, dict) and len(notes) <= 20:
            known = {str(key)[:80]: _short(value) for key, value in notes.items()}
            self.notes = {**self.notes, **_counts(known)} if self._secretive and self._asked else known

    def _told(self, message: Mapping[str, Any]) -> DefiError:
        """A worker's error as one of ours; of any other name it is the engine's."""
        name = message.get("error")
        kind: type[DefiError] = getattr(errors, str(name)) if name in _TOLD else EngineError
        what, where, remedy = (str(message.get(key) or "")[:2000] for key in ("what", "where", "remedy"))
        broken = breakdown(what)  # `where` and `remedy` name what the team named
        if broken == FULL and self.isolation["kind"] == "bubblewrap":
            broken = ""  # all that it can write to there is memory that it was given: no disk of ours
        if not (self._secretive and self._asked):  # it has seen no question that is secret
            return _judged(_discreet(kind(what, where=where, remedy=remedy)), broken)
        self.words = f"{what}\n{where}\n{remedy}"
        if broken:  # in our own words: it is the machine's fault, and they quote nothing
            return _judged(WorkerLostError(f"the model's worker met {broken}"), broken)
        told = kind("the model's worker failed; its words are kept apart until the round is revealed")
        return _judged(_discreet(told), "")

    def _lost(self, error: ChannelError) -> DefiError:
        """Why there is no worker to speak to any more, or why it is not spoken to."""
        why, words = self._running.end() or str(error), self._running.last_words
        self.words = words
        shown = f"; it said last: {words}" if words and not (self._secretive and self._asked) else ""
        if not self._met:  # it has read nothing of the team's yet: whatever ended it is of this machine
            what = f"the worker did not begin: {why}{shown}"
            return errors.SandboxUnavailableError(what, remedy="look at this machine: the harness, bubblewrap, memory")
        lost = WorkerLostError(f"the model's worker was lost: {why}{shown}", remedy=self.lost_remedy)
        return _judged(lost, breakdown(why))  # by how it ended; what it printed may quote what a team wrote

    @property
    def _running(self) -> Worker:
        if self._worker is None:
            raise EngineError("the engine was not entered", remedy="use it as a context manager")
        return self._worker


def _judged(error: DefiError, broke: str) -> DefiError:
    """An error of which it is known whether it tells of the machine."""
    error.broke = broke
    return error


def _discreet(error: DefiError) -> DefiError:
    """An error whose words quote no secret item (`harness.telling`)."""
    error.discreet = True
    return error


def _short(value: Json) -> Json:
    number = type(value) in (int, float) and -LARGEST < value < LARGEST
    return value if number or type(value) is bool else str(value)[:500]


def _counts(notes: Mapping[str, Json]) -> dict[str, Json]:
    """Of notes that a worker makes after it has seen a question: the one count that there is."""
    halvings = notes.get("memory_halvings")
    return {"memory_halvings": halvings} if type(halvings) is int and 0 <= halvings <= 100 else {}
