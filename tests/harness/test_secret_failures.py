"""A failure in a sealed round: what was asked never leaves by what is said of the failure."""

from __future__ import annotations

import contextlib
import datetime
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

import harness.engine.baselines
from harness.cli.main import main
from harness.conduct import Conductor, Terms
from harness.due import Outcome
from harness.entries import compose_round
from harness.errors import EngineError
from harness.launch.base import JobView, Needs
from harness.launch.errand import Errand
from harness.node import do
from harness.notifier import Notifier
from harness.notify import Courier, Event
from harness.record import RoundPaths, RunPaths, read_json
from harness.types import Request
from harness.watching import Watched
from harness.workspace import find_workspace

ROUND = """
name: spring
title: {fr: Printemps, en: Spring}
date: "2027-03-01"
seed: sealed
languages: [fr, en]
levels: 1
counts: 2
tasks: [understanding/reading_choice]
level_weights: uniform
conditions: {isolation: required}
submissions: [baselines/null, baselines/echo, baselines/constant]
"""


class Inline:
    """Does every errand at once, here, and tells of it as the launcher of this machine does."""

    def __init__(self) -> None:
        """Nothing was sent."""
        self.jobs: dict[str, JobView] = {}
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing runs."""

    def send(self, errands: Sequence[Errand], needs: Needs) -> None:
        for errand in errands:
            self.count += 1
            reason = ""
            try:
                do(errand)
            except Exception as error:
                reason = f"{type(error).__name__}: {error}"
            self.jobs[errand.key] = JobView(errand.key, str(self.count), "ended", reason)

    def look(self) -> Mapping[str, JobView]:
        return dict(self.jobs)

    def room(self) -> int:
        return 1

    def cancel(self, keys: Iterable[str]) -> None:
        """All have ended."""


class Aloud:
    """Keeps what an organiser would see."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.words: list[str] = []

    def moved(self, submission: str, run: RunPaths, errands: Sequence[str]) -> None:
        """Nothing."""

    def ended(self, submission: str, run: RunPaths, end: Outcome) -> None:
        self.words.append(end.reason)

    def said(self, words: str) -> None:
        self.words.append(words)


class Shelf:
    """A channel that keeps what it is to send."""

    name, most, gather, patience = "shelf", 10, 0.0, 1.0

    def send(self, events: Sequence[Event]) -> None:
        """Sent."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Questions that three engines quote as they fail: in an error of ours, one of Python's, and while planning."""
    found: list[str] = []

    def quote(kind: type[Exception], request: Request) -> Exception:
        found.extend(line for line in request.messages[-1].content.splitlines() if len(line) > 20)
        return kind(f"cannot read: {request.messages[-1].content}")

    def by(kind: type[Exception]) -> object:
        def run(_: object, requests: Sequence[Request]) -> Iterator[None]:
            raise quote(kind, requests[0])
            yield

        return run

    monkeypatch.setattr(harness.engine.baselines.Null, "run", by(EngineError))
    monkeypatch.setattr(harness.engine.baselines.Echo, "run", by(ValueError))
    monkeypatch.setattr(harness.engine.baselines.Constant, "run", by(UnicodeError))
    return found


@pytest.fixture
def drawn(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sealed round that may be run."""
    monkeypatch.delenv("DEFI_ROUND_SECRET", raising=False)
    for folder in (workspace / "submissions").iterdir():
        if folder.name != "baselines":
            shutil.rmtree(folder)
    (workspace / "configs/round/spring.yaml").write_text(ROUND)
    (workspace / "docs").mkdir()
    (workspace / "docs/rounds.md").write_text("Nobody cheats.\n")
    main_(["round", "new", "spring"])
    main_(["round", "close", "spring", "--source", "drand"])
    later = (datetime.datetime.now(datetime.UTC)).isoformat()
    main_(["round", "draw", "spring", "--randomness", "8f3c1e7a" * 8, "--dated", later])
    return workspace / "runs/spring"


def main_(words: list[str]) -> None:
    with contextlib.suppress(SystemExit):
        main(words)


@pytest.mark.parametrize("sharded", [False, True])
def test_no_question_leaves_by_a_failure(
    drawn: Path, asked: list[str], capsys: pytest.CaptureFixture[str], *, sharded: bool
) -> None:
    """Not by states, logs, journals, the outbox, the status or what is said aloud; the organisers' folder has it."""
    workspace = find_workspace()
    settings = compose_round(workspace, "spring")
    paths, aloud = RoundPaths(workspace.runs, "spring"), Aloud()
    bases = [Errand("whole", "spring", name, root=str(workspace.root)) for name in settings.round.submissions]
    terms = Terms(sharded=sharded, tries=2, pause=0.0, look_every=0.0)
    with Courier(drawn, [Shelf()], aloud.said) as courier:
        watch = Notifier(aloud, courier.notify, Watched(paths, settings.round), sealed=True)
        Conductor(paths, bases, Inline(), lambda _: Needs(), terms, watch).conduct()
    capsys.readouterr()
    for words in (["--json"], [], ["--submission", "baselines/echo", "--for-team"]):
        main_(["round", "status", "spring", *words])
    shown = capsys.readouterr()
    assert asked
    assert (drawn / "outbox.jsonl").exists()
    places = [path for path in sorted(drawn.rglob("*")) if path.is_file()]
    told = {str(path): path.read_text(errors="replace") for path in places if "private" not in path.parts}
    told |= {"aloud": "\n".join(aloud.words), "status": shown.out + shown.err}
    assert [(name, line) for name, text in told.items() for line in asked if line in text] == []
    kept = "".join(path.read_text() for path in (drawn / "private").iterdir())
    assert all(line in kept for line in asked)
    reason = read_json(drawn / "baselines/null/state.json")["reason"]
    assert "stopped after 3 failures of its own, the last one: EngineError: the engine cannot go on" in reason
    assert reason.partition("\n")[0] in shown.out
