"""When `defi round run` last saw its jobs: it says so in `looked.json`, and whoever watches sees it fall silent."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping

from harness.record import RoundPaths, write_json
from harness.types import Json
from harness.watching.alarms import AWAY, Alarm, duration
from harness.watching.files import Files
from harness.watching.jobs import Jobs
from harness.watching.logs import iso, locked, moment

NAME = "looked.json"  # in a round's folder
LOCK = ".conductor.lock"  # as `harness.at_work` has it
_LOOKS, _LEAST = 10, 600.0  # looks that may be missing; seconds that are never too long
_PAUSE = 5.0  # seconds between two writings at least: on one machine it looks twice a second


class Heartbeat:
    """Writes down that jobs were seen, as often as a conductor looks, but not more often than anybody needs."""

    def __init__(self, paths: RoundPaths, every: float) -> None:
        """`every`: seconds between two looks."""
        self._path, self._every, self._last = paths.folder / NAME, every, -_PAUSE

    def beat(self) -> None:
        """Jobs are seen now; a disk that is full holds up nobody, and is told of elsewhere."""
        now = time.monotonic()
        if now - self._last >= min(max(self._every, _PAUSE), 60.0):
            self._last = now
            with contextlib.suppress(OSError):
                write_json(self._path, {"at": iso(time.time()), "every": self._every})


def last_look(files: Files, paths: RoundPaths, jobs: Mapping[str, Jobs]) -> float:
    """When jobs were last seen, or at least sent; 0 where none were."""
    sent = max((one.last for one in jobs.values()), default=0.0)
    return max(sent, moment(str(files.json(paths.folder / NAME).get("at", ""))))


def present(files: Files, paths: RoundPaths, jobs: Mapping[str, Jobs], now: float) -> bool:
    """Whether jobs were seen lately enough that somebody looks after them."""
    told: Json = files.json(paths.folder / NAME).get("every")
    every = float(told) if isinstance(told, int | float) else 0.0
    return now - last_look(files, paths, jobs) <= max(_LOOKS * every, _LEAST)


def away(files: Files, paths: RoundPaths, jobs: Mapping[str, Jobs], now: float) -> Alarm | None:
    """Of jobs on a site that are open, while nobody has seen them for too long."""
    number = sum(len(one.open) for one in jobs.values())
    if not number or not files.json(paths.folder / NAME) or present(files, paths, jobs, now):
        return None
    open_, them = ("1 job is open", "it") if number == 1 else (f"{number} jobs are open", "them")
    long = duration(now - last_look(files, paths, jobs))
    if locked(paths.folder / LOCK):
        return Alarm(AWAY, f"{open_}, and the site has not answered `defi round run` for {long}")
    remedy = f"`defi round run {paths.round}`, with the words that it was run with, adopts {them}"
    return Alarm(AWAY, f"{open_}, and nobody has looked after {them} for {long}: {remedy}")
