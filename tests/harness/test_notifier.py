"""Who is told of a round while it is run: every new state once, every alarm for as long as it lasts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from ruled import rule
from watched import NOW, Disk, ago

from harness.due import Outcome
from harness.notifier import Notifier, Teller
from harness.notify import Event
from harness.record import RunPaths, read_json, write_json
from harness.watching import Expected, look


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


def test_the_end_of_all_tries_is_told_after_a_first_failure(disk: Disk) -> None:
    """A failure that another try follows is one event, the one that none follows another, whatever came between."""
    told: list[Event] = []
    one, _ = notifier(disk, told)
    disk.state("failed", "x", since=90, fault="own", again=True)
    one.moved("team/one", disk.run(), [])
    disk.state("failed", "stopped after 3 failures of its own, the last one: x", since=30, fault="own", again=False)
    one.ended("team/one", disk.run(), Outcome("failed", "own", again=False))
    assert [(event.state, event.since) for event in told] == [("failed", ago(90)), ("failed", ago(30))]


def test_a_shard_says_what_kind_of_error_stopped_its_submission(disk: Disk) -> None:
    """The record's own state does not know it; of several failed shards the last one is told, in a sealed round too."""
    told: list[Event] = []
    one, _ = notifier(disk, told, sealed=True)
    disk.state("failed", "stopped: QUESTION", fault="own", again=False)
    for number, (kind, since) in enumerate((("OSError", 90), ("EngineError", 30), ("ValueError", 60)), 1):
        write_json(disk.run().part(number).state, {"state": "failed", "error": kind, "since": ago(since)})
    one.ended("team/one", disk.run(), Outcome("failed", "own", again=False))
    assert [(event.error, event.fault, event.reason) for event in told] == [("EngineError", "own", "")]


def test_decisions_are_told_while_a_round_is_watched(disk: Disk) -> None:
    """Those that were made since; earlier ones were told by who made them, or by nobody."""
    told: list[Event] = []
    rule(disk.paths.folder, 1, "withdraw", "team/one", "long ago")  # in 2027
    teller = Teller(told.append, disk.watched)
    teller._began = "2027-06"
    teller.look()
    assert told == []
    rule(disk.paths.folder, 2, "reinstate", "team/one", "heard", at="2027-07", takes_back=1)
    for _ in range(2):
        teller.look()
    assert [(event.state, event.subject, event.reason) for event in told] == [("reinstated", "team/one", "heard")]


def test_jobs_that_nobody_looks_after_are_told_by_whoever_watches(disk: Disk) -> None:
    """Two that watch tell the same event; it ends when somebody looks again."""
    told: list[Event] = []
    disk.cluster()
    disk.sent("team/one:cut", 900)
    disk.looked(800)
    for _ in range(2):
        teller = Teller(told.append, disk.watched)
        for _ in range(2):
            teller.tell(look(disk.watched, NOW))
    assert [(event.kind, event.state, event.subject) for event in told] == [("alarm", "launcher away", "")] * 2
    assert told[0].key == told[1].key
    assert told[0].since == ago(800)[:19] + "+00:00"


def test_a_conductor_leaves_word_that_it_looked(disk: Disk) -> None:
    """As often as it looks, and not more often than every five seconds."""
    disk.watched.expected = Expected(look_every=30.0)
    one, _ = notifier(disk, [])
    one.moved("team/one", disk.run(), [])
    path = disk.paths.folder / "looked.json"
    assert read_json(path)["every"] == 30.0
    path.unlink()
    one.moved("team/one", disk.run(), [])
    assert not path.exists()


def test_our_fault_is_an_alarm_and_a_sealed_round_gives_no_reason(disk: Disk) -> None:
    """Tries are spent: a person is needed."""
    told: list[Event] = []
    one, _ = notifier(disk, told, sealed=True)
    disk.state("failed", "ValueError: QUESTION", since=5, fault="ours", again=False)
    one.ended("team/one", disk.run(), Outcome("failed", "ours", again=False, reason="ValueError: QUESTION"))
    assert [event.state for event in told] == ["failed", "tries spent"]
    assert "QUESTION" not in str(told)
