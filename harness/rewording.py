"""An item in other words: the same question and target, with other things around it.

What is changed for every family: the worked examples, one more sentence of introduction, the order of the options. A
family that knows a better way defines `reword(item, rng) -> Item`: the same item with another `question` of the same
meaning and the same target.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from random import Random

from harness.task import ProceduralTask, Task, load_task
from harness.types import Item, Message

_INTRODUCTIONS = {
    "fr": (
        "Lis bien la dernière question avant de répondre.",
        "Réponds à la dernière question dans la forme demandée.",
        "Seule la dernière question attend une réponse.",
    ),
    "en": (
        "Read the last question well before you answer.",
        "Answer the last question in the form that is asked for.",
        "Only the last question needs an answer.",
    ),
}


@dataclass(frozen=True, slots=True)
class Reworded:
    """An item told otherwise."""

    item: Item  # with its options in another order, and the target that belongs to them
    before: tuple[Message, ...]  # what stands before the question


def reworded(item: Item, rng: Random) -> Reworded | None:
    """An item in other words; None where its prompt was written elsewhere and may not be touched."""
    task = load_task(item.task)
    *before, question = task.request(item).messages
    if question.role == "verbatim":
        return None
    own = getattr(task, "reword", None)
    told = shuffled(item if own is None else own(item, rng), rng)
    system = [message.content for message in before if message.role == "system"]
    sentence = rng.choice(_INTRODUCTIONS.get(item.language, _INTRODUCTIONS["en"]))
    head = Message("system", "\n".join([*system, sentence]))
    shots = [message for message in before if message.role != "system"]
    examples = _examples(task, item, rng) if shots else []
    return Reworded(told, (head, *(examples or shots)))


def shuffled(item: Item, rng: Random) -> Item:
    """The options turned on by some places, where there are any; the target goes with its option."""
    number = len(item.options)
    if number < 2:
        return item
    shift = rng.randrange(1, number)
    order = [(place + shift) % number for place in range(number)]
    options = tuple(item.options[place] for place in order)
    return dataclasses.replace(item, options=options, target=order.index(item.target))


def _examples(task: Task, item: Item, rng: Random) -> list[Message]:
    """Other worked examples than the round's, as many; never the item itself."""
    number = task.card.shots[item.level - 1]
    if not isinstance(task, ProceduralTask):
        return []
    others = task.items(item.level, item.language, f"canaries {rng.getrandbits(128):032x}", number + 1)
    chosen = [other for other in others if other.question != item.question][:number]
    return [message for other in chosen for message in task.example(other)]
