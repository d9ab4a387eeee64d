"""A record that was asked after its items were public has no place, whatever it says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from trial import write_scored

from harness.attest.log import append
from harness.record import RoundPaths
from leaderboard.table import build_table

RUNNING, SCORED = {"state": "running"}, {"state": "scored"}


@pytest.fixture
def paths(tmp_path: Path) -> RoundPaths:
    """Two complete records."""
    return write_scored(tmp_path, "alpha/one", "bravo/two")


def log(paths: RoundPaths, *events: tuple[str, str]) -> None:
    for submission, state in events:
        if submission:
            append(paths.folder / "log.jsonl", "run.state", {"submission": submission, "state": state})
        else:
            append(paths.folder / "log.jsonl", state, {})


def test_asked_after_the_reveal(paths: RoundPaths) -> None:
    """The log's order decides; who was only judged again keeps its place."""
    log(
        paths,
        ("alpha/one", "running"),
        ("bravo/two", "running"),
        ("", "round.revealed"),
        ("alpha/one", "scored"),
        ("bravo/two", "running"),
    )
    rows = {row["submission"]: row for row in build_table(paths.folder)["standings"]}
    assert rows["alpha/one"]["rank"] == [1, 1]
    assert rows["bravo/two"]["rank"] is None
    assert (rows["bravo/two"]["state"], rows["bravo/two"]["area"]) == ("refused", None)
    assert "after its items were public" in rows["bravo/two"]["reason"]
