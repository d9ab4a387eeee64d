"""The items of a round that everybody may read, made again and written where the leaderboard finds them.

The leaderboard loads no task, so what a page shows of an item goes through files: `runs/ROUND/.items/index.json` and
a file of JSON lines for each task. An item is written only if it is to the letter the one that was asked: its hash
stands in a plan of the round.
"""

from __future__ import annotations

import functools
import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from filelock import FileLock

from harness.anchors import own_items, with_anchors
from harness.canonical import dumps, plain, sha256_json
from harness.config import code_digests
from harness.dialogue import right_answer
from harness.open_items import FOLDER, INDEX, SCHEMA, Opened, closed_for, opened
from harness.record import RoundPaths, list_runs, read_frozen, read_json, write_json
from harness.sealed_task import SealedRowsTask
from harness.task import ProceduralTask, Task, load_task
from harness.types import Anchors, Item, Json


def show_items(paths: RoundPaths) -> bool:
    """Write the items that may be shown, and forget those that may not; False where none may.

    Raises:
        CommitmentError: what the round revealed is not what it committed to.
    """
    frozen, folder = read_frozen(paths), paths.folder / FOLDER
    found = opened(paths.folder, frozen)
    asked = _asked(paths) if found else {}
    if found is None or not asked:
        shutil.rmtree(folder, ignore_errors=True)
        return False
    names = [part["name"] for part in frozen["round"]["tasks"]]
    key = sha256_json([SCHEMA, frozen["round"], found.anchors, asked, code_digests(names)])
    if (read_json(folder / INDEX) or {}).get("key") == key:
        return True
    cards = {card["name"]: card for card in frozen["cards"]}
    with (
        FileLock(folder.with_name(f"{FOLDER}.lock")),
        tempfile.TemporaryDirectory(dir=paths.folder, prefix=FOLDER) as at,
    ):
        made = Path(at) / "made"
        made.mkdir()
        tasks = {name: _write(made, frozen, cards[name], found, asked) for name in names}
        write_json(made / INDEX, {"schema": SCHEMA, "key": key, "round": paths.round, "tasks": tasks})
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
    return True


def _asked(paths: RoundPaths) -> dict[str, str]:
    """Every item that the round asks, with its hash as plans write it: of the first plan there is."""
    for run in list_runs(paths):
        if (plan := read_json(run.plan)) is not None:
            return {item["id"]: item["item_sha256"] for item in plan["items"]}
    return {}


def _write(
    folder: Path, frozen: Mapping[str, Json], card: Mapping[str, Json], found: Opened, asked: Mapping[str, str]
) -> dict[str, Json]:
    """One task's file, and what the index says of it: why it is closed, or how many of its items are not shown."""
    name = card["name"]
    mine = sum(item.startswith(f"{name}/") for item in asked)
    task, closed = load_task(name), closed_for(card)
    if closed or isinstance(task, SealedRowsTask) or not isinstance(task, ProceduralTask):
        return {"closed": closed or "sealed", "items": 0, "withheld": mine}
    file = folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.jsonl"
    count = 0
    with file.open("wb") as stream:
        for item in _again(frozen["round"], task, found):
            if asked.get(item.id) == found.known_as(sha256_json(item), item.id) and found.holds(item.id):
                stream.write(dumps(_facts(task, item)).encode("utf-8", "backslashreplace") + b"\n")
                count += 1
    return {"closed": "", "file": file.name, "items": count, "withheld": mine - count}


def _again(settings: Mapping[str, Json], task: Task, found: Opened) -> Iterator[Item]:
    """The items of one task in the round's order; without its anchors while their seed is kept."""
    part = next(part for part in settings["tasks"] if part["name"] == task.card.name)
    share = (settings.get("anchors") or {}).get("share")
    for level in range(1, part["levels"] + 1):
        for language in (code for code in settings["languages"] if code in task.card.languages):
            make, count = functools.partial(task.items, level, language), part["counts"][level - 1]
            if share is not None and not found.anchors:
                yield from own_items(make, found.seed, count, share)
            else:
                yield from with_anchors(make, found.seed, count, Anchors(share, found.anchors) if share else None)


def _facts(task: Task, item: Item) -> dict[str, Json]:
    """What a page shows of an item."""
    messages = task.request(item).messages
    return {
        "id": item.id,
        "level": item.level,
        "language": item.language,
        "cluster": item.cluster,
        "messages": plain(messages),
        "options": list(item.options),
        "answer": right_answer(task, item),
    }
