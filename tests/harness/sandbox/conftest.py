"""What the sandbox's tests share: a skip where there is no isolation, and a watch on what a program leaves behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.sandbox import unavailable
from harness.sandbox.cell import Cell
from harness.sandbox.pool import POOL


@pytest.fixture
def isolation() -> None:
    """Skip where no isolation can be had; the tests of the refusal itself need none."""
    refusal = unavailable()
    if refusal is not None:
        pytest.skip(refusal)


def descriptors() -> set[str]:
    """What this process has open."""
    return {f"{path.name} {_link(path)}" for path in Path("/proc/self/fd").iterdir()}


def processes_in(namespaces: set[str]) -> list[str]:
    """The processes of this machine that live in one of these process namespaces."""
    found = (path for path in Path("/proc").iterdir() if path.name.isdecimal())
    return [path.name for path in found if _link(path / "ns/pid") in namespaces]


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:  # another user's, or gone
        return ""


@pytest.fixture
def unchanged(isolation: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the host with a secret; afterwards it is as it was, and no process or descriptor is left."""
    POOL.close()
    secret = tmp_path / "secret.txt"
    secret.write_text("the answer is 42")
    namespaces: dict[str, int] = {}  # held open, so that the kernel gives none of these numbers to another
    wait_ready = Cell.wait_ready

    def noting(cell: Cell) -> None:
        wait_ready(cell)
        place = Path(f"/proc/{cell._first}/ns/pid")
        namespaces[_link(place)] = os.open(place, os.O_RDONLY)

    monkeypatch.setattr(Cell, "wait_ready", noting)
    monkeypatch.setattr("harness.sandbox.pool._MOST_WARM", 0)  # one program a test: none is started for a next
    before = descriptors()
    yield tmp_path
    assert namespaces, "no sandbox was used"
    POOL.close()
    assert _link(Path("/proc/self/ns/pid")) not in namespaces
    assert processes_in(set(namespaces)) == []
    for descriptor in namespaces.values():
        os.close(descriptor)
    assert {line for line in descriptors() - before if "/proc/" not in line} == set()
    assert list(tmp_path.iterdir()) == [secret]
    assert secret.read_text() == "the answer is 42"
