"""What surrounds a run on a machine: system, container, locked versions, packages, variables that matter."""

from __future__ import annotations

import functools
import importlib.metadata
import os
import platform
import re
from collections.abc import Mapping
from pathlib import Path

import harness
from harness.canonical import sha256_file, sha256_text
from harness.conditions.hardware import read_text
from harness.types import Json

PACKAGES = (
    "grand-defi",
    "torch",
    "transformers",
    "tokenizers",
    "safetensors",
    "numpy",
    "datasets",
    "evaluate",
    "vllm",
    "nvidia-ml-py",
)
# An allow-list: nothing else of the environment reaches a record, where keys and tokens live beside these.
VARIABLES = (
    "ATEN_CPU_CAPABILITY",
    "CUBLAS_WORKSPACE_CONFIG",
    "CUDA_DEVICE_ORDER",
    "CUDA_LAUNCH_BLOCKING",
    "CUDA_VISIBLE_DEVICES",
    "HF_HUB_OFFLINE",
    "LANG",
    "LC_ALL",
    "MKL_CBWR",
    "MKL_NUM_THREADS",
    "NVIDIA_TF32_OVERRIDE",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "PYTHONHASHSEED",
    "PYTORCH_CUDA_ALLOC_CONF",
    "SLURM_CPUS_PER_TASK",
    "SLURM_JOB_ID",
    "TOKENIZERS_PARALLELISM",
    "TZ",
    "VLLM_ATTENTION_BACKEND",
    "VLLM_BATCH_INVARIANT",
    "VLLM_ENABLE_V1_MULTIPROCESSING",
)
_LONGEST = 200  # characters of a variable's value
_IMAGE = re.compile(r"sha256:[0-9a-f]{64}")
_HINTS = ("docker", "kubepods", "containerd", "libpod", "lxc")


def environment(host: Path, variables: Mapping[str, str] | None = None) -> dict[str, Json]:
    """System, container, locks, packages and variables; `host` is where `/proc` and `/run` are found."""
    known = os.environ if variables is None else variables
    return {
        "system": {
            "kernel": platform.release(),
            "python": platform.python_version(),
            "container": container(host, known),
            "locks": locks(Path(harness.__file__).parents[1]),
        },
        "packages": {name: version for name in PACKAGES if (version := _version(name))},
        "environment": {name: known[name][:_LONGEST] for name in VARIABLES if name in known},
    }


def container(host: Path, variables: Mapping[str, str]) -> dict[str, Json]:
    """Which kind of container this is, and its image's digest where something says it.

    `DEFI_IMAGE_DIGEST` (`sha256:…`) is the launcher's word, and is said to be stated; podman writes its image's own.
    """
    image = variables.get("APPTAINER_CONTAINER") or variables.get("SINGULARITY_CONTAINER")
    podman = read_text(host / "run/.containerenv")
    groups = read_text(host / "proc/self/cgroup")
    if image:
        found: dict[str, Json] = {"kind": "apptainer", "image": Path(image).name}
    elif podman or (host / "run/.containerenv").exists():
        found = {"kind": "podman"}
    elif (host / ".dockerenv").exists():
        found = {"kind": "docker"}
    elif hint := next((word for word in _HINTS if word in groups), ""):
        found = {"kind": hint}
    else:
        return {"kind": "none known"}
    stated = variables.get("DEFI_IMAGE_DIGEST", "")
    written = re.search(r'^imageid="(?:sha256:)?([0-9a-f]{64})"', podman, re.MULTILINE)
    if written:
        return {**found, "digest": f"sha256:{written[1]}", "digest_from": "podman"}
    if _IMAGE.fullmatch(stated):
        return {**found, "digest": stated, "digest_from": "stated by the launcher"}
    return {**found, "digest": None, "digest_from": "nothing here says it"}


@functools.cache  # nothing is installed while a process runs
def locks(root: Path) -> dict[str, Json]:
    """Hashes of the lock files beside the code, and of the list of all that is installed (`name==version`, sorted)."""
    files = {path.name: sha256_file(path) for path in sorted(root.glob("constraints*.txt"))}
    names = {
        f"{re.sub(r'[-_.]+', '-', str(one.metadata['Name'])).lower()}=={one.version}"
        for one in importlib.metadata.distributions()
    }
    return {"files": files, "installed": len(names), "installed_sha256": sha256_text("\n".join(sorted(names)))}


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
