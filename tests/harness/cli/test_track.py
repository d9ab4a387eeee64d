"""`defi track`: what was not sent is sent, what was sent is left alone, and the exit code tells."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from tracked import record_at
from tracking_server import free_port

from harness.cli.main import main
from harness.cli.report import Reporter
from harness.config import Settings, compose
from harness.parcel import Parcel
from harness.record import RoundPaths, list_runs, read_json, write_json
from harness.spool import Spool
from harness.tracking import Sender, ServerAwayError

ROUND = """
name: tiny
title: {fr: Petite manche, en: Tiny round}
date: "2026-11-22"
seed: round
languages: [fr, en]
levels: 2
counts: 4
tasks: [understanding/reading_choice]
level_weights: uniform
submissions: [baselines/oracle, baselines/null]
"""


@pytest.fixture
def paths(workspace: Path) -> RoundPaths:
    """A round with two scored records."""
    (workspace / "configs/round/tiny.yaml").write_text(ROUND)
    found = RoundPaths(workspace / "runs", "tiny")
    write_json(found.frozen, {"round": {"name": "tiny"}})
    for name in ("baselines/oracle", "baselines/null"):
        record_at(found.root, name)
    return found


@pytest.fixture
def settings(paths: RoundPaths, workspace: Path) -> Settings:
    return compose(workspace / "configs", workspace / "runs", "tiny", ["tracking=server", "tracking.uri=http://x"])


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a server got; it is away as long as the list holds the word."""
    got: list[str] = []

    def send(self: Sender, parcel: Parcel, *, again: bool = False) -> str:
        if "away" in got:
            raise ServerAwayError("nobody answers", where=self.uri)
        got.append(parcel.submission)
        return "run"

    monkeypatch.setattr(Sender, "send", send)
    return got


def track(*words: str) -> int:
    try:
        main(["track", "--round", "tiny", *words])
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_what_was_not_sent_is_sent_once(paths: RoundPaths, server: list[str], capsys: Any) -> None:
    """Two records, then nothing, then with --again both."""
    assert track() == 0
    assert "2 complete records are at" in capsys.readouterr().out
    assert (track(), server) == (0, ["baselines/null", "baselines/oracle"])
    assert (track("--again"), len(server)) == (0, 4)
    assert Spool(paths).waiting() == []


def test_a_dead_server_is_an_exit_code(paths: RoundPaths, server: list[str], capsys: Any) -> None:
    """What waits is counted, and stays; the same call sends it when the server is back."""
    server.append("away")
    assert track() == 1
    assert "2 of the round's records wait to be sent" in capsys.readouterr().err
    server.clear()
    assert (track(), len(server)) == (0, 2)


def test_a_second_sender_is_refused(paths: RoundPaths, server: list[str], capsys: Any) -> None:
    """It says that another one is at work, and sends nothing."""
    with Spool(paths).collecting():
        assert track() == 1
    assert "another process is sending" in capsys.readouterr().err
    assert server == []


def test_following_waits_for_server_and_records(paths: RoundPaths, server: list[str], capsys: Any) -> None:
    """It outlives a dead server, says so once, and ends when every submission has ended and is sent."""
    late = paths.run("baselines", "null")
    write_json(late.state, {"state": "running", "reason": "", "since": "2026-11-22T03:00:00+00:00"})
    server.append("away")

    def then() -> None:
        time.sleep(0.5)
        server.clear()
        time.sleep(0.5)
        record_at(paths.root, "baselines/null")

    thread = threading.Thread(target=then)
    thread.start()
    assert track("--follow", "--every", "0.1") == 0
    thread.join()
    assert server == ["baselines/oracle", "baselines/null"]
    assert capsys.readouterr().err.count("nobody answers") == 1


def test_without_a_server_it_says_what_to_choose(paths: RoundPaths, capsys: Any) -> None:
    """tracking=none is a mistake of the command's words."""
    assert track("tracking=none") == 2
    assert "tracking=sqlite" in capsys.readouterr().err


def test_a_round_is_never_held_up(paths: RoundPaths, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the server hangs the round goes on; when it answers all is sent before the end."""
    hanging, got = threading.Event(), []

    def hang(self: Sender, parcel: Parcel, *, again: bool = False) -> str:
        hanging.wait(20)
        got.append(parcel.submission)
        return "run"

    monkeypatch.setattr(Sender, "send", hang)
    said: list[str] = []
    with Reporter(settings, paths, said.append) as reporter:
        begun = time.monotonic()
        for run in list_runs(paths):
            reporter.ended(run)
        assert time.monotonic() - begun < 5
        hanging.set()
    assert sorted(got) == ["baselines/null", "baselines/oracle"]
    assert said == []
    assert all(read_json(run.tracking)["sent"] for run in list_runs(paths))


def test_a_reporter_says_once_what_it_could_not_send(paths: RoundPaths, settings: Settings) -> None:
    """Nothing listens: the round ends all the same, and the parcels wait."""
    said: list[str] = []
    dead = f"http://127.0.0.1:{free_port()}"
    there = {**settings.tracking, "uri": dead}
    object.__setattr__(settings, "tracking", there)
    with Reporter(settings, paths, said.append) as reporter:
        for run in list_runs(paths):
            reporter.ended(run)
    assert len(Spool(paths).waiting()) == 2
    assert len(said) == 1
    assert "defi track --round tiny" in said[0]


def test_what_has_been_sent_is_not_left_again(paths: RoundPaths, settings: Settings, server: list[str]) -> None:
    """A record that is gone through once more and judged alike waits for nobody."""
    assert track("tracking=server", "tracking.uri=http://x") == 0
    record_at(paths.root, "baselines/null", since="2026-11-23T03:00:00+00:00")
    with Reporter(settings, paths, print) as reporter:
        reporter.ended(paths.run("baselines", "null"))
    assert len(server) == 2
    assert Spool(paths).waiting() == []
