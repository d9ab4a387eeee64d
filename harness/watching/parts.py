"""The shards of a submission while they are asked; a plan that is asked in one piece is one shard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from harness.record import RunPaths
from harness.types import Json
from harness.watching.files import Files, parsed
from harness.watching.jobs import Jobs
from harness.watching.logs import Log, locked, read_log

Sizes = tuple[tuple[int, int, float], ...]  # of shards: number, items, cost
UNCUT: Sizes = ()
Doing = Literal["open", "waiting", "running", "finished"]


@dataclass(frozen=True, slots=True)
class PartView:
    """One shard."""

    items: int
    cost: float  # tokens or their like, as it was cut; of a whole plan one an item
    done: int
    doing: Doing
    log: Log | None

    @property
    def left(self) -> float:
        """Cost of what is not answered."""
        return self.cost * (1.0 - self.done / self.items) if self.items else 0.0


@dataclass(frozen=True, slots=True)
class Spent:
    """What a submission has spent; None where it is not known."""

    seconds: float | None = None  # of nodes, all sessions added up
    gpu_seconds: float | None = None
    joules: float | None = None  # where they were measured


@dataclass(frozen=True, slots=True)
class Site:
    """What is known of who works where."""

    now: float
    silence: float
    local: bool  # everything is asked on one machine, whose processes and locks tell
    conducted: bool = True  # jobs that were sent wait for their turn; on one machine they end with their conductor


def read_parts(files: Files, run: RunPaths, jobs: Jobs, site: Site) -> list[PartView]:
    """The shards as they were cut; none where the plan is not cut, or all is put together."""
    found = []
    for number, items, cost in files.read(run.shards, sizes, UNCUT):
        part = run.part(number)
        log = read_log(files, part.events)
        state = doing(part, f"{run.id}:ask:{number}", log, jobs, site)
        done = items if state == "finished" and log is None else log.done if log else files.count(part.completions)
        found.append(PartView(items, cost, done, state, log))
    return found


def doing(run: RunPaths, key: str, log: Log | None, jobs: Jobs, site: Site) -> Doing:
    """What becomes of an errand now; `finished` is said of shards alone, whose logs end so."""
    sent = jobs.open.get(key)
    fresh = log is not None and log.key == key and (sent is None or log.since(sent))
    if log is not None and fresh and log.open and _at_work(run, log, site, sent=sent is not None):
        return "running"
    if run.shard and log is not None and log.event == "done":
        return "finished"
    waits = sent is not None and site.conducted and not (fresh and log is not None and log.event == "failed")
    return "waiting" if waits else "open"


def _at_work(run: RunPaths, log: Log, site: Site, *, sent: bool) -> bool:
    """A log that does not end may be that of a process that was killed."""
    if (alive := log.alive()) is not None:
        return alive
    return locked(run.lock) if site.local else sent or site.now - log.at <= site.silence


def spent_of(files: Files, run: RunPaths, shards: int) -> Spent:
    """By the record's conditions, or while it is in parts by theirs."""
    one = files.read(run.conditions, _spent, None)
    paths = [run.part(number).conditions for number in range(1, shards + 1)] if one is None else []
    told = [one] if one else [found for path in paths if (found := files.read(path, _spent, None)) is not None]
    if not told:
        return Spent()
    return Spent(*(added(getattr(part, key) for part in told) for key in ("seconds", "gpu_seconds", "joules")))


def added(values: Iterable[float | None]) -> float | None:
    """A sum; None where a part of it is not known."""
    found = list(values)
    return None if not found or None in found else round(sum(value or 0.0 for value in found), 3)


def sizes(data: bytes) -> Sizes:
    """Of `shards.json`."""
    raw = parsed(data) or {}
    return tuple((one["number"], len(one["items"]), float(one["tokens"])) for one in raw.get("shards", ()))


def _spent(data: bytes) -> Spent | None:
    raw = parsed(data) or {}
    seconds = _at(raw, "spent", "seconds")
    if seconds is None:
        return None
    used = _at(raw, "inference", "device") not in (None, "cpu", "none")
    gpus = len(_at(raw, "hardware", "gpus") or ()) if used else 0
    return Spent(seconds, round(seconds * gpus, 3), _at(raw, "energy", "joules"))


def _at(raw: Mapping[str, Json], part: str, key: str) -> Json:
    inner = raw.get(part)
    return inner.get(key) if isinstance(inner, Mapping) else None
