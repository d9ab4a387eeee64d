"""The spool: nothing is lost, nothing is sent by two, and a parcel goes only when it is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tracked import record_at

from harness.errors import TrackingError
from harness.parcel import Parcel
from harness.record import RoundPaths, list_runs, read_json, write_json
from harness.spool import Spool, SpoolBusyError, already_sent
from harness.tracking import Sender, ServerAwayError


class Server(Sender):
    """Takes parcels; away after some, and refusing those of one submission."""

    def __init__(self, most: int = 99, refused: str = "") -> None:
        """`most` parcels are taken; `refused` names a submission."""
        super().__init__("http://server")
        self.most, self.refused = most, refused
        self.got: list[str] = []

    def send(self, parcel: Parcel, *, again: bool = False) -> str:
        if len(self.got) == self.most:
            raise ServerAwayError("nobody answers", where=self.uri)
        if parcel.submission == self.refused:
            raise TrackingError("too long", where=self.uri)
        self.got.append(parcel.submission)
        return f"run {len(self.got)}"


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """Three records of a round, spooled."""
    for name in ("a/x", "a/y", "b/x"):
        record = record_at(tmp_path, name)
        Spool.of(record).leave(record)
    return Spool(RoundPaths(tmp_path, "tiny"))


def test_what_is_sent_is_told_in_the_record_and_taken_away(spool: Spool) -> None:
    """All three go, each record says where to, and a second call has nothing left."""
    server = Server()
    assert spool.collect(server).sent == ["a/x", "a/y", "b/x"]
    assert spool.waiting() == []
    assert all(already_sent(run, "http://server") for run in list_runs(spool.paths))
    assert not any(already_sent(run, "http://other") for run in list_runs(spool.paths))
    assert spool.collect(server).sent == []
    assert len(server.got) == 3


def test_a_dead_server_leaves_the_rest_spooled(spool: Spool) -> None:
    """It is asked no more, what was sent is gone, what was not waits, and its record says why."""
    found = spool.collect(Server(most=1))
    assert (found.sent, found.away, len(spool.waiting())) == (["a/x"], True, 2)
    told = read_json(spool.paths.run("a", "y").tracking)
    assert (told["sent"], told["reason"]) == (False, "nobody answers")
    assert not spool.paths.run("b", "x").tracking.exists()
    assert spool.collect(Server()).sent == ["a/y", "b/x"]


def test_a_refused_parcel_holds_up_no_other(spool: Spool) -> None:
    """It waits with its reason, once tried; the others go."""
    found = spool.collect(Server(refused="a/x"))
    assert (found.sent, found.away) == (["a/y", "b/x"], False)
    assert [path.name.startswith("a+x.") for path in spool.waiting()] == [True]
    assert "too long" in next(iter(found.troubles.values()))


@pytest.mark.parametrize("damage", ["{", "[]", '{"schema": "grand-defi/parcel/1"}'])
def test_a_damaged_parcel_holds_up_no_other(spool: Spool, damage: str) -> None:
    """It is named and kept; the others go."""
    spool.waiting()[0].write_text(damage)
    found = spool.collect(Server())
    assert found.sent == ["a/y", "b/x"]
    assert list(found.troubles) == [path.name for path in spool.waiting()]


def test_two_never_send_at_once(spool: Spool) -> None:
    """Who comes second is refused, and what is spooled stays."""
    with spool.collecting(), pytest.raises(SpoolBusyError, match="another process"):
        Spool(spool.paths).collect(Server())
    assert len(spool.waiting()) == 3
    assert len(spool.collect(Server()).sent) == 3


def test_what_is_left_meanwhile_is_sent_too(spool: Spool) -> None:
    """A job that finishes while the collector works is not left behind, and progress knows of it."""

    class Slow(Server):
        def send(self, parcel: Parcel, *, again: bool = False) -> str:
            if not self.got:
                record = record_at(spool.paths.root, "c/z")
                spool.leave(record)
            return super().send(parcel, again=again)

    told: list[tuple[int, int]] = []
    assert spool.collect(Slow(), watch=lambda done, of: told.append((done, of))).sent[-1] == "c/z"
    assert told == [(1, 3), (2, 4), (3, 4), (4, 4)]


def test_killed_between_sending_and_saying_so_it_is_sent_again(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parcel is still there: the server, which knows its key, is told once more and nothing is lost."""
    server = Server()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda self, missing_ok=False: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            spool.collect(server)
    assert spool.collect(server).sent == ["a/x", "a/y", "b/x"]


def test_only_a_scored_record_is_spooled(tmp_path: Path) -> None:
    """A run that failed has nothing to send."""
    record = record_at(tmp_path)
    write_json(record.state, {"state": "failed", "reason": "x", "since": "2026-11-22T03:00:00+00:00"})
    assert Spool.of(record).leave(record) is None


def test_a_parcel_may_travel_without_its_record(spool: Spool, tmp_path: Path) -> None:
    """Copied to where the network is, the spool alone is enough; no record is made up there."""
    elsewhere = Spool(RoundPaths(tmp_path / "elsewhere", "tiny"))
    elsewhere.folder.mkdir(parents=True)
    for path in spool.waiting():
        (elsewhere.folder / path.name).write_bytes(path.read_bytes())
    assert len(elsewhere.collect(Server()).sent) == 3
    assert list_runs(elsewhere.paths) == []


def test_a_parcel_holds_no_question(spool: Spool) -> None:
    """Of an item there is a digest; its identifier stands in the plan alone, as that is published."""
    parcel = json.loads(spool.waiting()[0].read_text())
    assert parcel["items"].keys() == {"digest", "rows"}
