"""Small scored records, as a job leaves them: what is sent to a tracking server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.canonical import sha256_text
from harness.record import RoundPaths, RunPaths, write_json, write_scores
from harness.scoring.estimates import estimates
from harness.spool import Spool
from harness.tracking import Sender
from harness.types import ScoreRow

TASK = "understanding/reading_choice"
ENDED = "2026-11-22T03:00:00+00:00"


def score_rows(task: str = TASK, right: int = 2) -> list[ScoreRow]:
    """Two levels, two languages, four items each; one unscored, and one capped per language."""
    return [
        ScoreRow(
            item=f"{task}/{language}/L{level}/{index}",
            task=task,
            level=level,
            language=language,
            cluster=f"L{level}/{index}",
            index=index,
            chance=0.25,
            value=None if (level, language, index) == (2, "fr", 3) else float(index % right == 1),
            category="wrong",
            capped=index == 0 and level == 1,
        )
        for level in (1, 2)
        for language in ("fr", "en")
        for index in range(4)
    ]


def score_record(record: RunPaths, right: int = 2, since: str = ENDED, tasks: int = 1) -> None:
    """Write a scored record; `right`: which items are (every second by default); judged at `since`."""
    names = [TASK, *(f"understanding/other_{number}" for number in range(1, tasks))]
    rows = [row for name in names for row in score_rows(name, right)]
    team, entry = record.folder.parent.name, record.folder.name
    items = [
        {key: getattr(row, key) for key in ("task", "level", "language", "cluster")}
        | {"id": row.item, "item_sha256": sha256_text(row.item)}
        for row in rows
    ]
    plan: dict[str, Any] = {
        "hash": sha256_text(f"plan {team}/{entry}"),
        "engine": {"name": "x", "versions": {"torch": "2"}},
        "tasks": {name: {"kind": "choose"} for name in names},
        "items": items,
    }
    write_json(record.submission, {"team": team, "entry": entry, "digest": sha256_text(f"{team}/{entry}")})
    write_json(record.plan, plan)
    write_json(record.conditions, {"ended": ENDED, "spent": {"seconds": 2.5}})
    write_scores(record, rows)
    write_json(record.judging, {"shared": "abc"})
    write_json(record.estimates, estimates(rows))
    write_json(record.state, {"state": "scored", "reason": "", "since": since})


def record_at(runs: Path, name: str = "t/e", **changes: Any) -> RunPaths:
    """A scored record of the round `tiny`; `changes` as of `score_record`."""
    record = RoundPaths(runs, "tiny").run(*name.split("/"))
    score_record(record, **changes)
    return record


def finish(runs: Path, name: str, tasks: int) -> None:
    """What a job does at its end: write its record, and leave a parcel."""
    record = record_at(runs, name, tasks=tasks)
    Spool.of(record).leave(record)


def send_all(runs: Path, uri: str) -> None:
    """What the collector does."""
    Spool(RoundPaths(runs, "tiny")).collect(Sender(uri))
