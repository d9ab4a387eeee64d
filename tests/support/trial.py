"""A round of three invented tasks, and runs in it as a record would give them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from harness.record import RoundPaths, freeze_round, write_json, write_scores
from harness.types import Completion, ScoreRow
from leaderboard.table import table_from_runs

TASKS = {"problem_solving/a": 0.0, "problem_solving/b": 0.0, "understanding/c": 0.25}
LANGUAGES = ("fr", "en")
LEVELS, COUNT = 3, 10
Value = Callable[[ScoreRow], float | None]


@dataclass
class FakeRun:
    """A run as the record would give it."""

    team: str
    entry: str
    scores: tuple[ScoreRow, ...]
    submission: dict[str, Any]
    plan: dict[str, Any] | None = None
    completions: tuple[Completion, ...] = ()
    conditions: dict[str, Any] = field(default_factory=dict)
    state: str = "scored"
    reason: str = ""


def blank_rows() -> list[ScoreRow]:
    """Every item of the round, all of them wrong."""
    return [
        ScoreRow(
            f"{task}/{language}/L{level:02d}/{index:05d}",
            *(task, level, language, f"{task}/L{level:02d}/{index:05d}", index, chance, 0.0, "wrong"),
            capped=index == 0,
            answer="a hidden answer",
            reason="a hidden reason",
        )
        for task, chance in TASKS.items()
        for level in range(1, LEVELS + 1)
        for language in LANGUAGES
        for index in range(COUNT)
    ]


def unlucky(row: ScoreRow) -> bool:
    """One item of 180."""
    return (row.task, row.language, row.level, row.index) == ("problem_solving/b", "fr", 1, 0)


def run(name: str, value: Value = lambda row: 0.0, *, baseline: bool = False, **changes: Any) -> FakeRun:
    """A complete run whose scores are `value` of each row."""
    team, _, entry = name.partition("/")
    rows = tuple(replace(row, value=value(row)) for row in blank_rows())
    submission = {
        "team": team,
        "entry": entry,
        "title": entry.title(),
        "engine": "transformers",
        "dtype": "float32",
        "prompting": "chat",
        "license": "Apache-2.0",
        "languages": list(LANGUAGES),
        "training_data": "web",
        "contact": "t@example.org",
        "baseline": baseline,
        "parameters": 135_000_000,
        "context_length": 2048,
        "digest": "d" * 64,
        "checkpoint": {"kind": "folder", "path": "secret/place"},
    }
    conditions = {
        "hardware": {"cores": 2},
        "packages": {"numpy": "2"},
        "environment": {"HOME": "secret"},
        "energy": None,
        "division": "controlled",
    }
    made = FakeRun(team, entry, rows, submission, {"hash": "p" * 64, "items": []}, (), conditions)
    made.completions = tuple(Completion(row.item, "secret text", "stop", 1, 1, "", seconds=0.5) for row in rows)
    return replace(made, **changes)


def up_to(level: int) -> Value:
    """Right up to a level, wrong above."""
    return lambda row: float(row.level <= level)


def frozen() -> dict[str, Any]:
    """The round of `blank_rows`."""
    said = {"fr": "Essai", "en": "Trial"}
    cards = [
        {
            "name": task,
            "track": task.partition("/")[0],
            "kind": "generate",
            "levels": 9,
            "chance": [chance] * 9,
            "languages": ["fr", "en"],
            "license": "Apache-2.0",
            "source": "generated",
            "title": said,
            "skill": said,
            "judging": said,
            "ladder": said,
            "shots": 3,
            "max_new_tokens": [8] * 9,
            "stop": [],
        }
        for task, chance in TASKS.items()
    ]
    settings = {
        "name": "trial",
        "title": said,
        "date": "2026-01-15",
        "seed": "secret",
        "languages": list(LANGUAGES),
        "level_weights": [1 / 3] * LEVELS,
        "submissions": [],
        "conditions": {},
        "tasks": [{"name": task, "levels": LEVELS, "counts": [COUNT] * LEVELS} for task in TASKS],
    }
    sample = {"level": 1, "language": "fr", "question": "1 + 1 ?", "options": [], "answer": "2"}
    return {"round": settings, "cards": cards, "samples": [{"task": "problem_solving/a", **sample}]}


def table(*runs: FakeRun) -> dict[str, Any]:
    """The table of these runs."""
    return table_from_runs(frozen(), runs, replicates=200)


def write_scored(runs: Path, *names: str) -> RoundPaths:
    """The round `trial` with complete records of these names, scored and not sealed."""
    paths, listed = RoundPaths(runs, "trial"), frozen()
    listed["round"]["submissions"] = list(names)
    freeze_round(paths, listed)
    for name in names:
        made = run(name, up_to(2))
        files = paths.run(made.team, made.entry)
        write_json(files.submission, made.submission)
        write_json(files.state, {"state": "scored", "reason": ""})
        write_json(files.plan, {"items": [], "hash": "0" * 64})
        write_json(files.conditions, made.conditions)
        write_scores(files, made.scores)
    return paths
