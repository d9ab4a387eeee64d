"""Canaries in a run: asked among the items, kept in files of their own, never scored into the record's estimates."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from harness.config import Settings
from harness.engine.baselines import Null
from harness.errors import RoundError
from harness.pipeline import Job, evaluate
from harness.record import RunPaths, read_json, read_scores
from harness.types import CheckpointSource, Completion, Json, Request, Round, RoundTask, Submission

TASKS = ("understanding/reading_choice", "problem_solving/word_problems", "interaction/deduction")


def job(tmp_path: Path, engine: str, conditions: Json) -> Job:
    round_ = Round(
        "tiny", {"fr": "x", "en": "x"}, "2026-11-22", "s", ("fr", "en"), tuple(RoundTask(n, 1, (10,)) for n in TASKS),
        (1.0,), (), conditions,
    )  # fmt: skip
    submission = Submission(
        "baselines", "x", "X", "x", CheckpointSource("none"), {}, "float32", "plain", "Apache-2.0", ("fr",), "none",
        "a@b.fr", True, 0, 0, "cd" * 32,
    )  # fmt: skip
    target = {"_target_": f"harness.engine.baselines.{engine}"}
    return Job(Settings(round_, target, {"workers": 1}, {"uri": None}), submission, None, RunPaths(tmp_path / "r/b/x"))


@pytest.mark.parametrize("engine", ["Oracle", "Chance"])
def test_canaries_are_asked_kept_and_not_scored(tmp_path: Path, engine: str) -> None:
    """Two files more, the standing's files the same as without, and no doubt about an engine that remembers nothing."""
    one = job(tmp_path / "with", engine, {"canaries": {"repeat": 0.2, "reword": 0.4}})
    two = job(tmp_path / "without", engine, {})
    evaluate(one)
    evaluate(two)
    assert read_scores(one.run) == read_scores(two.run)
    assert len(read_scores(one.run)) == 60
    names = {json.loads(line)["item"].rpartition("~")[2] for line in (one.run.folder / "canaries.jsonl").open()}
    assert names == {"repeat", "reword"}
    report = read_json(one.run.folder / "canaries.json")
    assert (report["repeats"], report["reworded"]) == (12, 24)
    if engine == "Oracle":
        assert (report["differ"], report["original"], report["changed"], report["doubts"]) == (0, 1.0, 1.0, [])
    assert not (two.run.folder / "canaries.jsonl").exists()


def test_canaries_are_resumed(tmp_path: Path) -> None:
    """A torn journal of canaries is finished by the same command, and nothing is asked twice."""
    one = job(tmp_path, "Oracle", {"canaries": {"repeat": 0.2}})
    evaluate(one)
    path = one.run.folder / "canaries.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    items = (one.run.folder / "completions.jsonl").read_bytes()
    evaluate(one)
    assert sorted(path.read_bytes().splitlines()) == sorted(whole.splitlines())
    assert (one.run.folder / "completions.jsonl").read_bytes() == items


def test_canaries_are_asked_among_the_items(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the engine gets is one wave in which nothing's place tells what it is."""
    waves: list[list[str]] = []
    run = Null.run
    monkeypatch.setattr(Null, "run", lambda self, asked: waves.append([r.item for r in asked]) or run(self, asked))
    evaluate(job(tmp_path, "Null", {"canaries": {"repeat": 0.2, "reword": 0.4}}))
    places = [place for place, item in enumerate(waves[0]) if "~" in item]
    assert len(places) == 36
    assert places[0] < 12
    assert places[-1] > len(waves[0]) - 12
    assert sorted(waves[0]) != waves[0]


def test_canaries_that_end_in_errors_are_a_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who knows a canary and does not answer it is doubted like one who answers it otherwise."""
    run = Null.run

    def picky(self: Null, asked: Sequence[Request]) -> Iterator[Completion]:
        for done in run(self, asked):
            yield dataclasses.replace(done, finish="error", error="gone") if "~" in done.item else done

    monkeypatch.setattr(Null, "run", picky)
    one = job(tmp_path, "Null", {"canaries": {"repeat": 0.2}})
    evaluate(one)
    report = read_json(one.run.folder / "canaries.json")
    assert (report["unanswered"], report["doubts"]) == (12, ["unanswered"])


def test_wrong_shares_are_told_before_anything_is_asked(tmp_path: Path) -> None:
    """The round's configuration is wrong, and the record says so."""
    one = job(tmp_path, "Oracle", {"canaries": {"repeat": 7}})
    with pytest.raises(RoundError, match="no share"):
        evaluate(one)
    assert not (one.run.folder / "completions.jsonl").exists()
