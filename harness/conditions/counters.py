"""Hardware counters of energy: NVML's total of a GPU, and RAPL's of a processor through the kernel's powercap files.

They count joules themselves; nothing here multiplies a nominal power by a time. A counter covers its whole device:
whatever else ran on that GPU or that processor is counted too.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, Protocol

from harness.conditions.hardware import read_text
from harness.conditions.nvml import Device, Driver

Domain = Literal["gpu", "package", "dram"]
DOMAINS: tuple[Domain, ...] = ("gpu", "package", "dram")
_POWERCAP = "sys/class/powercap"
_PACKAGE = re.compile(r"intel-rapl:\d+")  # AMD's processors too; `intel-rapl-mmio` counts the same package again
_MOST_WATTS = 1000.0  # of one zone: how fast a counter may wrap around


class CounterLostError(Exception):
    """A counter can no longer be trusted; the session's energy is then not measured."""


class Counter(Protocol):
    """Joules since it was made, never falling."""

    @property
    def domain(self) -> Domain:
        """What it counts."""

    def joules(self) -> float:
        """Joules since it was made; CounterLostError when that can no longer be said."""


class GpuCounter:
    """A GPU's total since its driver was loaded, in millijoules (Volta and later)."""

    domain: Domain = "gpu"

    def __init__(self, driver: Driver, device: Device) -> None:
        """CounterLostError where this device has no counter of its own."""
        self._driver, self._device = driver, device
        mig = driver.ask("nvmlDeviceGetMigMode", device.handle)
        if mig is not None and mig[0]:
            raise CounterLostError(f"GPU {device.index} is partitioned (MIG), and its counter covers every part")
        self._first = self._last = self._raw()

    def joules(self) -> float:
        """Joules since it was made."""
        now = self._raw()
        if now < self._last:
            raise CounterLostError(f"the counter of GPU {self._device.index} began again: its driver was loaded anew")
        self._last = now
        return (now - self._first) / 1000

    def _raw(self) -> int:
        found = self._driver.ask("nvmlDeviceGetTotalEnergyConsumption", self._device.handle)
        if found is None:
            raise CounterLostError(f"GPU {self._device.index} has no energy counter")
        return int(found)


class PowercapCounter:
    """One RAPL zone, in microjoules, wrapping around at `max_energy_range_uj`: read it more often than it wraps."""

    def __init__(self, zone: Path, domain: Domain, clock: Callable[[], float] = time.monotonic) -> None:
        """CounterLostError where the kernel keeps it from us (Linux lets only root read it by default)."""
        self.domain: Domain = domain
        self._zone, self._clock = zone, clock
        self._range = _number(zone / "max_energy_range_uj")
        self._sum = 0
        self._last, self._read_at = self._raw(), clock()

    def joules(self) -> float:
        """Joules since it was made."""
        raw, now = self._raw(), self._clock()
        if (now - self._read_at) * _MOST_WATTS * 1e6 > self._range:
            raise CounterLostError(f"{self._zone.name} was read too late to know how often it wrapped around")
        self._sum += raw - self._last if raw >= self._last else raw - self._last + self._range
        self._last, self._read_at = raw, now
        return self._sum / 1e6

    def _raw(self) -> int:
        return _number(self._zone / "energy_uj")


def gpu_counters(driver: Driver) -> list[Counter]:
    """A counter of every visible GPU; CounterLostError where one of them, or all, have none."""
    if not driver.devices:
        raise CounterLostError(driver.why)
    return [GpuCounter(driver, device) for device in driver.devices]


def powercap_counters(host: Path, domain: Domain) -> list[Counter]:
    """A counter of every package, or of every package's memory; CounterLostError where one of them, or all, have none.

    `core` and `uncore` are inside a package, and `psys` around it: counting them would count twice.
    """
    zones = sorted(_zones(host / _POWERCAP, domain))
    if not zones:
        raise CounterLostError(f"the kernel shows no RAPL counter ({domain})")
    return [PowercapCounter(zone, domain) for zone in zones]


def _zones(root: Path, domain: Domain) -> Iterator[Path]:
    try:
        entries = sorted(root.iterdir())
    except OSError:
        return
    for package in entries:
        if not _PACKAGE.fullmatch(package.name) or not read_text(package / "name").startswith("package"):
            continue
        if domain == "package":
            yield package
            continue
        inner = re.compile(re.escape(package.name) + r":\d+")
        yield from (zone for zone in package.iterdir() if inner.fullmatch(zone.name) and _is_memory(zone))


def _is_memory(zone: Path) -> bool:
    return read_text(zone / "name") == "dram"


def _number(path: Path) -> int:
    try:
        return int(path.read_text(encoding="ascii"))
    except PermissionError as error:
        raise CounterLostError(f"{path.parent.name}/{path.name} may be read by root alone on this machine") from error
    except (OSError, ValueError) as error:
        raise CounterLostError(f"{path.parent.name}/{path.name} cannot be read: {error}") from error
