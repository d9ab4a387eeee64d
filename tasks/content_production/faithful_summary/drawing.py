"""Drawing a report: which facts are essential, which were rejected or corrected, what changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tasks.content_production.faithful_summary.lexicon import (
    FIGURES,
    FIRST,
    IDLE,
    INCIDENTS,
    LAST,
    PLACES,
    SETTINGS,
    TOWNS,
    WORKS,
    Topic,
    Work,
)

Date = tuple[int, int]  # day, month
COPIED = 8  # longest run of words that may be the report's own: every line that holds a fact is longer


@dataclass(frozen=True, slots=True)
class Rules:
    """A level: how much there is to keep and to leave out, and how tightly it must be said."""

    decisions: int
    figures: int
    incidents: int
    details: int  # of a decision or an incident: 1 to 3
    rejected: int
    corrected: int
    idle: int
    slack: float  # words allowed, as a multiple of those of the gold summary

    @property
    def essential(self) -> int:
        """Facts to keep."""
        return self.decisions + self.figures + self.incidents


@dataclass(frozen=True, slots=True)
class Decision:
    """Who will do what, by when, for how much; `old` is a cost that a later line corrects."""

    work: Work
    who: str
    by: Date | None
    cost: int | None
    old: int | None
    way: int


@dataclass(frozen=True, slots=True)
class Figure:
    """How many there are now, and were before."""

    what: Topic
    now: int
    before: int | None
    way: int


@dataclass(frozen=True, slots=True)
class Incident:
    """What happened where, when, and what it cost."""

    what: Topic
    where: Topic
    on: Date | None
    cost: int | None
    way: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """What was proposed and not adopted."""

    work: Work
    cost: int
    way: int


@dataclass(frozen=True, slots=True)
class Idle:
    """A remark that changes nothing: a line of the lexicon and its number."""

    line: int
    number: int


Fact = Decision | Figure | Incident
Line = Fact | Rejected | Idle


@dataclass(frozen=True, slots=True)
class Report:
    """A report line by line; corrections come last."""

    level: int
    setting: tuple[str, str]
    town: str
    lines: tuple[Line, ...]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What a summary must hold, in the report's order."""
        return tuple(line for line in self.lines if isinstance(line, Decision | Figure | Incident))

    @property
    def rejected(self) -> tuple[Rejected, ...]:
        """What a summary must not tell as decided."""
        return tuple(line for line in self.lines if isinstance(line, Rejected))


LEVELS = (
    Rules(1, 0, 0, 1, 0, 0, 2, 2.0),
    Rules(1, 0, 0, 2, 0, 0, 3, 1.9),
    Rules(1, 1, 0, 2, 0, 0, 3, 1.8),
    Rules(1, 1, 1, 2, 0, 0, 3, 1.7),
    Rules(2, 1, 1, 2, 1, 0, 4, 1.65),
    Rules(2, 1, 1, 3, 1, 0, 6, 1.6),
    Rules(3, 1, 1, 3, 2, 1, 8, 1.5),
    Rules(4, 2, 1, 3, 2, 1, 10, 1.4),
    Rules(5, 2, 2, 3, 3, 2, 13, 1.35),
    Rules(6, 3, 2, 3, 3, 2, 16, 1.3),
    Rules(8, 3, 3, 3, 4, 3, 21, 1.25),
    Rules(10, 5, 4, 3, 5, 4, 27, 1.2),
)


def draw_report(rng: Random, level: int) -> Report:
    """A report of the level; no person, date, amount or thing occurs in two facts."""
    rules = LEVELS[level - 1]
    decisions = rules.decisions
    works = rng.sample(WORKS, decisions + rules.rejected)
    amounts = _Amounts(rng)
    people = list(map(" ".join, zip(rng.sample(FIRST, decisions), rng.sample(LAST, decisions), strict=True)))
    dates = [(1 + n % 28, 1 + n // 28) for n in rng.sample(range(336), decisions + rules.incidents)]
    lines: list[Line] = []
    for n in range(decisions):
        old = amounts.fresh(10) if n < rules.corrected else None
        by = dates.pop() if rules.details > 1 else None
        cost = amounts.fresh(10) if rules.details > 2 else None
        wording = rng.randrange(3) if level > 1 else 0  # the first level's examples show the very form
        lines.append(Decision(works[n], people[n], by, cost, old, wording))
    for what in rng.sample(FIGURES, rules.figures):
        before, now = sorted((amounts.fresh(1), amounts.fresh(1)))
        lines.append(Figure(what, now, before if rules.details > 2 else None, rng.randrange(2)))
    places = rng.sample(PLACES, rules.incidents)
    for what, where in zip(rng.sample(INCIDENTS, rules.incidents), places, strict=True):
        cost = amounts.fresh(100) if rules.details > 2 else None
        lines.append(Incident(what, where, dates.pop(), cost, rng.randrange(2)))
    lines += [Rejected(work, amounts.fresh(10), rng.randrange(2)) for work in works[decisions:]]
    lines += [Idle(n, rng.randint(3, 19)) for n in rng.sample(range(len(IDLE)), rules.idle)]
    rng.shuffle(lines)
    return Report(level, rng.choice(SETTINGS), rng.choice(TOWNS), tuple(lines))


class _Amounts:
    """Amounts that are all different, so that each belongs to one fact."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.used: set[int] = set()

    def fresh(self, unit: int) -> int:
        """A multiple of `unit` that is new."""
        while (amount := unit * self.rng.randint(21, 599)) in self.used:
            pass
        self.used.add(amount)
        return amount


def difficulty(level: int) -> float:
    """Details to keep, each made harder by what must be left out, and by tightness."""
    rules = LEVELS[level - 1]
    kept = (rules.decisions + rules.incidents) * (1 + rules.details) + 2 * rules.figures + rules.corrected
    return kept * (1 + rules.idle / 10 + rules.rejected / 5) / rules.slack
