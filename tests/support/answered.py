"""A small round on disk that was really run, by engines without a model, for tests of what is read from records."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import made

from harness.config import Settings
from harness.freezing import freeze
from harness.pipeline import Job, evaluate
from harness.record import RoundPaths
from harness.types import Round, RoundTask

TASK = "problem_solving/word_problems"
CHOICE = "understanding/reading_choice"
ENTRIES = {"baselines/oracle": "Oracle", "baselines/echo": "Echo", "loire/cormoran": "Null", "sud/manchot": "Constant"}
ROUND = Round(
    name="tiny",
    title={"fr": "Petite manche", "en": "Tiny round"},
    date="2026-11-22",
    seed="s",
    languages=("fr", "en"),
    tasks=(RoundTask(TASK, 2, (3, 2)), RoundTask(CHOICE, 1, (4,))),
    level_weights=(0.5, 0.5),
    submissions=tuple(ENTRIES),
)
ITEMS = {TASK: 10, CHOICE: 8}


def answered(runs: Path, round_: Round = ROUND) -> RoundPaths:
    """The round with the records of all its entries, scored."""
    paths = RoundPaths(runs, round_.name)
    freeze(paths, round_)
    for name, engine in ENTRIES.items():
        team, entry = name.split("/")
        submission = made.entry(team=team, entry=entry, engine="x", baseline=team == "baselines")
        settings = Settings(round_, {"_target_": f"harness.engine.baselines.{engine}"}, {"workers": 1}, {"uri": None})
        evaluate(Job(settings, submission, None, paths.run(team, entry)))
    return paths


def changed(**changes: object) -> Round:
    """The round with some of its fields otherwise."""
    return dataclasses.replace(ROUND, **changes)  # type: ignore[arg-type]
