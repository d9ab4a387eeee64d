"""Where things are: the workspace, the folder in which an organiser or a team works.

A workspace holds `configs/` and `submissions/`; what runs produce goes to `runs/` and `.cache/` beside them, or to
where `DEFI_RUNS` and `DEFI_CACHE` point (scratch space on a cluster).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import UsageError

_MARKS = ("configs", "submissions")


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folders of one workspace. Nothing is created by looking."""

    root: Path
    runs: Path  # records, one folder a round
    cache: Path  # what can be made again: converted checkpoints

    @property
    def submissions(self) -> Path:
        """Entries: `<team>/<entry>/manifest.yaml`, and `template/`."""
        return self.root / "submissions"

    @property
    def configs(self) -> Path:
        """Rounds, engines, clusters and tracking, as data."""
        return self.root / "configs"


def find_workspace(start: Path | None = None, environment: Mapping[str, str] | None = None) -> Workspace:
    """The workspace of `DEFI_ROOT`, else the nearest one at or above `start` (the current folder).

    Raises:
        UsageError: `DEFI_ROOT` is not a workspace, or there is none at or above `start`.
    """
    env = os.environ if environment is None else environment
    here = (start or Path.cwd()).resolve()
    root = _named_root(Path(env["DEFI_ROOT"])) if env.get("DEFI_ROOT") else _nearest_root(here)
    runs = Path(env["DEFI_RUNS"]).resolve() if env.get("DEFI_RUNS") else root / "runs"
    cache = Path(env["DEFI_CACHE"]).resolve() if env.get("DEFI_CACHE") else root / ".cache"
    return Workspace(root, runs, cache)


def _is_root(folder: Path) -> bool:
    return all((folder / mark).is_dir() for mark in _MARKS)


def _named_root(folder: Path) -> Path:
    if not _is_root(folder):
        raise UsageError(
            "DEFI_ROOT does not name a workspace: it must hold the folders configs/ and submissions/",
            where=str(folder),
            remedy="point DEFI_ROOT at a checkout of the project, or unset it and work inside one",
        )
    return folder.resolve()


def _nearest_root(here: Path) -> Path:
    for folder in (here, *here.parents):
        if _is_root(folder):
            return folder
    raise UsageError(
        "no workspace here: neither this folder nor one above it holds configs/ and submissions/",
        where=str(here),
        remedy="change to a checkout of the project, or set DEFI_ROOT to one",
    )
