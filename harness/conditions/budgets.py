"""What a submission may spend: by class of parameter count, tokens an item, and seconds and joules a round.

An overrun is nobody's fault and everybody's rule: the rest stays unanswered, is said to be late, and scores zero, like
a question that is longer than the context.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harness.canonical import plain
from harness.errors import RoundError
from harness.types import Json, Request


@dataclass(frozen=True, slots=True)
class Budget:
    """One class's limits; None is no limit."""

    up_to: int | None = None  # parameters: the class holds submissions with so many or fewer
    tokens_per_item: int | None = None  # generated for one item, all turns of a dialogue together
    seconds: float | None = None  # of engine time in the round, over all sessions: neither waiting nor loading
    joules: float | None = None  # in the round, over all sessions, as the round measures them

    def to_json(self) -> dict[str, Json]:
        """For the plan and the record."""
        found: dict[str, Json] = plain(self)
        return found


def class_of(budgets: Sequence[Budget], parameters: int, where: str = "") -> Budget:
    """The smallest class that holds so many parameters; no limits where a round states no budgets.

    RoundError where a submission is larger than every class.
    """
    if not budgets:
        return Budget()
    for budget in sorted(budgets, key=_size):
        if parameters <= _size(budget):
            return budget
    classes = ", ".join(f"up to {budget.up_to:,}" for budget in sorted(budgets, key=_size))
    remedy = f"the round's classes: {classes}; a class without `up_to` holds every size"
    raise RoundError(f"{parameters:,} parameters are in no class of the round", where=where, remedy=remedy)


def capped(request: Request, budget: Budget, used: int = 0) -> Request:
    """The request with what is left of its item's tokens after `used` ones; requests to choose are as they were.

    At least one token is asked for, so that a dialogue without tokens left ends as one that was cut.
    """
    most = budget.tokens_per_item
    if most is None or request.options:
        return request
    left = max(most - used, 1)
    if request.sampling.max_new_tokens <= left:
        return request
    return dataclasses.replace(request, sampling=dataclasses.replace(request.sampling, max_new_tokens=left))


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What other parts of the same submission have spent so far."""

    seconds: float = 0.0
    joules: float | None = 0.0  # None: not measured


class Spending:
    """What of a budget is left, while a run goes on."""

    def __init__(
        self,
        budget: Budget,
        before: Mapping[str, Json] | None = None,
        joules: Callable[[], float | None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`before` holds `engine_seconds` and `joules` of earlier sessions; `joules` tells this session's."""
        self.budget = budget
        self._before = dict(before or {})
        self._joules, self._clock = joules, clock
        self._began: float | None = None
        self._over = ""
        self.beside = Elsewhere()  # whoever keeps parts tells it anew now and then

    def begin(self) -> None:
        """The model is ready: from here on its time counts."""
        self._began = self._clock()

    @property
    def seconds(self) -> float:
        """Engine time so far, over all sessions."""
        now = 0.0 if self._began is None else self._clock() - self._began
        return float(self._before.get("engine_seconds") or 0.0) + now

    @property
    def joules(self) -> float | None:
        """Joules so far, over all sessions; None where any session's were not measured."""
        now, before = self._joules(), self._before.get("joules", 0.0)
        return None if now is None or before is None else float(before) + now

    def left(self) -> float:
        """Seconds left; infinite without a limit."""
        own = math.inf if self.budget.seconds is None else self.budget.seconds - self.seconds
        return own - self.beside.seconds

    @property
    def overrun(self) -> str:
        """Why nothing more may be asked; empty while the budget holds. Once spent, it stays so."""
        self._over = self._over or self._reason()
        return self._over

    def _reason(self) -> str:
        if self.left() <= 0:
            return f"the budget of {self.budget.seconds:g} seconds of engine time is spent"
        own, beside = self.joules, self.beside.joules
        most = self.budget.joules
        if most is not None and own is not None and beside is not None and own + beside >= most:
            return f"the budget of {most:g} joules is spent"
        return ""


def _size(budget: Budget) -> float:
    return math.inf if budget.up_to is None else budget.up_to
