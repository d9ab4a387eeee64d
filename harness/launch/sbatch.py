"""A job's needs in the words of sbatch, as a site wants them; the texts are golden files of the tests."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from typing import Any

from harness.launch.base import Needs
from harness.launch.site import Site, expand

# Where things are, for jobs of a site that does not hand the environment on; no secret is among them
_OURS = (
    *("DEFI_ROOT", "DEFI_RUNS", "DEFI_CACHE", "DEFI_CHECKPOINTS", "DEFI_DATA", "DEFI_IMAGE_DIGEST"),
    "DEFI_KEY",  # a path
)


def parameters(site: Site, needs: Needs, name: str, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Parameters of submitit's executor for jobs called `name`; UsageError where a variable of the site is not set."""
    known = os.environ if environment is None else environment
    options = {"requeue": True, **({"hint": site.hint} if site.hint else {}), **site.options}
    whole = site.exclusive and needs.kind == "gpu"
    return {
        "job_name": name,
        **_place(site, needs, known),
        "nodes": 1,
        "ntasks_per_node": 1,
        "cpus_per_task": needs.cpus,
        "exclude": ",".join(needs.without) or None,
        "gres": f"gpu:{needs.gpus}" if needs.gpus else None,
        "mem": f"{needs.memory_gib}G" if needs.memory_gib else None,
        "exclusive": True if whole else None,
        "time": min(needs.minutes or site.time_default, site.time_max),
        "signal_delay_s": site.signal_delay,
        "array_parallelism": site.array_parallelism or site.array_size,
        "stderr_to_stdout": True,
        "setup": _setup(site, needs, known),
        "srun_args": [f"--cpus-per-task={needs.cpus}"],  # which srun does not take over from sbatch since 22.05
        "additional_parameters": options,
        "wckey": None,
    }


def _place(site: Site, needs: Needs, environment: Mapping[str, str]) -> dict[str, str | None]:
    """Account, partition, QoS and constraint."""
    told = {"account": site.account, "partition": site.partition, "qos": site.qos, "constraint": site.constraint}
    if needs.kind == "cpu":
        own = site.cpu
        rest = {"account": site.account} if _apart(site, needs) else told
        said = {"account": own.account, "partition": own.partition, "qos": own.qos, "constraint": own.constraint}
        told = {key: value or rest.get(key) for key, value in said.items()}
    return {key: expand(value, f"cluster.{key}", environment) for key, value in told.items()}


def _apart(site: Site, needs: Needs) -> bool:
    """Whether it is a job for the partition without GPUs, which has modules and a QoS of its own."""
    return needs.kind == "cpu" and site.cpu.partition is not None


def _setup(site: Site, needs: Needs, environment: Mapping[str, str]) -> list[str]:
    """Lines of the job's shell before the errand."""
    modules = site.cpu.modules if _apart(site, needs) else site.modules
    loaded = ["module purge", *(f"module load {shlex.quote(name)}" for name in modules)] if modules else []
    ours = [f"export {name}={shlex.quote(environment[name])}" for name in _OURS if environment.get(name)]
    theirs = [f'export {name}="{_quoted(value)}"' for name, value in site.environment.items()]
    return [*loaded, *site.setup, *ours, *theirs]


def _quoted(value: str) -> str:
    """For double quotes, in which the shell of the job replaces `$NAME`, and nothing else."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`").replace("$(", "\\$(")
