"""One rule for every command that computes with records: whole, not ruled out, complete as the table has it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruled import rule
from trial import COUNT, FakeRun, frozen, run, up_to

from harness.attest.sealing import seal
from harness.cli.main import main
from harness.errors import PublishError, UnknownNameError
from harness.record import RoundPaths, RunPaths, freeze_round, write_json, write_scores
from leaderboard.compare import compare_entries
from leaderboard.records import Records
from leaderboard.table import build_table

STOPPING = {"core": 2, "step": 1, "alpha": 0.05, "thresholds": [0.5]}
ENTRIES = ("alpha/whole", "bravo/damaged", "charlie/out", "delta/half", "echo/fine")


def write(folder: RunPaths, made: FakeRun) -> None:
    """One record's files."""
    write_json(folder.submission, made.submission)
    write_json(folder.state, {"state": "scored", "reason": ""})
    write_json(folder.plan, {"items": [], "hash": "0" * 64})
    write_json(folder.conditions, made.conditions)
    write_scores(folder, made.scores)


@pytest.fixture
def paths(workspace: Path) -> RoundPaths:
    """A round with two complete records and three that nothing may be computed with; and a practice run."""
    paths, listed = RoundPaths(workspace / "runs", "trial"), frozen()
    listed["round"]["submissions"] = [*ENTRIES, "baselines/oracle"]
    freeze_round(paths, listed)
    for name in (*ENTRIES, "practice/run", "baselines/oracle"):
        made = run(name, up_to(1 if name == "echo/fine" else 2), baseline=name.startswith("baselines"))
        if name == "delta/half":
            made = dataclasses.replace(made, scores=made.scores[:-1])
        write(paths.run(made.team, made.entry), made)
    damaged = paths.run("bravo", "damaged")
    for file in ("judging.json", "estimates.json"):
        (damaged.folder / file).write_text("{}")
    damaged.completions.write_text("")
    seal(damaged.folder)
    write_scores(damaged, run("bravo/damaged", up_to(3)).scores)
    rule(paths.folder, 1, "disqualify", "charlie/out", "trained on the items")
    return paths


REFUSED = {
    "bravo/damaged": "scores.jsonl is not as it was sealed",
    "charlie/out": "disqualified: trained on the items",
    "delta/half": "179 of 180 items have a result",
}


def test_what_is_used_is_what_the_table_places(paths: RoundPaths) -> None:
    """The entries that are counted, compared and calibrated with are those that have a place; practice is nobody's."""
    placed = {row["submission"] for row in build_table(paths.folder)["standings"] if row["rank"]}
    records = Records(paths)
    assert [made.id for made in records.complete()] == ["alpha/whole", "echo/fine"]
    assert {made.id for made in records.complete(baselines=True)} == placed


@pytest.mark.parametrize(("name", "why"), REFUSED.items())
def test_what_has_no_place_is_compared_with_nobody(paths: RoundPaths, name: str, why: str) -> None:
    """Neither first nor second, and the words say why; a practice run that is complete may be."""
    for pair in ((name, "echo/fine"), ("echo/fine", name)):
        with pytest.raises(PublishError, match=why):
            compare_entries(paths.folder, *pair)
    assert compare_entries(paths.folder, "practice/run", "echo/fine")["differences"][0]["real"]
    with pytest.raises(UnknownNameError, match="alpha/whole"):
        compare_entries(paths.folder, "alpha/hole", "echo/fine")


@pytest.mark.parametrize(("name", "why"), REFUSED.items())
def test_nor_is_its_team_told_anything(paths: RoundPaths, name: str, why: str, capsys: Any) -> None:
    """`defi feedback` refuses it with the same words, and writes no line."""
    with pytest.raises(SystemExit) as stop:
        main(["feedback", name, "--round", "trial"])
    assert stop.value.code == 1
    assert why in capsys.readouterr().err
    assert not (paths.folder / "feedback.jsonl").exists()


def test_items_are_judged_by_none_of_them(paths: RoundPaths, capsys: Any) -> None:
    """`defi items` counts the entries that have a place alone."""
    with pytest.raises(SystemExit):
        main(["items", "--round", "trial"])
    assert "2 submissions are too few" in capsys.readouterr().err


@pytest.fixture
def stopping(workspace: Path) -> Callable[..., RoundPaths]:
    """A round that stops, with records whose values beyond the core are given apart."""

    def make(**beyond: Callable[[Any], float]) -> RoundPaths:
        paths, listed = RoundPaths(workspace / "runs", "trial"), frozen()
        listed["round"] |= {"stopping": STOPPING, "submissions": [f"team/{name}" for name in beyond]}
        freeze_round(paths, listed)
        for name, value in beyond.items():
            made = run(f"team/{name}", lambda row, value=value: value(row) if row.index >= 2 else float(row.level == 1))
            write(paths.run("team", name), made)
        return paths

    return make


def test_comparisons_and_feedback_are_of_the_core(stopping: Callable[..., RoundPaths], capsys: Any) -> None:
    """Answers beyond the core move no difference and no best: these are of what everybody is asked."""
    paths = stopping(right=lambda row: 1.0, wrong=lambda row: 0.0)
    found = compare_entries(paths.folder, "team/right", "team/wrong")
    assert {row["value"] for row in found["differences"]} == {0.0}
    assert found["differences"][0]["items"] == 3 * 3 * 2 * 2
    assert found["core"] == STOPPING["core"]
    told = []
    for name in ("right", "wrong"):
        main(["feedback", f"team/{name}", "--round", "trial", "--json"])
        told.append(json.loads(capsys.readouterr().out))
    assert [one["changed"] for one in told] == [True, False]
    assert told[0]["step"] == pytest.approx(np.sqrt(np.sum(np.square(spans()))))


def spans() -> list[float]:
    """What each cluster of the core weighs: tracks, their tasks and levels equal, two pairs a level."""
    shares = {"problem_solving/a": 0.25, "problem_solving/b": 0.25, "understanding/c": 0.5}
    return [share / 3 / 2 / (0.75 if task == "understanding/c" else 1.0) for task, share in shares.items()] * 6


def test_a_ladder_that_is_not_finished_is_not_complete(stopping: Callable[..., RoundPaths]) -> None:
    """The core alone does not do where the round would ask on; what a ladder left unasked is no lack."""
    paths = stopping(open=lambda row: 1.0, done=lambda row: 1.0)
    for name, kept in (("open", 2), ("done", COUNT)):
        rows = [row for row in run(f"team/{name}", up_to(1)).scores if row.index < (kept if row.level == 1 else 2)]
        write_scores(paths.run("team", name), rows)
    records = Records(paths)
    with pytest.raises(PublishError, match="items are still to be asked"):
        records.usable("team/open")
    assert [made.id for made in records.complete()] == ["team/done"]
