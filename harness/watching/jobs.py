"""What the conductor noted (`jobs.jsonl`): what was sent and has not ended, and how often each submission failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from harness.types import Json
from harness.watching.logs import moment


@dataclass(slots=True)
class Jobs:
    """Of one submission."""

    tries: int = 0  # jobs that were sent
    own: int = 0  # failures by its own fault, since it was last let in
    ours: int = 0  # failures by ours
    last: float = 0.0  # when a job was last sent
    open: dict[str, float] = field(default_factory=dict)  # key -> when it was sent


def read_jobs(lines: Iterable[Mapping[str, Json]]) -> dict[str, Jobs]:
    """By submission; a line that is none of the conductor's is passed over."""
    found: dict[str, Jobs] = {}
    for line in lines:
        key = str(line.get("key", ""))
        name = key.partition(":")[0]
        if name.count("/") != 1 or key.endswith(":calibrate"):  # what is asked to know the costs is not of the round
            continue
        jobs = found.setdefault(name, Jobs())
        if line.get("event") == "sent":
            jobs.tries += 1
            jobs.last = jobs.open[key] = moment(str(line.get("time", "")))
        elif line.get("event") == "ended":
            jobs.open.pop(key, None)
            jobs.own += line.get("fault") == "own"
            jobs.ours += line.get("fault") == "ours"
        elif line.get("event") == "again":
            jobs.own = 0
    return found
