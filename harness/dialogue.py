"""Dialogues: a model and an environment take turns, and only what the model said is ever recorded.

The environment is a pure function of the item and of what was said: its state is what replaying gives. So a dialogue
is resumed, scored and verified by replaying it. A task with one turn knows nothing of this.
"""

from __future__ import annotations

import dataclasses
from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol, TypeVar, runtime_checkable

from harness.errors import TaskError
from harness.task import Judgement, ProceduralTask, Task, without_thinking
from harness.types import Completion, Item, Message, Request

S = TypeVar("S")


@runtime_checkable
class Conversing(Task, Protocol):
    """A task of kind `dialogue`."""

    def reply(self, item: Item, said: Sequence[str]) -> str | None:
        """What the environment answers to the last of the texts said so far; None when the dialogue is over."""


class DialogueTask(ProceduralTask[S]):
    """Base of dialogue tasks: an item's question opens, `reply` goes on, `judge_dialogue` reads the whole.

    `reply` gets everything that was said and replays it: keep a turn cheap, or remember the states of a dialogue's
    beginnings. The card's `turns` bound how often the model may speak, one number a level. Texts are what the model
    said after its thinking; thinking without an end is an empty text.
    """

    @abstractmethod
    def reply(self, item: Item, said: Sequence[str]) -> str | None:
        """What the environment answers to the last of the texts said so far; None when the dialogue is over."""

    @abstractmethod
    def judge_dialogue(self, item: Item, said: Sequence[str]) -> Judgement:
        """Judge everything that was said."""

    @abstractmethod
    def play(self, item: Item) -> list[str]:
        """A dialogue that deserves 1: what the model says, turn by turn."""

    def answer(self, item: Item) -> str:
        """The last text of a dialogue that deserves 1."""
        return self.play(item)[-1]

    def gold(self, item: Item) -> Completion:
        """What an oracle would say in all its turns."""
        said = self.play(item)
        return Completion(item.id, said[-1], "stop", 0, 0, "", turns=tuple(said))

    def read(self, item: Item, completion: Completion) -> Judgement:
        """Judge a dialogue put together from its turns."""
        return self.judge_dialogue(item, [visible(text) for text in completion.turns or (completion.text,)])

    def example(self, item: Item) -> list[Message]:
        """A whole dialogue as a worked example."""
        messages = transcript(self, item, self.play(item))
        return messages[:-1] if messages[-1].role == "user" else messages  # the next question follows


def transcript(task: Conversing, item: Item, said: Sequence[str]) -> list[Message]:
    """The opening question and all that followed, the environment's last answer included where there is one."""
    messages = [Message("user", item.question)]
    for turn, text in enumerate(said, start=1):
        messages.append(Message("assistant", text))
        reply = task.reply(item, said[:turn])
        if reply is not None:
            messages.append(Message("user", reply))
    return messages


def next_request(task: Task, item: Item, said: Sequence[str]) -> Request | None:
    """What is asked after the texts said so far (raw, thinking included); None when there is nothing more to ask."""
    if not said:
        return task.request(item)
    if task.card.kind != "dialogue" or len(said) >= task.card.turns[item.level - 1]:
        return None
    speaking = conversing(task)
    seen = [visible(text) for text in said]
    if speaking.reply(item, seen) is None:
        return None
    first = task.request(item)
    messages = (*first.messages[:-1], *transcript(speaking, item, seen))
    return dataclasses.replace(first, messages=messages, turn=len(said))


def conversing(task: Task) -> Conversing:
    """The task as one that converses; TaskError when its card says so and it cannot."""
    if not isinstance(task, Conversing):
        raise TaskError("a dialogue task must define reply()", where=task.card.name)
    return task


def visible(text: str) -> str:
    """What the environment hears: the text after thinking; nothing where thinking has no end."""
    return without_thinking(text) or ""


def right_answer(task: Task, item: Item) -> str:
    """What scores 1, for people; of a dialogue all that is said, the environment's answers after an arrow."""
    if item.options:
        return item.options[item.target]
    gold = task.gold(item)
    if not gold.turns:
        return gold.text
    said = transcript(conversing(task), item, gold.turns)[1:]
    return "\n".join(message.content if message.role == "assistant" else f"→ {message.content}" for message in said)
