"""Errands as structures: a world, jobs to do in it, and the commands that do them.

The jobs of an errand share nothing (people, things, files, folders that matter, days), so their order is free and the
state that they lead to is the only right one.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from random import Random

from tasks.interaction.tool_world.commands import Command
from tasks.interaction.tool_world.environment import State, meeting
from tasks.interaction.tool_world.lexicon import DAYS, FILES, FOLDERS, HOURS, ITEMS, NAMES

OTHERS, _MISC = 6, 3  # people and folders that no job is about
_JOB_PEOPLE, _MOST_FILES = 10, 18

Line = tuple[str | int | tuple[str, ...], ...]  # what a file says: a key of `telling`, and its values
Goal = tuple[str | int | tuple[str, ...], ...]  # a job: a key of `telling`, and its values


@dataclass(frozen=True, slots=True)
class Errand:
    """One errand; both languages tell it."""

    level: int
    who: str  # for whom
    date: tuple[int, int]  # day of the month, month, from 0: of no importance
    goals: tuple[Goal, ...]
    needed: tuple[Command, ...]  # what does it, looking things up included; `done` apart
    start: State
    folders: tuple[str, ...]
    lines: dict[str, tuple[Line, ...]]  # of each file
    prices: dict[str, int]
    free: dict[str, list[list[int]]]  # hours by person and day


@dataclass(slots=True)
class Draft:
    """A world in the making: each job takes what nobody else has."""

    rng: Random
    people: list[str]
    items: dict[str, list[str]]
    files: list[str]
    folders: list[str]
    days: list[str]
    jobs: list[tuple[Goal, list[Command]]] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)  # folder of each file
    lines: dict[str, tuple[Line, ...]] = field(default_factory=dict)
    prices: dict[str, int] = field(default_factory=dict)
    meetings: dict[str, str] = field(default_factory=dict)
    free: dict[str, list[list[int]]] = field(default_factory=dict)

    def job(self, goal: Goal, needed: list[Command]) -> None:
        """Add a job."""
        self.jobs.append((goal, needed))

    def file(self, lines: tuple[Line, ...], folder: str = "") -> str:
        """Add a file that nobody has, in a folder that does not matter if none is given."""
        name = self.files.pop()
        self.places[name] = folder or self.rng.choice(self.folders[:_MISC])
        self.lines[name] = lines
        return name

    def item(self) -> str:
        """Add a thing to the shop."""
        kind = self.rng.choice([kind for kind, rest in self.items.items() if rest])
        item = self.items[kind].pop()
        self.prices[item] = self.rng.randint(2, 30)
        return item

    def person(self) -> str:
        """Add somebody, free at random hours."""
        name = self.people.pop()
        self.free[name] = [self.rng.choice(_DAY_HOURS) for _ in DAYS]
        return name

    def known(self) -> str:
        """Somebody whom no job is about."""
        return self.rng.choice(self.others)

    @property
    def others(self) -> list[str]:
        """People whom no job is about."""
        return self.people[:OTHERS]

    def busy(self, day: str, own: list[int]) -> None:
        """Give one's own day meetings at all hours but these."""
        for hour in HOURS:
            if hour not in own:
                self.meetings[meeting(day, hour)] = self.known()


def new_draft(rng: Random) -> Draft:
    """A world with nothing in it."""
    items = {kind: rng.sample(names, len(names)) for kind, names in ITEMS.items()}
    people, files = rng.sample(NAMES, OTHERS + _JOB_PEOPLE), rng.sample(FILES, _MOST_FILES)
    draft = Draft(rng, people, items, files, rng.sample(FOLDERS, 2 * _MISC), rng.sample(DAYS, len(DAYS)))
    draft.free |= {name: [list(HOURS) for _ in DAYS] for name in draft.others}
    return draft


def hours(rng: Random, fewest: int, most: int) -> list[int]:
    """Some hours of a day, in order."""
    return list(rng.choice(_SOME_HOURS[rng.randint(fewest, most)]))


_SOME_HOURS = [list(itertools.combinations(HOURS, size)) for size in range(len(HOURS) + 1)]
_DAY_HOURS = [list(some) for size in (3, 4, 5) for some in _SOME_HOURS[size]]
