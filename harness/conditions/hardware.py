"""The machine: processor, memory, GPUs and their clocks, as the kernel and the driver say."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from harness.conditions.nvml import Device, Driver
from harness.types import Json

# Why a GPU's clocks are where they are: bits of nvmlDeviceGetCurrentClocksEventReasons. The driver has no question
# for "are the clocks locked": it only says, while it holds, that a setting of the organisers limits them.
_LIMITS = {
    0x1: "idle",
    0x2: "user setting",
    0x4: "power cap",
    0x8: "hardware slowdown",
    0x10: "sync boost",
    0x20: "software thermal",
    0x40: "hardware thermal",
    0x80: "power brake",
    0x100: "display setting",
}


def hardware(host: Path, driver: Driver) -> dict[str, Json]:
    """What does not change while a machine runs; `host` is where `/proc` and `/sys` are found."""
    return {
        **_processor(host),
        "cores": len(os.sched_getaffinity(0)),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "accelerators": _names(host, driver),
        "gpus": [_gpu(driver, device) for device in driver.devices],
        "driver": _driver(driver),
        "machine": platform.machine(),
    }


def clocks(driver: Driver) -> list[dict[str, Json]]:
    """What a GPU's clocks are now, in MHz, and what limits them; `locked` is None where nothing shows it."""
    found = []
    for device in driver.devices:
        bits = driver.ask("nvmlDeviceGetCurrentClocksEventReasons", device.handle)
        limits = None if bits is None else [name for bit, name in _LIMITS.items() if bits & bit]
        found.append(
            {
                "uuid": device.uuid,
                "graphics_mhz": driver.ask("nvmlDeviceGetClockInfo", device.handle, driver.library.NVML_CLOCK_GRAPHICS),
                "memory_mhz": driver.ask("nvmlDeviceGetClockInfo", device.handle, driver.library.NVML_CLOCK_MEM),
                "limited_by": limits,
                "locked": True if limits and "user setting" in limits else None,
            }
        )
    return found


def governors(host: Path) -> list[str]:
    """The frequency governors of the processor's cores, each once; empty where the kernel shows none."""
    paths = (host / "sys/devices/system/cpu").glob("cpu[0-9]*/cpufreq/scaling_governor")
    return sorted({text for path in paths if (text := read_text(path))})


def read_text(path: Path) -> str:
    """A small file of the kernel's, stripped; empty where it is missing or closed to us."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _processor(host: Path) -> dict[str, Json]:
    said: dict[str, str] = {}
    places = set()
    for block in read_text(host / "proc/cpuinfo").split("\n\n"):
        pairs = (line.partition(":") for line in block.splitlines())
        facts = {key.strip(): value.strip() for key, _, value in pairs}
        said = said or facts
        if "core id" in facts:
            places.add((facts.get("physical id", "0"), facts["core id"]))
    smt = read_text(host / "sys/devices/system/cpu/smt/active")
    return {
        "processor": said.get("model name") or platform.processor() or "unknown",
        "microcode": said.get("microcode"),
        "physical_cores": len(places) or None,
        "smt": {"0": False, "1": True}.get(smt),
        "governors": governors(host),
    }


def _names(host: Path, driver: Driver) -> list[str]:
    """Names of the visible GPUs; where the library does not reach the driver, those that the kernel lists."""
    if driver.library is not None:
        return [str(driver.ask("nvmlDeviceGetName", device.handle) or "unknown") for device in driver.devices]
    found = []
    for information in sorted((host / "proc/driver/nvidia/gpus").glob("*/information")):
        lines = read_text(information).splitlines()
        found += [line.split(":", 1)[1].strip() for line in lines if line.startswith("Model")]
    return found


def _driver(driver: Driver) -> Json:
    """Versions of driver and CUDA; the word `none` where there is no driver."""
    if driver.library is None:
        return "none"
    cuda = driver.ask("nvmlSystemGetCudaDriverVersion")
    shown = None if cuda is None else f"{cuda // 1000}.{cuda % 1000 // 10}"
    return {"version": driver.ask("nvmlSystemGetDriverVersion"), "cuda": shown}


def _gpu(driver: Driver, device: Device) -> dict[str, Json]:
    def ask(name: str, *arguments: Json) -> Json:
        return driver.ask(name, device.handle, *arguments)

    memory, power = ask("nvmlDeviceGetMemoryInfo"), ask("nvmlDeviceGetEnforcedPowerLimit")
    return {
        "index": device.index,
        "name": ask("nvmlDeviceGetName"),
        "uuid": device.uuid,
        "memory_bytes": None if memory is None else int(memory.total),
        "graphics_max_mhz": ask("nvmlDeviceGetMaxClockInfo", driver.library.NVML_CLOCK_GRAPHICS),
        "memory_max_mhz": ask("nvmlDeviceGetMaxClockInfo", driver.library.NVML_CLOCK_MEM),
        "ecc": _switch(ask("nvmlDeviceGetEccMode")),
        "mig": _switch(ask("nvmlDeviceGetMigMode")),
        "persistence": _switch(ask("nvmlDeviceGetPersistenceMode")),
        "power_limit_watts": None if power is None else power / 1000,
    }


def _switch(answer: Json) -> bool | None:
    """On or off now (some answers hold the pending setting too); None where the device does not say."""
    current = answer[0] if isinstance(answer, list | tuple) else answer
    return None if current is None else bool(current)
