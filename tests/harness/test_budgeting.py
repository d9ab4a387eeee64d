"""A round's budget from its files: planned, spent, saved."""

from __future__ import annotations

import dataclasses
import json
import random
from pathlib import Path

import made
import pytest
from measured import CHOICE, LONG, LONGER, OTHER, TASK, costs

from harness.budgeting import FEW, gpus_of, row, spent, thin_shares, totals
from harness.conditions.budgets import shared
from harness.config import Settings
from harness.costs import CostModel
from harness.forecast import Forecast, Jobs, Outline, expected, ladders
from harness.metrics.ladder import Stopping
from harness.pipeline import Job, evaluate
from harness.record import RoundPaths, RunPaths, read_completions, read_json
from harness.types import Round, RoundTask

STOPPING = {"core": 5, "step": 5, "alpha": 0.05, "thresholds": [0.5]}
ROUND = Round(
    "tiny", {"fr": "x", "en": "x"}, "2026-11-22", "s", ("fr", "en"), (RoundTask(OTHER, 2, (30, 30)),), (0.5, 0.5), ()
)
GPUS = {"inference": {"device": "cuda"}, "hardware": {"gpus": [{}, {}]}}


def line(errand: str, event: str, second: int) -> str:
    told = {"errand": errand, "event": event, "time": f"2026-11-22T10:00:{second:02d}.000+00:00"}
    return json.dumps(told) + "\n"


def record(root: Path) -> RunPaths:
    return RoundPaths(root, "tiny").run("team", "one")


def test_every_try_is_spent(tmp_path: Path) -> None:
    """A job that was killed took what it took; GPUs are held by jobs that ask; other entries' logs are not counted."""
    run = record(tmp_path)
    run.events.parent.mkdir(parents=True)
    run.events.write_text(line("team/one:cut", "begun", 0) + line("team/one:cut", "done", 4))
    tries = [("begun", 10), ("progress", 15), ("begun", 20), ("done", 40)]
    run.part(1).events.write_text("".join(line("team/one:ask:1", *one) for one in tries) + '{"torn')
    (run.events.parent / "team+one.1.jsonl").write_text(line("team/one.1:whole", "begun", 0))
    told = {**GPUS, "energy": {"joules": 7.5}, "spent": {"engine_seconds": 11.0}}
    run.part(1).folder.mkdir(parents=True)
    run.part(1).conditions.write_text(json.dumps(told))
    found = spent(run)
    assert (found.jobs, found.node_seconds, found.gpu_seconds) == (3, 4 + 5 + 20, 2 * (5 + 20))
    assert (found.engine_seconds, found.joules, found.gpus) == (11.0, 7.5, 2)


def test_gpus_are_those_that_an_engine_used() -> None:
    """A machine's GPUs count where the engine ran on them."""
    assert gpus_of(GPUS) == 2
    assert gpus_of({**GPUS, "inference": {"device": "cpu"}}) == 0
    assert gpus_of({}) == 0


@pytest.mark.parametrize("engine", ["Null", "Chance"])
def test_stopping_saves_what_it_does_not_ask(tmp_path: Path, engine: str) -> None:
    """Items that a finished ladder left out are saved, for the time that the others took; none in a fixed round."""
    for stopping in (STOPPING, {}):
        round_ = Round(**{name: getattr(ROUND, name) for name in ROUND.__slots__} | {"stopping": stopping})
        settings = Settings(round_, {"_target_": f"harness.engine.baselines.{engine}"}, {"workers": 1}, {"uri": None})
        run = RoundPaths(tmp_path / str(bool(stopping)), "tiny").run("baselines", "x")
        evaluate(Job(settings, made.entry(baseline=True), None, run))
        done, planned = read_completions(run), read_json(run.plan)["items"]
        found = spent(run)
        assert found.answers == len(done)
        assert found.saved_items == len(planned) - len(done)
        assert bool(found.saved_items) == bool(stopping)


def test_saved_time_is_by_level(tmp_path: Path) -> None:
    """What was not asked of a level would have taken what that level's answers took; all of them the engine's time."""
    run = record(tmp_path)
    run.folder.mkdir(parents=True)
    items = [{"id": f"{level}{n}", "task": TASK, "level": level} for level in (1, 2) for n in range(4)]
    run.plan.write_text(json.dumps({"round": {"stopping": STOPPING}, "items": items}))
    run.state.write_text('{"state": "scored"}')
    run.conditions.write_text(json.dumps({"energy": {"joules": None}, "spent": {"engine_seconds": 8.0}}))
    whole = {"text": "", "finish": "stop", "prompt_tokens": 0, "completion_tokens": 0, "prompt_sha256": ""}
    answers = [{"item": "10", "seconds": 1.0, **whole}, {"item": "11", "seconds": 1.0, **whole}]
    answers += [{"item": "20", "seconds": 2.0, **whole}]
    run.completions.write_text("".join(json.dumps(one) + "\n" for one in answers))
    found = spent(run)
    assert found.saved_items == 2 + 3
    assert found.saved_seconds == pytest.approx((2 * 1.0 + 3 * 2.0) * 8.0 / 4.0)
    assert found.joules is None


def test_a_round_is_the_sum_of_its_submissions(tmp_path: Path) -> None:
    """Who was not measured is named, and in no sum."""
    outline = Outline((RoundTask(TASK, 2, (30, 20)), RoundTask(OTHER, 1, (10,))))
    one = row(record(tmp_path), costs(LONG, LONGER, CHOICE), outline, gpus=2)
    other = row(RoundPaths(tmp_path, "tiny").run("team", "two"), None, outline, gpus=2)
    found = totals([one, one, other])
    assert one.planned is not None
    assert found["planned"]["gpu_seconds"] == pytest.approx(2 * one.planned.jobs.gpu_seconds, abs=0.1)
    assert found["expected"] == {**found["planned"], "deviation": found["expected"]["deviation"]}
    assert found["unknown"] == ["team/two"]
    assert found["spent"] == {"node_seconds": 0.0, "gpu_seconds": 0.0}


def test_ladders_are_simulated_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are kept as long as costs and rule are the same, and give the same forecast; another rule draws anew."""
    outline = Outline((RoundTask(TASK, 2, (30, 20)),), Stopping(5, 5, thresholds=(0.5,)))
    measured, times = costs(LONG, LONGER), []
    monkeypatch.setattr(
        "harness.budgeting.ladders", lambda model, wanted: times.append(wanted) or ladders(model, wanted)
    )
    first, again = (row(record(tmp_path), measured, outline, 0) for _ in range(2))
    assert first == again
    assert first.expected == expected(CostModel(measured), outline)
    assert len(times) == 1
    row(record(tmp_path), measured, dataclasses.replace(outline, stopping=Stopping(5, 10, thresholds=(0.5,))), 0)
    assert len(times) == 2


@pytest.mark.parametrize(
    ("seconds", "shards", "said"),
    [
        (3600.0, 50, "50 shards share 3600 s of engine time: 72 s each, time for 2.4 answers; cut into 12 at most"),
        (3600.0, 12, ""),  # 300 s each, of 30 s an answer: ten
        (3600.0, 13, "13 shards share 3600 s of engine time: 277 s each, time for 9.2 answers; cut into 12 at most"),
        (200.0, 2, "2 shards share 200 s of engine time: 100 s each, time for 3.3 answers; do not cut"),
        (200.0, 1, ""),  # it was not cut
        (None, 50, ""),  # there is no limit
    ],
)
def test_a_share_of_the_budget_has_time_for_some_answers(seconds: float | None, shards: int, said: str) -> None:
    """A shard drops what it computes when its share ends: with fewer than ten answers a share that is too much."""
    planned = Forecast(120.0, 1.0, 120 * 30.0, 0.0, Jobs(1.0, (72.0,) * shards, 1.0, 0))
    found = thin_shares(planned, seconds)
    assert found.startswith(said)
    assert bool(found) == bool(said)


def test_ends_of_shares_lose_a_twentieth_at_ten_answers_each() -> None:
    """As the shards themselves reckon (`conditions.budgets.shared`), with answers of 15 to 45 seconds."""
    whole, parts = (sum(_answered(shards, FEW * 50 * 30.0, seed) for seed in range(8)) for shards in (1, 50))
    assert 0.03 < 1 - parts / whole < 0.06


def _answered(shards: int, budget: float, seed: int) -> int:
    """Answers of shards that begin at once and each spend their share, one answer at a time."""
    rng, tokens, number = random.Random(seed), dict.fromkeys(range(shards), 1.0), 0
    for shard in tokens:
        share, spent_ = shared(tokens, shard, {}).share * budget, 0.0
        while (spent_ := spent_ + rng.uniform(15, 45)) <= share:
            number += 1
    return number


def test_the_budget_of_a_submission_s_class_is_the_calibration_s(tmp_path: Path) -> None:
    """The row warns by the class that was measured for; without one it has nothing to say."""
    outline = Outline((RoundTask(TASK, 2, (400, 400)),), shard_tokens=500.0)
    for budget, warns in (({"seconds": 60.0}, True), ({"seconds": 1e6}, False), ({}, False)):
        measured = costs(LONG, LONGER, basis={"budget": budget})
        assert bool(row(record(tmp_path), measured, outline, 0).warning) == warns
