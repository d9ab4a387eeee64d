"""What is suspected to have been seen, and what it is compared with.

A task gives both: its items of a seed that has been revealed, and of a new seed that nobody can have seen. A file gives
what it holds, in its order, and needs a second file of the same kind that cannot have been seen.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from harness.contamination.perturbation import renumbered
from harness.errors import UsageError
from harness.task import ProceduralTask, Task, is_public, load_task
from harness.types import Item

_ALL = 1_000_000  # more items than any benchmark has
_KEYS = ("text", "question", "answer", "canary")


@dataclass(frozen=True, slots=True)
class Suspected:
    """A set under suspicion with its controls; what is empty was not given or does not exist."""

    name: str
    texts: tuple[str, ...] = ()  # in the published order
    fresh: tuple[str, ...] = ()  # alike, and unseen by anybody
    groups: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())  # cluster of each text, of each fresh one
    strata: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    ordered: bool = False  # the order of the texts means something: it is the one they were published in
    canaries: tuple[str, ...] = ()  # strings published with the set, to be found again
    pairs: tuple[tuple[Item, Item], ...] = field(default=())  # an item, and the same with other numbers and names
    changed: str = ""  # how the second of each pair was made


def from_task(
    name: str, levels: Sequence[int], languages: Sequence[str], seed: str, fresh: str, count: int
) -> Suspected:
    """A task's items of the seed under suspicion, against those of a `fresh` seed; `count` a level and language.

    A public benchmark has one set of items: it gives its own order, and pairs where numbers can be changed safely.
    """
    task = load_task(name)
    card = task.card
    levels, languages = levels or range(1, card.levels + 1), languages or card.languages
    if card.kind == "dialogue":
        raise UsageError(
            f"{name} is a dialogue: it has no text to recognise", where="--set", remedy="name another task"
        )
    cells = [(level, language) for level in levels for language in languages]
    if is_public(name):  # clusters are numbered by the place in the source
        rows = [sorted(task.items(*cell, seed, _ALL), key=lambda item: item.cluster)[:count] for cell in cells]
        own = [item for part in rows for item in part]
        texts = tuple(text_of(task, item) for item in own)
        rng = Random(f"numbers {fresh}")
        changed = [(item, other) for item in own if (other := renumbered(item, rng)) is not None]
        made = "numbers of the published problem changed"
        return Suspected(name, texts, ordered=True, pairs=tuple(changed), changed=made)
    own = [item for cell in cells for item in task.items(*cell, seed, count)]
    texts = tuple(text_of(task, item) for item in own)
    unseen = [item for cell in cells for item in task.items(*cell, fresh, count)]
    return Suspected(
        name,
        texts,
        tuple(text_of(task, item) for item in unseen),
        (tuple(item.cluster for item in own), tuple(f"fresh {item.cluster}" for item in unseen)),
        (tuple(f"{item.task} {item.level}" for item in own), tuple(f"{item.task} {item.level}" for item in unseen)),
        ordered=False,
        pairs=tuple(zip(own, unseen, strict=True)),
        changed="another item of the same level, drawn from a new seed",
    )


def text_of(task: Task, item: Item) -> str:
    """A question with its right answer, as one who trains on items would write them."""
    if isinstance(task, ProceduralTask):
        return "\n".join(message.content for message in task.example(item))
    return f"{item.question}\n{task.gold(item).text}"


def from_file(path: Path, against: Path | None) -> Suspected:
    """The rows of a JSONL file, in its order, against those of another."""
    texts, canaries = read_rows(path)
    fresh, _ = read_rows(against) if against else ((), ())
    return Suspected(path.name, texts, fresh, ordered=True, canaries=canaries)


def read_rows(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Texts and canaries of a JSONL file; UsageError names the line that is neither."""
    texts, canaries = [], []
    if not path.is_file():
        raise UsageError("no such file", where=str(path), remedy="name a JSONL file, or a task: `defi task list`")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict) or not all(isinstance(row.get(key, ""), str) for key in _KEYS):
            raise UsageError("not a row", where=f"{path}:{number}", remedy=f"an object of texts: {', '.join(_KEYS)}")
        told = row.get("text") or "\n".join(row[key] for key in ("question", "answer") if row.get(key))
        if not told and not row.get("canary"):
            raise UsageError("a row without a text", where=f"{path}:{number}", remedy=f"valid keys: {', '.join(_KEYS)}")
        texts += [told] if told else []
        canaries += [row["canary"]] if row.get("canary") else []
    return tuple(texts), tuple(canaries)
