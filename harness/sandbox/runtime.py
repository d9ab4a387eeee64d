"""Which files make a Python interpreter: itself, its standard library, and the shared libraries that these need.

Found once, by asking the interpreter: a short script loads the standard library's extension modules and reads from the
dynamic loader what came with them. Site packages are no part of it.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from harness.errors import SandboxUnavailableError

# terminals, windows and databases on disk: large libraries that no generated function needs
_LEFT_OUT = ("_tkinter", "readline", "_curses", "_curses_panel", "_gdbm", "_dbm", "nis", "ossaudiodev", "spwd")

_ASK = r"""
import ctypes, json, os, sys
class Info(ctypes.Structure):
    _fields_ = [("address", ctypes.c_void_p), ("name", ctypes.c_char_p)]
names = []
def note(info, size, data):
    names.append(os.fsdecode(info.contents.name or b""))
    return 0
dynload = [path for path in sys.path if path.endswith("lib-dynload")]
for folder in dynload:
    for name in sorted(os.listdir(folder)):
        if name.endswith(".so") and name.split(".")[0] not in sys.argv[1:]:
            try:
                ctypes.CDLL(os.path.join(folder, name))
            except OSError:  # a module whose library is not installed: the program will not find it either
                pass
try:
    ctypes.CDLL("libgcc_s.so.1")  # loaded late, when a thread ends
except OSError:
    pass
kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Info), ctypes.c_size_t, ctypes.c_void_p)
ctypes.CDLL(None).dl_iterate_phdr(kind(note), None)
print(json.dumps([os.path.dirname(os.__file__), dynload, names]))
"""


@dataclass(frozen=True, slots=True)
class Runtime:
    """The host's files, and where the sandbox shows them."""

    interpreter: str  # on the host, links followed; shown as /usr/bin/python3
    library: str  # the standard library's folder; shown as /usr/lib/pythonX.Y
    version: str  # "python3.11"
    shared: tuple[tuple[str, str], ...]  # (name, file on the host) of each shared library; shown in /usr/lib
    extensions: str = ""  # the folder lib-dynload, where it lies outside `library`
    masks: tuple[str, ...] = ()  # folders inside `library` that an empty one hides: site packages


@functools.cache
def find_runtime() -> Runtime:
    """The interpreter of this process, a virtual environment's base one; SandboxUnavailableError if it is unknown."""
    interpreter = os.path.realpath(getattr(sys, "_base_executable", "") or sys.executable)
    command = [interpreter, "-I", "-S", "-c", _ASK, *_LEFT_OUT]
    try:
        asked = subprocess.run(command, capture_output=True, timeout=60, check=True, env={}, text=True)  # noqa: S603
        library, dynload, names = json.loads(asked.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise SandboxUnavailableError(
            f"the interpreter {interpreter} does not say which files it needs: {error}",
            where="sandbox",
            remedy="run the harness with an ordinary CPython 3.11 to 3.13",
        ) from error
    extensions = next((folder for folder in dynload if not folder.startswith(library + os.sep)), "")
    hidden = (name for name in ("site-packages", "dist-packages") if (Path(library) / name).is_dir())
    return Runtime(
        interpreter=interpreter,
        library=library,
        version=f"python{sys.version_info.major}.{sys.version_info.minor}",
        shared=_shared(names, library),
        extensions=extensions,
        masks=tuple(hidden),
    )


def _shared(names: list[str], library: str) -> tuple[tuple[str, str], ...]:
    """(name, file) of every library that is no extension module, the program loader included, each name once."""
    found: dict[str, str] = {}
    for name in names:
        if (
            name.startswith("/")
            and ".so" in name
            and "lib-dynload" not in name
            and not name.startswith(library + os.sep)
        ):
            found.setdefault(Path(name).name, os.path.realpath(name))
    return tuple(sorted(found.items()))
