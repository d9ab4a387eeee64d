"""Where a submission stands, told by its record, its logs and what the conductor noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from harness.attest.sealing import is_sealed
from harness.record import RunPaths
from harness.rulings import OUT, Ruling
from harness.telling import shown
from harness.types import Json
from harness.watching.alarms import Expected, Session
from harness.watching.files import Files
from harness.watching.jobs import Jobs
from harness.watching.logs import Log, iso, locked, read_log
from harness.watching.parts import PartView, Site, doing, read_parts

State = Literal[
    "not started", "waiting", "cut", "running", "generated", "scored", "sealed", "stopped", "failed", "refused",
    "withdrawn", "disqualified",
]  # fmt: skip
STATES: tuple[State, ...] = get_args(State)
_ENDED: tuple[State, ...] = ("failed", "refused")
_UNFINISHED = ("planned", "running", "generated")
_STOPPED = "no process is at work: the same command goes on from here"


@dataclass(frozen=True, slots=True)
class Scene:
    """What all rows of a look share."""

    files: Files
    site: Site
    expected: Expected
    secret: bool  # the items may not be known
    stopping: bool
    planned: int  # items of a submission, as the round is configured
    tended: bool = False  # a `defi round run` is at work: what failed and may be tried again waits for that
    waits: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)  # why jobs wait, as `harness.waits` tells it


@dataclass(slots=True)
class Found:
    """What the files say of one submission."""

    scene: Scene
    run: RunPaths
    told: Mapping[str, Json]  # state.json
    jobs: Jobs
    log: Log | None  # of the record: cutting, scoring, or all of it
    parts: list[PartView]
    running: list[Session] = field(default_factory=list)
    waiting: int = 0
    held: bool = False  # somebody writes the record, though no log says so

    @property
    def reason(self) -> str:
        """What the record says; while items are secret, no word that could quote one."""
        said = str(self.told.get("reason", ""))
        return shown(said, str(self.told.get("error", ""))) if self.scene.secret else said

    @property
    def why(self) -> str:
        """Why the last try failed, as it may be told."""
        return shown(self.jobs.why) if self.scene.secret else self.jobs.why

    @property
    def again(self) -> str:
        """Which try comes or is under way, and why the last one failed; empty where none failed."""
        return self.jobs.again(self.why)

    @property
    def site(self) -> Mapping[str, Json]:
        """What the site says of its waiting jobs, while there are any."""
        return self.scene.waits.get(self.run.id, {}) if self.waiting else {}

    @property
    def between(self) -> bool:
        """Whether a try has failed and another one follows."""
        return self.told.get("state") == "failed" and self.told.get("again") is not False and bool(self.again)

    @property
    def newest(self) -> Log | None:
        """The log that has the newest line."""
        logs = [one.log for one in self.parts if one.log] + ([self.log] if self.log else [])
        return max(logs, key=lambda log: log.at, default=None)


def find_out(scene: Scene, run: RunPaths, jobs: Jobs) -> Found:
    """Read what there is of a submission; of a record that is scored neither parts nor jobs matter any more."""
    files, site = scene.files, scene.site
    told = files.json(run.state)
    log = read_log(files, run.events)
    if told.get("state") == "scored":
        return Found(scene, run, told, jobs, log, [])
    parts = [] if run.completions.exists() else read_parts(files, run, jobs, site)
    found = Found(scene, run, told, jobs, log, parts)
    found.running = [Session(one.log, one.cost) for one in parts if one.doing == "running" and one.log]
    found.waiting = sum(one.doing == "waiting" for one in parts)
    for key in {*(key for key in jobs.open if ":ask:" not in key), *([log.key] if log else [])}:
        now = doing(run, key, log, jobs, site)
        if now == "running" and log is not None:
            found.running.append(Session(log, float(log.items)))
        found.waiting += now == "waiting"
    if not found.running and not found.waiting and told.get("state") in _UNFINISHED:
        found.held = locked(run.lock)
    return found


def state_of(found: Found, ruling: Ruling | None) -> tuple[State, str, str]:
    """The state, since when, and why."""
    told = str(found.told.get("state", ""))
    since, reason = str(found.told.get("since", "")), found.reason
    if ruling is not None:
        return ("withdrawn" if OUT[ruling.kind] == "withdrawn" else "disqualified"), ruling.at, ruling.reason
    if told == "scored":
        return ("sealed" if is_sealed(found.run.folder) else "scored"), since, reason
    if found.running:
        return "running", iso(min(one.log.began for one in found.running)), found.again or reason
    if found.waiting:
        told = f"the site says: {found.site['reason']}" if found.site.get("reason") else ""
        return "waiting", iso(found.jobs.last), "; ".join(filter(None, (told, found.again))) or reason
    state = _at_rest(found, told)
    if state == "generated" and (newest := found.newest) is not None:
        since = iso(newest.at)
    if state == "stopped":
        said = (reason if not found.between else "", _STOPPED, found.again)
        return state, since, "; ".join(filter(None, said))
    return state, since, reason if state in _ENDED else found.again or reason


def _at_rest(found: Found, told: str) -> State:
    """The state where no job runs or waits."""
    if found.between:
        return "waiting" if found.scene.tended else "stopped"
    for ended in _ENDED:
        if told == ended:
            return ended
    if found.parts and all(one.doing == "finished" for one in found.parts):
        return "generated"
    if told == "planned" and found.parts:
        return "cut"
    if told in _UNFINISHED:
        at_work: State = "generated" if told == "generated" else "running"
        return at_work if found.held else "stopped"
    return "not started"
