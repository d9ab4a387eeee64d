"""Joules by counters: wraps, closed files, missing drivers, sums over sessions, and never an estimate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.conditions.counters import CounterLostError, Domain, PowercapCounter, powercap_counters
from harness.conditions.energy import Meter, open_meter, total
from harness.conditions.nvml import Driver, open_driver

RANGE = 65_532_610_987  # microjoules: what many processors have
NONE = Driver(None, why="no NVIDIA driver")


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        """Begin at 0."""
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class FakeError(Exception):
    """The library's own error."""


class FakeNvml:
    """GPUs with counters in millijoules; one that has none raises."""

    NVMLError = FakeError

    def __init__(self, *millijoules: int | None, mig: int = 0) -> None:
        """One number a GPU; `mig`: whether they are partitioned."""
        self.counts, self.mig = list(millijoules), mig

    def nvmlInit(self) -> None:  # noqa: N802 - the library's names
        """Nothing."""

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        return len(self.counts)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:  # noqa: N802
        return index

    def nvmlDeviceGetUUID(self, handle: int) -> str:  # noqa: N802
        return f"GPU-{handle}"

    def nvmlDeviceGetMigMode(self, handle: int) -> list[int]:  # noqa: N802
        return [self.mig, 0]

    def nvmlDeviceGetTotalEnergyConsumption(self, handle: int) -> int:  # noqa: N802
        if (count := self.counts[handle]) is None:
            raise FakeError("Not Supported")
        return count


class Fake:
    """A counter that says what it is told."""

    def __init__(self, domain: Domain = "gpu") -> None:
        """Nothing counted yet."""
        self.domain: Domain = domain
        self.value = 0.0
        self.lost = ""

    def joules(self) -> float:
        if self.lost:
            raise CounterLostError(self.lost)
        return self.value


def zone(root: Path, name: str, label: str, microjoules: int = 0) -> Path:
    """One powercap zone as the kernel lays it out."""
    folder = root / "sys/class/powercap" / name
    folder.mkdir(parents=True)
    for file, text in (("name", label), ("energy_uj", microjoules), ("max_energy_range_uj", RANGE)):
        (folder / file).write_text(f"{text}\n")
    return folder


def tree(root: Path) -> dict[str, Path]:
    """Two packages with memory, cores, the platform around them, and the memory-mapped double of the first."""
    places = {
        "intel-rapl:0": "package-0",
        "intel-rapl:0/intel-rapl:0:0": "core",
        "intel-rapl:0/intel-rapl:0:1": "dram",
        "intel-rapl:1": "package-1",
        "intel-rapl:1/intel-rapl:1:0": "dram",
        "intel-rapl:2": "psys",
        "intel-rapl-mmio:0": "package-0",
    }
    return {name: zone(root, name, label) for name, label in places.items()}


def count(folder: Path, microjoules: int) -> None:
    """Let a zone's counter stand there."""
    (folder / "energy_uj").write_text(f"{microjoules}\n")


@given(st.lists(st.integers(min_value=0, max_value=RANGE - 1), min_size=1, max_size=20))
def test_a_counter_that_wraps_loses_nothing(tmp_path_factory: pytest.TempPathFactory, steps: list[int]) -> None:
    """However often it wraps around between readings, each less than a range, the joules add up."""
    folder = zone(tmp_path_factory.mktemp("zone"), "intel-rapl:0", "package-0", 60_000_000_000)
    counter, raw = PowercapCounter(folder, "package", Clock()), 60_000_000_000
    for step in steps:
        raw += step
        count(folder, raw % RANGE)
        last = counter.joules()
    assert last == pytest.approx(sum(steps) / 1e6)


def test_a_counter_read_too_late_is_lost(tmp_path: Path) -> None:
    """After a pause in which it may have wrapped unseen, no figure is given."""
    clock = Clock()
    counter = PowercapCounter(zone(tmp_path, "intel-rapl:0", "package-0"), "package", clock)
    clock.now = 60
    assert counter.joules() == 0
    clock.now = 130
    with pytest.raises(CounterLostError, match="too late"):
        counter.joules()


def test_no_joule_is_counted_twice(tmp_path: Path) -> None:
    """Packages and their memory are counted; cores within, the platform around and the double are not."""
    folders = tree(tmp_path)
    meter = open_meter(tmp_path, NONE, gpus=True)
    for number, folder in enumerate(folders.values()):
        count(folder, 10**number * 1_000_000)
    found = meter.session()
    meter.close()
    assert (found["scope"], found["measured"]) == ("package+dram", True)
    assert found["by_domain"] == {"package": 1 + 1000, "dram": 100 + 10_000}
    assert found["joules"] == 11_101
    assert found["missing"] == {"gpu": "no NVIDIA driver"}


def test_a_closed_counter_is_not_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel lets root alone read a counter, energy is not measured and says so."""
    tree(tmp_path)
    whole = Path.read_text

    def closed(path: Path, *arguments: Any, **options: Any) -> str:
        if path.name == "energy_uj":
            raise PermissionError(13, "Permission denied", str(path))
        return whole(path, *arguments, **options)

    monkeypatch.setattr(Path, "read_text", closed)
    meter = open_meter(tmp_path, NONE, gpus=False)
    assert (meter.joules(), meter.scope) == (None, "none")
    found = meter.session()
    assert found["measured"] is False
    assert "root alone" in found["why"]
    assert "joules" not in found


def test_no_counter_is_not_zero(tmp_path: Path) -> None:
    """A machine without counters gives no figure, and every reason."""
    found = total([open_meter(tmp_path, NONE, gpus=True).session()])
    assert (found["measured"], found["joules"], found["scope"]) == (False, None, "none")
    assert "no NVIDIA driver" in found["why"]
    assert "no RAPL counter" in found["why"]


def test_gpus_are_counted_in_joules(tmp_path: Path) -> None:
    """The sum over visible GPUs, from millijoules; a run that uses none counts none."""
    library = FakeNvml(5_000, 1_000)
    meter = open_meter(tmp_path, open_driver(library, {}), gpus=True)
    library.counts = [7_500, 2_000]
    assert (meter.joules(), meter.scope) == (3.5, "gpu")
    meter.close()
    assert open_meter(tmp_path, open_driver(library, {}), gpus=False).scope == "none"


@pytest.mark.parametrize(
    ("library", "why"),
    [
        (FakeNvml(5_000, None), "GPU 1 has no energy counter"),
        (FakeNvml(5_000, mig=1), "partitioned"),
        (FakeNvml(), "no GPU is visible"),
    ],
)
def test_a_part_of_the_gpus_is_not_the_gpus(tmp_path: Path, library: FakeNvml, why: str) -> None:
    """Where one GPU cannot be counted alone, or there is none, GPUs are not in the scope."""
    meter = open_meter(tmp_path, open_driver(library, {}), gpus=True)
    assert meter.scope == "none"
    assert why in meter.why


def test_a_counter_that_begins_again_is_lost(tmp_path: Path) -> None:
    """A driver that was loaded anew during a session leaves the session unmeasured, for good."""
    library = FakeNvml(5_000)
    meter = open_meter(tmp_path, open_driver(library, {}), gpus=True)
    library.counts = [10]
    assert meter.joules() is None
    library.counts = [9_000]
    assert meter.session()["measured"] is False
    assert "loaded anew" in meter.why
    meter.close()


def test_a_counter_that_has_not_moved_is_no_measurement() -> None:
    """A session shorter than a counter's step has no energy, rather than none at all."""
    meter = Meter([Fake()], {})
    assert meter.session() == {**meter.session(), "measured": False, "scope": "none"}
    assert "not moved" in meter.session()["why"]
    meter.close()


def test_idle_power_is_subtracted_as_measured() -> None:
    """Five seconds at 10 W before loading: of 300 J in 20 s, 100 J are the work's; both figures are kept."""
    clock, counter = Clock(), Fake()

    def rest(seconds: float) -> None:
        clock.sleep(seconds)
        counter.value += 10 * seconds

    meter = Meter([counter], {}, "subtract", clock)
    meter.measure_idle(sleep=rest)
    clock.sleep(20)
    counter.value += 300
    found = meter.session()
    meter.close()
    assert (found["joules"], found["gross_joules"], found["idle_watts"]) == (100, 300, 10)
    assert found["seconds"] == 20


def test_idle_power_is_kept_unless_configured() -> None:
    """Without the round's word nothing waits and nothing is taken off; less than idle is no measurement."""
    clock, counter = Clock(), Fake()
    kept = Meter([counter], {}, "keep", clock)
    kept.measure_idle(sleep=clock.sleep)
    assert clock.now == 0
    counter.value = 7
    assert (kept.joules(), kept.session()["idle"]) == (7, "keep")
    kept.close()
    busy = Meter([counter], {}, "subtract", clock)
    busy.measure_idle(sleep=lambda seconds: (clock.sleep(seconds), setattr(counter, "value", 1000)))
    clock.sleep(100)
    counter.value += 1
    assert busy.joules() is None
    assert "was not idle" in busy.session()["why"]
    busy.close()


def measured(joules: float, scope: str = "gpu", idle: str = "keep") -> dict[str, Any]:
    """A session's energy."""
    return {"measured": True, "joules": joules, "scope": scope, "idle": idle, "missing": {}}


def test_sessions_add_up() -> None:
    """A record's energy is the sum over its sessions, each of which stays readable."""
    found = total([measured(3.0), measured(4.5)])
    assert (found["measured"], found["joules"], found["scope"]) == (True, 7.5, "gpu")
    assert [part["joules"] for part in found["sessions"]] == [3.0, 4.5]


@pytest.mark.parametrize(
    ("sessions", "why"),
    [
        ([measured(3.0), {"measured": False, "why": "no driver", "scope": "none"}], "session 2: no driver"),
        ([measured(3.0), measured(4.0, "gpu+package")], "different ways"),
        ([measured(3.0), measured(4.0, "gpu", "subtract")], "different ways"),
        ([], "no session"),
    ],
)
def test_what_cannot_be_added_is_not_measured(sessions: list[dict[str, Any]], why: str) -> None:
    """One session without a measurement, or measured otherwise, leaves the record without a figure."""
    found = total(sessions)
    assert (found["measured"], found["joules"]) == (False, None)
    assert why in found["why"]


def test_domains_without_zones_are_named(tmp_path: Path) -> None:
    """A machine whose memory has no counter says so, and its package is counted."""
    zone(tmp_path, "intel-rapl:0", "package-0")
    assert len(powercap_counters(tmp_path, "package")) == 1
    with pytest.raises(CounterLostError, match="dram"):
        powercap_counters(tmp_path, "dram")
