"""Under which conditions a run was made: hardware, driver, packages, environment, time spent.

What was not measured says so: an absent figure is never a zero.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path

from harness.types import Json

_PACKAGES = (
    "grand-defi",
    "torch",
    "transformers",
    "tokenizers",
    "safetensors",
    "numpy",
    "datasets",
    "evaluate",
    "vllm",
)
_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "HF_HUB_OFFLINE", "CUDA_VISIBLE_DEVICES", "SLURM_JOB_ID")


def conditions(host: Path = Path("/")) -> dict[str, Json]:
    """What can be said before a run; `host` is where `/proc` and `/sys` are found."""
    return {
        "schema": "grand-defi/conditions/1",
        "hardware": {
            "processor": _processor(host),
            "cores": len(os.sched_getaffinity(0)),
            "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            "accelerators": _accelerators(host),
            "machine": platform.machine(),
        },
        "system": {"kernel": platform.release(), "python": platform.python_version()},
        "packages": {name: version for name in _PACKAGES if (version := _version(name))},
        "environment": {name: os.environ[name] for name in _VARIABLES if name in os.environ},
        "network": "not isolated",
        "energy": None,
    }


def _processor(host: Path) -> str:
    path = host / "proc/cpuinfo"
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"


def _accelerators(host: Path) -> list[str]:
    """Names of NVIDIA devices as the driver lists them; no library is loaded for it."""
    found = []
    for information in sorted((host / "proc/driver/nvidia/gpus").glob("*/information")):
        text = information.read_text(encoding="utf-8", errors="replace")
        found += [line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("Model")]
    return found


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
