"""A session keeps a record's conditions: written before the model is loaded, judged, summed over sessions."""

from __future__ import annotations

import contextlib
import functools
from pathlib import Path
from typing import Any

import pytest

from harness.conditions.budgets import Budget, Spending
from harness.conditions.energy import Meter
from harness.conditions.nvml import Driver
from harness.conditions.rules import Conditions, ConditionsError
from harness.errors import EngineError
from harness.record import RunPaths, read_json, write_json
from harness.session import Session

NONE = Driver(None, why="no NVIDIA driver")


class FakeEngine:
    """An engine that a session only looks at."""

    tolerance = 0.0
    notes: dict[str, Any] = {}  # noqa: RUF012 - never written

    def __init__(self, **isolation: Any) -> None:
        """`isolation`: what it says after loading; nothing where it says nothing of it."""
        self.identity = {"name": "transformers", "dtype": "float32", "device": "cpu", "rows": 64}
        if isolation:
            self.isolation = isolation


class Steady:
    """A counter that gains 10 J whenever it is read."""

    domain = "package"
    value = 0.0

    def joules(self) -> float:
        """Ten more."""
        self.value += 10
        return self.value


CAGED = {"kind": "bubblewrap", "network": {"isolated": True}}
APART = Conditions(isolation="required", network="none", division="open_allowed")


@pytest.fixture
def run(tmp_path: Path) -> RunPaths:
    """An empty record."""
    return RunPaths(tmp_path / "team" / "entry")


@pytest.fixture
def session(run: RunPaths, tmp_path: Path) -> Any:
    """A session on a machine without counters and GPUs, unless told otherwise."""

    def begin(engine: FakeEngine | None = None, *stated: Any, **options: Any) -> Session:
        return Session(run, engine or FakeEngine(), *stated, host=tmp_path, driver=NONE, **options)

    return begin


def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every machine have one counter."""
    monkeypatch.setattr("harness.session.open_meter", lambda *_, **__: Meter([Steady()], {}))


def test_what_is_known_is_written_at_once(session: Any, run: RunPaths) -> None:
    """Before the model is loaded the file says all but how the weights are kept apart, and claims no division."""
    session()
    found = read_json(run.conditions)
    assert found["inference"]["concurrency"] == 64
    assert (found["division"], found["network"]) == (None, "not isolated")
    assert (found["energy"]["measured"], found["energy"]["joules"]) == (False, None)
    assert found["spent"]["sessions"] == 1


def test_a_run_as_stated_is_controlled(session: Any, run: RunPaths) -> None:
    """A loaded engine that is kept apart, as the round demands, is of the controlled division."""
    one = session(FakeEngine(**CAGED), APART)
    one.loaded()
    one.close()
    found = read_json(run.conditions)
    assert (found["division"], found["departures"], found["network"]) == ("controlled", [], "isolated")
    assert found["isolation"]["kind"] == "bubblewrap"


def test_another_run_goes_to_the_open_division_where_there_is_one(session: Any, run: RunPaths) -> None:
    """Each departure is written down, and a later session that keeps the conditions does not lift the record."""
    session(FakeEngine(), APART).loaded()
    first = read_json(run.conditions)
    assert (first["division"], [one["rule"] for one in first["departures"]]) == ("open", ["isolation", "network"])
    session(FakeEngine(**CAGED), APART).loaded()
    second = read_json(run.conditions)
    assert (second["division"], second["departures"]) == ("open", first["departures"])


def test_another_run_is_refused_where_there_is_none(session: Any, run: RunPaths) -> None:
    """A machine that is not the round's is refused before anything is written; an isolation, once it is known."""
    with pytest.raises(ConditionsError, match="min_memory"):
        session(None, Conditions(min_memory=2**60))
    assert not run.conditions.exists()
    one = session(None, Conditions(isolation="required"))
    with pytest.raises(ConditionsError, match="isolation"):
        one.loaded()
    one.close()
    assert read_json(run.conditions)["division"] == "refused"
    again = session(FakeEngine(**CAGED), Conditions(isolation="required"))
    again.loaded()
    assert read_json(run.conditions)["division"] == "controlled"


def test_a_controlled_record_is_not_made_open_by_a_restart(session: Any, run: RunPaths) -> None:
    """A record begun under the round's conditions goes on under these or not at all, open division or not."""
    session(FakeEngine(**CAGED), APART).loaded()
    with pytest.raises(ConditionsError, match="begun under the round's conditions"):
        session(FakeEngine(), APART).loaded()
    assert "refused" not in read_json(run.conditions)["departures"]


def test_a_program_needs_no_isolation(session: Any, run: RunPaths) -> None:
    """The organisers' programs run no weights."""
    session(None, Conditions(isolation="required", engines=("vllm",)), program=True).loaded()
    assert read_json(run.conditions)["division"] == "controlled"


def test_seconds_and_joules_add_up_over_sessions(session: Any, run: RunPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    """What earlier sessions spent counts against the budget, and the file says planned and spent."""
    counted(monkeypatch)
    one = session(None, None, Budget(seconds=1000, joules=500))
    one.loaded()
    one.close()
    first = read_json(run.conditions)
    assert first["budget"]["planned"]["joules"] == 500
    assert (first["budget"]["overrun"], first["budget"]["spent"]["joules"]) == ("", first["energy"]["joules"])
    write_json(run.conditions, {**first, "spent": {**first["spent"], "engine_seconds": 999.99}})
    two = session(None, None, Budget(seconds=1000, joules=5000))
    assert 999.98 < two.spending.seconds < 1000
    assert two.overrun == ""
    two.close()
    second = read_json(run.conditions)
    assert second["spent"]["sessions"] == len(second["energy"]["sessions"]) == 2
    assert second["energy"]["joules"] > first["energy"]["joules"] > 0
    assert "joules is spent" in session(None, None, Budget(joules=10)).overrun


def test_a_session_without_counters_leaves_the_record_without_energy(
    session: Any, run: RunPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a measurement is none: the file names the session that was not measured."""
    session().close()
    counted(monkeypatch)
    session().close()
    found = read_json(run.conditions)["energy"]
    assert (found["measured"], found["joules"]) == (False, None)
    assert found["why"].startswith("session 1:")


def test_a_budget_of_joules_needs_a_counter(session: Any) -> None:
    """What cannot be measured cannot be held to: such a run departs from the round."""
    with pytest.raises(ConditionsError, match="energy not measured"):
        session(None, None, Budget(joules=50))
    session(None, None, Budget(joules=50), program=True).close()


def test_an_older_record_goes_on(session: Any, run: RunPaths) -> None:
    """A file of the first version is continued: its machine stands under `earlier`, its energy is not known."""
    old = {"hardware": {"cores": 1}, "packages": {}, "energy": None, "ended": "2026-01-01", "spent": {"sessions": 2}}
    write_json(run.conditions, old)
    session().close()
    found = read_json(run.conditions)
    assert found["spent"]["sessions"] == 3
    assert found["earlier"] == [{"hardware": {"cores": 1}, "packages": {}, "system": None, "ended": "2026-01-01"}]
    assert "earlier version" in found["energy"]["why"]


def test_the_workers_memory_is_the_runs(session: Any, run: RunPaths) -> None:
    """Where a worker holds the weights, its peak counts when it is the higher one."""
    engine = FakeEngine()
    engine.peak_memory_bytes = 2**60  # type: ignore[attr-defined]
    session(engine).close()
    assert read_json(run.conditions)["spent"]["peak_memory_bytes"] == 2**60


@pytest.mark.parametrize(
    ("error", "counted"), [(SystemExit(143), 40.0), (OSError("full"), 40.0), (EngineError("x"), 70.0), (None, 70.0)]
)
def test_what_our_fault_interrupts_is_not_charged(
    error: BaseException | None, counted: float, session: Any, run: RunPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A preemption counts up to the last answer kept; what a team's own fault took, and a clean end, in full."""
    now = [0.0]
    monkeypatch.setattr("harness.session.Spending", functools.partial(Spending, clock=lambda: now[0]))
    one = session(None, None, Budget(seconds=100))
    with contextlib.suppress(SystemExit, OSError, EngineError), contextlib.closing(one):
        one.loaded()
        now[0] = 40.0
        one.tick()
        now[0] = 70.0
        if error is not None:
            raise error
    found = read_json(run.conditions)
    assert (found["budget"]["spent"]["seconds"], found["spent"]["engine_seconds"]) == (counted, 70.0)
    assert session(None, None, Budget(seconds=100)).left == 100 - counted
    assert read_json(run.conditions)["budget"]["spent"]["seconds"] == counted
