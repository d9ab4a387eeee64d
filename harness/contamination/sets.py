"""What is suspected to have been seen, and what it is compared with.

A task gives both: its items of a seed that has been revealed, and of a new seed that nobody can have seen. A file gives
what it holds, in its order, and needs a second file of the same kind that cannot have been seen. Where rows of both
carry the same `pair`, the second is the first with something changed (numbers, names, the order of sentences): both are
put to the entry, and judged as the benchmark named by `task` judges.
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
from harness.types import Completion, Item, Json

_ALL = 1_000_000  # more items than any benchmark has
_KEYS = ("text", "question", "answer", "canary", "pair", "task", "language")
_HOW = ("task", "level", "language")  # of a row with a pair: how its question is asked and judged
Rows = list[tuple[str, dict[str, Json]]]  # where each row stands, and the row


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
    """The rows of a JSONL file, in its order, against those of another; pairs where both name them."""
    rows, others = read_rows(path), read_rows(against) if against else []
    pairs = pair_rows(rows, others)
    keyed, paired = sum("pair" in row for _, row in rows), len({first.cluster for first, _ in pairs})
    changed = f"rows of {against.name if against else ''} with the same pair; {paired} of {keyed} rows have one"
    canaries = tuple(row["canary"] for _, row in rows if row.get("canary"))
    texts, fresh = (tuple(text for _, row in side if (text := _told(row))) for side in (rows, others))
    return Suspected(
        path.name, texts, fresh, ordered=True, canaries=canaries, pairs=pairs, changed=changed if pairs else ""
    )


def pair_rows(rows: Rows, others: Rows) -> tuple[tuple[Item, Item], ...]:
    """Each row with every other row of the same pair; a pair is one cluster, however often it was changed.

    UsageError where two rows are the original of one pair, or a row cannot be asked and judged as its task's.
    """
    originals: dict[str, tuple[str, dict[str, Json]]] = {}
    for where, row in rows:
        if row.get("pair") and originals.setdefault(row["pair"], (where, row))[0] != where:
            raise UsageError(f"a second row of the pair {row['pair']!r}", where=where, remedy="one original a pair")
    found = []
    for number, (where, row) in enumerate(others):
        if row.get("pair") in originals:
            place, own = originals[row["pair"]]
            how = {key: own[key] for key in _HOW if key in own}
            if unlike := [key for key in _HOW if key in row and row[key] != how.get(key)]:
                raise UsageError(f"another {unlike[0]} than its original has", where=where, remedy="leave it out")
            found.append((_item(own, how, place, number), _item(row, how, where, number)))
    return tuple(found)


def _item(row: dict[str, Json], how: dict[str, Json], where: str, number: int) -> Item:
    """A row's question with its answer as the target, which must earn 1 when it is all that is said."""
    name, level, language = how.get("task", ""), how.get("level", 1), how.get("language", "en")
    if not name or not is_public(name) or not row.get("question") or not row.get("answer"):
        what = "a row with a pair needs a question, its answer, and a benchmark's name as its original's task"
        raise UsageError(what, where=where, remedy='for instance "task": "public/svamp", "level": 1, "language": "en"')
    task = load_task(name)
    if level not in range(1, task.card.levels + 1) or language not in task.card.languages:
        languages = ", ".join(task.card.languages)
        remedy = f"levels 1 to {task.card.levels}; languages {languages}"
        raise UsageError(f"{name} has no level {level} in {language}", where=where, remedy=remedy)
    place = f"{name}/{language}/pair {row['pair']}/{number:05d}"
    item = Item(place, name, level, language, f"pair {row['pair']}", number, row["question"], row["answer"])
    said = Completion(place, f" {row['answer']}", "stop", 0, 0, "")
    try:
        value = task.score(item, said).value if task.card.kind == "generate" else None
    except (KeyError, TypeError, ValueError):  # it judges by more than a question and its answer
        value = None
    if value != 1:
        remedy = "write the answer as the benchmark does; pairs are of benchmarks judged by a short answer"
        raise UsageError(f"{name} does not take {row['answer'][:40]!r} for a right answer", where=where, remedy=remedy)
    return item


def read_rows(path: Path) -> Rows:
    """The rows of a JSONL file with their places; UsageError names the line that is none."""
    rows: Rows = []
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
        if not _told(row) and not row.get("canary"):
            raise UsageError("a row without a text", where=f"{path}:{number}", remedy=f"valid keys: {', '.join(_KEYS)}")
        rows.append((f"{path}:{number}", row))
    return rows


def _told(row: dict[str, Json]) -> str:
    return str(row.get("text") or "\n".join(row[key] for key in ("question", "answer") if row.get(key)))
