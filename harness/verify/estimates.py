"""Do the estimates follow from the scores?"""

from __future__ import annotations

import math
from collections.abc import Iterator

from harness.metrics.ladder import read_stopping
from harness.record import read_json, read_scores
from harness.scoring.estimates import estimates
from harness.types import Json
from harness.verify.evidence import Evidence
from harness.verify.report import Check, counted, failed, ok

_CLOSE = 1e-9  # another processor's arithmetic may differ in the last digits


def check(evidence: Evidence) -> Iterator[Check]:
    """Means and intervals computed again; of the core, where the round stops by itself."""
    raw = evidence.plan["round"].get("stopping")
    recorded = read_json(evidence.run.estimates)
    again = estimates(read_scores(evidence.run), read_stopping(raw) if raw else None)
    if not isinstance(recorded, dict) or recorded.keys() != again.keys():
        yield failed("estimates.json", "not the tasks that have scores")
        return
    wrong = [task for task in again if not _same(recorded[task], again[task])]
    yield from (failed("estimates.json", f"{task}: not what the scores give") for task in wrong)
    if not wrong:
        yield ok(f"estimates of {counted(len(again), 'task')} computed again from the scores")


def _same(one: Json, other: Json) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=_CLOSE, abs_tol=_CLOSE)
    return type(one) is type(other) and bool(one == other)
