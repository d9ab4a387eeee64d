"""The command line of bwrap: which namespaces, which files, which folder to write in. Pure: the tests read it.

Two ways to another user. Mapped: started by root, the user namespace maps root (for bwrap's own mounts) and nobody to
an unused id of the host; the driver steps down to nobody before it reads a program, so that limits on processes hold
and the host sees no process of root's. Plain: started by anyone else, nobody inside is that user outside, the only one
whom it may map.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.sandbox.runtime import Runtime
from harness.sandbox.seccomp import NOBODY

WORK = "/tmp"  # noqa: S108 the sandbox's own /tmp, in memory
DRIVER = "/driver"
PYTHON = "/usr/bin/python3"
_HERE = Path(__file__).resolve().parent
_DRIVER_FILES = ("driver.py", "channel.py")
_START = f"import sys; sys.path.insert(0, {DRIVER!r}); from harness.sandbox.driver import main; main(*sys.argv[1:])"
_NAMESPACES = (
    *("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
    *("--as-pid-1", "--new-session", "--die-with-parent", "--clearenv", "--hostname", "sandbox"),
    *("--setenv", "PYTHONHASHSEED", "0"),  # what depends on the order of a set gives the same verdict every time
)


@dataclass(frozen=True, slots=True)
class Descriptors:
    """The numbers of the descriptors that bwrap inherits; all but the channel's two are closed before the program."""

    calls: int  # the program reads what is asked
    answers: int  # and writes what it answers
    filter: int  # bwrap reads the system-call filter
    info: int  # bwrap writes the process id
    gate: int | None = None  # bwrap waits until the user namespace is mapped; None where it maps itself

    @property
    def all(self) -> tuple[int, ...]:
        """Those that there are."""
        numbers = (self.calls, self.answers, self.filter, self.info, self.gate)
        return tuple(number for number in numbers if number is not None)


def command(bwrap: str, runtime: Runtime, descriptors: Descriptors, disk_bytes: int) -> list[str]:
    """The whole command that starts a driver in a sandbox of its own."""
    return [
        bwrap,
        *_NAMESPACES,
        *_user(descriptors.gate),
        *("--info-fd", str(descriptors.info), "--seccomp", str(descriptors.filter)),
        *_files(runtime),
        *("--perms", "1777", "--size", str(disk_bytes), "--tmpfs", WORK, "--chdir", WORK),
        *("--remount-ro", "/"),
        *("--", PYTHON, "-P", "-s", "-S", "-B", "-X", "utf8", "-c", _START),
        *(str(descriptors.calls), str(descriptors.answers)),
    ]


def _user(gate: int | None) -> list[str]:
    if gate is None:
        return ["--uid", str(NOBODY), "--gid", str(NOBODY), "--cap-drop", "ALL"]
    keep = ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return ["--uid", "0", "--gid", "0", "--userns-block-fd", str(gate), *keep]


def _files(runtime: Runtime) -> Iterator[str]:
    """Read-only files of the runtime and the driver; `/dev/null` is the only device, and there is no /proc."""
    library = f"/usr/lib/{runtime.version}"
    for folder in ("/usr", "/usr/bin", "/usr/lib", "/dev", DRIVER, f"{DRIVER}/harness", f"{DRIVER}/harness/sandbox"):
        yield from ("--perms", "0755", "--dir", folder)
    for alias in ("/lib", "/lib64", "/usr/lib64"):
        yield from ("--symlink", "usr/lib" if alias.count("/") == 1 else "lib", alias)
    yield from ("--ro-bind", runtime.library, library)
    if runtime.extensions:
        yield from ("--ro-bind", runtime.extensions, f"{library}/lib-dynload")
    for mask in runtime.masks:
        yield from ("--perms", "0555", "--size", "4096", "--tmpfs", f"{library}/{mask}")
        yield from ("--remount-ro", f"{library}/{mask}")
    yield from ("--ro-bind", runtime.interpreter, PYTHON)
    for name, file in runtime.shared:
        yield from ("--ro-bind", file, f"/usr/lib/{name}")
    for name in _DRIVER_FILES:
        yield from ("--ro-bind", str(_HERE / name), f"{DRIVER}/harness/sandbox/{name}")
    yield from ("--dev-bind", "/dev/null", "/dev/null")
