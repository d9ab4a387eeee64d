"""Why jobs wait, in the site's words: said once, kept in `waiting.json` for those who watch, and alarms.

    {"at": "…", "submissions": {"team/entry": {"jobs": 12, "reason": "Priority", "since": "…", "blocked": ""}}}

`blocked` says what a person must do before those jobs can begin; a submission with a job of that kind is told by it.
"""

from __future__ import annotations

import contextlib
import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.launch.base import JobView
from harness.launch.errand import parse_key
from harness.record import RoundPaths, read_json, write_json
from harness.types import Json

NAME = "waiting.json"  # in a round's folder
_LONGEST = 200  # characters of a reason


@dataclass(frozen=True, slots=True)
class Blocked:
    """A job that no waiting helps."""

    submission: str
    since: str  # ISO
    words: str


class Waits:
    """What the looks of one conductor see of jobs that wait."""

    def __init__(self, paths: RoundPaths) -> None:
        """Of a round; what an earlier conductor wrote is replaced at the first look that differs."""
        self._path: Path = paths.folder / NAME
        self._written: Json = read_json(self._path, {}).get("submissions", {})
        self._said: set[str] = set()
        self._told: set[tuple[str, str]] = set()

    def take(self, jobs: Iterable[JobView]) -> tuple[list[str], list[Blocked]]:
        """Look at all jobs: sentences that were not said before, and jobs that were not told to be blocked."""
        waiting: defaultdict[str, list[JobView]] = defaultdict(list)
        for job in jobs:
            if job.state == "waiting" and job.reason:
                waiting[parse_key(job.key)[0]].append(job)
        self._write({name: _row(some) for name, some in sorted(waiting.items())})
        every = [job for some in waiting.values() for job in some]
        return list(self._sentences(every)), list(self._blocked(waiting))

    def _sentences(self, jobs: list[JobView]) -> Iterator[str]:
        """Each reason once: those of a busy site come and go."""
        for kind in dict.fromkeys(_kind(job) for job in jobs if not job.blocked):
            if kind not in self._said:
                self._said.add(kind)
                number = sum(_kind(job) == kind for job in jobs)
                yield f"{number} {'job waits' if number == 1 else 'jobs wait'}: {kind}"

    def _blocked(self, waiting: dict[str, list[JobView]]) -> Iterator[Blocked]:
        """Once for a submission and a reason, for as long as it lasts."""
        now = {(name, _kind(job)): job for name, some in waiting.items() for job in reversed(some) if job.blocked}
        for (name, kind), job in now.items():
            if (name, kind) not in self._told:
                number = sum(_kind(one) == kind for one in waiting[name])
                more = f" and {number - 1} more" if number > 1 else ""
                words = f"{name}: job {job.job}{more} cannot begin: {job.reason[:_LONGEST]}; remedy: {job.blocked}"
                yield Blocked(name, job.since, words)
        self._told = set(now)

    def _write(self, found: Json) -> None:
        if found == self._written:
            return
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        with contextlib.suppress(OSError):  # a full disk stops the journals, which say so; not what is for watching
            write_json(self._path, {"at": now, "submissions": found})
            self._written = found


def _row(jobs: list[JobView]) -> dict[str, Json]:
    """Told by a blocked job where there is one, else by the one that has waited longest."""
    one = min(jobs, key=lambda job: (not job.blocked, job.since, job.key))
    return {"jobs": len(jobs), "reason": one.reason[:_LONGEST], "since": one.since, "blocked": one.blocked}


def _kind(job: JobView) -> str:
    """A reason without what it names: `ReqNodeNotAvail, UnavailableNodes:…`."""
    return job.reason.partition(",")[0][:_LONGEST]
