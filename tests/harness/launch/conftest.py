"""A site without Slurm, for the tests of the launcher."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fake_site import SCRIPTS, FakeSite


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeSite:
    """One whose queue is empty, and whose commands are the first that are found."""
    folder = tmp_path / "site"
    (folder / "bin").mkdir(parents=True)
    (folder / "sent").mkdir()
    for name, text in SCRIPTS.items():
        path = folder / "bin" / name
        path.write_text("#!/bin/sh\n" + text.replace("{folder}", str(folder)))
        path.chmod(0o755)
    for name in [name for name in os.environ if name.startswith(("SLURM", "SBATCH", "DEFI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}:{os.environ['PATH']}")
    made = FakeSite(folder)
    made.queue()
    made.accounts()
    made.away(away=False)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A round's."""
    return tmp_path / "runs/spring"
