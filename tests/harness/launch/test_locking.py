"""Where records are written, a lock must hold for every node."""

from __future__ import annotations

import errno
import fcntl
from pathlib import Path
from typing import Any

import pytest

from harness.errors import UsageError
from harness.launch.locking import demand_locks
from harness.launch.site import Site, check_here


def test_a_folder_that_can_be_locked_leaves_no_trace(tmp_path: Path) -> None:
    """One that does not exist yet is asked for by the folder above it, and nothing is left there."""
    demand_locks(tmp_path / "runs/tiny")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK])
def test_a_file_system_without_locks_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Before any job is sent, with what to do."""

    def none(*_: Any) -> None:
        raise OSError(number, "not here")

    monkeypatch.setattr(fcntl, "flock", none)
    with pytest.raises(UsageError, match="no file can be locked here: not here") as caught:
        check_here(Site(), tmp_path, {})
    assert caught.value.where == f"DEFI_RUNS, {tmp_path}"
    assert "docs/cluster.md" in caught.value.remedy


@pytest.mark.parametrize(
    ("kind", "options", "local"),
    [
        ("lustre", "rw,localflock", "localflock"),
        ("nfs", "rw,vers=3,local_lock=all", "local_lock=all"),
        ("nfs", "rw,vers=3,nolock", "nolock"),
        ("lustre", "rw,flock", ""),
        ("nfs4", "rw,local_lock=none", ""),
    ],
)
def test_locks_that_stay_on_their_node_are_refused(tmp_path: Path, kind: str, options: str, local: str) -> None:
    """No call fails there: the options of the mount say so, of the innermost one that holds the folder."""
    mounts = tmp_path / "mounts"
    disk = tmp_path / "my disk"
    disk.mkdir()
    lines = [
        "/dev/a / lustre rw,localflock 0 0",
        f"server:/x {str(disk).replace(' ', chr(92) + '040')} {kind} {options} 0 0",
    ]
    mounts.write_text("\n".join(lines) + "\n")
    if local:
        with pytest.raises(UsageError, match=rf"\({kind}\) is mounted with {local}"):
            demand_locks(disk / "runs", mounts)
    else:
        demand_locks(disk / "runs", mounts)
