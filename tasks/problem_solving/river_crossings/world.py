"""Travellers, boats and shores: states, legal crossings, simulation, and cheapest plans."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from harness.types import Json

Crossing = tuple[int, int, tuple[int, ...]]  # a boat, the shore it reaches, who is in it
State = tuple[tuple[int, ...], tuple[int, ...]]  # the shore of each traveller, and of each boat
Asked = tuple[tuple[int, ...], int, int | None]  # who crosses, the shore reached, and the boat where it is named


@dataclass(frozen=True, slots=True)
class Boat:
    """What crosses between two shores; a bridge with its one lantern is a boat too."""

    places: int
    ends: tuple[int, int]  # the shores it plies between, the one where it starts first
    load: int = 0  # the greatest weight it carries; 0 for any


@dataclass(frozen=True, slots=True)
class World:
    """Who must cross, with what, and under which rules; everyone starts on shore 0 and must reach the last."""

    size: int  # travellers, numbered from 0
    rowers: int  # the first ones: no boat crosses without one of them
    boats: tuple[Boat, ...]
    weights: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()  # how long each takes; a crossing lasts as long as its slowest, and minutes count
    rules: tuple[tuple[int, int, int], ...] = ()  # two who are never on a shore without the third
    shores: int = 2


def world_from(data: Mapping[str, Json]) -> World:
    """The world that `dataclasses.asdict` wrote down."""
    boats = tuple(Boat(boat["places"], (boat["ends"][0], boat["ends"][1]), boat["load"]) for boat in data["boats"])
    rules = tuple((one, other, keeper) for one, other, keeper in data["rules"])
    weights, minutes = tuple(data["weights"]), tuple(data["minutes"])
    return World(data["size"], data["rowers"], boats, weights, minutes, rules, data["shores"])


def start_of(world: World) -> State:
    """Everyone on shore 0, each boat where it starts."""
    return (0,) * world.size, tuple(boat.ends[0] for boat in world.boats)


def arrived(world: World, state: State) -> bool:
    """Whether everyone is on the last shore."""
    return all(shore == world.shores - 1 for shore in state[0])


def cost(world: World, crossing: Crossing) -> int:
    """The minutes of a crossing where they count, else one."""
    return max(world.minutes[who] for who in crossing[2]) if world.minutes else 1


def price(world: World, plan: Iterable[Crossing]) -> int:
    """The cost of a plan."""
    return sum(cost(world, crossing) for crossing in plan)


def after(world: World, state: State, crossing: Crossing) -> State | None:
    """The state that a crossing leads to, or None where it is not legal."""
    number, to, aboard = crossing
    boat, shore = world.boats[number], state[1][number]
    if to == shore or to not in boat.ends or not 0 < len(aboard) <= boat.places:
        return None
    if any(state[0][who] != shore for who in aboard) or min(aboard) >= world.rowers:
        return None
    if boat.load and sum(world.weights[who] for who in aboard) > boat.load:
        return None
    places = tuple(to if who in aboard else place for who, place in enumerate(state[0]))
    if any(places[one] == places[other] != places[keeper] for one, other, keeper in world.rules):
        return None
    return places, (*state[1][:number], to, *state[1][number + 1 :])


def crossings(world: World, state: State) -> Iterator[tuple[Crossing, State]]:
    """Every legal crossing, and where it leads."""
    for number, boat in enumerate(world.boats):
        shore = state[1][number]
        to = boat.ends[0] if shore == boat.ends[1] else boat.ends[1]
        there = [who for who in range(world.size) if state[0][who] == shore]
        for aboard in range(1, boat.places + 1):
            for group in combinations(there, aboard):
                crossing = (number, to, group)
                if (reached := after(world, state, crossing)) is not None:
                    yield crossing, reached


def cheapest_plan(world: World, most: int) -> list[Crossing] | None:
    """A plan that none beats in cost (Dijkstra 1959), or None where all cost more than `most`."""
    origin = start_of(world)
    known: dict[State, tuple[int, State | None, Crossing | None]] = {origin: (0, None, None)}
    waiting = [(0, origin)]
    while waiting:
        spent, state = heapq.heappop(waiting)
        if arrived(world, state):
            return _path(known, state)
        if spent > known[state][0]:
            continue
        for crossing, reached in crossings(world, state):
            total = spent + cost(world, crossing)
            if total <= most and (reached not in known or total < known[reached][0]):
                known[reached] = (total, state, crossing)
                heapq.heappush(waiting, (total, reached))
    return None


def _path(known: dict[State, tuple[int, State | None, Crossing | None]], end: State) -> list[Crossing]:
    plan: list[Crossing] = []
    _, before, crossing = known[end]
    while before is not None and crossing is not None:
        plan.append(crossing)
        _, before, crossing = known[before]
    return plan[::-1]


def simulate(world: World, asked: Sequence[Asked]) -> tuple[State | None, list[Crossing]]:
    """Where the crossings asked for lead, or None from the first that is not legal; and those made till then."""
    state: State = start_of(world)
    made: list[Crossing] = []
    for aboard, to, named in asked:
        boat = _boat(world, state, aboard, to) if named is None else named
        if boat is None:
            return None, made
        crossing = (boat, to, aboard)
        reached = after(world, state, crossing)
        if reached is None:
            return None, made
        made.append(crossing)
        state = reached
    return state, made


def _boat(world: World, state: State, aboard: Sequence[int], to: int) -> int | None:
    """The only boat that waits where those who cross are and that leads there."""
    shore = state[0][aboard[0]]
    able = [n for n, boat in enumerate(world.boats) if state[1][n] == shore and to in boat.ends and to != shore]
    return able[0] if len(able) == 1 else None
