"""`defi round run`: what it does at every look."""

from __future__ import annotations

from pathlib import Path

import pytest

import harness.watching.files
from harness.cli.report import Reporter
from harness.cli.round_run import _Watch
from harness.cli.show import Bars
from harness.config import Settings
from harness.journal import count_lines
from harness.record import RoundPaths
from harness.types import Round


class Seen(Bars):
    """Keeps what it would show."""

    def show(self, name: str, done: int, total: int) -> None:
        self.done = done


def test_a_look_reads_what_has_grown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of fifty parts, one has an answer more: one file is read again, and the number is right."""
    settings = Settings(Round("tiny", {}, "2026-11-22", "s", (), (), (1.0,), ()), {}, {}, {"uri": None})
    bars, run = Seen(), RoundPaths(tmp_path, "tiny").run("team", "one")
    watch = _Watch(settings, bars, Reporter(settings, RoundPaths(tmp_path, "tiny"), bars.say))
    for number in range(1, 51):
        run.part(number).folder.mkdir(parents=True)
        run.part(number).completions.write_text("{}\n{}\n")
    watch.moved("team/one", run, ["an errand"])
    assert bars.done == 100
    with run.part(7).completions.open("a") as stream:
        stream.write('{}\n{"to')
    read: list[Path] = []

    def counted(path: Path) -> int:
        read.append(path)
        return count_lines(path)

    monkeypatch.setattr(harness.watching.files, "count_lines", counted)
    watch.moved("team/one", run, ["an errand"])
    assert (bars.done, read) == (101, [run.part(7).completions])
