"""Whether locks hold on the file system where records are written: `flock`, seen by every node.

Jobs of one record on several nodes keep out of each other's way by locks of its files alone. A file system that has
none is told at once; one that keeps them to each node (`localflock` of Lustre, `local_lock` of NFS) is told by how it
is mounted, as no call fails there.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from pathlib import Path

from harness.errors import UsageError

MOUNTS = Path("/proc/self/mounts")
_LOCAL = ("localflock", "local_lock=flock", "local_lock=all", "nolock")  # options by which a lock stays on its node
_REMEDY = "let DEFI_RUNS be on a file system whose locks all nodes see (docs/cluster.md, What the disk must do)"


def demand_locks(folder: Path, mounts: Path = MOUNTS) -> None:
    """UsageError where the file system of a folder, which need not exist yet, has no lock that every node sees."""
    place = next(one for one in (folder.resolve(), *folder.resolve().parents) if one.is_dir())
    kind, options = _mounted(place, mounts)
    if local := next((option for option in _LOCAL if option in options), None):
        what = f"the file system ({kind}) is mounted with {local}: a lock of one node is not seen by another"
        raise UsageError(what, where=f"DEFI_RUNS, {place}", remedy=_REMEDY)
    try:
        with tempfile.TemporaryFile(dir=place) as probe:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        what = f"no file can be locked here: {error.strerror or os.strerror(error.errno or 0)}"
        raise UsageError(what, where=f"DEFI_RUNS, {place}", remedy=_REMEDY) from error


def _mounted(place: Path, mounts: Path) -> tuple[str, list[str]]:
    """Kind and options of the file system of a folder; nothing where the machine does not tell."""
    if not mounts.exists():
        return "unknown", []
    rows = [line.split(" ") for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines()]
    known = {Path(row[1].replace("\\040", " ")): row for row in rows if len(row) >= 4}  # the last mount lies on top
    found = next((known[one] for one in (place, *place.parents) if one in known), None)
    return (found[2], found[3].split(",")) if found else ("unknown", [])
