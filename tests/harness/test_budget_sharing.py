"""One budget for a whole submission: shared among shards side by side, and not charged with faults of ours."""

from __future__ import annotations

import dataclasses
import datetime
import functools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import made
import pytest

from harness.conditions.budgets import Spending
from harness.config import Settings
from harness.decisions import Bench, reinstate, void
from harness.engine.baselines import Null
from harness.pipeline import Job, ask_shard, cut_plan, evaluate, score_record
from harness.record import RoundPaths, RunPaths, read_completions, read_json
from harness.shards import read_shards
from harness.types import Completion, Json, Request, Round, RoundTask

TASK, OTHER = "problem_solving/word_problems", "understanding/reading_choice"


class Ten(Null):
    """Every answer takes ten seconds; while `kills` are to come, forty go by without one, and it is killed."""

    clock = [0.0]  # noqa: RUF012 - shared on purpose: the pipeline makes the engine
    kills = 0

    @property
    def identity(self) -> Mapping[str, Json]:
        return {"name": "ten"}

    def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
        if Ten.kills:
            Ten.kills -= 1
            self.clock[0] += 40.0
            raise SystemExit(143)  # as SIGTERM before a preemption
        for completion in super().run(requests):
            self.clock[0] += 10.0
            yield dataclasses.replace(completion, seconds=10.0)


@pytest.fixture
def ten(monkeypatch: pytest.MonkeyPatch) -> type[Ten]:
    """The slow engine, found by name, and a clock that it moves."""
    monkeypatch.setattr("harness.engine.baselines.Ten", Ten, raising=False)
    monkeypatch.setattr("harness.session.Spending", functools.partial(Spending, clock=lambda: Ten.clock[0]))
    monkeypatch.setattr(Ten, "kills", 0)
    monkeypatch.setattr("harness.shards.FEWEST", 1)  # twelve items are to make several shards
    return Ten


def job(root: Path, seconds: float) -> Job:
    """Twelve items of two tasks, in a round whose one class has so many seconds."""
    tasks = (RoundTask(TASK, 1, (6,)), RoundTask(OTHER, 1, (6,)))
    budgets = {"budgets": [{"seconds": seconds}]}
    title = {"fr": "x", "en": "x"}
    round_ = Round("tiny", title, "2026-11-22", "s", ("fr",), tasks, (1.0,), (), budgets)
    settings = Settings(round_, {"_target_": "harness.engine.baselines.Ten"}, {"workers": 1}, {"uri": None})
    return Job(settings, made.entry(team="t", entry="e", engine="x"), None, RoundPaths(root, "tiny").run("t", "e"))


def finishes(run: RunPaths) -> Counter[str]:
    """How many answers ended how."""
    return Counter(done.finish for done in read_completions(run).values())


def test_a_shard_spends_its_share_and_what_finished_ones_left(tmp_path: Path, ten: type[Ten]) -> None:
    """Of 60 seconds no shard has more than its part while others are open; together they spend no more than all."""
    one = job(tmp_path, 60.0)
    cut_plan(one, 50.0)
    shards = read_shards(one.run)
    assert len(shards) > 2
    first = one.run.part(1)
    ask_shard(one, 1)
    share = 60.0 * shards[0].tokens / sum(shard.tokens for shard in shards)
    spent = read_json(first.conditions)["budget"]["spent"]["seconds"]
    assert share <= spent < share + 10.0, "it stops at its own share: the others may be running beside it"
    for shard in shards[1:]:
        ask_shard(one, shard.number)
    score_record(one)
    told = read_json(one.run.conditions)
    assert told["budget"]["spent"]["seconds"] <= 60.0 + 10.0, "the answer at the limit is heard out by this engine"
    assert finishes(one.run)["late"] > 0
    assert "share" in told["budget"]["overrun"]
    assert told["division"] == "controlled"


def test_a_task_that_was_voided_is_asked_again_at_no_cost(tmp_path: Path, ten: type[Ten]) -> None:
    """What the voided answers took is given back: asked again, all are answered; a reinstatement charges it again."""
    one = job(tmp_path, 125.0)
    evaluate(one)
    assert finishes(one.run) == {"stop": 12}
    bench = Bench(tmp_path / "tiny", False, ("t/e",), "the jury", datetime.datetime.now(datetime.UTC))
    before = read_json(one.run.conditions)["budget"]
    for _ in range(2):  # the second finds everything done
        void(bench, "t/e", TASK, "a GPU with memory errors")
        budget = read_json(one.run.conditions)["budget"]
        assert budget["given_back"] == {"ruling 1": {"seconds": 60.0, "joules": 0.0}}
        assert (before["spent"]["seconds"], budget["spent"]["seconds"]) == (120.0, 60.0)
    reinstate(bench, "t/e", TASK, "it was sound")
    assert read_json(one.run.conditions)["budget"] == before
    void(bench, "t/e", TASK, "it was not")
    evaluate(one)
    assert finishes(one.run) == {"stop": 12}
    told = read_json(one.run.conditions)
    assert (told["budget"]["spent"]["seconds"], told["spent"]["engine_seconds"]) == (120.0, 180.0)
    assert told["budget"]["given_back"] == {"ruling 3": {"seconds": 60.0, "joules": 0.0}}


def test_a_run_that_was_preempted_has_its_budget_still(tmp_path: Path, ten: type[Ten]) -> None:
    """Three times forty seconds of a batch that no answer came of are ours; the record shows them as given back."""
    one, Ten.kills = job(tmp_path, 125.0), 3
    for _ in range(3):
        with pytest.raises(SystemExit):
            evaluate(one)
    evaluate(one)
    assert finishes(one.run) == {"stop": 12}
    budget = read_json(one.run.conditions)["budget"]
    assert (budget["spent"]["seconds"], budget["overrun"]) == (120.0, "")
    assert budget["given_back"]["stopped"]["seconds"] == 120.0
