"""Completions to scores: separate from generation, so that it can run elsewhere, later, and again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from harness import __version__, metrics, task
from harness.task import Task, load_task, task_digest
from harness.types import Completion, Item, Json, Score, ScoreRow


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
    """Which code judged: the harness's readers of answers, and each task's own files."""
    shared = sorted([Path(str(task.__file__)), *Path(str(metrics.__file__)).parent.glob("*.py")])
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in shared)).hexdigest()
    return {"harness": __version__, "shared": digest, "tasks": {name: task_digest(name) for name in sorted(tasks)}}


def _judged(asked: Task, item: Item, completion: Completion) -> Score:
    try:
        return asked.score(item, completion)
    except Exception as error:  # a scorer's crash is our fault, and must not become a contestant's zero
        return _unscored(item, f"the scorer failed: {type(error).__name__}: {error}")


def _unscored(item: Item, reason: str) -> Score:
    return Score(item.id, None, "unscored", reason=reason)
