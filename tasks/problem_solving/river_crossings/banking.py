"""How the bank of worlds was made: `python -m tasks.problem_solving.river_crossings.banking` writes it again.

Shortest plans of the upper levels take a search of thousands of states, so that worlds are drawn once, solved once
and kept with a cheapest plan; `drawing` gives them other names, another side, other units and another order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import combinations
from random import Random

from tasks.problem_solving.river_crossings.drawing import BANK
from tasks.problem_solving.river_crossings.ladder import LEVELS, Rules
from tasks.problem_solving.river_crossings.world import Boat, Crossing, World, cheapest_plan

_LONGEST = 40  # crossings searched, and minutes a crossing


def draw_world(rng: Random, rules: Rules) -> World:
    """A world of a level, that may have no plan."""
    size, rowers = rng.randint(*rules.sizes), rng.randint(*rules.rowers)
    load = rng.randint(*rules.loads)
    ends = [(0, 1), (1, 2)] if rules.island else [(0, 1)] * 2
    boats = tuple(Boat(places, end, load) for places, end in zip(rules.places, ends, strict=False))
    weights = tuple(rng.randint(5, 9) if who < rowers else rng.randint(1, 9) for who in range(size))
    passengers = list(combinations(range(rowers, size), 2))
    pairs = sorted(rng.sample(passengers, min(rng.randint(*rules.pairs), len(passengers))))
    return World(
        size=size,
        rowers=rowers,
        boats=boats,
        weights=weights if load else (),
        minutes=tuple(sorted(rng.sample(range(1, 20), size))) if rules.bridge else (),
        rules=tuple((*pair, rng.randrange(rowers)) for pair in pairs),
        shores=3 if rules.island else 2,
    )


def worlds(level: int) -> Iterator[tuple[World, list[Crossing]]]:
    """The level's worlds, all different, with a cheapest plan each."""
    rules = LEVELS[level - 1]
    rng = Random(f"river crossings {level}")
    seen: set[World] = set()
    while len(seen) < rules.bank:
        world = draw_world(rng, rules)
        if world in seen:
            continue
        plan = cheapest_plan(world, _LONGEST * (_LONGEST if rules.bridge else 1))
        if plan is not None and len(plan) == rules.lengths[len(seen) % len(rules.lengths)]:
            seen.add(world)
            yield world, plan


def main() -> None:
    """Write the bank."""
    made = ((level, *found) for level in range(1, len(LEVELS) + 1) for found in worlds(level))
    lines = (json.dumps([level, asdict(world), plan], separators=(",", ":")) for level, world, plan in made)
    BANK.write_text("".join(line + "\n" for line in lines), "utf-8")


if __name__ == "__main__":
    main()
