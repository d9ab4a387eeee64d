"""Drawing a problem: a world of the bank, with names, sides, units and an order of its own."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from harness.errors import TaskError
from tasks.problem_solving.river_crossings.ladder import LEVELS
from tasks.problem_solving.river_crossings.lexicon import (
    BOATS,
    DAYS,
    ISLAND,
    LIVELY,
    PEOPLE,
    RIVERS,
    SHORES,
    STILL,
    TIMES,
    Noun,
)
from tasks.problem_solving.river_crossings.world import Crossing, World, price, world_from

BANK = Path(__file__).parent / "bank.jsonl"
_KILOGRAMS = (8, 9, 10, 11, 12)  # what a unit of weight of the bank is worth
_MINUTES = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Problem:
    """A world with its names."""

    world: World
    plan: tuple[Crossing, ...]  # a cheapest one
    limit: int  # crossings or minutes allowed
    travellers: tuple[str | Noun, ...]  # people, then animals and things
    order: tuple[int, ...]  # in which the travellers are mentioned
    boats: tuple[Noun, ...]
    shores: tuple[tuple[str, str], ...]  # in English and French
    river: tuple[str, str]
    when: tuple[tuple[str, str], tuple[str, str]]  # the day and the time of the day


@functools.cache
def bank(level: int) -> tuple[tuple[World, tuple[Crossing, ...]], ...]:
    """The level's worlds, each with a cheapest plan."""
    rows = [json.loads(line) for line in BANK.read_text(encoding="utf-8").splitlines()]
    found = tuple(
        (world_from(world), tuple((boat, to, tuple(aboard)) for boat, to, aboard in plan))
        for of, world, plan in rows
        if of == level
    )
    if len(found) != LEVELS[level - 1].bank:
        raise TaskError(
            f"{len(found)} worlds of level {level}, expected {LEVELS[level - 1].bank}",
            where=BANK.name,
            remedy="run python -m tasks.problem_solving.river_crossings.banking",
        )
    return found


def draw_problem(rng: Random, level: int, index: int) -> Problem:
    """A problem of a level. Day, boat, side and river follow the index, so that 10,000 items are all different."""
    rules = LEVELS[level - 1]
    world, plan = rng.choice(bank(level))
    world = _rescaled(world, rng)
    people = rng.sample(PEOPLE, world.rowers)
    things = rng.sample(LIVELY if world.rules else (*LIVELY, *STILL), world.size - world.rowers)
    rest, side = (
        (index, 0) if rules.ordered else divmod(index, len(SHORES))
    )  # first, so that worked examples show different sides
    rest, day = divmod(rest, len(DAYS))
    rest, boat = divmod(rest, len(BOATS))
    rest, river = divmod(rest, len(RIVERS))
    first, last = SHORES[side], SHORES[side ^ 1]
    best = price(world, plan)
    return Problem(
        world=world,
        plan=plan,
        limit=best + rules.slack + best * rules.leisure // 100,
        travellers=(*people, *things),
        order=tuple(range(world.size)) if rules.ordered else tuple(rng.sample(range(world.size), world.size)),
        boats=(BOATS[boat], rng.choice([other for other in BOATS if other != BOATS[boat]]))[: len(world.boats)],
        shores=(first, ISLAND, last) if world.shores > 2 else (first, last),
        river=RIVERS[river],
        when=(DAYS[day], TIMES[rest % len(TIMES)]),
    )


def _rescaled(world: World, rng: Random) -> World:
    """The same world in other units of weight or time: its cheapest plans stay the cheapest."""
    if world.minutes:
        pace = rng.choice(_MINUTES)
        return replace(world, minutes=tuple(minutes * pace for minutes in world.minutes))
    unit = rng.choice(_KILOGRAMS) if world.weights else 1
    boats = tuple(replace(boat, load=boat.load * unit) for boat in world.boats)
    mixed = tuple(rng.sample(world.rules, len(world.rules)))
    return replace(world, boats=boats, weights=tuple(weight * unit for weight in world.weights), rules=mixed)
