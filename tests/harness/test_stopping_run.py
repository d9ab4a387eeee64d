"""A run that stops by itself: what is decided is asked no further, and the same items are asked however it went."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from harness.config import Settings, read_round
from harness.errors import PlanChangedError, RoundError
from harness.metrics.ladder import Ladder, cleared, next_items, read_stopping
from harness.pipeline import Job, evaluate
from harness.plan import round_items
from harness.record import RunPaths, read_completions, read_json, read_scores
from harness.task import load_task
from harness.types import CheckpointSource, Json, Round, RoundTask, Submission

TASKS = ("understanding/reading_choice", "problem_solving/word_problems", "interaction/deduction")
CAP, CORE = 40, 5
STOPPING = {"core": CORE, "step": 5, "alpha": 0.05, "thresholds": [0.5]}


def job(folder: Path, engine: str, stopping: Json = STOPPING, cap: int = CAP) -> Job:
    tasks = tuple(RoundTask(name, 3, (cap,) * 3) for name in TASKS)
    round_ = Round(
        "tiny", {"fr": "x", "en": "x"}, "2026-11-22", "s", ("fr", "en"), tasks, (1 / 3,) * 3, (), stopping=stopping
    )  # fmt: skip
    submission = Submission(
        "baselines", "x", "X", "x", CheckpointSource("none"), {}, "float32", "plain", "Apache-2.0", ("fr",), "none",
        "a@b.fr", True, 0, 0, "cd" * 32,
    )  # fmt: skip
    target = {"_target_": f"harness.engine.baselines.{engine}"}
    return Job(Settings(round_, target, {"workers": 1}, {"uri": None}), submission, None, RunPaths(folder / "r/b/x"))


@pytest.mark.parametrize("engine", ["Oracle", "Null", "Chance"])
def test_a_fraction_is_asked_and_the_core_is_whole(tmp_path: Path, engine: str) -> None:
    """Who is always right or always wrong is soon known; of every level the core is answered in both languages."""
    one = job(tmp_path, engine)
    evaluate(one)
    items = {item.id: item for item in round_items(one.settings.round)}
    asked = read_completions(one.run)
    assert len(asked) < len(items) / 2
    assert {name for name, item in items.items() if item.index < CORE} <= asked.keys()
    assert [row.item for row in read_scores(one.run)] == [name for name in items if name in asked]
    assert read_json(one.run.plan)["round"]["stopping"] == STOPPING
    assert len(read_json(one.run.plan)["items"]) == len(items)
    curves = [task["curve"] for task in read_json(one.run.estimates).values()]
    assert {point["items"] for curve in curves for point in curve if point["language"] == "all"} == {2 * CORE}


@pytest.mark.parametrize(("engine", "levels"), [("Oracle", 3), ("Null", 0)])
def test_what_was_asked_decides(tmp_path: Path, engine: str, levels: int) -> None:
    """After the run nothing is open: the ladders' verdicts stand."""
    one = job(tmp_path, engine)
    evaluate(one)
    stopping, items = read_stopping(STOPPING), {item.id: item for item in round_items(one.settings.round)}
    chance = {name: load_task(name).card.chance for name in TASKS}
    done = {row.item: row.value for row in read_scores(one.run)}
    assert next_items(stopping, chance, items, done) == []
    for name in TASKS:
        ladder = Ladder(chance[name][:3], (CAP,) * 3)
        values = [_pairs(done, f"{name}/{{}}/L{level:02d}/") for level in (1, 2, 3)]
        assert cleared(stopping, ladder, values, 0.5) == levels


def _pairs(done: dict[str, float | None], start: str) -> dict[int, float]:
    """The means of the pairs of tellings that are answered, by place."""
    pairs = {n: [f"{start.format(language)}{n:05d}" for language in ("fr", "en")] for n in range(CAP)}
    return {n: sum(done[i] or 0.0 for i in pair) / 2 for n, pair in pairs.items() if all(i in done for i in pair)}


def test_an_interrupted_run_asks_the_same_items(tmp_path: Path) -> None:
    """Wherever the journal was torn, the same command ends with the same answers."""
    whole = job(tmp_path / "whole", "Chance")
    evaluate(whole)
    lines = whole.run.completions.read_bytes().splitlines(keepends=True)
    for kept in (1, 40, len(lines) - 3):
        torn = job(tmp_path / str(kept), "Chance")
        torn.run.folder.mkdir(parents=True)
        torn.run.completions.write_bytes(b"".join(lines[:kept]) + b'{"item": "pr')
        evaluate(torn)
        assert sorted(torn.run.completions.read_bytes().splitlines(keepends=True)) == sorted(lines)
        assert torn.run.scores.read_bytes() == whole.run.scores.read_bytes()


def test_canaries_are_of_the_core(tmp_path: Path) -> None:
    """An item that may never be asked is no canary's: the share is of what is asked of everybody."""
    one = job(tmp_path, "Oracle")
    round_ = dataclasses.replace(one.settings.round, conditions={"canaries": {"repeat": 0.1}})
    one = dataclasses.replace(one, settings=dataclasses.replace(one.settings, round=round_))
    evaluate(one)
    names = [json.loads(line)["item"].partition("~")[0] for line in (one.run.folder / "canaries.jsonl").open()]
    assert {int(name.rpartition("/")[2]) < CORE for name in names} == {True}
    assert len(set(names)) == 3 * 3 * 2 * CORE // 10


def test_a_finished_run_asks_nothing_more(tmp_path: Path) -> None:
    """The same command again judges, and no engine is entered."""
    one = job(tmp_path, "Chance")
    evaluate(one)
    before = one.run.completions.read_bytes()
    evaluate(one)
    assert one.run.completions.read_bytes() == before


def test_another_stopping_is_another_plan(tmp_path: Path) -> None:
    """How a round stops is part of what a record was made under."""
    evaluate(job(tmp_path, "Null", cap=8))
    with pytest.raises(PlanChangedError, match="stopping"):
        evaluate(job(tmp_path, "Null", {**STOPPING, "step": 4}, cap=8))


@pytest.mark.parametrize("wrong", [{"core": 5}, {"core": -1, "step": 1}, {"core": 1, "step": 1, "cap": 3}, "always"])
def test_a_wrong_stopping_is_told_with_an_example(checkout: Path, wrong: Json) -> None:
    """The round's file says how a round stops, in numbers that can be meant."""
    good = job(checkout, "Null").settings.round
    raw = {f.name: getattr(good, f.name) for f in dataclasses.fields(Round) if f.name != "sealed"}
    raw |= {"tasks": list(TASKS), "languages": ["fr"], "submissions": ["a/b"], "levels": 3, "counts": 5}
    raw |= {"level_weights": "uniform", "stopping": wrong}
    with pytest.raises(RoundError, match="core: 10"):
        read_round(raw)
