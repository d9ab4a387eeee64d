"""What waits to be sent to the tracking server: jobs leave parcels, one collector sends them.

A job that has finished a record leaves a parcel in `runs/<round>/.spool/`; it needs no network and waits for nobody.
Whoever has a network collects: under a lock, one parcel in memory at a time, and a parcel goes only when the server has
all of it. Beside the records and not in them: a sealed record is never written to again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from harness.canonical import sha256_file
from harness.errors import RecordError, TrackingError
from harness.parcel import Parcel, TrackedRun, pack, unpack
from harness.record import RoundPaths, RunPaths, read_json, read_scores, write_json
from harness.tracking import Sender, ServerAwayError

FOLDER = ".spool"  # in a round's folder; no team's name begins with a point
Watch = Callable[[int, int], None]  # (done, of how many)


@dataclass(slots=True)
class Collected:
    """What became of the parcels that were waiting."""

    sent: list[str] = field(default_factory=list)  # TEAM/ENTRY
    troubles: dict[str, str] = field(default_factory=dict)  # file of a parcel -> why it still waits
    away: bool = False  # the server cannot be reached: nothing more was tried


class SpoolBusyError(TrackingError):
    """Another process is sending for this round: what was left here is sent by it, or by the next call."""


class Spool:
    """The parcels of one round."""

    def __init__(self, paths: RoundPaths) -> None:
        """Nothing is made by looking."""
        self.paths = paths
        self.folder = paths.folder / FOLDER

    @classmethod
    def of(cls, run: RunPaths) -> Spool:
        """The spool of a record's round."""
        round_ = run.folder.parents[1]
        return cls(RoundPaths(round_.parent, round_.name))

    def leave(self, run: RunPaths, uri: str | None = None) -> Path | None:
        """Pack a scored record and leave it to be sent; None where it is not scored, or has been sent to `uri`.

        One judgement is one file, and a file is never replaced: it may be on its way.
        """
        state = read_json(run.state, {})
        if state.get("state") != "scored" or (uri is not None and already_sent(run, uri)):
            return None
        judged = "".join(filter(str.isalnum, state["since"]))
        name = f"{run.folder.parent.name}+{run.folder.name}.{judged}.{sha256_file(run.scores)[:16]}.json"
        path = self.folder / name
        if not path.exists():
            write_json(path, pack(_tracked(run, self.paths.round, state["since"])).to_json())
        return path

    def waiting(self) -> list[Path]:
        """The parcels that are not sent yet, by name."""
        return sorted(self.folder.glob("[!.]*.json"))

    def read(self, path: Path) -> Parcel:
        """One parcel; RecordError where the file is damaged or of another version."""
        remedy = "remove it, then `defi track` packs the record again"
        try:
            return unpack(read_json(path))
        except ValueError as error:
            raise RecordError(str(error), where=f"{FOLDER}/{path.name}", remedy=remedy) from error

    @contextlib.contextmanager
    def collecting(self) -> Iterator[None]:
        """Be the one that sends; SpoolBusyError where another process is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / ".lock", timeout=0):
                yield
        except Timeout as error:
            remedy = "wait for it; what is spooled is sent by it or by the next call"
            raise SpoolBusyError("another process is sending", where=str(self.folder), remedy=remedy) from error

    def collect(
        self, sender: Sender, *, only: Iterable[Path] | None = None, again: bool = False, watch: Watch | None = None
    ) -> Collected:
        """Send what waits, also what is left meanwhile; stops where the server cannot be reached.

        Args:
            sender: for the server.
            only: these parcels, and no others.
            again: send also what the server says it has.
            watch: told after each parcel.

        Raises:
            SpoolBusyError: another process is sending.
        """
        found = Collected()
        chosen = None if only is None else set(only)
        done: set[Path] = set()
        with self.collecting():
            while not found.away:
                waiting = [path for path in self.waiting() if path not in done and (chosen is None or path in chosen)]
                if not waiting:
                    break
                self._deliver(waiting[0], sender, found, again=again)
                done.add(waiting[0])
                if watch is not None:
                    watch(len(found.sent), len(found.sent) + len(found.troubles) + len(waiting) - 1)
        return found

    def _deliver(self, path: Path, sender: Sender, found: Collected, *, again: bool) -> None:
        """Send one parcel, then say so in its record, then take it away: in this order a kill loses nothing."""
        try:
            parcel = self.read(path)
            run_id = sender.send(parcel, again=again)
        except RecordError as error:
            found.troubles[path.name] = str(error)
            return
        except TrackingError as error:
            self._tell(parcel, sender.uri, {"sent": False, "reason": error.what})
            found.troubles[path.name] = str(error)
            found.away = isinstance(error, ServerAwayError)
            return
        self._tell(parcel, sender.uri, {"sent": True, "run": run_id})
        path.unlink()
        found.sent.append(parcel.submission)

    def _tell(self, parcel: Parcel, uri: str, told: dict[str, object]) -> None:
        """Write into the record what the server has of it, where the record is here."""
        record = self.paths.run(*parcel.submission.split("/"))
        if record.submission.exists():
            known = {"plan": parcel.plan, "scores": parcel.scores, "uri": uri}
            write_json(record.tracking, {**told, **known})


def already_sent(run: RunPaths, uri: str) -> bool:
    """Whether this record, as it is, has been sent to that server."""
    told, plan = read_json(run.tracking, {}), read_json(run.plan, {})
    if not told.get("sent") or not run.scores.exists():
        return False
    now = {"plan": plan.get("hash"), "scores": sha256_file(run.scores), "uri": uri}
    return all(told.get(key) == value for key, value in now.items())


def _tracked(run: RunPaths, round_: str, made: str) -> TrackedRun:
    return TrackedRun(
        round=round_,
        submission=read_json(run.submission),
        plan=read_json(run.plan),
        conditions=read_json(run.conditions),
        judging=read_json(run.judging),
        estimates=read_json(run.estimates),
        rows=read_scores(run),
        files=[run.plan, run.conditions, run.judging, run.estimates],
        made=made,
        scores=sha256_file(run.scores),
    )
