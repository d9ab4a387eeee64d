"""How the intake starts a process in which libraries look at a stranger's files: without secrets, network or our files.

Where bubblewrap works, the process sees the interpreter, the libraries, the harness's own code and one checkpoint, all
read-only, and an empty /tmp. Where it does not, what remains is an environment of known names and the process's limits.
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import harness

_KEPT = (  # settings of the interpreter and of libraries, never a secret
    *("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "SYSTEMROOT"),
    *("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ATEN_CPU_CAPABILITY", "MALLOC_ARENA_MAX"),
)
_QUIET = {
    "HOME": "/tmp",  # noqa: S108 - the child's own where it is caged; nobody's elsewhere
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TRANSFORMERS_VERBOSITY": "critical",
    "TQDM_DISABLE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "CUDA_VISIBLE_DEVICES": "",
}
_SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64")  # links into /usr, or folders where /usr is not merged
_ETC = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives")
_SEEN = (Path("/usr"), *(Path("/etc") / name for name in _ETC), Path("/sys/devices/system/cpu"))


def environment(given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Of all that is set here, the few names that a library needs; nothing is fetched, and no GPU is seen."""
    ours = os.environ if given is None else given
    return {name: ours[name] for name in _KEPT if name in ours} | _QUIET


def confined(program: list[str], shown: Path) -> list[str]:
    """The command that runs `program` where it sees the folder `shown` and nothing of ours; as it is without bwrap."""
    bwrap = _bwrap()
    return caged(program, shown, bwrap) if bwrap else program


def caged(program: list[str], shown: Path | None, bwrap: str) -> list[str]:
    """The same for a bwrap that is known to work: folders keep their names."""
    places = [*_SEEN, *_libraries(), *([shown.resolve()] if shown else [])]
    seen = [word for place in dict.fromkeys(places) if place.exists() for word in ("--ro-bind", str(place), str(place))]
    return [
        *(bwrap, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"),  # noqa: S108 - before what we show, which may lie in it
        *(*_links(), *seen, "--chdir", "/tmp", "--remount-ro", "/", "--", *program),  # noqa: S108
    ]


def _libraries() -> Iterator[Path]:
    """The interpreter with its packages, what PYTHONPATH adds, and our own code alone of where that lies."""
    package = Path(harness.__file__).resolve().parent
    for prefix in (sys.base_prefix, sys.prefix, *os.environ.get("PYTHONPATH", "").split(os.pathsep)):
        place = Path(prefix)
        if place.is_absolute() and place.resolve() != package.parent and not place.is_relative_to("/usr"):
            yield place
    yield package


def _links() -> Iterator[str]:
    """What every program expects at the root of the file system."""
    for path in (Path("/") / name for name in _SYSTEM):
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), str(path))
        elif path.is_dir():
            yield from ("--ro-bind", str(path), str(path))


@functools.cache
def _bwrap() -> str:
    """The program, where it is installed and starts our interpreter; empty where it does not."""
    from harness.errors import SandboxUnavailableError
    from harness.sandbox.host import find_bwrap

    try:
        bwrap = find_bwrap()
    except SandboxUnavailableError:
        return ""
    trial = caged([sys.executable, "-P", "-c", "import harness"], None, bwrap)
    try:
        done = subprocess.run(trial, env=environment(), capture_output=True, timeout=60, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""
    return bwrap if done.returncode == 0 else ""
