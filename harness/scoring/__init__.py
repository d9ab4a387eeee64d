"""Completions to scores: separate from generation, so that it can run elsewhere, later, and again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from harness import __version__
from harness.task import Task, is_public, load_task, task_digest
from harness.types import Completion, Item, Json, Score, ScoreRow

_HARNESS = Path(__file__).resolve().parent.parent
_SHARED = ("task.py", "dialogue.py", "metrics", "sandbox", "scoring")  # what reads, runs or scores any task's answers
_PUBLIC = ("public",)  # what judges public benchmarks alone


def score_items(
    items: Iterable[Item], done: Mapping[str, Completion], find: Callable[[str], Task] = load_task
) -> Iterator[ScoreRow]:
    """A row for every item, in order. What cannot be judged is unscored with its reason, never zero."""
    for item in items:
        asked = find(item.task)
        completion = done.get(item.id)
        score = (
            _judged(asked, item, completion) if completion else _unscored(item, "no completion: the run ended early")
        )
        yield ScoreRow(
            item=item.id,
            task=item.task,
            level=item.level,
            language=item.language,
            cluster=item.cluster,
            index=item.index,
            chance=asked.card.chance[item.level - 1],
            value=score.value,
            category=score.category,
            capped=completion is not None and completion.finish == "length",
            answer=score.answer,
            reason=score.reason,
            metrics=score.metrics,
        )


def judging_digests(tasks: Iterable[str]) -> dict[str, Json]:
    """Which code judged: the harness's part in it, each task's own files, and what benchmarks share if one is there."""
    names = sorted(tasks)
    parts = {"shared": _digest(_SHARED), **({"public": _digest(_PUBLIC)} if any(map(is_public, names)) else {})}
    return {"harness": __version__, **parts, "tasks": {name: task_digest(name) for name in names}}


def _digest(parts: Iterable[str]) -> str:
    """SHA-256 over names and bytes of the harness's files of these names, and of the folders' Python files."""
    digest = hashlib.sha256()
    places = [_HARNESS / part for part in parts]
    for path in sorted(file for place in places for file in (place.rglob("*.py") if place.is_dir() else (place,))):
        digest.update(f"{path.relative_to(_HARNESS).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _judged(asked: Task, item: Item, completion: Completion) -> Score:
    try:
        return asked.score(item, completion)
    except Exception as error:  # a scorer's crash is our fault, and must not become a contestant's zero
        return _unscored(item, f"the scorer failed: {type(error).__name__}: {error}")


def _unscored(item: Item, reason: str) -> Score:
    return Score(item.id, None, "unscored", reason=reason)
