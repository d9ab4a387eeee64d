"""What a worker sees of the machine: the interpreter, the libraries, the engine's own code, one checkpoint, the GPUs.

Pure but for looking at what there is: the tests read the command. Not seen: the home folders, the records, the
configuration, the secrets, the tasks with their scorers, other checkpoints, the host's processes and its network.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import harness
from harness.engine.confined.canary import OURS
from harness.errors import UnknownNameError, UsageError
from harness.sandbox.seccomp import NOBODY
from harness.types import Json
from harness.workspace import find_workspace

CHECKPOINT = Path("/checkpoint")
_SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64")  # links into /usr, or folders where /usr is not merged
_ETC = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "nsswitch.conf", "OpenCL", "vulkan")
_SYS = ("devices/system/cpu", "devices/system/node")
_WORKSPACE = ("configs", "submissions", "secrets", "tasks", "tests", "leaderboard", ".git")
_PRIVATE_VARIABLES = ("DEFI_KEY", "DEFI_AGE_IDENTITY", "DEFI_DATA", "DEFI_RUNS", "DEFI_CACHE", "DEFI_CHECKPOINTS")
_GPU_NODES = ("nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia-modeset", "nvidia-caps", "dri", "kfd")
ENVIRONMENT = (  # that a worker keeps of ours, where it is set; names of settings, never of secrets
    *("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ATEN_CPU_CAPABILITY", "TORCH_NUM_THREADS"),
    *("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "CUBLAS_WORKSPACE_CONFIG", "NCCL_P2P_DISABLE", "LD_PRELOAD"),
    *("ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "LD_LIBRARY_PATH", "CUDA_HOME", "MALLOC_ARENA_MAX"),
    *("VLLM_CPU_KVCACHE_SPACE", "VLLM_CPU_OMP_THREADS_BIND", "VLLM_ENABLE_V1_MULTIPROCESSING", "VLLM_BATCH_INVARIANT"),
)
_FIXED = {
    "HOME": "/tmp",  # noqa: S108 - the worker's own, in memory
    "TMPDIR": "/tmp",  # noqa: S108
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a worker may take."""

    memory_bytes: int = 0  # resident, of all its processes; 0: nine tenths of what the job, or the machine, has
    disk_bytes: int = 4 << 30  # its own /tmp, in memory
    processes: int = 256
    silence: float = 3600.0  # seconds between two answers; loading a large model from slow storage takes long

    @property
    def memory(self) -> int:
        """The bound in bytes."""
        return self.memory_bytes or memory_here() * 9 // 10


def memory_here(environment: Mapping[str, str] | None = None, host: Path = Path("/")) -> int:
    """Bytes that this process and those it starts may take: of its job and its control groups, or the machine's."""
    given = os.environ if environment is None else environment
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), *_of_groups(host)]
    of_node = given.get("SLURM_MEM_PER_NODE", "")
    of_cpu, cpus = given.get("SLURM_MEM_PER_CPU", ""), given.get("SLURM_CPUS_ON_NODE", "")
    if of_node.isdecimal():  # MiB
        found.append(int(of_node) << 20)
    elif of_cpu.isdecimal() and cpus.isdecimal():
        found.append(int(of_cpu) * int(cpus) << 20)
    return min(size for size in found if size > 0)  # a job that asked for 0 has the whole node


def _of_groups(host: Path) -> Iterator[int]:
    """Limits of the control groups that this process is in, and of those above: version 2, and 1."""
    try:
        lines = (host / "proc/self/cgroup").read_text().splitlines()
    except OSError:  # a system without
        return
    for line in lines:
        _, controllers, group = line.split(":", 2)
        if controllers not in ("", "memory"):
            continue
        root = host / "sys/fs/cgroup" / controllers
        name = "memory.limit_in_bytes" if controllers else "memory.max"
        inner = root / group.strip("/")
        for folder in (inner, *inner.parents):
            if not folder.is_relative_to(root):
                break
            with contextlib.suppress(OSError):  # the root has none; in a container not all are to be seen
                said = (folder / name).read_text().strip()
                if said.isdecimal():  # else `max`
                    yield int(said)


def read_bounds(configured: Mapping[str, Json]) -> Bounds:
    """The bounds of a configuration, where null is the default; UsageError for what is no bound."""
    valid = [field.name for field in dataclasses.fields(Bounds)]
    given = {name: value for name, value in configured.items() if value is not None}
    for name, value in given.items():
        if name not in valid:
            raise UnknownNameError("bound", name, valid, where="worker")
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise UsageError(f"{value!r} is no bound", where=f"worker.{name}", remedy="give a number above 0")
    return Bounds(**given)


@dataclass(frozen=True, slots=True)
class Cage:
    """One worker's view: (on the host, in the worker) for each file or folder, all read-only, and the devices."""

    shown: tuple[tuple[Path, Path], ...]
    hidden: tuple[Path, ...]  # folders and files inside what is shown that are empty in the worker
    private: tuple[Path, ...]  # what must not be there, as far as the harness knows: the worker looks for it
    devices: tuple[Path, ...]
    checkpoint: Path  # in the worker


def cage_for(checkpoint: Path, host: Path = Path("/")) -> Cage:
    """The view of an engine that runs this checkpoint."""
    inside = CHECKPOINT / checkpoint.name
    libraries = list(dict.fromkeys(Path(p).resolve() for p in (sys.prefix, sys.base_prefix, sys.exec_prefix)))
    package, private = Path(harness.__file__).resolve().parent, _private()
    broad = [*_existing(host / "usr", *(host / "etc" / name for name in _ETC)), *libraries]
    return Cage(
        shown=(
            *((path, path) for path in [*broad, *_existing(*(host / "sys" / name for name in _SYS))]),
            *((package / name, package / name) for name in OURS),
            *_checkpoint(checkpoint.resolve(), inside),
        ),
        hidden=tuple(path for path in private if path.exists() and any(path.is_relative_to(one) for one in broad)),
        private=private,
        devices=tuple(_devices(host / "dev")),
        checkpoint=inside,
    )


def command(cage: Cage, bwrap: str, filter_descriptor: int, disk_bytes: int, program: list[str]) -> list[str]:
    """The whole command that starts `program` in a cage."""
    return [
        bwrap,
        *("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
        *("--as-pid-1", "--new-session", "--die-with-parent", "--clearenv", "--hostname", "worker"),
        *("--uid", str(NOBODY), "--gid", str(NOBODY), "--cap-drop", "ALL", "--seccomp", str(filter_descriptor)),
        *("--proc", "/proc", "--dev", "/dev", "--size", str(disk_bytes), "--tmpfs", "/dev/shm"),  # noqa: S108
        *("--perms", "1777", "--size", str(disk_bytes), "--tmpfs", "/tmp"),  # noqa: S108 - what we show may lie in it
        *_files(cage),
        *("--chdir", "/tmp"),  # noqa: S108
        *(word for name, value in environment().items() for word in ("--setenv", name, value)),
        *("--remount-ro", "/", "--", *program),
    ]


def environment(given: Mapping[str, str] | None = None) -> dict[str, str]:
    """A worker's environment: fixed values, and the few of ours that set a library's behaviour."""
    ours = os.environ if given is None else given
    return {**{name: ours[name] for name in ENVIRONMENT if name in ours}, **_FIXED}


def _private() -> tuple[Path, ...]:
    """What no worker may see, wherever it lies: our packages, the workspace with its secrets, records and caches."""
    package = Path(harness.__file__).resolve().parent
    found = [package, *(package.parent / name for name in ("tasks", "leaderboard"))]
    try:
        space = find_workspace()
        found += [space.runs, space.cache, *(space.root / name for name in _WORKSPACE)]
    except UsageError:
        pass  # a library's caller, in no workspace
    found += [Path(os.environ[name]).expanduser() for name in _PRIVATE_VARIABLES if os.environ.get(name)]
    return tuple(dict.fromkeys(path.resolve() for path in found))


def _files(cage: Cage) -> Iterator[str]:
    """Folders before what lies inside them, so that nothing hides what comes after it."""
    for name in _SYSTEM:
        path = Path("/") / name
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), str(path))
        elif path.is_dir():
            yield from ("--ro-bind", str(path), str(path))
    empty = [(None, place) for place in cage.hidden]
    for source, place in sorted([*empty, *cage.shown], key=lambda pair: (len(pair[1].parts), pair[0] is not None)):
        if source is not None:
            yield from ("--ro-bind", str(source), str(place))
        elif place.is_dir():
            yield from ("--tmpfs", str(place))
        else:
            yield from ("--ro-bind", "/dev/null", str(place))
    for device in cage.devices:
        yield from ("--dev-bind", str(device), str(device))


def _checkpoint(folder: Path, inside: Path) -> Iterator[tuple[Path, Path]]:
    """The folder as it is; where a cache has links in it, each file by itself."""
    files = [path for path in folder.rglob("*") if not path.is_dir()]
    if not any(path.is_symlink() for path in files):
        yield folder, inside
        return
    for path in files:
        yield path.resolve(), inside / path.relative_to(folder)


def _devices(folder: Path) -> Iterator[Path]:
    """The nodes of GPUs, where there are any."""
    yield from _existing(*(folder / name for name in _GPU_NODES))
    yield from sorted(path for path in folder.glob("nvidia[0-9]*"))


def _existing(*paths: Path) -> list[Path]:
    return [path for path in paths if path.exists()]
