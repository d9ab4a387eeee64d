"""River crossings: carry everyone across by boat or by bridge, under rules, in few enough crossings or minutes.

Level 1 is one boatful; then come return trips, pairs that may not be left alone, a lantern and its minutes, two
boats, weights, an island, and all of these at once.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from random import Random

from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item
from tasks.problem_solving.river_crossings.drawing import Problem, draw_problem
from tasks.problem_solving.river_crossings.ladder import LEVELS
from tasks.problem_solving.river_crossings.reading import Words, read_plan
from tasks.problem_solving.river_crossings.telling import boat_names, names, rule, shore_names, tell_problem
from tasks.problem_solving.river_crossings.world import arrived, price, simulate, world_from


class RiverCrossings(ProceduralTask[Problem]):
    """Plans judged by simulation.

    1 if every crossing is legal, everyone arrives, and the crossings (or the minutes) are no more than stated; else 0.
    The metric `reached` says whether everyone arrives by legal crossings, however many.
    """

    def draw(self, rng: Random, level: int, index: int) -> Problem:
        """A problem of the level."""
        return draw_problem(rng, level, index)

    def tell(self, structure: Problem, language: str) -> Telling:
        """Who must cross, with what, and in how many crossings or minutes; a cheapest plan is the target."""
        data = {
            "names": names(structure, language),
            "boats": boat_names(structure, language),
            "shores": shore_names(structure, language),
            "limit": structure.limit,
            "world": asdict(structure.world),
        }
        plan = [[boat, to, list(aboard)] for boat, to, aboard in structure.plan]
        return Telling(tell_problem(structure, language), plan, data=data)

    def instruction(self, level: int, language: str) -> str:
        """What a crossing is, and how it is written."""
        rules = LEVELS[level - 1]
        return rule(
            language,
            bridge=rules.bridge,
            apart=rules.pairs[1] > 0,
            boats=len(rules.places),
            island=rules.island,
        )

    def answer(self, item: Item) -> str:
        """A cheapest plan: in each crossing those who row first, in the order of the question."""
        named = len(item.data["boats"]) > 1 and len(item.data["shores"]) == 2
        colon = " : " if item.language == "fr" else ": "
        known, rowers, lines = item.data["names"], item.data["world"]["rowers"], []
        for boat, to, aboard in item.target:
            order = sorted(aboard, key=lambda one: (one >= rowers, item.question.find(known[one])))
            who = ", ".join(known[one] for one in order)
            head = f"{item.data['boats'][boat]}{colon}" if named else ""
            lines.append(f"{head}{who} -> {item.data['shores'][to]}")
        return "\n".join(lines)

    def judge(self, item: Item, text: str) -> Judgement:
        """1 if the plan takes everyone across by legal crossings, few enough."""
        words = Words(item.data["names"], item.data["boats"], item.data["shores"])
        asked = read_plan(text, item.question, words)
        if asked is None:
            return Judgement(0.0, reason="no single plan can be read")
        world = world_from(item.data["world"])
        said = "; ".join(f"{', '.join(words.travellers[n] for n in who)} -> {words.shores[to]}" for who, to, _ in asked)
        state, made = simulate(world, asked)
        if state is None:
            return Judgement(0.0, said, f"crossing {len(made) + 1} is not legal", {"reached": 0.0})
        if not arrived(world, state):
            return Judgement(0.0, said, "not everyone arrives", {"reached": 0.0})
        spent, limit = price(world, made), item.data["limit"]
        if spent > limit:
            return Judgement(0.0, said, f"{spent} {_unit(world.minutes)}, {limit} allowed", {"reached": 1.0})
        return Judgement(1.0, said, metrics={"reached": 1.0})


def _unit(minutes: tuple[int, ...]) -> str:
    return "minutes" if minutes else "crossings"


TASK = RiverCrossings(Path(__file__).parent)
