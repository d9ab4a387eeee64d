"""PlanBench (Valmeekam et al. 2023, arXiv:2206.10498): plans for moving blocks, with one example.

Prompts are the published ones, as they are. A plan is what stands between the last "[PLAN]" and "[PLAN END]", or all
of an answer without these: the lines that begin with an action, numbered or not, in the words of the prompt or as
`(pick-up red)`. The published reader looks for actions anywhere in a line. Plans are run here (`blocks.py`), from what
the prompt says of the problem; the published judge runs them on the PDDL files with VAL. The value is 1 where every
action is possible and the goal is reached.

A copy of the example's plan earns nothing. Plan verification, another task of the benchmark, is left out: nearly all of
the plans at hand are valid, so that "valid" would be right nine times in ten.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.public import PublicTask, Row
from harness.task import Judgement, Telling
from harness.types import Item
from tasks.public.planbench.blocks import fault, read_plan, read_problem

_FILES = ("three", "four", "mystery")  # by level
_LONGEST_READ = 20_000


class PlanBench(PublicTask):
    """Plans for blocks."""

    def documents(self, level: int, language: str) -> Sequence[Row]:
        """The level's file."""
        return self.source.rows(_FILES[level - 1])

    def tell(self, structure: Row, language: str) -> Telling:
        """The prompt; its target is the published plan."""
        return Telling(structure["query"], structure["ground_truth_plan"], data={"instance": structure["instance_id"]})

    def prompt(self, item: Item) -> str | None:
        """The published one."""
        return item.question

    def answer(self, item: Item) -> str:
        """The published plan."""
        return f"\n{item.target}[PLAN END]"

    def judge(self, item: Item, text: str) -> Judgement:
        """1 where the plan can be carried out and reaches the goal."""
        said = text[:_LONGEST_READ].rpartition("[PLAN]")[2].partition("[PLAN END]")[0]
        problem = read_problem(item.question)
        plan = read_plan(said, problem)
        reason = fault(problem, plan)
        answer = "; ".join(" ".join(action) for action in plan)
        return Judgement(float(not reason), answer[:2000], reason, {"actions": float(len(plan))})


TASK = PlanBench(Path(__file__).parent)
