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
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from harness.due import Outcome, due, outcome
from harness.errors import DefiError, UsageError
from harness.job_book import JobBook
from harness.launch.base import JobView, Launcher, LauncherAwayError, Needs
from harness.launch.errand import Errand, parse_key
from harness.record import RoundPaths, RunPaths, read_json
from harness.states import mark
from harness.waits import Waits

OWN_TRIES = 3  # after so many failures of its own a submission is stopped
_LONGEST = 600.0  # seconds between two tries
CANNOT_START, NODE_LOST = "cannot start", "node lost"  # alarms, as `harness.notify` calls them
ROW = 3  # of one submission: so many times the tries of one errand, in a row, and no errand done
_FULL = (errno.ENOSPC, errno.EDQUOT)
_PASSING = (*_FULL, errno.ESTALE, errno.EIO, errno.ENOENT)  # of shared file systems: gone with the next look, or mended


class Spectator(Protocol):
    """Who watches a round."""

    def moved(self, submission: str, run: RunPaths, errands: Sequence[str]) -> None:
        """Called at every look: the submission's record, and the keys of its errands that wait or run."""

    def ended(self, submission: str, run: RunPaths, end: Outcome) -> None:
        """A submission needs nothing more, or is stopped."""

    def said(self, words: str) -> None:
        """Something that an organiser wants to know."""


Alarm = Callable[[str, str, str, str], object]  # its name, the submission (or ""), since when (ISO), and words


@dataclass(frozen=True, slots=True)
class Terms:
    """How a round is conducted; `configs/cluster/` says it."""

    sharded: bool = False
    sealing: bool = False
    tries: int = 5  # of one errand, where the fault is ours
    pause: float = 15.0  # seconds after a failure of ours; doubled each time
    look_every: float = 0.5  # seconds
    elsewhere: bool = False  # whether another try may be given another machine


@dataclass(slots=True)
class _Entry:
    """One submission under way."""

    base: Errand
    run: RunPaths
    open: list[Errand] | None = None  # what is due, as of the last time that a job ended; None: look again
    visited: bool = False
    over: Outcome | None = None
    words: str = ""  # that its record is to say of its being stopped, where it does not say why by itself
    told: bool = False  # whether its end is written down, and told of
    readable: bool = True  # whether its record is
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
        alarm: Alarm = lambda *_: None,
    ) -> None:
        """`entries` names every submission, as the errand that the others are made from; `alarm` tells a person."""
        self._paths, self._launcher, self._needs, self._terms, self._watch = paths, launcher, needs, terms, watch
        self._entries = {one.submission: _Entry(one, paths.run(*one.submission.split("/"))) for one in entries}
        self._book, self._waits = JobBook(paths), Waits(paths)
        self._alarm = alarm
        self._away = False

    def conduct(self) -> dict[str, Outcome]:
        """Until every submission has ended; how each did."""
        while True:
            try:
                busy = self._step()
            except LauncherAwayError as error:
                busy = self._wait(f"{error}; nothing is decided until it answers")
            except OSError as error:
                if error.errno not in _PASSING:
                    raise
                until = "there is room again" if error.errno in _FULL else "it can be read"
                busy = self._wait(f"{error.filename or ''} {error.strerror}: nothing is sent until {until}".strip())
            if not busy:
                return {name: one.over for name, one in self._entries.items() if one.over}
            time.sleep(self._terms.look_every)

    def _step(self) -> bool:
        """Look once, take note of what ended, send what is due; whether anything is left to do."""
        jobs = self._launcher.look()
        self._heed(jobs.values())
        by_entry: dict[str, list[JobView]] = {name: [] for name in self._entries}
        for job in jobs.values():
            by_entry.setdefault(parse_key(job.key)[0], []).append(job)
        wanted: list[Errand] = []
        busy, trouble = False, None
        for name, entry in self._entries.items():
            active = {job.key for job in by_entry[name] if job.active}
            try:
                with self._spared(entry, active):
                    wanted += self._visit(entry, by_entry[name], active)
            except OSError as error:
                if error.errno not in _PASSING or error.errno in _FULL:
                    raise
                trouble = error  # of this one: the others need not wait for it
            busy |= entry.over is None or not entry.told or bool(active)
        self._send(wanted)
        if trouble:
            raise trouble
        if self._away:
            self._watch.said("the round goes on")
            self._away = False
        return busy

    def _heed(self, jobs: Collection[JobView]) -> None:
        """Say why jobs wait, and at once of those that no waiting helps."""
        sentences, blocked = self._waits.take(jobs)
        for words in sentences:
            self._watch.said(words)
        for one in blocked:
            self._watch.said(f"ALARM {CANNOT_START}: {one.words}")
            self._alarm(CANNOT_START, one.submission, one.since, one.words)

    def _visit(self, entry: _Entry, jobs: Sequence[JobView], active: set[str]) -> list[Errand]:
        """One submission: what ended is noted, what is to be told is told; what it wants to send."""
        if not entry.readable:
            self._launcher.cancel(active)
            return []
        for job in jobs:
            if not job.active and not self._book.knows(job):
                self._note(entry, job)
        wanted = self._wanted(entry, active)
        if entry.over is not None:
            self._settle(entry, active)
        self._watch.moved(entry.base.submission, entry.run, sorted(active))
        return wanted

    @contextlib.contextmanager
    def _spared(self, entry: _Entry, active: Collection[str] = ()) -> Iterator[None]:
        """What is wrong with one record stops that submission, and no other."""
        try:
            yield
        except (LauncherAwayError, UsageError):  # of the site, and of the configuration: the round's trouble
            raise
        except DefiError as error:
            self._give_up(entry, active, error)

    def _give_up(self, entry: _Entry, active: Collection[str], error: DefiError) -> None:
        """A record that cannot be read is left as it is, for an organiser to look at; the others go on."""
        name = entry.base.submission
        entry.readable = False
        self._watch.said(f"{name} failed: {error}")
        if entry.over is None or not entry.told:
            entry.over, entry.told = Outcome("failed", "ours", again=False, reason=str(error)), True
            self._watch.ended(name, entry.run, entry.over)
        self._launcher.cancel(active)

    def _note(self, entry: _Entry, job: JobView) -> None:
        """What a job that has ended left."""
        entry.open = self._due(entry)
        still = job.key in {errand.key for errand in entry.open}
        end = outcome(entry.run, job, still_due=still, elsewhere=self._terms.elsewhere)
        self._blame(job, end)
        if end.result == "done" or entry.over is not None:
            return
        name = entry.base.submission
        self._watch.said(f"{name} {end.result}: {end.reason}")
        ours, most = self._terms.tries, "not run, by {} faults of ours, and not charged; the last one: {}"
        if end.result == "refused":
            self._stop(entry, end)
        elif end.fault == "own" and end.again:
            if (times := self._book.own_faults(name)) >= OWN_TRIES:
                self._stop(entry, end, f"stopped after {times} failures of its own, the last one: {end.reason}")
        elif not end.again:
            self._stop(entry, end)
        elif (times := self._book.our_faults(job.key)) >= ours:
            self._stop(entry, end, most.format(times, end.reason))
        elif (row := self._book.in_a_row(name)) >= ROW * ours and self._book.rounds_in_a_row(name) >= OWN_TRIES:
            self._stop(entry, end, most.format(row, end.reason))
        else:
            entry.waits[job.key] = time.monotonic() + min(_LONGEST, self._terms.pause * 2.0 ** (times - 1))

    def _blame(self, job: JobView, end: Outcome) -> None:
        """Note how a job ended, and an alarm where its node is given to nobody from now on."""
        before = self._book.shunned()
        self._book.ended(job, end)
        if self._terms.elsewhere and (node := job.node) in self._book.shunned() - before:
            under = ", ".join(self._book.broke_under(node))
            words = f"the node {node} broke under {under}, last with {end.broke}: no job goes there for a day"
            self._watch.said(f"ALARM {NODE_LOST}: {words}")
            now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            self._alarm(NODE_LOST, "", now, words)

    def _without(self, needs: Needs, errand: Errand) -> Needs:
        """Not on a node where its last try found the machine at fault, nor on one that breaks under everybody."""
        if not self._terms.elsewhere:
            return needs
        return replace(needs, without=tuple(sorted({self._book.avoided(errand.key), *self._book.shunned()} - {""})))

    def _stop(self, entry: _Entry, end: Outcome, words: str = "") -> None:
        """No more tries."""
        entry.over, entry.words = end, words

    def _settle(self, entry: _Entry, active: Collection[str]) -> None:
        """Of a submission that is over: its record says why, and goes on saying so when its last job has ended.

        What was sent already is taken back at every look, as the site may not have heard it.
        """
        end = entry.over
        if end is None:
            return
        if end.result != "done":
            if not entry.told or not active:
                self._write_down(entry, end)
            self._launcher.cancel(active)
        if not entry.told:
            self._watch.ended(entry.base.submission, entry.run, end)
            entry.told = True

    def _write_down(self, entry: _Entry, end: Outcome) -> None:
        """Unless the record is complete or says so by itself: shards that ran on have said that they run."""
        told = read_json(entry.run.state, {})
        stands, words = told.get("state"), entry.words or end.reason
        said = stands in ("failed", "refused") and (not entry.words or told.get("reason") == words)
        if stands != "scored" and not said:
            mark(entry.run, end.result, words, fault=end.fault, again=False)

    def _wanted(self, entry: _Entry, active: Collection[str]) -> list[Errand]:
        """What may be sent now; a submission that needs nothing more is over."""
        name = entry.base.submission
        if entry.over is not None:
            return []
        if (times := self._book.own_faults(name)) >= OWN_TRIES:  # stopped by an earlier conductor
            why = f"stopped after {times} failures of its own, the last one: {self._book.own_reason(name)}"
            reason = f"{why}; `--again {name}` lets it in once more"
            self._stop(entry, Outcome("failed", "own", again=False, reason=reason), why)
            return []
        if entry.open is None:
            entry.open = self._due(entry)
        if not entry.open and not active:
            entry.over = Outcome("done")
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
            with self._spared(self._entries[errand.submission]):
                groups.setdefault(self._without(self._needs(errand), errand), []).append(errand)
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
