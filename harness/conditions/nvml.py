"""NVIDIA's management library: the GPUs that this process may use, or why there are none. It never raises."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.types import Json


@dataclass(frozen=True, slots=True)
class Device:
    """One GPU as the driver numbers it."""

    index: int
    handle: Any
    uuid: str


@dataclass(frozen=True, slots=True)
class Driver:
    """A driver that was reached, with the devices that are visible; or none, with the reason."""

    library: Any  # the module `pynvml`; None where there is no driver
    devices: tuple[Device, ...] = ()
    why: str = ""

    def ask(self, name: str, *arguments: Any) -> Json:
        """What a function of the library answers; None where this device, driver or library does not say."""
        try:
            return getattr(self.library, name)(*arguments)
        except (AttributeError, self.library.NVMLError):
            return None

    def close(self) -> None:
        """Let go of the driver."""
        if self.library is not None:
            self.ask("nvmlShutdown")


def open_driver(library: Any = None, environment: Mapping[str, str] | None = None) -> Driver:
    """The driver through `library`, or through nvidia-ml-py where none is given."""
    variables = os.environ if environment is None else environment
    if library is None:
        try:
            library = importlib.import_module("pynvml")
        except ImportError:
            return Driver(None, why="nvidia-ml-py is not installed")
    try:
        library.nvmlInit()
        handles = [library.nvmlDeviceGetHandleByIndex(n) for n in range(library.nvmlDeviceGetCount())]
        devices = [Device(n, handle, _text(library.nvmlDeviceGetUUID(handle))) for n, handle in enumerate(handles)]
    except library.NVMLError as error:
        return Driver(None, why=f"no NVIDIA driver: {error}")
    seen = _visible(devices, variables.get("CUDA_VISIBLE_DEVICES"))
    return Driver(library, seen, "" if seen else "no GPU is visible")


def _visible(devices: list[Device], wanted: str | None) -> tuple[Device, ...]:
    """Those that CUDA_VISIBLE_DEVICES leaves, in its order; like CUDA, nothing after the first that does not exist."""
    if wanted is None:
        return tuple(devices)
    kept: list[Device] = []
    for name in (part.strip() for part in wanted.split(",")):
        found = [d for d in devices if name and (name == str(d.index) or (len(name) > 4 and d.uuid.startswith(name)))]
        if len(found) != 1 or found[0] in kept:
            break
        kept += found
    return tuple(kept)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
