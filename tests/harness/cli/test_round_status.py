"""`defi round status`: once for people or programs, or as it changes; files may be replaced or torn meanwhile."""

from __future__ import annotations

import io
import itertools
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest
from receivers import WebServer
from rich.console import Console

import harness.cli.round_status
from harness.cli.main import main
from harness.record import RunPaths, write_json

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/schemas/round-status.schema.json").read_bytes())
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], workspace: Path) -> Call:
    def run(*words: str) -> tuple[int, str, str]:
        code = 0
        try:
            main(["round", "status", *words])
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def state(workspace: Path, name: str, state: str, reason: str = "", **facts: object) -> RunPaths:
    run = RunPaths(workspace / "runs/demo" / name)
    write_json(run.submission, {})
    write_json(run.state, {"state": state, "reason": reason, "since": "2026-11-22T12:00:00+00:00", **facts})
    return run


def looks(monkeypatch: pytest.MonkeyPatch, *steps: Callable[[], object]) -> None:
    """Between two looks a step; after the last one Ctrl-C."""
    left = iter(steps)

    def sleep(_: float) -> None:
        if (step := next(left, None)) is None:
            raise KeyboardInterrupt
        step()

    monkeypatch.setattr(harness.cli.round_status.time, "sleep", sleep)


def test_programs_get_what_the_schema_says(call: Call, workspace: Path) -> None:
    """The round's life and a row for every submission, begun or not."""
    state(workspace, "baselines/null", "failed", "why\n  remedy: this", fault="own", again=True)
    code, out, _ = call("demo", "--json")
    assert code == 0
    view = json.loads(out)
    jsonschema.validate(view, SCHEMA)
    rows = {row["submission"]: row for row in view["submissions"]}
    assert (rows["baselines/null"]["state"], rows["baselines/null"]["fault"]) == ("failed", "own")
    assert rows["baselines/oracle"]["state"] == "not started"
    assert rows["baselines/oracle"]["items"] == {"done": 0, "all": 620}
    assert [row["submission"] for row in json.loads(call("demo", "--json", "--submission", "baselines/null")[1])[
        "submissions"
    ]] == ["baselines/null"]  # fmt: skip


def test_people_get_a_table_with_the_reason(call: Call, workspace: Path) -> None:
    """A text that a terminal would obey is shown in letters."""
    state(workspace, "baselines/null", "failed", "no such \x1b[31mtensor", fault="own")
    out = call("demo")[1]
    assert "no such \\x1b[31mtensor" in out
    assert "1 failed" in out
    assert "\x1b" not in out


def test_a_team_gets_its_own_words(call: Call, workspace: Path) -> None:
    """In both languages; of one submission, which must exist."""
    state(workspace, "baselines/null", "refused", "manifest.unknown: surprise")
    code, out, _ = call("demo", "--submission", "baselines/null", "--for-team")
    assert code == 0
    assert "votre soumission a été refusée" in out
    assert "your submission was refused" in out
    assert out.count("manifest.unknown: surprise") == 2
    assert "baselines/null" in call("demo", "--submission", "baselines/nul", "--for-team")[2]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--for-team"], "--submission TEAM/ENTRY"),
        (["--watch", "0"], "too often"),
        (["--submission", "x/y"], "unknown submission"),
        (["--for-team", "--submission", "baselines/null", "--watch"], "leave --watch out"),
    ],
)
def test_words_that_make_no_sense_are_refused(call: Call, words: list[str], said: str) -> None:
    """With the remedy, and exit 2."""
    code, _, err = call("demo", *words)
    assert code == 2
    assert said in err


def test_watching_prints_what_changed_and_leaves_cleanly(
    call: Call, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line for each change where there is no terminal; Ctrl-C is no failure."""
    looks(
        monkeypatch,
        lambda: None,
        lambda: state(workspace, "baselines/null", "scored"),
        lambda: state(workspace, "baselines/echo", "failed", "why", fault="ours"),
    )
    code, out, err = call("demo", "--watch")
    assert (code, err) == (0, "")
    lines = [line.partition(" ")[2] for line in out.splitlines()]
    assert len([line for line in lines if "not started" in line]) == 7
    assert [line for line in lines if "baselines/null" in line][-1] == "baselines/null: scored, 0 of 620 items"
    assert [line for line in lines if "baselines/echo" in line][-1].endswith("failed, 0 of 620 items; why")
    assert len(lines) == 10


def test_watching_survives_torn_and_replaced_files(
    call: Call, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a line, no file, another file: the next look says what is there then."""
    run = state(workspace, "baselines/null", "running")
    journal = workspace / "runs/demo/jobs.jsonl"
    looks(
        monkeypatch,
        lambda: run.state.write_text('{"state": "sco'),
        run.state.unlink,
        lambda: journal.write_text('{"event": "sent", "key": "baselines/null:whole"}\n{"ev'),
        lambda: run.events.mkdir(parents=True) or run.events.rmdir(),
        lambda: run.events.write_bytes(b'{"event": "begun"\n\xff\xfe{'),
        lambda: state(workspace, "baselines/null", "scored"),
    )
    code, out, _ = call("demo", "--watch", "1", "--json", "--submission", "baselines/null")
    assert code == 0
    views = [json.loads(line) for line in out.splitlines()]
    assert [view["submissions"][0]["state"] for view in views][-1] == "scored"
    assert len(views) == 7


def test_a_terminal_shows_what_fits_the_urgent_first(
    call: Call, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that stays; rows that need a person are never those that are left out."""
    screen = Console(file=io.StringIO(), force_terminal=True, width=120, height=9)
    monkeypatch.setattr(harness.cli.round_status, "console", lambda: screen)
    state(workspace, "google/gemma-3-270m", "failed", "x", fault="ours", again=False)
    looks(monkeypatch, *itertools.repeat(lambda: None, 2))
    assert call("demo", "--watch")[0] == 0
    assert isinstance(screen.file, io.StringIO)
    shown = screen.file.getvalue()
    assert "google/gemma-3-270m" in shown
    assert "ALARM tries spent" in shown
    assert "4 more are not shown" in shown


def test_who_watches_tells_that_nobody_looks_after_the_jobs(
    call: Call, workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Shown at every look, told once, by the next one that watches not again; without --watch nothing is told."""
    folder = workspace / "runs/demo"
    state(workspace, "baselines/null", "running")
    (folder / "batches.jsonl").write_text("")
    sent = {"time": "2026-11-22T11:00:00+00:00", "event": "sent", "key": "baselines/null:whole"}
    (folder / "jobs.jsonl").write_text(json.dumps(sent) + "\n")
    write_json(folder / "looked.json", {"at": "2026-11-22T11:30:00+00:00", "every": 30.0})
    monkeypatch.setenv("DEFI_WEBHOOK_SECRET", "s")
    with WebServer() as server:
        words = ("demo", "notify=webhook", f"notify.webhook.url={server.url}")
        assert "ALARM launcher away: 1 job is open, and nobody has looked after it for" in call(*words)[1]
        assert server.got == []
        for _ in range(2):
            pauses = iter([None, None])

            def pause(_: float, pauses: Iterator[None] = pauses) -> None:
                if next(pauses, KeyboardInterrupt) is KeyboardInterrupt:
                    raise KeyboardInterrupt

            own = SimpleNamespace(monotonic=time.monotonic, sleep=pause)  # the courier and the receiver go on
            monkeypatch.setattr(harness.cli.round_status, "time", own)
            assert "ALARM launcher away" in call(*words, "--watch", "1")[1]
    told = [json.loads(post.body) for post in server.got]
    away = [event for event in told if event["state"] == "launcher away"]
    assert [(event["kind"], event["since"]) for event in away] == [("alarm", "2026-11-22T11:30:00+00:00")]
    assert away[0]["words"]["fr"] == "personne ne suit les travaux en cours"
    assert "defi round run demo" in away[0]["reason"]
