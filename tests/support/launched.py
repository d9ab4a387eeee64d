"""A launcher for Slurm on a site of shell scripts, and what it has sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import marks

from harness.launch.base import JobView, Needs
from harness.launch.errand import Errand
from harness.launch.site import Site
from harness.launch.slurm import SlurmLauncher

KEYS = ("team/one:ask:1", "team/one:ask:2")


def launcher(folder: Path, **changes: Any) -> SlurmLauncher:
    return SlurmLauncher("spring", folder, folder / "private/jobs", Site(**{"grace": 0.0, **changes}), marks.touch)


def sent(folder: Path, count: int = 2, **changes: Any) -> tuple[SlurmLauncher, str]:
    """A launcher that has sent an array, and its name."""
    one = launcher(folder, **changes).__enter__()
    one.send([Errand("ask", "spring", "team/one", n) for n in range(1, count + 1)], Needs())
    return one, one._book.batches[-1].name


def states(views: dict[str, JobView]) -> list[str]:
    return [views[key].state for key in KEYS if key in views]
