"""Asking a model what a run still has to ask: the one stage that costs hours, and may be killed at any of them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.asking import Asking
from harness.engine.base import Engine
from harness.journal import Journal
from harness.session import Session
from harness.types import Completion


def _nobody(_: Completion) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what a run asks, with the journal that its answers go to."""

    asking: Asking
    journal: Path
    answered: Callable[[Completion], None] = _nobody  # told of every item that is finished


def generate(session: Session, engine: Engine, parts: Sequence[Part]) -> None:
    """Ask what has no answer on disk yet, dialogues turn by turn; every answer is on disk before the next step.

    What a spent budget leaves unanswered is late, and stays so; no model is loaded for it.
    """
    with contextlib.closing(session), contextlib.ExitStack() as files:
        opened = [(part, files.enter_context(Journal(part.journal))) for part in parts if part.asking.open]
        if not session.overrun:
            with engine:
                session.loaded()
                for part, journal in opened:
                    _ask(session, engine, part, journal)
        for part, journal in opened:
            for completion in part.asking.late(session.overrun):
                _keep(completion, part, journal)


def _ask(session: Session, engine: Engine, part: Part, journal: Journal) -> None:
    """Wave after wave, until nothing is open or the budget is spent."""
    while part.asking.open and not session.overrun:
        for answer in engine.run(part.asking.wave()):
            _keep(part.asking.checked(answer), part, journal)
            session.tick()
            if session.overrun:
                return
        part.asking.refuse_silence()


def _keep(completion: Completion, part: Part, journal: Journal) -> None:
    journal.append(completion)
    if part.asking.heard(completion):
        part.answered(completion)
