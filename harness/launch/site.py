"""A Slurm site, as `configs/cluster/` describes it: what its jobs must ask for, and how it wants to be asked."""

from __future__ import annotations

import dataclasses
import os
import re
import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import UnknownNameError, UsageError
from harness.launch.locking import demand_locks
from harness.types import Json

_VARIABLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_KEYS_OF_CHOICE = ("gpus", "choices")


@dataclass(frozen=True, slots=True, kw_only=True)
class CpuPlace:
    """Where jobs without a GPU go: cutting plans, scoring, baselines.

    What is not said is as of GPU jobs; where they have a partition apart, only the account is.
    """

    account: str | None = None
    partition: str | None = None
    qos: str | None = None
    constraint: str | None = None
    cpus: int = 4
    memory_gib: int | None = None
    modules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The keys of a Slurm cluster's file; docs/cluster.md says what each is for."""

    kind: str = "slurm"
    account: str | None = None  # `$NAME` stands for an environment variable
    partition: str | None = None
    constraint: str | None = None
    qos: str | None = None
    gpus_per_node: int = 0  # 0: a cluster without
    gpu_gib: float = 0  # memory of one, as its driver tells
    cpus_per_gpu: int = 1
    memory_gib_per_gpu: int | None = None
    exclusive: bool = False
    hint: str | None = None
    cpu: CpuPlace = field(default_factory=CpuPlace)
    time_default: int = 90  # minutes
    time_max: int = 1200
    submit_limit: int | None = None  # of a user's jobs that wait or run; an array's each count
    array_size: int = 1000
    array_parallelism: int | None = None
    modules: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()  # lines of the job's shell
    options: Mapping[str, str] = field(default_factory=dict)  # of sbatch, beside the others
    container: str | None = None  # the command that runs Python in one
    environment: Mapping[str, str] = field(default_factory=dict)
    scratch: str | None = None  # names of environment variables: of the folder that must hold DEFI_RUNS,
    cache: str | None = None  # DEFI_CACHE,
    images: str | None = None  # and the container's image
    hostname: str | None = None  # pattern of the machines from which jobs are sent
    shard_tokens: float | None = None
    ladder_tokens: float | None = None  # of a round that stops by itself
    tokens_per_second: float | None = None  # of one job, for its time limit
    tries: int | None = None
    pause: float | None = None  # seconds
    look_every: float | None = None
    signal_delay: int = 120  # seconds before the time limit
    grace: float = 300.0  # seconds that a job may take to appear in the queue
    sacct: bool = True

    @property
    def has_gpus(self) -> bool:
        """Whether there is a GPU at all."""
        return self.gpus_per_node > 0


def read_site(cluster: Mapping[str, Json]) -> Site:
    """A cluster's configuration, checked; errors name the key, and list the valid ones."""
    raw = _chosen(cluster)
    raw["cpu"] = _read(CpuPlace, raw.get("cpu") or {}, "cluster.cpu")
    site: Site = _read(Site, raw, "cluster")
    if site.has_gpus and site.gpu_gib <= 0:
        raise UsageError("a site with GPUs needs their memory", where="cluster.gpu_gib", remedy="GiB of one GPU")
    if site.time_default > site.time_max:
        raise UsageError(f"more than time_max={site.time_max}", where="cluster.time_default", remedy="minutes, both")
    return site


KEYS = frozenset({*(one.name for one in dataclasses.fields(Site)), *_KEYS_OF_CHOICE})


def demand_keys(overrides: Sequence[str], outer: Collection[str] = KEYS) -> None:
    """UnknownNameError where a command's words give a key that a cluster has not, before Hydra says so in its own.

    Args:
        overrides: of the command.
        outer: the keys that there are.
    """
    inner = [one.name for one in dataclasses.fields(CpuPlace)]
    for override in overrides:
        path = override.partition("=")[0].lstrip("+~").split(".")
        if path[0] != "cluster" or len(path) < 2:
            continue
        if path[1] not in outer:
            raise UnknownNameError("key of a cluster", path[1], outer, where=f"cluster, {override}")
        if path[1] == "cpu" and len(path) > 2 and path[2] not in inner:
            raise UnknownNameError("key of a cluster", path[2], inner, where=f"cluster.cpu, {override}")


def expand(text: str | None, where: str, environment: Mapping[str, str] | None = None) -> str | None:
    """A value with `$NAME` replaced from the environment; UsageError where the variable is not set."""
    known = os.environ if environment is None else environment

    def value(found: re.Match[str]) -> str:
        return named(found[1], where, known)

    return None if text is None else _VARIABLE.sub(value, text)


def named(variable: str, where: str, environment: Mapping[str, str]) -> str:
    """An environment variable's value; UsageError says which key of the site wants it."""
    if value := environment.get(variable):
        return value
    remedy = f"`export {variable}=…` (most sites set it at login), or give {where}=… another value"
    raise UsageError(f"the environment variable {variable} is not set", where=where, remedy=remedy)


def check_here(site: Site, folder: Path, environment: Mapping[str, str]) -> None:
    """Refuse to send from a machine, or for folders, that the site's jobs could not work with; UsageError."""
    if site.hostname and not re.fullmatch(site.hostname, host := socket.gethostname()):
        remedy = "run it on a login node of that site, choose another cluster, or cluster.hostname=null"
        raise UsageError(f"this machine is called {host}", where=f"cluster.hostname={site.hostname}", remedy=remedy)
    for key, variable, place in (
        ("scratch", "DEFI_RUNS", str(folder)),
        ("cache", "DEFI_CACHE", environment.get("DEFI_CACHE", "")),
    ):
        if wanted := getattr(site, key):
            above = Path(named(wanted, f"cluster.{key}", environment)).resolve()
            if not place or not Path(place).resolve().is_relative_to(above):
                remedy = (
                    f"export {variable}=${wanted}/… , or cluster.{key}=null where compute nodes see it all the same"
                )
                raise UsageError(f"{variable} is not in ${wanted}", where=f"cluster.{key}", remedy=remedy)
            _folder(above, wanted, f"cluster.{key}")
    if site.container and site.images:
        _folder(Path(named(site.images, "cluster.images", environment)), site.images, "cluster.images")
    demand_locks(folder)
    if environment.get("DEFI_ROUND_SECRET"):
        remedy = "keep it in its file of mode 600 (docs/rounds.md), and unset the variable"
        raise UsageError("a queue keeps its jobs' environment", where="DEFI_ROUND_SECRET", remedy=remedy)


def _folder(path: Path, variable: str, where: str) -> None:
    """UsageError where a variable of the site names a folder that is not there."""
    if not path.is_dir():
        remedy = f"make it, or give ${variable} the folder that this site has for it"
        raise UsageError(f"${variable} is {path}, which is no folder here", where=where, remedy=remedy)


def _chosen(cluster: Mapping[str, Json]) -> dict[str, Json]:
    """The keys of a site with several kinds of GPU: those of all, and over them those of the kind that is chosen."""
    raw = {key: value for key, value in cluster.items() if key not in _KEYS_OF_CHOICE}
    choices, choice = cluster.get("choices") or {}, cluster.get("gpus")
    if choice is None and not choices:
        return raw
    if choice not in choices:
        raise UnknownNameError("kind of GPU", str(choice), choices, where="cluster.gpus")
    return {**raw, **choices[choice]}


def _read(kind: type[Any], raw: Mapping[str, Json], where: str) -> Any:
    fields = {one.name: one for one in dataclasses.fields(kind)}
    values = {}
    for key, value in raw.items():
        if key not in fields:
            extra = _KEYS_OF_CHOICE if kind is Site else ()
            raise UnknownNameError("key of a cluster", key, [*fields, *extra], where=where)
        values[key] = _value(str(fields[key].type), value, f"{where}.{key}")
    return kind(**values)


def _value(kind: str, value: Json, where: str) -> Json:
    """A key's value as its field wants it."""
    if value is None and kind.endswith("| None"):
        return None
    told, check = _CHECKS[kind.removesuffix(" | None")]
    found = check(value)
    if found is None:
        raise UsageError(f"{value!r} is no {told}", where=where, remedy=f"valid: {told}")
    return found


def _text(value: Json) -> Json:
    return value if isinstance(value, str) and value else None


def _whole(value: Json) -> Json:
    return value if type(value) is int and value >= 0 else None


def _number(value: Json) -> Json:
    return float(value) if isinstance(value, int | float) and value is not True and value >= 0 else None


def _flag(value: Json) -> Json:
    return value if isinstance(value, bool) else None


def _texts(value: Json) -> Json:
    return tuple(value) if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value) else None


def _table(value: Json) -> Json:
    if not isinstance(value, Mapping) or not all(isinstance(one, str | int | float) for one in value.values()):
        return None
    return {str(key): str(one) for key, one in value.items()}


_CHECKS: dict[str, tuple[str, Callable[[Json], Json]]] = {
    "str": ("text", _text),
    "int": ("whole number of at least 0", _whole),
    "float": ("number of at least 0", _number),
    "bool": ("true or false", _flag),
    "tuple[str, ...]": ("list of texts", _texts),
    "Mapping[str, str]": ("table of names and values", _table),
    "CpuPlace": ("table", lambda value: value),
}
