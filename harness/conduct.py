"""A round, conducted: what is due is sent, what ends is looked at, until every submission has ended.

The conductor holds nothing that files and the site do not tell again. It may be killed at any instant; the next one
adopts the jobs that wait or run. Its own journal, `runs/ROUND/jobs.jsonl`, has a line for everything sent and ended:
it counts how often a submission failed by its own fault, and is what an organiser reads when something was odd.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from filelock import FileLock, Timeout

from harness.due import Outcome, due, outcome
from harness.errors import BusyError
from harness.journal import Journal, read_lines
from harness.launch.base import JobView, Launcher, LauncherAwayError, Needs
from harness.launch.errand import Errand, parse_key
from harness.record import RoundPaths, RunPaths, read_json
from harness.states import mark
from harness.types import Fault, Json

OWN_TRIES = 3  # after so many failures of its own a submission is stopped
_LONGEST = 600.0  # seconds between two tries
_FULL = (errno.ENOSPC, errno.EDQUOT)


class Spectator(Protocol):
    """Who watches a round."""

    def moved(self, submission: str, run: RunPaths, errands: Sequence[str]) -> None:
        """Called at every look: the submission's record, and the keys of its errands that wait or run."""

    def ended(self, submission: str, run: RunPaths, end: Outcome) -> None:
        """A submission needs nothing more, or is stopped."""

    def said(self, words: str) -> None:
        """Something that an organiser wants to know."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a round is conducted; `configs/cluster/` says it."""

    sharded: bool = False
    sealing: bool = False
    tries: int = 5  # of one errand, where the fault is ours
    pause: float = 15.0  # seconds after a failure of ours; doubled each time
    look_every: float = 0.5  # seconds


@dataclass(slots=True)
class _Entry:
    """One submission under way."""

    base: Errand
    run: RunPaths
    open: list[Errand] | None = None  # what is due, as of the last time that a job ended; None: look again
    visited: bool = False
    over: Outcome | None = None
    waits: dict[str, float] = field(default_factory=dict)  # key -> when it may be tried again


class Conductor:
    """Sends, looks, and sends again."""

    def __init__(
        self,
        paths: RoundPaths,
        entries: Sequence[Errand],
        launcher: Launcher,
        needs: Callable[[Errand], Needs],
        terms: Terms,
        watch: Spectator,
    ) -> None:
        """`entries` names every submission, as the errand that the others are made from."""
        self._paths, self._launcher, self._needs, self._terms, self._watch = paths, launcher, needs, terms, watch
        self._entries = {one.submission: _Entry(one, paths.run(*one.submission.split("/"))) for one in entries}
        self._book = JobBook(paths)
        self._away = False

    def conduct(self) -> dict[str, Outcome]:
        """Until every submission has ended; how each did."""
        while True:
            try:
                busy = self._step()
            except LauncherAwayError as error:
                busy = self._wait(f"{error}; nothing is decided until it answers")
            except OSError as error:
                if error.errno not in _FULL:
                    raise
                busy = self._wait(f"{error.strerror}: nothing is sent until there is room again")
            if not busy:
                return {name: one.over for name, one in self._entries.items() if one.over}
            time.sleep(self._terms.look_every)

    def _step(self) -> bool:
        """Look once, take note of what ended, send what is due; whether anything is left to do."""
        jobs = self._launcher.look()
        by_entry: dict[str, list[JobView]] = {name: [] for name in self._entries}
        for job in jobs.values():
            by_entry.setdefault(parse_key(job.key)[0], []).append(job)
        wanted: list[Errand] = []
        for name, entry in self._entries.items():
            active = {job.key for job in by_entry[name] if job.active}
            if entry.over is None:
                for job in by_entry[name]:
                    if not job.active and not self._book.knows(job):
                        self._note(entry, job)
                wanted += self._wanted(entry, active)
            self._watch.moved(name, entry.run, sorted(active))
        self._send(wanted)
        if self._away:
            self._watch.said("the round goes on")
            self._away = False
        return any(entry.over is None for entry in self._entries.values())

    def _note(self, entry: _Entry, job: JobView) -> None:
        """What a job that has ended left."""
        entry.open = self._due(entry)
        end = outcome(entry.run, job, still_due=job.key in {errand.key for errand in entry.open})
        self._book.ended(job, end)
        if end.result == "done" or entry.over is not None:
            return
        name = entry.base.submission
        self._watch.said(f"{name} {end.result}: {end.reason}")
        if end.result == "refused":
            self._stop(entry, end)
        elif end.fault == "own":
            if (times := self._book.own_faults(name)) >= OWN_TRIES:
                self._stop(entry, end, f"stopped after {times} failures of its own, the last one: {end.reason}")
        elif not end.again:
            self._stop(entry, end)
        elif (times := self._book.our_faults(job.key)) >= self._terms.tries:
            self._stop(entry, end, f"not run, by {times} faults of ours, and not charged; the last one: {end.reason}")
        else:
            entry.waits[job.key] = time.monotonic() + min(_LONGEST, self._terms.pause * 2.0 ** (times - 1))

    def _stop(self, entry: _Entry, end: Outcome, reason: str = "") -> None:
        """No more tries; what was sent already is taken back."""
        name, entry.over = entry.base.submission, end
        if reason and read_json(entry.run.state, {}).get("state") != "scored":
            mark(entry.run, "failed", reason, fault=end.fault, again=False)
        self._watch.ended(name, entry.run, end)
        active = [job.key for job in self._launcher.look().values() if job.active and parse_key(job.key)[0] == name]
        self._launcher.cancel(active)

    def _wanted(self, entry: _Entry, active: Collection[str]) -> list[Errand]:
        """What may be sent now; a submission that needs nothing more is over."""
        name = entry.base.submission
        if entry.over is not None:
            return []
        if not entry.visited and not active and self._book.own_faults(name) >= OWN_TRIES:
            reason = f"{read_json(entry.run.state, {}).get('reason', '')}; `--again {name}` lets it in once more"
            entry.over = Outcome("failed", "own", again=False, reason=reason)
        elif entry.open is None:
            entry.open = self._due(entry)
        if entry.over is None and not entry.open and not active:
            entry.over = Outcome("done")
        if entry.over is not None:
            self._watch.ended(name, entry.run, entry.over)
            return []
        now = time.monotonic()
        return [one for one in entry.open or () if one.key not in active and entry.waits.get(one.key, 0.0) <= now]

    def _due(self, entry: _Entry) -> list[Errand]:
        """What the record lacks; on this machine a complete one is gone through once, and judged by today's code."""
        found = due(entry.run, entry.base, sharded=self._terms.sharded, sealing=self._terms.sealing)
        once = not self._terms.sharded and not entry.visited
        return found or ([replace(entry.base, kind="whole")] if once else [])

    def _send(self, wanted: Sequence[Errand]) -> None:
        """As many as the site takes, those with the same needs together."""
        chosen = wanted[: self._launcher.room()] if wanted else []
        groups: dict[Needs, list[Errand]] = {}
        for errand in chosen:
            groups.setdefault(self._needs(errand), []).append(errand)
        for needs, errands in groups.items():
            self._launcher.send(errands, needs)
            for errand in errands:
                self._entries[errand.submission].visited = True
                self._book.sent(errand)

    def _wait(self, why: str) -> bool:
        """Say once why nothing goes on; the next look may find it mended."""
        if not self._away:
            self._watch.said(why)
            self._away = True
        return True


@contextlib.contextmanager
def sole_conductor(paths: RoundPaths) -> Iterator[None]:
    """Nobody else conducts this round meanwhile; BusyError where somebody does."""
    try:
        with FileLock(paths.folder / ".conductor.lock", timeout=0):
            yield
    except Timeout as error:
        remedy = "`defi round status` shows what it does"
        raise BusyError("another `defi round run` is at work on it", where=paths.round, remedy=remedy) from error


class JobBook:
    """`jobs.jsonl`: what was sent and how it ended, and the counts that follow from it."""

    def __init__(self, paths: RoundPaths) -> None:
        """Read what earlier conductors wrote."""
        self._path = paths.folder / "jobs.jsonl"
        self._known: set[tuple[str, str]] = set()
        self._own: Counter[str] = Counter()
        self._ours: Counter[str] = Counter()
        for line in read_lines(self._path):
            self._take(line)

    def knows(self, job: JobView) -> bool:
        """Whether this job's end has been noted."""
        return (job.key, job.job) in self._known

    def own_faults(self, submission: str) -> int:
        """How often a submission failed by its own fault since it was last let in again."""
        return self._own[submission]

    def our_faults(self, key: str) -> int:
        """How often an errand failed by ours since it last did what it should."""
        return self._ours[key]

    def sent(self, errand: Errand) -> None:
        """Note that an errand was sent."""
        self._write({"event": "sent", "key": errand.key})

    def ended(self, job: JobView, end: Outcome) -> None:
        """Note how a job ended."""
        facts = {"result": end.result, "fault": end.fault if end.result != "done" else "", "reason": end.reason}
        self._write({"event": "ended", "key": job.key, "job": job.job, "node": job.node, **facts})

    def again(self, submission: str) -> None:
        """Let a stopped submission in again."""
        self._write({"event": "again", "key": submission})

    def _write(self, line: dict[str, Json]) -> None:
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        with Journal(self._path) as journal:
            journal.append({"time": now, **line})
        self._take(line)

    def _take(self, line: Mapping[str, Json]) -> None:
        if line["event"] == "again":
            self._own[line["key"]] = 0
        if line["event"] != "ended":
            return
        self._known.add((line["key"], line["job"]))
        fault: Fault | str = line["fault"]
        if fault == "own":
            self._own[parse_key(line["key"])[0]] += 1
        if line["result"] == "done":
            self._ours[line["key"]] = 0
        elif fault == "ours":
            self._ours[line["key"]] += 1
