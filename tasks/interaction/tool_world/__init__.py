"""A small world of tools: files, a shop and a calendar, worked by one command a turn towards a goal.

Level 1 buys one thing, and the first levels end by themselves once all is as wanted; then come things to look up, to
compare, to fit into a calendar and to compute, up to more than thirty commands. What counts is the state of the world
in the end: a mended mistake costs turns, a lasting one the item.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from harness.dialogue import DialogueTask
from harness.task import Judgement, Telling
from harness.types import Item, Json
from tasks.interaction.tool_world.commands import LONGEST, read_command, write
from tasks.interaction.tool_world.drawing import LEVELS, draw_errand, goal_state
from tasks.interaction.tool_world.environment import State, act
from tasks.interaction.tool_world.errand import Errand
from tasks.interaction.tool_world.replies import tell_event, tell_form
from tasks.interaction.tool_world.telling import tell_errand, tell_file, tell_rules

_FIRST = [level for level, rules in enumerate(LEVELS, start=1) if "end" not in rules.tools]  # end by themselves
_PATIENCE = 3  # unreadable turns in a row that end a dialogue


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the world stands after what was said."""

    state: State
    told: str = ""  # what the last command is told
    unread: int = 0  # unreadable turns just now, in a row
    over: bool = False


class ToolWorld(DialogueTask[Errand]):
    """Errands in a small world.

    The score is 1 if the world's last state is the goal's, all that no goal names unchanged; else 0. It does not
    matter how, nor whether `done` was said. A turn without one readable command gets a hint and costs a turn; three in
    a row, or a text of over 2,000 characters, end the dialogue.
    """

    def draw(self, rng: Random, level: int, index: int) -> Errand:
        """An errand of the level."""
        return draw_errand(rng, level, index)

    def tell(self, structure: Errand, language: str) -> Telling:
        """The goals; the target is the state to reach, in canonical names."""
        world = {
            "start": structure.start,
            "folders": structure.folders,
            "texts": {file: tell_file(lines, language) for file, lines in structure.lines.items()},
            "prices": structure.prices,
            "free": structure.free,
            "ends_at": goal_state(structure) if structure.level in _FIRST else None,
        }
        turns, brief = self.card.turns[structure.level - 1], structure.level in _FIRST
        question = tell_errand(structure, turns, language, brief=brief)
        data = {"world": json.dumps(world, ensure_ascii=False), "needed": [list(one) for one in structure.needed]}
        return Telling(question, goal_state(structure), data=data)

    def instruction(self, level: int, language: str) -> str:
        """The commands of the level's tools."""
        return tell_rules(LEVELS[level - 1].tools, language)

    def reply(self, item: Item, said: Sequence[str]) -> str | None:
        """What the world answers to the last command; None at the end: `done`, no patience left, or no turns."""
        scene = self._scene(item, said)
        return None if scene.over or len(said) >= self.card.turns[item.level - 1] else scene.told

    def judge_dialogue(self, item: Item, said: Sequence[str]) -> Judgement:
        """1 if the last state is the goal's."""
        state, goal = self._scene(item, said).state, item.target
        off = [part for part in goal if state[part] != goal[part]]
        return Judgement(
            float(not off), json.dumps(state["bought"]), f"not as it should be: {', '.join(off)}" * bool(off)
        )

    def play(self, item: Item) -> list[str]:
        """The needed commands, and `done` where it ends the errand."""
        last = [] if item.level in _FIRST else [["done"]]
        return [write(tuple(command), item.language) for command in [*item.data["needed"], *last]]

    def _scene(self, item: Item, said: Sequence[str]) -> Scene:
        """Play what was said, at most as many turns as there are."""
        heard = tuple(text[: LONGEST + 1] for text in said[: self.card.turns[item.level - 1]])
        return _play(item.data["world"], item.question, item.level, item.language, heard)


@functools.lru_cache(maxsize=512)  # a dialogue is replayed at every turn
def _play(world: str, question: str, level: int, language: str, said: tuple[str, ...]) -> Scene:
    if not said:
        return Scene(_parsed(world)["start"])
    before = _play(world, question, level, language, said[:-1])
    if before.over:
        return before
    command = read_command(said[-1], question)
    if command[0] == "done":
        return Scene(before.state, over=True)
    if command[0] == "?":
        unread = before.unread + 1
        over = unread == _PATIENCE or len(said[-1]) > LONGEST
        return Scene(before.state, tell_form(command, LEVELS[level - 1].tools, language), unread, over)
    state, event = act(_parsed(world), before.state, command)
    return Scene(state, tell_event(_parsed(world), state, event, language), over=state == _parsed(world)["ends_at"])


@functools.lru_cache(maxsize=64)
def _parsed(world: str) -> Json:
    return json.loads(world)


TASK = ToolWorld(Path(__file__).parent)
