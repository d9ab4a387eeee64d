"""The Debian packages that the test cluster needs, and which of them are not here."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

PROGRAMS = {
    "slurm-wlm": ("slurmctld", "slurmd", "sbatch", "srun", "scancel", "squeue", "scontrol", "sinfo"),
    "slurm-client": ("sacct", "sacctmgr"),
    "munge": ("munged",),
    "slurmdbd": ("slurmdbd",),
    "mariadb-server-core": ("mariadbd", "mariadb-install-db"),
}
SEARCHED = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))


def program(name: str) -> str:
    """The program's path; a user's own PATH often lacks the folders of daemons."""
    path = shutil.which(name, path=SEARCHED)
    if path is None:
        package = next((package for package, names in PROGRAMS.items() if name in names), name)
        raise FileNotFoundError(f"{name} is not installed; install the Debian package {package}")
    return path


def missing() -> list[str]:
    """The packages of which a program is absent, in an order in which they can be installed."""
    return [
        package for package, names in PROGRAMS.items() if not all(shutil.which(name, path=SEARCHED) for name in names)
    ]


def why_not() -> str:
    """Why no cluster can be brought up here, in a sentence that says what to do; empty where it can."""
    if packages := missing():
        return f"no Slurm here: apt-get install --no-install-recommends {' '.join(packages)}"
    if not Path("/proc/self/fd").is_dir():
        return "the test cluster needs /proc, which this system does not have"
    return ""
