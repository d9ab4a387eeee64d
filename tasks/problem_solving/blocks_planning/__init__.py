"""Blocks world: write the moves that turn a start into a goal, in few enough moves.

Level 1 says which block goes where; then whole piles must be rebuilt, with fewer spare moves and more blocks.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from harness.task import Judgement, ProceduralTask, Telling
from harness.types import Item
from tasks.problem_solving.blocks_planning.drawing import Problem, draw_problem
from tasks.problem_solving.blocks_planning.reading import read_plan
from tasks.problem_solving.blocks_planning.world import TABLE, Piles, after, supports

_RULE = {
    "fr": "Des blocs forment des piles. À chaque coup, on prend le bloc du haut d'une pile et on le pose sur le bloc "
    "du haut d'une autre pile, ou sur la table. Écrivez seulement les coups, un par ligne : X -> Y, ou X -> table.",
    "en": "Blocks stand in piles. A move takes the top block of a pile and puts it on the top block of another pile, "
    "or on the table. Write only the moves, one a line: X -> Y, or X -> table.",
}
_START = {"fr": "Départ, piles de bas en haut : {}.", "en": "Start, piles from bottom to top: {}."}
_GOAL = {"fr": "But : {}.", "en": "Goal: {}."}
_TOLD = {"fr": "But : {} ; les autres blocs restent en place.", "en": "Goal: {}; the other blocks stay in place."}
_LIMIT = {"fr": "{} coups au plus.", "en": "At most {} moves."}
_ON = {"fr": ("{} sur {}", "la table", " puis "), "en": ("{} on {}", "the table", " then ")}


class BlocksPlanning(ProceduralTask[Problem]):
    """Plans judged by simulation.

    1 if every move is legal, the last state is the goal, and the moves are no more than stated; else 0. The metrics
    say whether the goal was reached by legal moves, however many.
    """

    def draw(self, rng: Random, level: int, index: int) -> Problem:
        """A problem of the level."""
        return draw_problem(rng, level)

    def tell(self, structure: Problem, language: str) -> Telling:
        """Start, goal and number of moves; a shortest plan is the target."""
        goal = (_TOLD if structure.told else _GOAL)[language].format(_goal(structure, language))
        question = " ".join(
            (_START[language].format(_shown(structure.start)), goal, _LIMIT[language].format(structure.limit))
        )
        piles = {"start": [list(p) for p in structure.start], "goal": [list(p) for p in structure.goal]}
        return Telling(question, [list(move) for move in structure.plan], data={**piles, "limit": structure.limit})

    def instruction(self, level: int, language: str) -> str:
        """What a move is, and how it is written."""
        return _RULE[language]

    def answer(self, item: Item) -> str:
        """A shortest plan."""
        return "\n".join(f"{block} -> {to}" for block, to in item.target)

    def judge(self, item: Item, text: str) -> Judgement:
        """1 if the plan reaches the goal by legal moves, few enough."""
        plan = read_plan(text, item.question)
        if plan is None:
            return Judgement(0.0, reason="no single plan can be read")
        said = ", ".join(f"{block} -> {to}" for block, to in plan)
        end = after(supports(item.data["start"]), plan)
        if end is None:
            return Judgement(0.0, said, "a move is not legal", {"reached": 0.0})
        if end != supports(item.data["goal"]):
            return Judgement(0.0, said, "the plan does not reach the goal", {"reached": 0.0})
        limit = item.data["limit"]
        if len(plan) > limit:
            return Judgement(0.0, said, f"{len(plan)} moves, {limit} allowed", {"reached": 1.0})
        return Judgement(1.0, said, metrics={"reached": 1.0})


def _shown(piles: Piles) -> str:
    return " ".join(f"[{' '.join(pile)}]" for pile in piles)


def _goal(problem: Problem, language: str) -> str:
    """The whole goal, or the blocks that move and where to."""
    if not problem.told:
        return _shown(problem.goal)
    form, table, then = _ON[language]
    return then.join(form.format(block, table if to == TABLE else to) for block, to in problem.plan)


TASK = BlocksPlanning(Path(__file__).parent)
