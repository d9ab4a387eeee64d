"""A submission's row: where it stands, how fast it goes, what it cost and will cost, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.record import RunPaths
from harness.rulings import Ruling
from harness.telling import shown
from harness.watching.alarms import BLOCKED, SPENT, Alarm, Session, too_long, too_slow, usual_pace
from harness.watching.files import parsed
from harness.watching.jobs import Jobs
from harness.watching.logs import Log, iso, moment
from harness.watching.parts import UNCUT, Spent, sizes, spent_of
from harness.watching.states import Found, Scene, State, find_out, state_of

_OVER: tuple[State, ...] = ("scored", "sealed", "failed", "refused", "withdrawn", "disqualified")


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many."""

    done: int = 0
    all: int = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """What the running jobs do together, of late; None: not known."""

    tokens_per_second: float | None = None
    answers_per_minute: float | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """What is still to be spent, from what was measured; None: not known."""

    seconds: float | None = None  # until the last answer, with the jobs that run now
    node_seconds: float | None = None
    gpu_seconds: float | None = None
    at_most: bool = False  # in a round that stops by itself: if everything is asked


@dataclass(frozen=True, slots=True)
class Tries:
    """Jobs that were sent, and tries that failed: jobs side by side are of one try."""

    sent: int = 0  # jobs
    own: int = 0  # tries that failed by the submission's own fault; the third stops it
    ours: int = 0  # by the harness's, the machine's or the site's: never charged
    last: str = ""  # why the last one failed, where another one follows


@dataclass(frozen=True, slots=True)
class Row:
    """One submission."""

    submission: str
    state: State
    since: str  # ISO, UTC; empty before it began
    seconds_in_state: float | None
    reason: str  # in words that a team can act on; of an item or an answer never a word
    fault: str  # own, ours; empty where nothing failed
    shards: Count
    items: Count
    rate: Rate
    waiting: int  # jobs
    running: int
    tries: Tries
    spent: Spent
    left: Left
    alarm: Alarm | None
    last: str  # of its log


def row_of(scene: Scene, run: RunPaths, jobs: Jobs, ruling: Ruling | None) -> Row:
    """The row of one submission, by what its files say now."""
    found = find_out(scene, run, jobs)
    state, since, reason = state_of(found, ruling)
    count = _items(scene, found, state)
    pace = _pace(found.running, scene.site.now)
    spent = spent_of(scene.files, run, len(found.parts))
    elapsed = max(0.0, scene.site.now - moment(since)) if since else None
    again = bool(found.again) and state not in _OVER
    fault = str(found.told.get("fault", "")) if state in ("failed", "refused") else jobs.fault if again else ""
    return Row(
        submission=run.id,
        state=state,
        since=since,
        seconds_in_state=None if elapsed is None else round(elapsed, 1),
        reason=reason,
        fault=fault,
        shards=Count(sum(one.doing == "finished" for one in found.parts), len(found.parts)),
        items=count,
        rate=Rate() if pace is None else Rate(round(pace[1], 1), round(60 * pace[0], 1)),
        waiting=found.waiting,
        running=len(found.running),
        tries=Tries(jobs.sent, jobs.own, jobs.ours, found.why if again else ""),
        spent=spent,
        left=_left(scene, found, state, spent, count),
        alarm=_alarm(scene, found, state, elapsed),
        last=_last(found.newest, secret=scene.secret),
    )


def _items(scene: Scene, found: Found, state: State) -> Count:
    """Items with an answer, or judged, of those that are planned."""
    files, run, log = scene.files, found.run, found.log
    if found.parts:
        return Count(sum(one.done for one in found.parts), sum(one.items for one in found.parts))
    planned = sum(items for _, items, _ in files.read(run.shards, sizes, UNCUT)) or (log.items if log else 0)
    if not planned:
        planned = files.read(run.plan, _plan_items, 0) or scene.planned
    if state in ("scored", "sealed"):
        return Count(files.count(run.scores), planned)
    return Count(log.done if log and log.open and log.items else files.count(run.completions), planned)


def _pace(running: Sequence[Session], now: float) -> tuple[float, float] | None:
    """Answers and tokens a second of all running jobs; those that still load tell nothing yet."""
    told = [pace for one in running if (pace := one.log.pace(now)) is not None]
    return (sum(pace[0] for pace in told), sum(pace[1] for pace in told)) if told else None


def _left(scene: Scene, found: Found, state: State, spent: Spent, count: Count) -> Left:
    """By cost: of what is answered and what it took, and of how fast it goes now."""
    if state == "generated" or (state in _OVER and state != "failed"):
        return Left(0.0, 0.0, 0.0)
    open_, whole = (
        (sum(one.left for one in found.parts), sum(one.cost for one in found.parts))
        if found.parts
        else (float(count.all - count.done), float(count.all))
    )
    speed = 0.0
    for one in found.running:
        pace = one.log.pace(scene.site.now)
        speed += pace[0] * one.cost / one.log.items if pace and one.log.items else 0.0
    done = whole - open_

    def like(so_far: float | None) -> float | None:
        return None if so_far is None or done <= 0 else round(so_far * open_ / done, 1)

    seconds = round(open_ / speed, 1) if speed > 0 else None
    return Left(seconds, like(spent.seconds), like(spent.gpu_seconds), scene.stopping)


def _alarm(scene: Scene, found: Found, state: State, elapsed: float | None) -> Alarm | None:
    if state == "failed" and found.told.get("fault") == "ours" and found.told.get("again") is False:
        return Alarm(SPENT, "stopped by what is not its fault: nobody tries any more")
    if remedy := found.site.get("blocked"):
        return Alarm(BLOCKED, f"{found.site['reason']}; remedy: {remedy}")
    if state == "running":
        usual = usual_pace(Session(one.log, one.cost) for one in found.parts if one.doing == "finished" and one.log)
        return too_slow(found.running, usual, scene.expected, scene.site.now)
    return too_long(state, elapsed, scene.expected)


def _last(log: Log | None, *, secret: bool) -> str:
    """The newest line of a submission's logs, in words."""
    if log is None:
        return ""
    line, event = log.last, log.event
    reason = str(line.get("reason", ""))
    said = {
        "begun": f"began on {line.get('node')}",
        "progress": f"{line.get('done')} of {line.get('items')} answered",
        "done": f"done after {line.get('seconds')} s",
        "failed": f"failed: {(shown(reason) if secret else reason).partition(chr(10))[0]}",
    }
    errand = log.key.partition(":")[2].replace(":", " ")
    return f"{iso(log.at)[11:19]} {errand}: {said.get(event, event)}"


def _plan_items(data: bytes) -> int:
    return len((parsed(data) or {}).get("items", ()))
