"""`defi task check`: a task proves its promises before anyone is measured with it.

Gold answers score 1, baselines stay at or below chance, items are deterministic and distinct, French and English
are parallel, and the pinned items of `gold.jsonl` are what the generator still makes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.canonical import sha256_json
from harness.dialogue import next_request
from harness.engine.attacks import Injected, Listed, Stuffed
from harness.engine.base import EngineContext
from harness.engine.baselines import Baseline, Chance, Constant, Echo, Null, Oracle
from harness.prompt import PromptStyle
from harness.record import together
from harness.task import Task, is_public, load_task, tasks_root
from harness.types import Completion, Item, Json

CHECK_SEED = "check"
GOLD_SEED = "gold"
_ATTACKS: tuple[type[Baseline], ...] = (Null, Constant, Echo, Chance, Stuffed, Listed, Injected)
_SHOWN = 1500  # characters at either end of a question that are pinned for reading
_ALARM = 1e-4  # a baseline at chance trips this check once in 10,000


@dataclass(frozen=True, slots=True)
class CheckFailure:
    """One promise a task breaks."""

    task: str
    rule: str
    where: str
    what: str


def check_task(name: str, count: int = 40) -> list[CheckFailure]:
    """Check `count` items per level and language; an empty list means that every promise holds."""
    task = load_task(name)
    failures = list(_check_gold_file(task))
    for level in range(1, task.card.levels + 1):
        tellings = {lang: task.items(level, lang, CHECK_SEED, count) for lang in task.card.languages}
        if getattr(task, "parallel", True):
            failures += _check_parallel(task, tellings)
        for language, items in tellings.items():
            failures += _check_items(task, f"level {level}, {language}", items)
            if items != task.items(level, language, CHECK_SEED, count + 1)[:count]:
                failures.append(CheckFailure(name, "deterministic", f"level {level}, {language}", "items changed"))
    return failures


def gold_rows(task: Task) -> list[dict[str, Json]]:
    """The rows `gold.jsonl` must hold: the first item of every level and language, its hashes and its answer."""
    rows: list[dict[str, Json]] = []
    for level in range(1, task.card.levels + 1):
        for language in task.card.languages:
            (item,) = task.items(level, language, GOLD_SEED, 1)
            hashes = {"item_sha256": sha256_json(item), "request_sha256": sha256_json(task.request(item))}
            shown = {} if is_public(task.card.name) else _answered_question(task, item)
            rows.append({"level": level, "language": language, **hashes, **shown})
    return rows


def _answered_question(task: Task, item: Item) -> dict[str, Json]:
    """What a person reads of a pinned item; of a public benchmark, whose rows are others', there is none."""
    gold = item.options[item.target] if item.options else task.gold(item).text
    return {"question": _shown(item.question), "target": item.target, "gold": gold}


def _shown(question: str) -> str:
    """What a person reads of a question; of a long one both ends, as the hashes pin the rest."""
    if len(question) <= 2 * _SHOWN:
        return question
    return f"{question[:_SHOWN]} […] {question[-_SHOWN:]}"


def write_gold(name: str) -> None:
    """Pin the items that the generator makes now in the task's `gold.jsonl`."""
    task = load_task(name)
    if is_public(name):
        task.pin()  # type: ignore[attr-defined]  # a benchmark's rows come first
    rows = gold_rows(task)
    lines = [json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows]
    (tasks_root() / name / "gold.jsonl").write_text("".join(lines), encoding="utf-8")


def _check_gold_file(task: Task) -> Iterator[CheckFailure]:
    path = tasks_root() / task.card.name / "gold.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    pinned = [json.loads(line) for line in lines]
    made = json.loads(json.dumps(gold_rows(task)))
    if len(pinned) != len(made):
        yield CheckFailure(task.card.name, "pinned", str(path), f"{len(pinned)} rows, expected {len(made)}")
    for old, new in zip(pinned, made, strict=False):
        changed = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
        if changed:
            where = f"level {new['level']}, {new['language']}"
            yield CheckFailure(task.card.name, "pinned", where, f"differs from gold.jsonl in {', '.join(changed)}")


def _check_parallel(task: Task, tellings: dict[str, list[Item]]) -> Iterator[CheckFailure]:
    """Items of one index share a cluster in every language."""
    for group in zip(*tellings.values(), strict=True):
        if len({item.cluster for item in group}) != 1:
            yield CheckFailure(task.card.name, "parallel", group[0].id, "tellings do not share a cluster")


def _check_items(task: Task, where: str, items: Sequence[Item]) -> Iterator[CheckFailure]:
    name = task.card.name
    gold = {item.id: task.gold(item) for item in items}
    for item, value in zip(items, _scores(task, items, Oracle(_context(gold))), strict=True):
        if value != 1.0:
            yield CheckFailure(name, "gold", item.id, f"the gold answer scores {value}")
    if len({sha256_json([item.question, item.options]) for item in items}) < len(items) and not is_public(name):
        yield CheckFailure(name, "distinct", where, f"some of {len(items)} items are the same")
    chance = task.card.chance[items[0].level - 1]
    for attack in _ATTACKS:
        values = _scores(task, items, attack(_context({})))
        if _above(values, chance):
            mean = sum(values) / len(values)
            yield CheckFailure(name, "chance", where, f"baseline {attack.name} scores {mean:.3f}, chance {chance}")


def _context(gold: dict[str, Json]) -> EngineContext:
    return EngineContext(PromptStyle("plain"), gold=gold)


def _scores(task: Task, items: Sequence[Item], engine: Baseline) -> list[float]:
    scored = [task.score(item, _answered(task, item, engine)).value for item in items]
    return [math.nan if value is None else value for value in scored]


def _answered(task: Task, item: Item, engine: Baseline) -> Completion:
    """One item answered by a baseline, turn by turn."""
    turns: list[Completion] = []
    while (request := next_request(task, item, [turn.text for turn in turns])) is not None:
        turns += engine.run([request])
    return together(turns)


def _above(values: Sequence[float], chance: float) -> bool:
    """Whether values in [0, 1] can hardly have a mean at or below chance (Hoeffding 1963, theorem 1, with KL)."""
    mean = sum(values) / len(values)
    if math.isnan(mean) or mean <= chance:
        return math.isnan(mean)
    if chance <= 0.0:
        return True
    head = mean * math.log(mean / chance)
    tail = (1 - mean) * math.log((1 - mean) / (1 - chance)) if mean < 1 else 0.0
    return math.exp(-len(values) * (head + tail)) < _ALARM
