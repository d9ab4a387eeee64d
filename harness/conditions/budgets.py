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
    """What finished parts of the same submission have spent, and how much of the rest is for the part that asks."""

    seconds: float = 0.0
    joules: float | None = 0.0  # None: not measured
    share: float = 1.0  # of what the finished ones left


def shared(tokens: Mapping[int, float], number: int, done: Mapping[int, Mapping[str, Json]]) -> Elsewhere:
    """What a part may go by, while others of the same submission are asked beside it.

    What finished parts left is shared among the open ones by the tokens that each is expected to cost. A part that
    finishes within its share makes no other's smaller. So all of them together stay within the budget, however late
    each hears of the others.

    Args:
        tokens: by the number of every part, finished or not.
        number: of the part that asks.
        done: what the other parts that are finished have spent: `seconds`, and `joules` or None.
    """
    joules = [one["joules"] for one in done.values()]
    open_ = sum(own for part, own in tokens.items() if part not in done)
    known = None if None in joules else sum(joules)
    return Elsewhere(sum(one["seconds"] for one in done.values()), known, tokens[number] / open_)


STOPPED = "stopped"  # why something is given back: a fault of ours ended a session while this was under way


def charged(seconds: float, joules: float | None, given_back: Mapping[str, Mapping[str, float]]) -> dict[str, Json]:
    """What of the time and the energy spent counts against a budget: all but what was given back."""
    counted = None if joules is None else round(joules - _sum(given_back, "joules"), 3)
    return {"seconds": round(seconds - _sum(given_back, "seconds"), 3), "joules": counted}


class Spending:
    """What of a budget is left, while a run goes on."""

    def __init__(
        self,
        budget: Budget,
        before: Mapping[str, Json] | None = None,
        joules: Callable[[], float | None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`before`: `engine_seconds` and `joules` of earlier sessions, and what of these was `given_back`, by reason.

        `joules` tells this session's.
        """
        self.budget = budget
        self._before = dict(before or {})
        self._joules, self._clock = joules, clock
        self._began: float | None = None
        self._over = ""
        self.given_back: dict[str, Mapping[str, float]] = dict(self._before.get("given_back") or {})
        self._kept = (float(self._before.get("engine_seconds") or 0.0), float(self._before.get("joules") or 0.0))
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

    def keep(self) -> None:
        """An answer is on disk: what was spent until now counts, whatever ends the session."""
        self._kept = (self.seconds, self._kept[1] if self.budget.joules is None else self.joules or 0.0)

    def give_back(self) -> None:
        """A fault of ours ends the session: what was spent since the last answer that was kept counts no more.

        Nothing of a budget that was spent before: there it was the limit that ended the work.
        """
        if self._over:
            return
        joules = 0.0 if self.budget.joules is None or self.joules is None else self.joules - self._kept[1]
        former = self.given_back.get(STOPPED, {"seconds": 0.0, "joules": 0.0})
        found = {"seconds": self.seconds - self._kept[0], "joules": joules}
        if any(value > 0 for value in found.values()):
            self.given_back[STOPPED] = {key: round(former[key] + max(found[key], 0.0), 3) for key in found}
        self.keep()

    def left(self) -> float:
        """Seconds left; infinite without a limit."""
        if self.budget.seconds is None:
            return math.inf
        own = self.seconds - _sum(self.given_back, "seconds")
        return self.beside.share * (self.budget.seconds - self.beside.seconds) - own

    @property
    def overrun(self) -> str:
        """Why nothing more may be asked; empty while the budget holds. Once spent, it stays so."""
        self._over = self._over or self._reason()
        return self._over

    def _reason(self) -> str:
        part = "a shard's share of " if self.beside.share < 1 else ""
        if self.left() <= 0:
            return f"{part}the budget of {self.budget.seconds:g} seconds of engine time is spent"
        own, beside, most = self.joules, self.beside.joules, self.budget.joules
        if most is None or own is None or beside is None:
            return ""
        spent = own - _sum(self.given_back, "joules") >= self.beside.share * (most - beside)
        return f"{part}the budget of {most:g} joules is spent" if spent else ""


def _sum(given_back: Mapping[str, Mapping[str, float]], key: str) -> float:
    return sum(one[key] for one in given_back.values())


def _size(budget: Budget) -> float:
    return math.inf if budget.up_to is None else budget.up_to
