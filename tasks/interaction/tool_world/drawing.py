"""Drawing an errand of a level: its jobs, and around them what does not matter."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from random import Random

from tasks.interaction.tool_world.environment import State, act
from tasks.interaction.tool_world.errand import Draft, Errand, hours, new_draft
from tasks.interaction.tool_world.jobs import JOBS, idle, minutes
from tasks.interaction.tool_world.lexicon import MONTHS, NAMES

Job = tuple[str | int, ...]  # a key of `JOBS`, "file" for moving or deleting one, and what it is told


@dataclass(frozen=True, slots=True)
class Rules:
    """What a level's errands are made of."""

    jobs: tuple[Job, ...]
    steps: int  # commands that these jobs need, looking things up included: the stated proxy of difficulty
    files: int  # that do not matter
    items: int
    tools: tuple[str, ...] = ("files", "shop", "calendar", "end")  # without `end`, it ends once all is as wanted


LEVELS: tuple[Rules, ...] = (
    Rules((("buy",),), 1, 0, 3, ("till",)),
    Rules((("buy",), ("buy",)), 2, 0, 3, ("till",)),
    Rules((("buy",), ("buy",), ("file",)), 3, 2, 3, ("files", "till")),
    Rules((("note", 2), ("file",)), 4, 2, 4, ("files", "shop", "end")),
    Rules((("cheapest",), ("either",), ("book",)), 5, 3, 3),
    Rules((("cheapest",), ("either",), ("first",)), 7, 3, 3),
    Rules((("chain", 4), ("first",), ("budget",)), 10, 5, 4),
    Rules((("sort", 5, 2), ("first",), ("budget",)), 13, 4, 4),
    Rules((("shift", 3), ("basket",)), 15, 4, 5),
    Rules((("match", 3), ("chain", 4), ("basket",), ("budget",)), 18, 6, 5),
    Rules((("match", 4), ("sort", 6, 2), ("basket",)), 22, 6, 5),
    Rules((("shift", 3), ("match", 4), ("sort", 6, 2), ("basket",)), 33, 8, 6),
)

_APART, _STRIDE = 10_007, 7_919  # primes that do not divide the number of openings: see `_opening`
_MONTH = 28  # days of a month


def draw_errand(rng: Random, level: int, index: int) -> Errand:
    """An errand of the level."""
    rules = LEVELS[level - 1]
    who, date = _opening(rng, index)
    draft = new_draft(rng)
    for kind, *sizes in rules.jobs:
        JOBS[rng.choice(("move", "delete")) if kind == "file" else str(kind)](draft, *sizes)
    _surround(draft, rules)
    rng.shuffle(draft.jobs)
    return Errand(
        level=level,
        who=who,
        date=date,
        goals=tuple(goal for goal, _ in draft.jobs),
        needed=tuple(command for _, needed in draft.jobs for command in needed),
        start={
            "files": dict(sorted(draft.places.items())),
            "bought": {},
            "meetings": draft.meetings if "calendar" in rules.tools else {},
        },
        folders=tuple(sorted({*draft.folders, *draft.places.values(), *_destinations(draft)})),
        lines=draft.lines,
        prices=dict(sorted(draft.prices.items())),
        free=draft.free,
    )


def goal_state(errand: Errand) -> State:
    """The state that the needed commands lead to."""
    world = {"folders": errand.folders, "prices": errand.prices, "free": errand.free}
    return functools.reduce(lambda state, command: act(world, state, command)[0], errand.needed, errand.start)


def _surround(draft: Draft, rules: Rules) -> None:
    """Files, things and days that no job is about."""
    for _ in range(rules.files):
        draft.file((idle(draft),) if draft.rng.random() < 0.5 else minutes(draft, draft.known(), present=True))
    for _ in range(rules.items):
        draft.item()
    for day in draft.days if "calendar" in rules.tools else ():
        draft.busy(day, hours(draft.rng, 2, 5))


def _destinations(draft: Draft) -> set[str]:
    return {command[2] for _, needed in draft.jobs for command in needed if command[0] == "move"} | {
        str(goal[2]) for goal, _ in draft.jobs if goal[0] == "either"
    }


def _opening(rng: Random, index: int) -> tuple[str, tuple[int, int]]:
    """For whom, and the date; cut into as many parts as `_APART`: the first 10,007 items of a seed all differ."""
    openings = _MONTH * len(MONTHS["en"]) * len(NAMES)
    part = openings // _APART
    opening = (index % _APART * part + rng.randrange(part)) * _STRIDE % openings
    rest, day = divmod(opening, _MONTH)
    who, month = divmod(rest, len(MONTHS["en"]))
    return NAMES[who], (day + 1, month)
