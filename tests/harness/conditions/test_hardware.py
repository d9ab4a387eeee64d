"""What is said of the machine: as the kernel and the driver say it, and nothing where they say nothing."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.conditions.facts import conditions
from harness.conditions.hardware import clocks, hardware
from harness.conditions.nvml import Driver, open_driver


class FakeError(Exception):
    """The library's own error."""


class FakeNvml:
    """Two GPUs behind the functions of pynvml; what is in `silent` they do not answer."""

    NVMLError = FakeError
    NVML_CLOCK_GRAPHICS, NVML_CLOCK_MEM = 0, 2

    def __init__(self, *, driver: bool = True, silent: tuple[str, ...] = (), reasons: int = 0x1) -> None:
        """`reasons`: the bits that say why clocks are where they are."""
        self.driver, self.silent, self.reasons, self.open = driver, silent, reasons, 0

    def nvmlInit(self) -> None:  # noqa: N802 - the library's names
        if not self.driver:
            raise FakeError("Driver Not Loaded")
        self.open += 1

    def nvmlShutdown(self) -> None:  # noqa: N802
        self.open -= 1

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        return 2

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:  # noqa: N802
        return index

    def nvmlDeviceGetUUID(self, handle: int) -> str:  # noqa: N802
        return f"GPU-{handle}abc-def"

    def __getattr__(self, name: str) -> Any:
        answers = {
            "nvmlDeviceGetName": lambda handle: "NVIDIA H100 80GB HBM3",
            "nvmlDeviceGetMemoryInfo": lambda handle: SimpleNamespace(total=80 * 2**30),
            "nvmlDeviceGetEnforcedPowerLimit": lambda handle: 700_000,
            "nvmlDeviceGetEccMode": lambda handle: [1, 0],
            "nvmlDeviceGetMigMode": lambda handle: [0, 1],
            "nvmlDeviceGetPersistenceMode": lambda handle: 1,
            "nvmlDeviceGetMaxClockInfo": lambda handle, kind: {0: 1980, 2: 2619}[kind],
            "nvmlDeviceGetClockInfo": lambda handle, kind: {0: 345, 2: 2619}[kind],
            "nvmlDeviceGetCurrentClocksEventReasons": lambda handle: self.reasons,
            "nvmlSystemGetDriverVersion": lambda: "580.65.06",
            "nvmlSystemGetCudaDriverVersion": lambda: 13020,
        }
        if name in self.silent:
            return _refuse
        if name not in answers:
            raise AttributeError(name)
        return answers[name]


def _refuse(*arguments: object) -> None:
    raise FakeError("Not Supported")


NONE = Driver(None, why="no NVIDIA driver: Driver Not Loaded")


def test_a_processor_is_described_as_the_kernel_does(tmp_path: Path) -> None:
    """Name, microcode, cores apart from threads, governor and SMT come from `/proc` and `/sys`."""
    (tmp_path / "proc").mkdir()
    block = "processor: {0}\nmodel name\t: Fine Processor @ 2 GHz\nmicrocode\t: 0x2b\nphysical id\t: 0\ncore id: {1}\n"
    (tmp_path / "proc/cpuinfo").write_text("\n".join(block.format(n, n // 2) for n in range(4)))
    system = tmp_path / "sys/devices/system/cpu"
    for n, governor in enumerate(("performance", "powersave", "performance")):
        (system / f"cpu{n}/cpufreq").mkdir(parents=True)
        (system / f"cpu{n}/cpufreq/scaling_governor").write_text(f"{governor}\n")
    (system / "smt").mkdir()
    (system / "smt/active").write_text("1\n")
    found = hardware(tmp_path, NONE)
    assert (found["processor"], found["microcode"]) == ("Fine Processor @ 2 GHz", "0x2b")
    assert (found["physical_cores"], found["smt"]) == (2, True)
    assert found["governors"] == ["performance", "powersave"]
    assert found["memory_bytes"] > 1 << 20


def test_what_the_kernel_hides_is_not_made_up(tmp_path: Path) -> None:
    """On an empty host nothing is claimed: no microcode, no SMT, no governor, no GPU; the driver is `none`."""
    found = hardware(tmp_path, NONE)
    assert (found["microcode"], found["smt"], found["physical_cores"], found["governors"]) == (None, None, None, [])
    assert (found["accelerators"], found["gpus"], found["driver"]) == ([], [], "none")
    assert clocks(NONE) == []


def test_a_gpu_without_the_library_still_has_its_name(tmp_path: Path) -> None:
    """Where the library cannot reach the driver, GPUs are named as the kernel module lists them."""
    gpu = tmp_path / "proc/driver/nvidia/gpus/0000:01:00.0"
    gpu.mkdir(parents=True)
    (gpu / "information").write_text("Model: \t\t NVIDIA H100 80GB HBM3\nIRQ: 42\n")
    assert hardware(tmp_path, NONE)["accelerators"] == ["NVIDIA H100 80GB HBM3"]


def test_gpus_are_described_as_the_driver_does(tmp_path: Path) -> None:
    """Every setting that the driver tells stands under its name, with its unit; the current one, not the pending."""
    found = hardware(tmp_path, open_driver(FakeNvml(), {}))
    assert found["driver"] == {"version": "580.65.06", "cuda": "13.2"}
    assert found["accelerators"] == ["NVIDIA H100 80GB HBM3"] * 2
    assert found["gpus"][1] == {
        "index": 1,
        "name": "NVIDIA H100 80GB HBM3",
        "uuid": "GPU-1abc-def",
        "memory_bytes": 80 * 2**30,
        "graphics_max_mhz": 1980,
        "memory_max_mhz": 2619,
        "ecc": True,
        "mig": False,
        "persistence": True,
        "power_limit_watts": 700.0,
    }


@pytest.mark.parametrize(("reasons", "locked", "named"), [(0x1, None, "idle"), (0x6, True, "user setting")])
def test_clocks_are_said_to_be_locked_only_where_the_driver_shows_it(
    reasons: int, locked: bool | None, named: str
) -> None:
    """The driver has no question for locked clocks: they are known to be only while a user's setting limits them."""
    first = clocks(open_driver(FakeNvml(reasons=reasons), {}))[0]
    assert (first["graphics_mhz"], first["memory_mhz"], first["locked"]) == (345, 2619, locked)
    assert named in first["limited_by"]


def test_a_device_that_does_not_answer_costs_nothing(tmp_path: Path) -> None:
    """A question that a device refuses, or that the library lacks, is None, and the others are answered."""
    silent = ("nvmlDeviceGetEccMode", "nvmlDeviceGetMemoryInfo", "nvmlDeviceGetCurrentClocksEventReasons")
    driver = open_driver(FakeNvml(silent=silent), {})
    gpu = hardware(tmp_path, driver)["gpus"][0]
    assert (gpu["ecc"], gpu["memory_bytes"], gpu["mig"]) == (None, None, False)
    assert (clocks(driver)[0]["limited_by"], clocks(driver)[0]["locked"]) == (None, None)
    assert driver.ask("nvmlThatNeverWas") is None


def test_no_driver_is_no_error() -> None:
    """A machine without a driver has none, and says why; nothing is raised."""
    driver = open_driver(FakeNvml(driver=False), {})
    assert (driver.library, driver.devices) == (None, ())
    assert driver.why == "no NVIDIA driver: Driver Not Loaded"
    driver.close()


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [("1", [1]), ("1,0", [1, 0]), ("GPU-1a", [1]), ("", []), ("0,7,1", [0]), ("-1", []), ("0,0", [0]), ("GPU-", [])],
)
def test_only_visible_gpus_are_this_runs(wanted: str, seen: list[int]) -> None:
    """CUDA_VISIBLE_DEVICES is read as CUDA does: indices or beginnings of UUIDs, nothing after what does not exist."""
    driver = open_driver(FakeNvml(), {"CUDA_VISIBLE_DEVICES": wanted})
    assert [device.index for device in driver.devices] == seen
    assert bool(driver.why) is not bool(seen)


def test_the_driver_is_let_go() -> None:
    """Whoever opens the driver for the facts of a machine closes it again, and one that was given stays open."""
    library = FakeNvml()
    driver = open_driver(library, {})
    conditions(Path("/"), driver)
    assert library.open == 1
    driver.close()
    assert library.open == 0
