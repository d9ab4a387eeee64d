"""The conditions of a run, kept while it runs: a run that is killed has said under which conditions it was made."""

from __future__ import annotations

import datetime
import resource
import time

from harness.engine.base import Engine
from harness.record import RunPaths, read_json, write_json
from harness.record.conditions import conditions
from harness.types import Json

_WRITE_EVERY = 10.0  # seconds


class Session:
    """One stretch of work on a record, from the start of a process to its end or its death.

    `conditions.json` holds the sum over all sessions, and the facts of each session that differ from the last one's.
    """

    def __init__(self, run: RunPaths, engine: Engine) -> None:
        """Begin: write what is known before the model is loaded."""
        self._run, self._engine = run, engine
        self._begin = self._written = time.perf_counter()
        self._load = 0.0
        self._facts = conditions()
        before: dict[str, Json] = read_json(run.conditions, {})
        self._spent: dict[str, Json] = before.get("spent", {})
        self._earlier: list[Json] = before.get("earlier", [])
        if before and any(before[key] != self._facts[key] for key in ("hardware", "packages")):
            self._earlier = [*self._earlier, {key: before[key] for key in ("hardware", "packages", "ended")}]
        self.write()

    def loaded(self) -> None:
        """The model is ready."""
        self._load = time.perf_counter() - self._begin

    def tick(self) -> None:
        """Write now and then, so that a kill loses seconds of bookkeeping at most."""
        if time.perf_counter() - self._written > _WRITE_EVERY:
            self.write()

    def write(self) -> None:
        """Add this session's time to what earlier sessions spent."""
        self._written = time.perf_counter()
        session = {
            "sessions": 1,
            "seconds": self._written - self._begin,
            "load_seconds": self._load,
            "forward_seconds": getattr(self._engine, "forward_seconds", 0.0),
        }
        spent = {key: round(self._spent.get(key, 0) + value, 3) for key, value in session.items()}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # of the worker, which may have served others
        spent["peak_memory_bytes"] = max(peak, self._spent.get("peak_memory_bytes", 0))
        ended = datetime.datetime.now(datetime.UTC).isoformat()
        notes = getattr(self._engine, "notes", {})  # what the engine met on the way: another attention, less memory
        facts = {**self._facts, "tolerance": self._engine.tolerance, "engine": dict(notes), "earlier": self._earlier}
        write_json(self._run.conditions, {**facts, "spent": spent, "ended": ended})
