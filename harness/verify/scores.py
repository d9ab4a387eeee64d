"""Is there one judgement for every item of the plan, in its order?"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from harness.record import read_scores, read_turns
from harness.verify.evidence import Evidence
from harness.verify.report import Check, counted, failed, ok

_SHARED = ("task", "level", "language", "cluster", "index")


def check(evidence: Evidence) -> Iterator[Check]:
    """Nobody's bad answers are left out, and nobody's good ones counted twice."""
    rows, wrong, heard = read_scores(evidence.run), 0, read_turns(evidence.run)
    stops = bool(evidence.plan["round"].get("stopping"))
    asked = [item for item in evidence.planned.values() if not stops or item["id"] in heard]
    for number, (row, item) in enumerate(itertools.zip_longest(rows, asked), 1):
        if row is None or item is None or row.item != item["id"]:
            yield failed(f"scores.jsonl, line {number}", "not the item that stands there in the plan")
            return
        if changed := [name for name in _SHARED if getattr(row, name) != item[name]]:
            wrong += 1
            yield failed(f"scores.jsonl, line {number}", f"{row.item}: {', '.join(changed)} not as planned")
        if row.value is not None and not 0 <= row.value <= 1:
            wrong += 1
            yield failed(f"scores.jsonl, line {number}", f"{row.item}: a score outside 0 to 1")
    if not wrong:
        yield ok(
            f"{counted(len(rows), 'judgement')}, one for every item {'that was asked' if stops else 'of the plan'}"
        )
