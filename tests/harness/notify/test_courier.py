"""The courier: a restart neither loses nor repeats an event, and nobody waits for a receiver."""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from receivers import MailServer, WebServer

from harness.journal import read_lines
from harness.notify import Courier, Event, Mail, NotSentError, Outbox, Webhook, notify, round_event
from harness.notify.outbox import NAME


def event(number: int) -> Event:
    return round_event("spring", f"state {number}", "2026-11-22T12:00:00+00:00")


@dataclass
class Told:
    """A channel that keeps what it is told; `fails` is asked before each."""

    name: str = "told"
    most: int = 1
    gather: float = 0.0
    patience: float = 72.0
    got: list[str] = field(default_factory=list)
    fails: Callable[[Sequence[Event]], None] = lambda _: None

    def send(self, events: Sequence[Event]) -> None:
        self.fails(events)
        self.got.extend(one.state for one in events)


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


@pytest.fixture
def said() -> list[str]:
    return []


def test_every_event_is_told_once_in_order(tmp_path: Path, said: list[str]) -> None:
    """Put twice it is told once; a second courier has nothing left to tell."""
    channel = Told()
    for _ in range(2):
        with Courier(tmp_path, [channel], said.append) as courier:
            put = [courier.notify(event(number)) for number in (1, 2, 3, 1)]
    assert put == [False] * 4
    assert channel.got == ["state 1", "state 2", "state 3"]
    assert said == []


def test_a_receiver_that_hangs_holds_up_nobody(tmp_path: Path, said: list[str]) -> None:
    """Putting a hundred events takes no longer because the receiver sleeps; the end waits only a moment."""
    hanging = threading.Event()
    channel = Told(fails=lambda _: hanging.wait(30) and None)
    courier = Courier(tmp_path, [channel], said.append)
    begun = time.monotonic()
    with courier:
        for number in range(100):
            courier.notify(event(number))
        assert time.monotonic() - begun < 10
        hanging.set()
    until(lambda: len(channel.got) == 100)


def test_a_failure_is_tried_again_with_growing_pauses(tmp_path: Path, said: list[str]) -> None:
    """Three answers 503, then it is taken; the pauses double."""
    with (
        WebServer([503, 503, 503]) as server,
        Courier(tmp_path, [Webhook(server.url, b"k")], said.append, pause=0.1) as courier,
    ):
        courier.notify(event(1))
        until(lambda: len(server.got) == 4)
    pauses = [later.at - earlier.at for earlier, later in zip(server.got, server.got[1:], strict=False)]
    assert [pause >= least for pause, least in zip(pauses, (0.1, 0.2, 0.4), strict=True)] == [True] * 3
    assert len({post.headers["X-Defi-Delivery"] for post in server.got}) == 1
    assert said == []


def test_a_refusal_is_given_up_and_said_and_the_next_is_told(tmp_path: Path, said: list[str]) -> None:
    """A final failure is written into the outbox with its reason; it is not tried again after a restart."""
    with WebServer([404]) as server:
        for _ in range(2):
            with Courier(tmp_path, [Webhook(server.url, b"k")], said.append) as courier:
                courier.notify(event(1))
                courier.notify(event(2))
    assert [json.loads(post.body)["state"] for post in server.got] == ["state 1", "state 2"]
    ends = [line for line in read_lines(tmp_path / NAME) if "channel" in line]
    assert [(line["outcome"], line.get("why")) for line in ends] == [
        ("given up", "the receiver answered 404"),
        ("sent", None),
    ]
    assert said == ["webhook: gave up 1 notifications: the receiver answered 404"]


def test_a_receiver_that_was_away_gets_all_later(tmp_path: Path, said: list[str]) -> None:
    """What could not be told stays in the outbox; the next process tells it, in order."""
    away = NotSentError("away")

    def fail(_: Sequence[Event]) -> None:
        raise away

    with Courier(tmp_path, [Told(fails=fail)], said.append, pause=60) as courier:
        for number in range(5):
            assert courier.notify(event(number))
    channel = Told()
    with Courier(tmp_path, [channel], said.append):
        pass
    assert channel.got == [f"state {number}" for number in range(5)]
    assert said == []


def test_patience_ends(tmp_path: Path, said: list[str]) -> None:
    """An event that could not be told for longer than that is given up, and it is said."""

    def fail(_: Sequence[Event]) -> None:
        raise NotSentError("away")

    with Courier(tmp_path, [Told(fails=fail, patience=0.0)], said.append) as courier:
        courier.notify(event(1))
    assert Outbox(tmp_path / NAME).due("told") == []
    assert said == ["told: gave up 1 notifications: away"]


def test_what_happens_together_goes_in_one_message(tmp_path: Path, said: list[str]) -> None:
    """An e-mail gathers; each event stands in exactly one."""
    with MailServer(tmp_path) as server:
        channel = Mail("localhost", server.port, "a@b.org", ("c@d.org",), ca=str(server.certificate), gather=0.5)
        with Courier(tmp_path, [channel], said.append) as courier:
            for number in range(4):
                courier.notify(event(number))
            until(lambda: len(server.got) == 1)
    (message,) = server.got
    assert [message.get_content().count(f"state {number}") for number in range(4)] == [2] * 4
    assert said == []


def test_kinds_that_are_not_told_are_not_put(tmp_path: Path, said: list[str]) -> None:
    """And without a channel nothing is written at all."""
    with Courier(tmp_path, [Told()], said.append, kinds=["alarm"]) as courier:
        assert not courier.notify(event(1))
    with Courier(tmp_path, [], said.append) as courier:
        assert not courier.notify(event(1))
    assert not (tmp_path / NAME).exists()


def test_a_full_disk_is_said_and_stops_nothing(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The round goes on; the organiser reads which notification was lost."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with Courier(tmp_path, [Told()], said.append) as courier:
        monkeypatch.setattr(Outbox, "put", full)
        assert not courier.notify(event(1))
    assert "state 1" in said[0]
    assert "No space left" in said[0]


def test_a_defect_of_a_channel_ends_no_courier(tmp_path: Path, said: list[str]) -> None:
    """What nobody expected is said, and tried again."""
    left = [1]

    def break_once(_: Sequence[Event]) -> None:
        if left:
            left.pop()
            raise ZeroDivisionError("oh")

    channel = Told(fails=break_once)
    with Courier(tmp_path, [channel], said.append) as courier:
        courier.notify(event(1))
        until(lambda: bool(said))
        courier.notify(event(2))
    assert channel.got == ["state 1", "state 2"]
    assert said == ["notifications: ZeroDivisionError: oh"]


def test_many_put_and_two_couriers_send_each_once(tmp_path: Path, said: list[str]) -> None:
    """Eight threads put overlapping events while two couriers are at work on one outbox."""
    channel = Told()
    one, other = (Courier(tmp_path, [channel], said.append) for _ in range(2))
    with one, other, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: (one, other)[number % 2].notify(event(number % 20)), range(60)))
    with Courier(tmp_path, [channel], said.append):
        pass
    assert sorted(channel.got) == sorted(f"state {number}" for number in range(20))


def _tell_and_die(folder: Path, url: str) -> None:
    with Courier(folder, [Webhook(url, b"k")], print) as courier:
        for number in range(40):
            courier.notify(event(number))


def test_killed_and_started_again_nothing_is_lost(tmp_path: Path, said: list[str]) -> None:
    """SIGKILL in the middle: after a restart every event has come in; at most the one on its way came twice."""
    with WebServer(delay=0.02) as server:
        process = multiprocessing.get_context("fork").Process(target=_tell_and_die, args=(tmp_path, server.url))
        process.start()
        until(lambda: len(server.got) >= 5)
        os.kill(process.pid or 0, 9)
        process.join()
        assert len(server.got) < 40
        with Courier(tmp_path, [Webhook(server.url, b"k")], said.append) as courier:
            for number in range(40):
                courier.notify(event(number))
            until(lambda: not Outbox(tmp_path / NAME).due("webhook"))
    keys = [post.headers["X-Defi-Delivery"] for post in server.got]
    assert set(keys) == {event(number).key for number in range(40)}
    assert len(keys) <= 41


@given(cut=st.integers(0, 900))
def test_any_torn_end_of_the_outbox_is_mended(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    """Cut off anywhere, what whole lines say holds: what was put again is told, what was told is not told again."""
    folder = tmp_path_factory.mktemp("outbox")
    outbox = Outbox(folder / NAME)
    for number in range(3):
        outbox.put(event(number))
    outbox.end([event(0)], "told", "sent")
    whole = outbox.path.read_bytes()
    outbox.path.write_bytes(whole[: min(cut, len(whole))])
    kept = list(read_lines(outbox.path))
    for number in range(3):
        outbox.put(event(number))
    told = {line["key"] for line in kept if "channel" in line}
    due = [one.key for one, _ in outbox.due("told")]
    assert sorted(due) == sorted({event(number).key for number in range(3)} - told)


def test_a_command_that_ends_tells_before_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`notify` is all that a verb needs; the secret stands nowhere in the round's folder."""
    monkeypatch.setenv("HOOK", "open sesame")
    with WebServer() as server:
        configured = {"events": ["round"], "webhook": {"url": server.url, "secret": "HOOK"}, "mail": None}
        assert notify(event(1), configured, tmp_path, print)
    assert len(server.got) == 1
    assert b"sesame" not in b"".join(path.read_bytes() for path in folder_files(tmp_path))
    assert not notify(event(2), {}, tmp_path, print)


def folder_files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
