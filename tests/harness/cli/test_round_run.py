"""`defi round run`: what it does at every look."""

from __future__ import annotations

import functools
from pathlib import Path
from types import SimpleNamespace

import pytest

import harness.cli.round_run
import harness.watching.files
from harness.at_work import BATCHES
from harness.cli.main import main
from harness.cli.report import Reporter
from harness.cli.round_run import _errands, _warn, _Watch
from harness.cli.show import Bars
from harness.conduct import CANNOT_START, NODE_LOST
from harness.config import Settings
from harness.journal import count_lines
from harness.launch.base import Needs
from harness.launch.batches import BatchBook
from harness.notify import Event
from harness.record import RoundPaths, write_json
from harness.types import Round
from harness.workspace import Workspace


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


def call(*words: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(["round", "run", "demo", *words])
    return int(stop.value.code or 0)


def test_another_cluster_is_refused_while_jobs_are_open(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is sent or begun; what is given up is said, and is the only thing that is."""
    paths = RoundPaths(workspace / "runs", "demo")
    book = BatchBook(paths.folder / BATCHES)
    batch = book.opened("demo", ["baselines/null:ask:1"], Needs(), "jean_zay")
    assert call("cluster=local", "tracking=none") == 2
    told = capsys.readouterr().err
    assert f"jobs that were sent with cluster=jean_zay may still wait or run: {batch.name}" in told
    assert not list(paths.folder.glob("*/*/state.json"))
    assert call("--abandon", "slurm", "tracking=none") == 2
    assert "valid: jean_zay" in capsys.readouterr().err


def test_a_key_of_no_cluster_is_told_in_our_words(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For a dry run as well."""
    for words in ((), ("--dry-run",)):
        assert call(*words, "cluster=jean_zay", "cluster.partion=x") == 2
        assert "did you mean partition" in capsys.readouterr().err


def test_an_alarm_of_the_conductor_is_told_once() -> None:
    """Of a node with its words; of a submission by the look that sees it in its row, and not a second time."""
    told: list[Event] = []
    looks: list[int] = []
    warn = functools.partial(_warn, told.append, lambda: looks.append(1), "spring")
    warn(NODE_LOST, "", "2027-03-01T12:00:00+00:00", "the node n1 broke")
    (event,) = told
    assert (event.kind, event.state, event.subject, event.reason) == ("alarm", NODE_LOST, "", "the node n1 broke")
    warn(CANNOT_START, "team/one", "2027-03-01T12:00:00+00:00", "job 7 cannot begin")
    assert (len(told), len(looks)) == (1, 1)


def test_a_dated_round_that_nobody_began_is_not_run_as_a_free_one(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would lose its name: what was run free is begun by nobody."""
    there = workspace / "configs/calendar/demo.yaml"
    there.parent.mkdir(exist_ok=True)
    dates = ("2027-01-01T00:00:00Z", "2027-01-02T00:00:00Z", "2027-01-03T00:00:00Z", "2027-01-04T00:00:00Z")
    keys = ("opens", "closes", "runs_from", "publishes")
    there.write_text("".join(f'{key}: "{date}"\n' for key, date in zip(keys, dates, strict=True)))
    assert call("tracking=none") == 1
    assert "the round has a calendar, and nobody has begun it" in capsys.readouterr().err
    assert not (workspace / "runs/demo/baselines").exists()


def test_workers_are_a_number_of_processes(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """None, a half or a word is refused in our words."""
    for wrong in ("0", "0.5", "many"):
        assert call("tracking=none", f"cluster.workers={wrong}") == 2
        assert "is no whole number of at least 1" in capsys.readouterr().err


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("state", ["revealed", "published"])
def test_after_the_publication_nobody_is_asked_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sealed: bool, state: str
) -> None:
    """Whoever was asked may be judged again; whoever was not stays out, in the open as in a sealed round."""
    paths = RoundPaths(tmp_path / "runs", "tiny")
    for name, reached in (("one", "scored"), ("two", "planned")):
        write_json(paths.run("team", name).state, {"state": reached})
    round_ = Round("tiny", {}, "2026-11-22", "s", (), (), (1.0,), ("team/one", "team/two"), sealed=sealed)
    settings = Settings(round_, {}, {"kind": "local"}, {"uri": None})
    monkeypatch.setattr(harness.cli.round_run, "read_life", lambda folder, sealed: SimpleNamespace(state=state))
    where = Workspace(tmp_path, tmp_path / "runs", tmp_path / "cache")
    assert [one.submission for one in _errands(where, settings, paths, "tiny", ())] == ["team/one"]
    state = "running"
    assert len(_errands(where, settings, paths, "tiny", ())) == 2
