"""When a person should look: a submission is longer in its state than it should be, or nobody tries any more."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.watching.logs import Log

TOO_LONG = "too long in its state"  # as `harness.notify` calls them
SPENT = "tries spent"
AWAY = "launcher away"
BLOCKED = "cannot start"


@dataclass(frozen=True, slots=True)
class Expected:
    """How long things may take, in seconds."""

    silence: float = 3600.0  # between two events of a job that runs
    longest: float | None = None  # that a job may run at all: the site's time limit
    slow: float = 3.0  # times as long as the submission's other shards took, for their size,
    least: float = 600.0  # and never less than this
    waiting: float = 86_400.0  # in the site's queue
    scoring: float = 7200.0  # from the last answer to the estimates
    look_every: float = 30.0  # that `defi round run` looks at its jobs


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is wrong."""

    name: str  # a word of ours
    why: str  # with its numbers


@dataclass(frozen=True, slots=True)
class Session:
    """A job at work."""

    log: Log
    cost: float  # of what it was sent to do


def too_long(state: str, elapsed: float | None, expected: Expected) -> Alarm | None:
    """Of a state that no job is at work in."""
    most = {"waiting": expected.waiting, "cut": expected.waiting, "generated": expected.scoring}.get(state)
    if most is None or elapsed is None or elapsed <= most:
        return None
    return Alarm(TOO_LONG, f"{state} for {duration(elapsed)}, expected {duration(most)} at most")


def too_slow(running: Sequence[Session], usual: float | None, expected: Expected, now: float) -> Alarm | None:
    """Of jobs at work; `usual` is what a unit of cost took where it is done."""
    for one in sorted(running, key=lambda session: session.log.at):
        log = one.log
        quiet, elapsed = now - log.at, now - log.began
        if quiet > expected.silence:
            return Alarm(TOO_LONG, f"{log.key}: no sign of life for {duration(quiet)}")
        most = _most(one.cost, usual, expected)
        if elapsed > most:
            return Alarm(TOO_LONG, f"{log.key}: at work for {duration(elapsed)}, expected {duration(most)} at most")
    return None


def _most(cost: float, usual: float | None, expected: Expected) -> float:
    by_pace = math.inf if usual is None else max(expected.slow * usual * cost, expected.least)
    return min(by_pace, expected.longest or math.inf)


def usual_pace(finished: Iterable[Session]) -> float | None:
    """Seconds that a unit of cost takes, the median over jobs that are done; None where none is."""
    told = [(one.log.last.get("seconds"), one.cost) for one in finished if one.log.event == "done"]
    found = [seconds / cost for seconds, cost in told if isinstance(seconds, int | float) and cost > 0]
    return statistics.median(found) if found else None


def duration(seconds: float) -> str:
    """In two units at most: `45 s`, `12 min`, `3 h 10 min`, `2 d 4 h`."""
    minutes, hours = int(seconds // 60), int(seconds // 3600)
    if minutes < 1:
        return f"{max(seconds, 0):.0f} s"
    if hours < 1:
        return f"{minutes} min"
    return f"{hours} h {minutes % 60} min" if hours < 48 else f"{hours // 24} d {hours % 24} h"
