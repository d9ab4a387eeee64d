"""`defi submission`: what a code means, a smoke run, a signature, and progress."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cli import smoke as module
from harness.cli.smoke import smoke, smoke_tasks
from harness.cli.submission import Meter
from harness.errors import EngineError
from harness.intake.verdict import explanations
from harness.pipeline import Job, Observer, evaluate
from harness.task import load_task
from harness.types import TRACKS
from harness.workspace import find_workspace

Call = Callable[..., tuple[int, str, str]]
ORACLE = "submissions/baselines/oracle"


@pytest.fixture
def call(call: Call, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call the command in a workspace of its own: exit code, standard output, standard error."""
    monkeypatch.delenv("DEFI_KEY", raising=False)
    return call


def test_a_code_is_explained(call: Call) -> None:
    """One code, all codes, for programs too; an unknown one exits 2 and names the nearest."""
    code, out, _ = call("submission", "check", "--explain", "path.link")
    assert (code, out.splitlines()[0]) == (0, f"path.link: {explanations()['path.link']}")
    code, out, _ = call("submission", "check", "--explain", "all", "--json")
    assert [row["code"] for row in json.loads(out)] == list(explanations())
    code, _, err = call("submission", "check", "--explain", "path.lnk")
    assert code == 2
    assert "did you mean path.link" in err


def test_nothing_named_is_a_wrong_argument(call: Call) -> None:
    """Without a path and without a code there is nothing to do: exit 2."""
    code, _, err = call("submission", "check")
    assert code == 2
    assert "--explain CODE" in err


def test_eight_items_a_track_and_language_each(workspace: Path) -> None:
    """The oracle answers eight items of level 1, two a track, and scores 1 on each; nothing is left in runs/."""
    found = smoke(workspace / ORACLE, find_workspace(workspace, {}))
    assert len(found.answers) == 8
    assert [answer.score for answer in found.answers] == [1.0] * 8
    assert {load_task(part.name).card.track for part in smoke_tasks()} == set(TRACKS)
    assert found.tokens_per_second >= 0
    assert found.findings == ()
    assert not (workspace / "runs").exists()


def test_a_smoke_run_is_shown_and_json_stays_json(call: Call, workspace: Path) -> None:
    """Answers, scores and speed go to standard error; standard output is the verdict."""
    code, out, err = call("submission", "check", str(workspace / ORACLE), "--smoke", "--json")
    assert code == 0
    assert json.loads(out)["eligible"]
    assert err.count("score 1.00") == 8
    assert "tokens a second" in err


def test_what_stops_the_run_is_a_finding(call: Call, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that cannot go on makes the entry not eligible, with the engine's own words."""

    def broken(job: Job, observer: Observer | None = None) -> None:
        raise EngineError("not enough memory to load the weights", where="engine", remedy="take a smaller dtype")

    found = smoke(workspace / ORACLE, find_workspace(workspace, {}), run=broken)
    assert [(f.code, f.what, f.remedy) for f in found.findings] == [
        ("smoke.failed", "not enough memory to load the weights", "take a smaller dtype")
    ]
    monkeypatch.setattr(module.smoke, "__defaults__", ((), broken))
    code, out, _ = call("submission", "check", str(workspace / ORACLE), "--smoke")
    assert code == 1
    assert "ERROR smoke.failed" in out


def test_an_unscored_item_fails_the_smoke_run(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that ended with an error has no score: the check says which item and why."""

    def failing(job: Job, observer: Observer | None = None) -> None:
        evaluate(job, observer)
        lines = job.run.completions.read_text().splitlines()
        first = json.loads(lines[0]) | {"finish": "broken", "error": "the numbers are not finite"}
        job.run.completions.write_text("\n".join([json.dumps(first), *lines[1:]]) + "\n")

    found = smoke(workspace / ORACLE, find_workspace(workspace, {}), run=failing)
    assert [(f.code, f.what) for f in found.findings] == [("smoke.failed", "the numbers are not finite")]


def test_empty_answers_are_a_warning(workspace: Path) -> None:
    """The baseline that says nothing is told so."""
    found = smoke(workspace / "submissions/baselines/null", find_workspace(workspace, {}))
    assert [(f.code, f.severity) for f in found.findings] == [("smoke.silent", "warning")]


def test_a_signed_manifest_is_the_teams_until_it_changes(call: Call, workspace: Path) -> None:
    """Signed, checked with the public key, then changed by one word: the signature is not that manifest's any more."""
    key, entry = workspace / "team.key", workspace / ORACLE
    assert call("key", "new", str(key))[0] == 0
    public = str(key.with_name("team.key.pub"))
    code, out, _ = call("submission", "check", str(entry), "--key", public)
    assert (code, "signature.wrong" in out) == (1, True)  # not signed yet
    assert call("submission", "sign", str(entry), "--key", str(key))[0] == 0
    assert call("submission", "check", str(entry), "--key", public)[0] == 0
    manifest = entry / "manifest.yaml"
    manifest.write_text(manifest.read_text().replace("title:", "title: a"))
    code, out, _ = call("submission", "check", str(entry), "--key", public)
    assert (code, "signature.wrong" in out) == (1, True)
    code, _, err = call("submission", "sign", str(entry))
    assert (code, "DEFI_KEY" in err) == (2, True)
    code, _, err = call("submission", "sign", str(entry), "--key", public)
    assert (code, "this is a public key; name the private one" in err) == (1, True)


def test_progress_is_shown_after_two_seconds_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quick work says nothing; long work says a line now and then where there is no terminal."""
    now = [100.0]
    monkeypatch.setattr("harness.cli.submission.time.monotonic", lambda: now[0])
    with Meter() as meter:
        meter.show("hashing", 1, 10**10)
        now[0] += 1.9
        meter.show("hashing", 10**9, 10**10)
        assert capsys.readouterr().err == ""
        now[0] += 1.0
        meter.show("hashing", 2 * 10**9, 10**10)
        now[0] += 1.0
        meter.show("hashing", 3 * 10**9, 10**10)
    assert capsys.readouterr().err == "hashing: 2.0 of 10.0 GB\n"


def test_on_a_terminal_a_bar_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """One bar for each kind of work, with bytes; the terminal is left as it was."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    now = [100.0]
    monkeypatch.setattr("harness.cli.submission.time.monotonic", lambda: now[0])
    out = io.StringIO()
    monkeypatch.setattr("sys.stderr", out)
    with Meter() as meter:
        for what in ("hashing", "looking"):
            meter.show(what, 0, 10**9)
            now[0] += 3
            meter.show(what, 5 * 10**8, 10**9)
            meter.show(what, 10**9, 10**9)
    drawn = out.getvalue()
    assert "hashing" in drawn
    assert "looking" in drawn
    assert "1.0/1.0 GB" in drawn
    assert drawn.endswith("\x1b[?25h")  # the cursor is back
