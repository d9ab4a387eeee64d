"""The conditions of a run, kept while it runs: a run that is killed has said under which conditions it was made."""

from __future__ import annotations

import datetime
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from harness.canonical import plain
from harness.conditions.budgets import Budget, Elsewhere, Spending, charged
from harness.conditions.energy import open_meter, total
from harness.conditions.facts import conditions, inference, isolation, network
from harness.conditions.hardware import clocks
from harness.conditions.nvml import Driver, open_driver
from harness.conditions.rules import Conditions, ConditionsError, Departure, departures
from harness.engine.base import Engine
from harness.record import RunPaths, read_json, write_json
from harness.states import fault_of
from harness.types import Json

_WRITE_EVERY = 10.0  # seconds
_MACHINE = ("hardware", "packages", "system")
_AFTER_LOADING = ("isolation", "network")  # rules that only a loaded engine can be judged by
_UNKNOWN = {"measured": False, "why": "an earlier version of the harness measured none", "scope": "none"}


class Session:
    """One stretch of work on a record, from the start of a process to its end or its death.

    `conditions.json` holds the sum over all sessions, and the facts of each session that differ from the last one's.
    """

    def __init__(
        self,
        run: RunPaths,
        engine: Engine,
        stated: Conditions | None = None,
        budget: Budget | None = None,
        *,
        program: bool = False,
        beside: Callable[[], Elsewhere] | None = None,
        host: Path = Path("/"),
        driver: Driver | None = None,
    ) -> None:
        """Begin: write what is known before the model is loaded.

        `program`: an entry of the organisers' that runs no weights. `beside` tells what other parts of the same record
        have spent, and this one's share of the rest; it is asked now and then. ConditionsError where the machine is not
        what the round states and the round allows no open division; nothing is written then.
        """
        self._run, self._engine, self._program = run, engine, program
        self._stated, budget = stated or Conditions(), budget or Budget()
        self._begin = self._written = time.perf_counter()
        self._load = 0.0
        self._before: dict[str, Json] = read_json(run.conditions, {})
        self._driver = open_driver() if driver is None else driver
        self._facts = {**conditions(host, self._driver), "inference": inference(engine)}
        used = self._facts["inference"]["device"] not in ("cpu", "none")
        self._meter = open_meter(host, self._driver, gpus=used, idle=self._stated.idle)
        self.spending = Spending(budget, self._spent_before(), self._meter.joules)
        self._beside = beside or Elsewhere
        self._division: str | None = None  # known when the model is ready
        self._departures: list[Departure] = []
        try:
            self._judge(loaded=False)
        except ConditionsError:
            self._release()
            raise
        self._meter.measure_idle()
        self.write()

    @property
    def left(self) -> float:
        """Seconds of engine time that the budget leaves; infinite without a limit."""
        return self.spending.left()

    @property
    def overrun(self) -> str:
        """Why nothing more may be asked; empty while the budget holds."""
        return self.spending.overrun

    def loaded(self) -> None:
        """The model is ready; ConditionsError where its isolation is not what the round states."""
        self._load = time.perf_counter() - self._begin
        self.spending.begin()
        self._division = "refused"
        self._judge(loaded=True)
        self._division = "open" if self._departures or self._was("open") else "controlled"
        self.write()

    def tick(self) -> None:
        """An answer is kept. Write now and then, so that a kill loses seconds of bookkeeping at most."""
        self.spending.keep()
        if time.perf_counter() - self._written > _WRITE_EVERY:
            self.write()

    def close(self) -> None:
        """Write for the last time, and let go of counters and driver.

        Where an error of ours ends the session (a preemption, a full disk), the budget counts up to the last answer.
        """
        error = sys.exception()
        if error is not None and fault_of(error) == "ours":
            self.spending.give_back()
        self.write()
        self._release()

    def write(self) -> None:
        """Add this session's time and energy to what earlier sessions spent."""
        self._written = time.perf_counter()
        self.spending.beside = self._beside()
        energy = total([*self._energy_before(), self._meter.session()])
        separated = isolation(self._engine)
        facts = {
            **self._facts,
            "clocks": {"first": self._facts["clocks"], "last": clocks(self._driver)},
            "isolation": separated,
            "network": network(separated),
            "tolerance": self._engine.tolerance,
            "engine": dict(
                getattr(self._engine, "notes", {})
            ),  # what it met on the way: another attention, less memory
            "division": self._division or self._before.get("division"),
            "departures": self._all_departures(),
            "energy": energy,
            "budget": {
                "planned": self.spending.budget.to_json(),
                "spent": charged(self.spending.seconds, energy["joules"], self.spending.given_back),
                "given_back": self.spending.given_back,
                "overrun": self.overrun,
            },
            "earlier": self._earlier(),
        }
        ended = datetime.datetime.now(datetime.UTC).isoformat()
        write_json(self._run.conditions, {**facts, "spent": self._spent(), "ended": ended})

    def _judge(self, *, loaded: bool) -> None:
        """Note departures from what the round states; ConditionsError where they are not allowed."""
        separated = isolation(self._engine)
        measured = {"measured": not self._meter.why, "why": self._meter.why}
        facts = {**self._facts, "isolation": separated, "network": network(separated), "energy": measured}
        joules = self.spending.budget.joules is not None
        found = departures(self._stated, facts, program=self._program, joules=joules)
        self._departures = [one for one in found if loaded or one.rule not in _AFTER_LOADING]
        if not self._departures:
            return
        where = self._run.id
        if self._stated.division == "controlled_only":
            raise ConditionsError(self._departures, where)
        if self._was("controlled"):
            ending = "this record was begun under the round's conditions: go on under these, or move it away"
            raise ConditionsError(self._departures, where, ending)

    def _was(self, division: str) -> bool:
        return self._before.get("division") == division

    def _all_departures(self) -> list[dict[str, Json]]:
        """This session's and, of a record of the open division, those of its earlier ones."""
        found: list[dict[str, Json]] = list(self._before.get("departures", ())) if self._was("open") else []
        return [*found, *(one for one in plain(self._departures) if one not in found)]

    def _spent(self) -> dict[str, Json]:
        spent, seconds = self._before.get("spent", {}), self._written - self._begin
        session = {
            "sessions": 1,
            "seconds": seconds,
            "load_seconds": self._load,
            "forward_seconds": getattr(self._engine, "forward_seconds", 0.0),
            "drained_seconds": getattr(self._engine, "drained_seconds", 0.0),
        }
        found = {key: round(spent.get(key, 0) + value, 3) for key, value in session.items()}
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # of a process that may have served others
        theirs = getattr(self._engine, "peak_memory_bytes", 0)  # of a worker that holds the weights
        found["peak_memory_bytes"] = max(own, theirs, spent.get("peak_memory_bytes", 0))
        return {**found, "engine_seconds": round(self.spending.seconds, 3)}

    def _spent_before(self) -> dict[str, Json]:
        joules = total(self._energy_before())["joules"] if self._before else 0.0
        return {
            "engine_seconds": self._before.get("spent", {}).get("engine_seconds", 0.0),
            "joules": joules,
            "given_back": self._before.get("budget", {}).get("given_back", {}),
        }

    def _energy_before(self) -> list[dict[str, Json]]:
        """What earlier sessions measured, one entry each."""
        energy = self._before.get("energy")
        if energy is None:
            return [_UNKNOWN] * int(self._before.get("spent", {}).get("sessions", 0))
        found: list[dict[str, Json]] = energy["sessions"]
        return found

    def _earlier(self) -> list[Json]:
        """The machines of earlier sessions, where they were others."""
        earlier: list[Json] = self._before.get("earlier", [])
        if not self._before or all(self._before.get(key) == self._facts[key] for key in _MACHINE):
            return earlier
        return [*earlier, {key: self._before.get(key) for key in (*_MACHINE, "ended")}]

    def _release(self) -> None:
        self._meter.close()
        self._driver.close()
