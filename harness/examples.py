"""A right and a wrong answer to a public sample, judged by the task itself, so that a page can show score and reason.

The right one is the task's own. The wrong one is the right answer to another public sample of the same level: well
formed, and about something else, as models often answer. Where a task accepts that too, it is the question said again.
Neither comes from a round's items: both are drawn from the samples' own seed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from harness.dialogue import conversing, transcript
from harness.task import Task
from harness.types import Completion, Item, Json

_OTHERS = 4  # other samples whose answers are tried
_LONGEST = 4000  # characters of an answer that are kept


def judged_examples(task: Task, item: Item, seed: str) -> dict[str, Json]:
    """How the task judges its own answer to a sample (`good`) and a wrong one (`bad`, with its text).

    Of each the value, its category, what was read as the answer, and why. A value is None, with the reason, where this
    machine cannot judge (no sandbox); `bad` is None where nothing that was tried scores less than 1.
    """
    return {"good": _judged(task, item, task.gold(item)), "bad": _bad(task, item, seed)}


def _bad(task: Task, item: Item, seed: str) -> dict[str, Json] | None:
    for completion in _candidates(task, item, seed):
        judged = _judged(task, item, completion)
        if judged["value"] is None or judged["value"] < 1:
            return {"text": _text(task, item, completion)[:_LONGEST], **judged}
    return None


def _candidates(task: Task, item: Item, seed: str) -> Iterator[Completion]:
    """Answers that should be wrong, the likeliest first."""
    if item.options:
        for place in range(len(item.options)):
            if place != item.target:
                yield _chosen(item, place)
        return
    for number in range(1, _OTHERS + 1):
        for other in task.items(item.level, item.language, seed, number + 1)[number:]:  # a sealed set has few
            if other.question != item.question:
                yield dataclasses.replace(task.gold(other), item=item.id)
    yield Completion(item.id, item.question, "stop", 0, 0, "")
    yield Completion(item.id, "", "stop", 0, 0, "")


def _chosen(item: Item, place: int) -> Completion:
    """A completion that prefers one option."""
    scores = tuple(-1.0 if number == place else -10.0 for number in range(len(item.options)))
    return Completion(item.id, "", "stop", 0, 0, "", option_logprobs=scores)


def _judged(task: Task, item: Item, completion: Completion) -> dict[str, Json]:
    score = task.score(item, completion)
    return {"value": score.value, "category": score.category, "answer": score.answer, "reason": score.reason}


def _text(task: Task, item: Item, completion: Completion) -> str:
    """What was said, for people; of a dialogue with what the environment answers to it."""
    if item.options:
        best = max(completion.option_logprobs)
        return item.options[completion.option_logprobs.index(best)]
    if task.card.kind != "dialogue":
        return completion.text
    said = transcript(conversing(task), item, completion.turns or (completion.text,))[1:]
    return "\n".join(message.content if message.role == "assistant" else f"→ {message.content}" for message in said)
