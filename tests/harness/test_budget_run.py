"""A run within its class's budget: tokens are capped, and what a spent budget leaves unanswered is late."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from harness.conditions.budgets import Spending
from harness.config import Settings
from harness.engine.baselines import Null
from harness.errors import PlanChangedError, RoundError
from harness.pipeline import Job, evaluate
from harness.record import RunPaths, read_completions, read_json, read_scores
from harness.types import CheckpointSource, Completion, Json, Request, Round, RoundTask, Submission

ROUND = Round(
    name="tiny",
    title={"fr": "Petite manche", "en": "Tiny round"},
    date="2026-11-22",
    seed="s",
    languages=("fr",),
    tasks=(RoundTask("problem_solving/word_problems", 1, (6,)),),
    level_weights=(1.0,),
    submissions=(),
)
NONE = CheckpointSource("none")
FACTS = (NONE, {}, "float32", "plain", "MIT", ("fr",), "none", "a@b.fr", True, 5, 0, "cd" * 32)
SLOW = "harness.engine.baselines.Slow"


class Slow(Null):
    """Answers; after the third answer an hour has gone by."""

    entered = 0
    asked: list[int] = []  # noqa: RUF012 - shared on purpose: the pipeline makes the engine
    clock = [0.0]  # noqa: RUF012

    @property
    def identity(self) -> Mapping[str, Json]:
        return {"name": "slow"}

    def __enter__(self) -> Slow:
        type(self).entered += 1
        return self

    def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
        for number, completion in enumerate(super().run(requests), 1):
            self.asked.append(requests[0].sampling.max_new_tokens)
            self.clock[0] += 3600.0 if number == 3 else 0.0
            yield completion


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> type[Slow]:
    """The slow engine, found by name, and a clock that it moves."""
    monkeypatch.setattr("harness.engine.baselines.Slow", Slow, raising=False)
    timed = functools.partial(Spending, clock=lambda: Slow.clock[0])
    monkeypatch.setattr("harness.session.Spending", timed)
    monkeypatch.setattr(Slow, "asked", [])
    monkeypatch.setattr(Slow, "entered", 0)
    return Slow


def job(folder: Path, **budget: Json) -> Job:
    """The slow entry in a round whose one class has this budget."""
    round_ = dataclasses.replace(ROUND, conditions={"budgets": [budget]})
    submission = Submission("baselines", "x", "X", "x", *FACTS)
    settings = Settings(round_, {"_target_": SLOW}, {"workers": 1}, {"uri": None})
    return Job(settings, submission, None, RunPaths(folder / "baselines" / "x"))


def test_an_overrun_leaves_the_rest_late(tmp_path: Path, slow: type[Slow]) -> None:
    """Three of six are answered within the hour; the others are late, score zero, and say why. Nothing is redone."""
    one = job(tmp_path, seconds=3600)
    evaluate(one)
    finishes = [done.finish for done in read_completions(one.run).values()]
    assert sorted(finishes) == ["late"] * 3 + ["stop"] * 3
    late = [row for row in read_scores(one.run) if row.category == "late"]
    assert [row.value for row in late] == [0.0] * 3
    assert all("3600 seconds" in row.reason for row in late)
    assert read_json(one.run.state)["state"] == "scored"
    assert "3600 seconds" in read_json(one.run.conditions)["budget"]["overrun"]
    before = one.run.completions.read_bytes()
    evaluate(one)
    assert (one.run.completions.read_bytes(), slow.entered) == (before, 1)


def test_a_record_at_its_limit_loads_no_model(tmp_path: Path, slow: type[Slow]) -> None:
    """Killed at its limit: the next call only says that the rest is late."""
    one = job(tmp_path, seconds=3600)
    evaluate(one)
    lines = one.run.completions.read_bytes().splitlines(keepends=True)
    one.run.completions.write_bytes(b"".join(lines[:4]))
    evaluate(one)
    assert slow.entered == 1
    assert len(read_completions(one.run)) == 6


def test_no_item_is_asked_for_more_tokens_than_the_class_has(tmp_path: Path, slow: type[Slow]) -> None:
    """The class's tokens cap a task's own, and stand in the plan: another budget is another plan."""
    one = job(tmp_path, tokens_per_item=7)
    evaluate(one)
    assert set(slow.asked) == {7}
    assert read_json(one.run.plan)["budget"]["tokens_per_item"] == 7
    with pytest.raises(PlanChangedError, match="tokens_per_item"):
        evaluate(job(tmp_path, tokens_per_item=8))


def test_a_submission_in_no_class_is_not_run(tmp_path: Path, slow: type[Slow]) -> None:
    """Its record says which classes there are."""
    one = job(tmp_path, up_to=4)
    with pytest.raises(RoundError, match="up to 4"):
        evaluate(one)
    assert slow.entered == 0
    assert read_json(one.run.state)["state"] == "failed"
