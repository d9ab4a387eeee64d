"""Joules of a run, from hardware counters: for one session while it runs, and for a record over its sessions.

Measured from before the model is loaded to the end of the session. Where any part cannot be counted the result says
`"measured": false` and why: a part is never made up from nominal figures.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from harness.conditions.counters import DOMAINS, Counter, CounterLostError, gpu_counters, powercap_counters
from harness.conditions.nvml import Driver
from harness.types import Json

Idle = Literal["keep", "subtract"]
COUNTS = "all that ran on the devices of the scope, loading the model included"
_EVERY = 10.0  # seconds between readings: a RAPL counter wraps around after a minute at the earliest
_IDLE_SECONDS = 5.0


class Meter:
    """One session's energy. Counters are read now and then on a thread of their own, so that no wrap is missed."""

    def __init__(
        self,
        counters: Sequence[Counter],
        missing: Mapping[str, str],
        idle: Idle = "keep",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Count from now; `missing` says of each domain without a counter why it has none."""
        self._counters, self._missing, self._idle = list(counters), dict(missing), idle
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._clock = clock
        self._begin = clock()
        self._zero: Mapping[str, float] = {}
        self._idle_watts = 0.0
        self._lost = ""
        if self._counters:
            threading.Thread(target=self._watch, name="energy", daemon=True).start()

    @property
    def scope(self) -> str:
        """What is counted: `gpu+package+dram` or less, or `none`."""
        counted = {counter.domain for counter in self._counters}
        return "+".join(domain for domain in DOMAINS if domain in counted) or "none"

    @property
    def why(self) -> str:
        """Why nothing is measured; empty while counters count."""
        return self._lost or ("" if self._counters else _words(self._missing))

    def measure_idle(self, seconds: float = _IDLE_SECONDS, sleep: Callable[[float], object] = time.sleep) -> None:
        """Where the round subtracts idle power: wait, take the mean power, and count from then on."""
        if self._idle != "subtract" or not self._counters:
            return
        before, since = self._sum(), self._clock()
        sleep(seconds)
        after, now = self._sum(), self._clock()
        self._idle_watts = (sum(after.values()) - sum(before.values())) / (now - since)
        self._begin, self._zero = now, after

    def joules(self) -> float | None:
        """Joules so far, idle power subtracted where configured; None where they are not measured."""
        found = self.session()
        return float(found["joules"]) if found["measured"] else None

    def session(self) -> dict[str, Json]:
        """What `conditions.json` holds of this session."""
        seconds = self._clock() - self._begin
        parts = self._sum()
        gross = sum(parts.values())
        net = gross - self._idle_watts * seconds
        why = self.why or self._short(parts, net)
        if why:
            return {"measured": False, "why": why, "scope": "none", "seconds": round(seconds, 3)}
        shown: dict[str, Json] = {"measured": True, "joules": round(net, 3), "scope": self.scope}
        shown |= {"idle": self._idle, "by_domain": {name: round(value, 3) for name, value in parts.items()}}
        if self._idle == "subtract":
            shown |= {"gross_joules": round(gross, 3), "idle_watts": round(self._idle_watts, 3)}
        return {**shown, "seconds": round(seconds, 3), "missing": self._missing}

    def close(self) -> None:
        """Read no more."""
        self._ended.set()

    def _sum(self) -> dict[str, float]:
        """Joules by domain since the beginning."""
        with self._lock:
            found: dict[str, float] = {}
            try:
                for counter in self._counters:
                    found[counter.domain] = found.get(counter.domain, 0.0) + counter.joules()
            except CounterLostError as error:
                self._lost = self._lost or str(error)
                return {}
        return {domain: value - self._zero.get(domain, 0.0) for domain, value in found.items()}

    def _short(self, parts: Mapping[str, float], net: float) -> str:
        if still := [domain for domain, value in parts.items() if value <= 0]:
            return f"the counter of {', '.join(still)} has not moved yet"
        return "the machine drew less than when idle, so the idle power was not idle" if net <= 0 else ""

    def _watch(self) -> None:
        while not self._ended.wait(_EVERY):
            self._sum()


def _words(missing: Mapping[str, str]) -> str:
    return "; ".join(dict.fromkeys(missing.values()))


def open_meter(host: Path, driver: Driver, *, gpus: bool, idle: Idle = "keep") -> Meter:
    """A meter of all that can be counted here; of GPUs only where the run uses them (`gpus`)."""
    counters: list[Counter] = []
    missing: dict[str, str] = {}
    for domain in DOMAINS:
        try:
            if domain != "gpu":
                counters += powercap_counters(host, domain)
            elif gpus:
                counters += gpu_counters(driver)
        except CounterLostError as error:
            missing[domain] = str(error)
    return Meter(counters, missing, idle)


def total(sessions: Iterable[Mapping[str, Json]]) -> dict[str, Json]:
    """The energy of a record: the sum over its sessions, where all were measured, and in the same way."""
    parts = [dict(session) for session in sessions]
    why = _unlike(parts)
    if why:
        return {"measured": False, "joules": None, "scope": "none", "why": why, "sessions": parts}
    return {
        "measured": True,
        "joules": round(sum(part["joules"] for part in parts), 3),
        "scope": parts[0]["scope"],
        "idle": parts[0]["idle"],
        "counts": COUNTS,
        "why": "",
        "missing": parts[-1]["missing"],
        "sessions": parts,
    }


def _unlike(parts: Sequence[Mapping[str, Json]]) -> str:
    """Why sessions cannot be added up; empty where they can."""
    if not parts:
        return "no session was measured"
    for number, part in enumerate(parts, 1):
        if not part["measured"]:
            where = "" if len(parts) == 1 else f"session {number}: "
            return f"{where}{part['why']}"
    if len({(part["scope"], part["idle"]) for part in parts}) > 1:
        return "sessions were measured in different ways: " + ", ".join(f"{p['scope']} ({p['idle']})" for p in parts)
    return ""
