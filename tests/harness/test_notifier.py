"""Who is told of a round while it is run: every new state once, every alarm for as long as it lasts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from watched import Disk, ago

from harness.due import Outcome
from harness.notifier import Notifier
from harness.notify import Event
from harness.record import RunPaths
from harness.watching import Expected


class Inner:
    """Remembers what was passed on."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.calls: list[str] = []

    def moved(self, submission: str, run: RunPaths, errands: Sequence[str]) -> None:
        self.calls.append(f"moved {submission}")

    def ended(self, submission: str, run: RunPaths, end: Outcome) -> None:
        self.calls.append(f"ended {submission} {end.result}")

    def said(self, words: str) -> None:
        self.calls.append(words)


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path, "team/one")


def notifier(disk: Disk, told: list[Event], *, sealed: bool = False) -> tuple[Notifier, Inner]:
    inner = Inner()
    return Notifier(inner, told.append, disk.watched, sealed=sealed), inner


def test_each_new_state_is_told_once(disk: Disk) -> None:
    """However often the conductor looks, and however many shards write the same state anew."""
    told: list[Event] = []
    one, inner = notifier(disk, told)
    run = disk.run()
    one.moved("team/one", run, [])
    for since in (90, 60, 30):
        disk.state("running", since=since)
        one.moved("team/one", run, [])
    disk.state("scored", since=10)
    one.ended("team/one", run, Outcome("done"))
    one.said("the site answers again")
    assert [(event.kind, event.state, event.since) for event in told] == [
        ("submission", "running", ago(90)),
        ("submission", "scored", ago(10)),
    ]
    assert inner.calls[-2:] == ["ended team/one done", "the site answers again"]
    assert len(inner.calls) == 6


def test_a_conductor_that_is_started_again_tells_the_same_event(disk: Disk) -> None:
    """By its key, which the outbox knows."""
    told: list[Event] = []
    disk.state("failed", "x", since=5)
    for _ in range(2):
        notifier(disk, told)[0].moved("team/one", disk.run(), [])
    assert len({event.key for event in told}) == 1


def test_an_alarm_is_told_once_for_as_long_as_it_lasts(disk: Disk) -> None:
    """And again when it comes back."""
    told: list[Event] = []
    one, _ = notifier(disk, told)
    disk.cluster()
    disk.sent("team/one:cut", 10)
    disk.watched.expected = Expected(waiting=-1e12)  # these times are invented, and the notifier's clock is not
    one.look()
    one.look()
    assert [(event.kind, event.state, event.subject) for event in told] == [
        ("alarm", "too long in its state", "team/one")
    ]
    disk.watched.expected = Expected(waiting=1e12)
    one.look()
    disk.watched.expected = Expected(waiting=-1e12)
    one.look()
    assert len(told) == 2


def test_our_fault_is_an_alarm_and_a_sealed_round_gives_no_reason(disk: Disk) -> None:
    """Tries are spent: a person is needed."""
    told: list[Event] = []
    one, _ = notifier(disk, told, sealed=True)
    disk.state("failed", "ValueError: QUESTION", since=5, fault="ours", again=False)
    one.ended("team/one", disk.run(), Outcome("failed", "ours", again=False, reason="ValueError: QUESTION"))
    assert [event.state for event in told] == ["failed", "tries spent"]
    assert "QUESTION" not in str(told)
