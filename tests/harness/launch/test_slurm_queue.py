"""What squeue and sacct print, in our words."""

from __future__ import annotations

import datetime
import os

import pytest
from fake_site import FakeSite
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.launch.base import LauncherAwayError
from harness.launch.slurm_queue import (
    Seen,
    ask,
    parse_accounts,
    parse_queue,
    read_accounts,
    read_queue,
    understood,
)

# Printed by Slurm 22.05.8, with the columns made narrower
QUEUE = """\
defi-x-2   |2    |N/A |COMPLETED |0     |2026-11-22T15:37:10 |2026-11-22T15:37:12 |2026-11-22T15:37:12 |n1 |None
defi-x-1   |1    |2   |FAILED    |18688 |2026-11-22T15:37:10 |2026-11-22T15:37:12 |2026-11-22T15:37:12 |n2 |NonZero
defi-x-3   |3    |1   |PENDING   |0     |2026-11-22T15:37:10 |N/A                 |N/A                 |   |(a | b)
defi-x-3   |3    |0   |RUNNING   |0     |2026-11-22T15:37:10 |2026-11-22T15:37:12 |2026-11-22T15:47:12 |n1 |None
"""
ACCOUNTS = """\
defi-x-2|2|COMPLETED|0:0|2026-11-22T15:37:10|2026-11-22T15:37:12|2026-11-22T15:37:13|n1
defi-x-1|1_2|FAILED|0:9|2026-11-22T15:37:10|2026-11-22T15:37:12|2026-11-22T15:37:12|n2
defi-x-3|3_[1,4-5%2]|PENDING|0:0|2026-11-22T15:37:10|Unknown|Unknown|None assigned
defi-x-3|3_0|CANCELLED by 0|0:0|2026-11-22T15:37:10|2026-11-22T15:37:12|2026-11-22T15:37:15|n1
defi-x-4|4+1|PENDING|0:0|2026-11-22T15:37:10|Unknown|Unknown|None assigned
"""


def test_lines_of_the_queue() -> None:
    """A job by itself is place 0; the time is that of its state; a reason may hold anything."""
    assert list(parse_queue(QUEUE)) == [
        Seen("defi-x-2", 0, "2", "ended", "", "2026-11-22T15:37:12+00:00", "n1"),
        Seen("defi-x-1", 2, "1_2", "ended", "the errand failed", "2026-11-22T15:37:12+00:00", "n2"),
        Seen("defi-x-3", 1, "3_1", "waiting", "(a | b)", "2026-11-22T15:37:10+00:00", ""),
        Seen("defi-x-3", 0, "3_0", "running", "", "2026-11-22T15:37:12+00:00", "n1"),
    ]


def test_lines_of_the_accounting() -> None:
    """One line may stand for several tasks; a signal is an exit code of 128 and more; what is no array is passed."""
    found = list(parse_accounts(ACCOUNTS))
    assert [(job.job, job.index, job.state) for job in found] == [
        ("2", 0, "ended"),
        ("1_2", 2, "lost"),
        ("3_1", 1, "waiting"),
        ("3_4", 4, "waiting"),
        ("3_5", 5, "waiting"),
        ("3_0", 0, "lost"),
    ]
    assert "exit code 137" in found[1].reason
    assert found[5].reason == "it was cancelled (CANCELLED)"
    assert found[2].node == found[2].reason == ""


@given(st.text(alphabet="|_[]%,-0123456789 abcN/A\n", max_size=200))
def test_no_line_is_too_odd(text: str) -> None:
    """What cannot be read is passed over."""
    assert all(job.state == "waiting" for job in parse_queue(text))
    assert all(job.state == "waiting" for job in parse_accounts(text))


@pytest.mark.parametrize(
    ("told", "state"),
    [
        *((one, "waiting") for one in ("PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "SUSPENDED")),
        *((one, "running") for one in ("RUNNING", "COMPLETING")),
        ("COMPLETED", "ended"),
        *((one, "lost") for one in ("NODE_FAIL", "TIMEOUT", "PREEMPTED", "CANCELLED by 7", "OUT_OF_MEMORY")),
        *((one, "lost") for one in ("BOOT_FAIL", "DEADLINE", "REVOKED", "FAILED")),
        ("EXPEDITING", "waiting"),
    ],
)
def test_a_state_of_slurm(told: str, state: str) -> None:
    """Each has one meaning; one that a later Slurm invents decides nothing."""
    assert understood(told, 1)[0] == state
    assert understood(told, 1)[1] or state in ("ended", "running", "waiting")


def test_how_the_site_is_asked(site: FakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own jobs only, in UTC, from somewhat before the oldest that is open; a user's settings change nothing."""
    monkeypatch.setenv("SLURM_TIME_FORMAT", "relative")
    monkeypatch.setenv("SQUEUE_STATES", "RUNNING")
    since = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    assert read_accounts(since) == read_queue() == []
    words = (site.folder / "sacct-words").read_text().split()
    assert "--starttime=2026-11-22T09:00:00" in words
    assert f"--uid={os.getuid()}" in words
    environment = ask(["env"])
    assert "TZ=UTC" in environment
    assert "SQUEUE_STATES" not in environment
    assert "SLURM_TIME_FORMAT" not in environment


def test_accounting_that_is_off(site: FakeSite) -> None:
    """Says which key of the site to set, and so does a missing configuration; any other failure is silence."""
    script = site.folder / "bin/sacct"
    script.write_text("#!/bin/sh\necho 'Slurm accounting storage is disabled' >&2; exit 1\n")
    with pytest.raises(UsageError) as caught:
        read_accounts(datetime.datetime.now(datetime.UTC))
    assert "cluster.sacct=false" in caught.value.remedy
    script.write_text("#!/bin/sh\necho 'sacct: fatal: Could not establish a configuration source' >&2; exit 1\n")
    with pytest.raises(UsageError, match="no cluster of theirs"):  # nothing to wait for: no launcher is away
        read_accounts(datetime.datetime.now(datetime.UTC))
    script.write_text("#!/bin/sh\nexit 2\n")
    with pytest.raises(LauncherAwayError, match="exit code 2"):
        read_accounts(datetime.datetime.now(datetime.UTC))
