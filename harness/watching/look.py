"""One look at a round: its life, a row for each submission, and sums."""

from __future__ import annotations

import dataclasses
import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.attest.log import NAME as LOG
from harness.canonical import plain
from harness.config import Settings
from harness.errors import DefiError
from harness.record import RoundPaths, list_runs
from harness.round_state import read_life
from harness.rulings import read_rulings, ruled_out
from harness.sealed_round import LIFE
from harness.telling import secret
from harness.types import Json, Round
from harness.waits import NAME as WAITS
from harness.watching.alarms import Alarm, Expected
from harness.watching.conductor import LOCK, away, last_look, present
from harness.watching.files import Files
from harness.watching.jobs import Jobs, read_jobs
from harness.watching.logs import iso, locked
from harness.watching.parts import Site, added
from harness.watching.rows import Row, row_of
from harness.watching.states import STATES, Scene

SCHEMA = "grand-defi/round-status/1"


@dataclass(slots=True)
class Watched:
    """A round that is watched, look after look."""

    paths: RoundPaths
    round: Round
    expected: Expected = field(default_factory=Expected)
    files: Files = field(default_factory=Files)
    life: tuple[tuple[tuple[int, int, int], ...], dict[str, Json]] | None = None  # as it was read, and of which files

    @property
    def planned(self) -> int:
        """Items of a submission; in a round that stops by itself at most so many."""
        return sum(sum(task.counts) for task in self.round.tasks) * len(self.round.languages)


@dataclass(frozen=True, slots=True)
class View:
    """What one look saw."""

    round: str
    at: str  # ISO, UTC
    life: Mapping[str, Json]  # state, since, next, summary
    rows: tuple[Row, ...]
    names: tuple[str, ...] = ()  # of all submissions, those that have no row here too
    looked: str = ""  # when a conductor last saw its jobs: ISO, UTC
    alarm: Alarm | None = None  # of the round as a whole

    @property
    def totals(self) -> dict[str, Json]:
        """Sums over all submissions."""
        rates = [row.rate.tokens_per_second for row in self.rows if row.rate.tokens_per_second is not None]
        told = [row for row in self.rows if row.spent.seconds is not None]
        counts = Counter(row.state for row in self.rows)
        return {
            "submissions": len(self.rows),
            "states": {state: counts[state] for state in STATES if counts[state]},
            "items": {
                "done": sum(row.items.done for row in self.rows),
                "all": sum(row.items.all for row in self.rows),
            },
            "tokens_per_second": round(sum(rates), 1) if rates else None,
            "spent": {
                key: added(getattr(row.spent, key) for row in told) for key in ("seconds", "gpu_seconds", "joules")
            },
            "alarms": sum(row.alarm is not None for row in self.rows) + (self.alarm is not None),
        }

    def to_json(self) -> dict[str, Json]:
        """docs/schemas/round-status.schema.json."""
        rows = plain(self.rows)
        told = {"schema": SCHEMA, "round": self.round, "at": self.at, "life": dict(self.life)}
        told |= {"looked": self.looked, "alarm": plain(self.alarm)}
        return {**told, "totals": self.totals, "submissions": rows}


def look(watched: Watched, now: datetime.datetime, only: str = "") -> View:
    """Look at a round now; at one submission alone where `only` names it."""
    paths, files = watched.paths, watched.files
    jobs = read_jobs(files.lines(paths.folder / "jobs.jsonl"))
    out = ruled_out(read_rulings(paths.folder))
    begun = {run.id for run in list_runs(paths)}
    names = list(dict.fromkeys([*watched.round.submissions, *sorted(begun | jobs.keys())]))
    local = not (paths.folder / "batches.jsonl").exists()
    if local:  # jobs end with their conductor, and its lock tells of it
        tended = any(one.open or one.fault for one in jobs.values()) and locked(paths.folder / LOCK)
    else:
        tended = present(files, paths, jobs, now.timestamp())
    conducted = any(one.open for one in jobs.values()) and (tended or not local)
    scene = Scene(
        files=files,
        site=Site(now.timestamp(), watched.expected.silence, local, conducted),
        expected=watched.expected,
        secret=secret(paths.folder),
        stopping=bool(watched.round.stopping),
        planned=watched.planned,
        tended=tended,
        waits=files.json(paths.folder / WAITS).get("submissions") or {},
    )
    rows = [
        row_of(scene, paths.run(*name.split("/")), jobs.get(name, Jobs()), out.get(name))
        for name in names
        if only in ("", name)
    ]
    at = now.astimezone(datetime.UTC).isoformat(timespec="seconds")
    seen = last_look(files, paths, jobs)
    alarm = None if local else away(files, paths, jobs, now.timestamp())
    return View(paths.round, at, _life(watched), tuple(rows), tuple(names), iso(seen) if seen else "", alarm)


def expected_of(settings: Settings) -> Expected:
    """By the site's time limit, and by how long a worker may be silent."""
    cluster, silence = settings.cluster, settings.worker.get("silence")
    chosen = (cluster.get("choices") or {}).get(cluster.get("gpus")) or {}
    minutes = chosen.get("time_max", cluster.get("time_max"))
    every = cluster.get("look_every") or (Expected().look_every if cluster.get("kind") == "slurm" else 0.5)
    found = Expected(longest=None if minutes is None else 60.0 * float(minutes), look_every=float(every))
    return found if silence is None else dataclasses.replace(found, silence=float(silence))


def _life(watched: Watched) -> dict[str, Json]:
    """Where the round stands; of a log that is damaged, that it is. A long log is checked again when it has changed."""
    folder = watched.paths.folder
    stamp = tuple(_stamp(folder / name) for name in (LOG, LIFE, "seed.json"))
    if watched.life is None or watched.life[0] != stamp:
        watched.life = (stamp, _read_life(watched))
    return watched.life[1]


def _read_life(watched: Watched) -> dict[str, Json]:
    try:
        life = read_life(watched.paths.folder, sealed=watched.round.sealed)
    except DefiError as error:
        return {"state": "unknown", "since": "", "next": "", "summary": str(error)}
    return {"state": life.state, "since": life.since, "next": life.next, "summary": life.summary}


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        facts = path.stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (facts.st_ino, facts.st_mtime_ns, facts.st_size)
