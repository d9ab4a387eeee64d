"""Every step and every decision of a round is told once, by the command that takes it, in both languages."""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from receivers import WebServer

from harness.record import RunPaths, write_json
from harness.workspace import find_workspace

Call = Callable[..., tuple[int, str, str]]
SCHEMA = json.loads((Path(__file__).parents[3] / "docs/schemas/event.schema.json").read_bytes())
VALUE = "8f3c1e7a" * 8
TASK = "understanding/reading_choice"
ROUND = """
name: spring
title: {fr: Printemps, en: Spring}
date: "2027-03-01"
seed: SEED
languages: [fr, en]
levels: 1
counts: 2
tasks: [understanding/reading_choice]
level_weights: uniform
conditions: {isolation: required}
submissions: [baselines/null, baselines/echo]
"""


def later(**shift: float) -> str:
    return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(**shift)).isoformat()


@pytest.fixture
def receiver(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    """Of the notifications of a workspace with two entries, one round that is sealed, and one in the open."""
    monkeypatch.setenv("DEFI_WEBHOOK_SECRET", "s")
    monkeypatch.delenv("DEFI_ROUND_SECRET", raising=False)
    for folder in (workspace / "submissions").glob("*/*/"):
        if str(folder.relative_to(workspace / "submissions")) not in ("baselines/null", "baselines/echo"):
            shutil.rmtree(folder)
    for name, seed in (("spring", "sealed"), ("summer", "solstice")):
        text = ROUND.replace("SEED", seed).replace("name: spring", f"name: {name}")
        (workspace / f"configs/round/{name}.yaml").write_text(text)
    (workspace / "docs").mkdir()
    (workspace / "docs/rounds.md").write_text("Nobody cheats.\n")
    with WebServer() as server:
        yield server


@pytest.fixture
def tell(call: Call, receiver: WebServer) -> Callable[..., list[dict[str, Any]]]:
    """Call a verb with the words that say who is told; what it told."""

    def said(*words: str, code: int = 0) -> list[dict[str, Any]]:
        before = len(receiver.got)
        done = call("round", *words, "notify=webhook", f"notify.webhook.url={receiver.url}")
        assert done[0] == code, done
        told = [json.loads(post.body) for post in receiver.got[before:]]
        for event in told:
            jsonschema.validate(event, SCHEMA)
        return told

    return said


def states(told: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(event["kind"], event["subject"], event["state"]) for event in told]


def begun(workspace: Path, name: str) -> None:
    """A record with two answers of one task."""
    run = RunPaths(workspace / "runs/spring" / name)
    items = [{"id": f"{TASK}/{n}", "task": TASK} for n in range(2)]
    write_json(run.submission, {})
    write_json(run.plan, {"hash": "p", "items": items, "round": {}})
    run.completions.write_text("".join(json.dumps({"item": item["id"], "text": "x"}) + "\n" for item in items))
    run.scores.write_text("")
    write_json(run.state, {"state": "scored", "reason": "", "since": ""})


def test_every_step_of_a_sealed_round_is_told_once(
    tell: Callable[..., list[dict[str, Any]]], call: Call, workspace: Path
) -> None:
    """By the verb that takes it; the same verb again is refused and tells nothing more."""
    steps: dict[str, tuple[list[str], str, str]] = {
        "new": ([], "open", "ouverte"),
        "close": (["--source", "drand"], "closed", "close"),
        "draw": (["--randomness", VALUE, "--dated", ""], "drawn", "questions tirées au sort"),
        "reveal": (["--force", "echo withdrew"], "revealed", "révélée"),
    }
    everything = []
    for verb, (options, state, french) in steps.items():
        words = [verb, "spring", *(word or later() for word in options)]
        told = tell(*words)
        assert states(told) == [("round", "", state)]
        assert told[0]["words"] == {"fr": french, "en": state}
        assert tell(*words, code=1) == []
        everything += told
    kept = json.loads((workspace / "secrets/spring.json").read_bytes())
    assert kept["secret"] not in json.dumps(everything)


def test_every_decision_is_told_once(tell: Callable[..., list[dict[str, Any]]], call: Call, workspace: Path) -> None:
    """With the submission and the reason, which is public; asked for twice it is told once."""
    assert call("round", "new", "spring")[0] == 0
    shutil.copytree(workspace / "submissions/baselines/null", workspace / "submissions/baselines/late")
    manifest = workspace / "submissions/baselines/late/manifest.yaml"
    text = manifest.read_text().replace('entry: "null"', "entry: late")
    shutil.rmtree(manifest.parent)
    assert call("round", "close", "spring", "--source", "drand")[0] == 0
    manifest.parent.mkdir()
    manifest.write_text(text)
    begun(workspace, "baselines/null")
    null = ["spring", "baselines/null"]
    decisions = [
        (["admit", "spring", "baselines/late"], "baselines/late", "admitted", "admise après la clôture"),
        (["withdraw", *null], "baselines/null", "withdrawn", "retirée"),
        (["reinstate", *null], "baselines/null", "reinstated", "réintégrée"),
        (["disqualify", *null], "baselines/null", "disqualified", "disqualifiée"),
        (["reinstate", *null], "baselines/null", "reinstated", "réintégrée"),
        (["void", *null, TASK], "baselines/null", "voided", "réponses annulées, elles seront redemandées"),
        (["reinstate", *null, TASK], "baselines/null", "restored", "réponses rétablies"),
    ]
    for words, subject, state, french in decisions:
        told = tell(*words, "--reason", "an appeal")
        assert states(told) == [("submission", subject, state)]
        assert told[0]["words"]["fr"] == french
        assert told[0]["reason"] == (f"{TASK}: an appeal" if TASK in words else "an appeal")
        assert tell(*words, "--reason", "an appeal") == [], words


def test_a_round_with_dates_tells_its_amendments(
    tell: Callable[..., list[dict[str, Any]]], call: Call, workspace: Path
) -> None:
    """And, with the reason, a step that was not taken at its date."""
    path = workspace / "configs/calendar/summer.yaml"
    path.parent.mkdir(exist_ok=True)
    dates = {key: later(days=n) for n, key in enumerate(("opens", "closes", "runs_from", "publishes"), 1)}
    path.write_text(json.dumps(dates))
    assert states(tell("new", "summer")) == [("round", "", "committed")]
    path.write_text(json.dumps({**dates, "publishes": later(days=9)}))
    (amended,) = tell("amend", "summer", "--reason", "a public holiday")
    assert (amended["state"], amended["reason"]) == ("amended", "a public holiday")
    assert amended["words"] == {"fr": "calendrier modifié", "en": "calendar amended"}
    (opened,) = tell("open", "summer", "--force", "all are ready")
    assert (opened["state"], opened["reason"]) == ("open", "all are ready")


def test_a_publication_and_its_correction_are_told(
    tell: Callable[..., list[dict[str, Any]]], call: Call, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The correction with what was wrong; standings that are the same have nothing to be corrected."""
    import leaderboard.facts
    import leaderboard.publish
    import leaderboard.table

    standings = [b"1"]
    table = {"standings": []}
    monkeypatch.setattr(leaderboard.table, "build", lambda folder: SimpleNamespace(table=table, pairs={}))
    monkeypatch.setattr(leaderboard.facts, "standings_alone", lambda table: table)
    monkeypatch.setattr(leaderboard.facts, "note_facts", lambda table, folder: table)
    monkeypatch.setattr(leaderboard.publish, "round_json", lambda table: standings[0])
    monkeypatch.setattr("harness.cli.round_life.write_site", lambda *given: None)
    for verb in ("new", "close"):
        assert call("round", verb, "summer")[0] == 0
    for name in ("null", "echo"):
        write_json(workspace / f"runs/summer/baselines/{name}/submission.json", {})
        write_json(workspace / f"runs/summer/baselines/{name}/state.json", {"state": "scored", "since": ""})
    from harness.attest.log import append

    append(workspace / "runs/summer/log.jsonl", "round.ended", {"unfinished": {}, "reason": ""})
    out = ["--out", str(workspace / "site")]
    assert states(tell("publish", "summer", *out)) == [("round", "", "published")]
    assert "as it was published: its site is written again" in call("round", "publish", "summer", *out)[1]
    wrong = call("round", "publish", "summer", *out, "--correction", "two answers")
    assert (wrong[0], "the standings are those of publication 1: there is nothing to correct" in wrong[2]) == (1, True)
    standings[0] = b"2"
    for _ in range(2):  # the second finishes a first one that was killed
        told = tell("publish", "summer", *out, "--correction", "two answers")
        assert [(one["state"], one["reason"]) for one in told] in ([("corrected", "two answers")], [])
    assert told == []
    assert (workspace / "runs/summer/publications/2.json").read_bytes() == b"2"


def test_a_step_that_was_killed_before_it_told_is_told_by_the_next(
    tell: Callable[..., list[dict[str, Any]]], call: Call
) -> None:
    """The same verb is refused, as the step was taken, and tells of it all the same."""
    assert call("round", "new", "spring")[0] == 0  # as if it had been killed after its last write
    assert states(tell("new", "spring", code=1)) == [("round", "", "open")]
    assert tell("new", "spring", code=1) == []


def test_who_is_told_is_checked_before_anything_is_done(
    call: Call, receiver: WebServer, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret that is not set, or a word that is no `notify`: refused, and the round is as it was."""
    words = ("round", "new", "spring")
    code, _, err = call(*words, "round.counts=3")
    assert (code, "this step takes no round.counts=3" in err) == (2, True), err
    monkeypatch.delenv("DEFI_WEBHOOK_SECRET")
    code, _, err = call(*words, "notify=webhook", f"notify.webhook.url={receiver.url}")
    assert (code, "DEFI_WEBHOOK_SECRET" in err) == (2, True), err
    assert not (workspace / "runs/spring").exists()


def test_the_end_of_a_run_is_told(call: Call, receiver: WebServer, workspace: Path) -> None:
    """Once, by the run that ends the round; a later one tells nothing."""
    from harness.attest.log import append
    from harness.cli.notices import composed, tell_state

    there = find_workspace(workspace)
    folder = workspace / "runs/summer"
    settings = composed(there, "summer", ["notify=webhook", f"notify.webhook.url={receiver.url}"])
    for verb in ("new", "close"):
        assert call("round", verb, "summer")[0] == 0
    append(folder / "log.jsonl", "round.ended", {"unfinished": {}, "reason": ""})
    for _ in range(2):
        tell_state(folder, settings)
    assert [json.loads(one.body)["state"] for one in receiver.got].count("ended") == 1
