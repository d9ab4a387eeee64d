"""A team may be called as the organisers' folder is: its record is not made there."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from harness.errors import DefiError
from harness.launch.errand import Errand
from harness.node import do
from harness.record import RoundPaths
from harness.states import keep_apart


def test_a_team_that_is_called_private(workspace: Path) -> None:
    """Its record is not made in the organisers' folder, which stays theirs alone."""
    there = workspace / "submissions" / "private" / "one"
    shutil.copytree(workspace / "submissions" / "baselines" / "random", there)
    m = there / "manifest.yaml"
    m.write_text(m.read_text().replace("team: baselines", "team: private").replace("entry: random", "entry: one"))
    one = Errand("cut", "demo", "private/one", 0, ("tracking=none",), str(workspace))
    with contextlib.suppress(DefiError):
        do(one)
    paths = RoundPaths(workspace / "runs", "demo")
    keep_apart(paths.run("other", "one"), "the secret question")
    mode = (paths.folder / "private").stat().st_mode & 0o777
    assert mode == 0o700
