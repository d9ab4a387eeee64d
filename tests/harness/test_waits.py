"""Why jobs wait: said once, in a file for those who watch, an alarm where no waiting helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.launch.base import JobView
from harness.record import RoundPaths, read_json
from harness.waits import NAME, Waits

HELD = "cluster.partition: another one"


@pytest.fixture
def paths(tmp_path: Path) -> RoundPaths:
    return RoundPaths(tmp_path, "spring")


def waiting(shard: int, reason: str, blocked: str = "", since: str = "2027-03-01T12:00:00+00:00") -> JobView:
    return JobView(f"team/one:ask:{shard}", f"7_{shard}", "waiting", reason, since, blocked=blocked)


def test_a_reason_is_said_once(paths: RoundPaths) -> None:
    """However often it comes back, and whatever nodes it names."""
    waits = Waits(paths)
    assert waits.take([waiting(1, "Priority"), waiting(2, "Priority")])[0] == ["2 jobs wait: Priority"]
    assert waits.take([waiting(1, "Resources"), waiting(2, "Priority")])[0] == ["1 job waits: Resources"]
    assert waits.take([waiting(1, "Priority")])[0] == []
    down = waits.take([waiting(1, "ReqNodeNotAvail, UnavailableNodes:n1")])[0]
    assert down == ["1 job waits: ReqNodeNotAvail"]
    assert waits.take([waiting(1, "ReqNodeNotAvail, UnavailableNodes:n2")])[0] == []
    assert waits.take([JobView("team/one:ask:1", "7", "running", "None")])[0] == []


def test_a_job_that_no_waiting_helps(paths: RoundPaths) -> None:
    """An alarm at once, with the job, the site's reason and what to do; again only where it was gone meanwhile."""
    waits = Waits(paths)
    jobs = [waiting(n, "PartitionTimeLimit", HELD) for n in (1, 2)]
    (alarm,) = waits.take([*jobs, waiting(3, "Priority")])[1]
    assert (alarm.submission, alarm.since) == ("team/one", "2027-03-01T12:00:00+00:00")
    assert alarm.words == f"team/one: job 7_1 and 1 more cannot begin: PartitionTimeLimit; remedy: {HELD}"
    assert waits.take(jobs)[1] == []
    assert waits.take([])[1] == []
    assert len(waits.take(jobs[:1])[1]) == 1


def test_those_who_watch_can_read_it(paths: RoundPaths) -> None:
    """A row tells a blocked job before one that waits longer; what has not changed is not written."""
    waits = Waits(paths)
    path = paths.folder / NAME
    assert waits.take([JobView("team/one:ask:1", "7", "waiting")]) == ([], [])
    assert not path.exists()  # of this machine's jobs nobody has a reason
    waits.take([waiting(1, "Priority", since="2027-03-01T11:00:00+00:00"), waiting(2, "InvalidQOS", HELD)])
    row = read_json(path)["submissions"]["team/one"]
    assert row == {"jobs": 2, "reason": "InvalidQOS", "since": "2027-03-01T12:00:00+00:00", "blocked": HELD}
    before = path.stat().st_mtime_ns
    waits.take([waiting(1, "Priority", since="2027-03-01T11:00:00+00:00"), waiting(2, "InvalidQOS", HELD)])
    assert path.stat().st_mtime_ns == before
    Waits(paths).take([])
    assert read_json(path)["submissions"] == {}
