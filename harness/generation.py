"""Asking a model what a run still has to ask: the one stage that costs hours, and may be killed at any of them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.asking import Asking
from harness.canonical import sha256_text
from harness.climbing import Climb
from harness.engine.base import Engine, OverdueError
from harness.errors import EngineError
from harness.journal import Journal
from harness.session import Session
from harness.types import Completion, Request


def _nobody(_: Completion) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what a run asks, with the journal that its answers go to."""

    asking: Asking
    journal: Path
    answered: Callable[[Completion], None] = _nobody  # told of every item that is finished
    climb: Climb | None = None  # of a round that stops by itself: which items come next


def generate(session: Session, engine: Engine, parts: Sequence[Part]) -> None:
    """Ask what has no answer on disk yet, dialogues turn by turn; every answer is on disk before the next step.

    What a spent budget leaves unanswered is late, and stays so; no model is loaded for it.
    """
    with contextlib.closing(session), contextlib.ExitStack() as files:
        for part in parts:
            _admit(part)
        opened = [_Opened(part, files.enter_context(Journal(part.journal))) for part in parts if part.asking.open]
        if not session.overrun:
            with engine:
                session.loaded()
                _ask(session, engine, opened)
        for one in opened:
            while late := one.part.asking.late(session.overrun):  # and what a ladder would ask after these, too
                for completion in late:
                    one.keep(completion)
                _admit(one.part)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A part with its journal open for writing."""

    part: Part
    journal: Journal

    def keep(self, completion: Completion) -> None:
        """An answer on disk first, then in the part's memory."""
        self.journal.append(completion)
        if self.part.asking.heard(completion):
            self.part.answered(completion)


def _ask(session: Session, engine: Engine, opened: Sequence[_Opened]) -> None:
    """Wave after wave, until nothing is open or the budget is spent.

    All parts go together, in an order that tells nothing: where a request stands is no sign of what it is.
    """
    while any(one.part.asking.open for one in opened) and not session.overrun:
        owners = {request.item: (one, request) for one in opened for request in one.part.asking.wave()}
        wave = [owners[item][1] for item in sorted(owners, key=sha256_text)]
        for answer in _in_time(session, engine, wave):
            one = _owner(owners, answer)
            one.keep(one.part.asking.checked(answer))
            session.tick()
            if session.overrun:
                return
        for one in opened:
            one.part.asking.refuse_silence()
            _admit(one.part)


def _admit(part: Part) -> None:
    """Where nothing is open and the round stops by itself: the next items of the ladders that are not finished."""
    if part.climb is not None and not part.asking.open:
        part.asking.admit(part.climb.more(part.asking.answered))


def _in_time(session: Session, engine: Engine, wave: Sequence[Request]) -> Iterator[Completion]:
    """The engine's answers, as long as the budget holds: an engine that can be hurried is not waited for beyond it."""
    try:
        _hurry(engine, session.left)
        for answer in engine.run(wave):
            yield answer
            _hurry(engine, session.left)
    except OverdueError:
        if not session.overrun:
            raise


def _hurry(engine: Engine, seconds: float) -> None:
    if hasattr(engine, "patience"):
        engine.patience = seconds


def _owner(owners: Mapping[str, tuple[_Opened, Request]], answer: Completion) -> _Opened:
    """Whose answer this is; EngineError where nobody asked."""
    if answer.item not in owners:
        raise EngineError("the engine answered what it was not asked", where=answer.item)
    return owners[answer.item][0]
