"""The files of a submission's run in a round: append-only while it runs, sealed when it is done.

`runs/<round>/frozen.json` is the round as it was opened; `runs/<round>/<team>/<entry>/` is one record:

    submission.json   the entry as its manifest declares it
    state.json        where the run stands, and why
    plan.json         everything decided before the model was loaded
    completions.jsonl one line an item, in the order they ended
    scores.jsonl      one line an item, in the plan's order
    judging.json      digests of the code that judged
    estimates.json    means with intervals, per task, level and language
    conditions.json   hardware, packages, budgets, time spent
"""

from harness.record.files import (
    Run,
    freeze_round,
    list_runs,
    read_completions,
    read_frozen,
    read_json,
    read_run,
    read_scores,
    read_turns,
    together,
    write_json,
    write_scores,
)
from harness.record.paths import RoundPaths, RunPaths

__all__ = [
    "RoundPaths",
    "Run",
    "RunPaths",
    "freeze_round",
    "list_runs",
    "read_completions",
    "read_frozen",
    "read_json",
    "read_run",
    "read_scores",
    "read_turns",
    "together",
    "write_json",
    "write_scores",
]
