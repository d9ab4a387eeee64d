"""A plan cut into shards, and a record asked in parts: the same as one that was asked in one piece."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import made
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.collecting import collect, finished
from harness.config import Settings
from harness.due import due
from harness.engine.baselines import Chance
from harness.errors import EngineError, PlanChangedError, RecordError
from harness.launch.errand import Errand
from harness.pipeline import Job, ask_shard, cut_plan, evaluate, score_record
from harness.plan import round_items
from harness.record import RunPaths, read_completions, read_json, read_scores
from harness.shards import cut, read_shards
from harness.types import Completion, Json, Request, Round, RoundTask

TASKS = ("understanding/reading_choice", "problem_solving/word_problems", "interaction/deduction")
STOPPING = {"core": 5, "step": 5, "alpha": 0.05, "thresholds": [0.5]}
CANARIES = {"canaries": {"repeat": 0.2, "reword": 0.2}}


def a_round(counts: tuple[int, ...] = (4, 3, 2), stopping: Json = None, conditions: Json = None) -> Round:
    tasks = tuple(RoundTask(name, len(counts), counts) for name in TASKS)
    weights = (1 / len(counts),) * len(counts)
    title = {"fr": "x", "en": "x"}
    return Round("tiny", title, "2026-11-22", "s", ("fr", "en"), tasks, weights, (), conditions or {}, stopping or {})


def job(folder: Path, round_: Round, engine: str = "Chance", cls: str = "harness.engine.baselines") -> Job:
    settings = Settings(round_, {"_target_": f"{cls}.{engine}"}, {"workers": 1}, {"uri": None})
    return Job(settings, made.entry(engine="x", baseline=True), None, RunPaths(folder / "r/b/x"))


def in_parts(one: Job, most: float) -> int:
    """Ask in shards of `most` tokens, the last one first; how many there were."""
    cut_plan(one, most, ladders=most)
    shards = read_shards(one.run)
    for shard in reversed(shards):
        ask_shard(one, shard.number)
    score_record(one)
    return len(shards)


def judged(run: RunPaths) -> list[Json]:
    return [dataclasses.asdict(row) for row in read_scores(run)]


@given(st.integers(1, 40).map(float), st.booleans(), st.lists(st.integers(1, 30), min_size=18, max_size=54))
def test_a_cut_holds_every_item_once(share: float, whole_tasks: bool, costs: list[int]) -> None:
    """Whatever the sizes: every item in one shard, in the plan's order, and no task divided where none may be."""
    items = list(round_items(a_round((3, 3, 3))))
    cost = {item.id: float(costs[n % len(costs)]) for n, item in enumerate(items)}
    shards = cut(items, sum(cost.values()) / share, whole_tasks=whole_tasks, cost=cost)
    assert sorted(name for shard in shards for name in shard.items) == sorted(cost)
    place = {item.id: n for n, item in enumerate(items)}
    assert all(list(shard.items) == sorted(shard.items, key=place.__getitem__) for shard in shards)
    assert [shard.number for shard in shards] == list(range(1, len(shards) + 1))
    if whole_tasks:
        homes = {(item.task, shard.number) for item in items for shard in shards if item.id in shard.items}
        assert len(homes) == len(TASKS)


def test_no_cost_cuts_a_plan_to_pieces() -> None:
    """Whatever a calibration says: a shard has eight items on average, as each loads the model."""
    items = list(round_items(a_round((6, 6, 6))))
    shards = cut(items, 10.0, cost={item.id: 1e6 for item in items})
    assert len(shards) == len(items) // 8


def test_shards_cost_about_the_same() -> None:
    """No shard of divisible items costs more than its part and half of the dearest item to each side."""
    items = list(round_items(a_round((6, 6, 6))))
    cost = {item.id: float(1 + n % 7) for n, item in enumerate(items)}
    shards = cut(items, sum(cost.values()) / 6, cost=cost)
    assert len(shards) == 6
    assert max(shard.tokens for shard in shards) <= sum(cost.values()) / 6 + 7


@pytest.mark.parametrize("stopping", [None, STOPPING], ids=["everything", "stopping"])
def test_in_parts_is_as_in_one_piece(tmp_path: Path, stopping: Json) -> None:
    """The same plan, answers, scores, estimates and canaries; parts are gone, and the conditions are of all of them."""
    counts = (12, 12, 12) if stopping else (4, 3, 2)
    whole, parts = (job(tmp_path / name, a_round(counts, stopping, CANARIES)) for name in ("whole", "parts"))
    evaluate(whole)
    assert in_parts(parts, 400.0) > 2
    assert read_json(whole.run.plan)["hash"] == read_json(parts.run.plan)["hash"]
    assert judged(whole.run) == judged(parts.run)
    for name in ("estimates.json", "canaries.json"):
        assert (whole.run.folder / name).read_bytes() == (parts.run.folder / name).read_bytes()
    assert not parts.run.parts.exists()
    told = read_json(parts.run.conditions)
    assert told["spent"]["sessions"] == len(read_shards(parts.run)) == len(told["energy"]["sessions"])
    assert read_json(parts.run.state)["state"] == "scored"


class Halting(Chance):
    """Falls over after three answers, as often as `falls` says; keeps what it was asked."""

    falls = 1
    asked: list[str] = []  # noqa: RUF012 - shared on purpose: the pipeline makes the engine

    def run(self, requests: Sequence[Request]) -> Iterator[Completion]:
        for number, (request, completion) in enumerate(zip(requests, super().run(requests), strict=True)):
            if number == 3 and Halting.falls:  # of a wave: the answers so far are on disk
                Halting.falls -= 1
                raise EngineError("it fell over")
            self.asked.append(f"{completion.item}#{request.turn}")
            yield completion


def test_a_part_that_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a part has answered is never asked again; the other parts are not touched; the part says why it stopped."""
    monkeypatch.setattr("harness.engine.baselines.Halting", Halting, raising=False)
    monkeypatch.setattr(Halting, "asked", [])
    one = job(tmp_path, a_round(), "Halting")
    cut_plan(one, 400.0)
    with pytest.raises(EngineError, match="fell over"):
        ask_shard(one, 1)
    assert read_json(one.run.part(1).state)["state"] == "failed"
    assert read_json(one.run.part(1).state)["fault"] == "own"
    assert len(read_completions(one.run.part(1))) == 3
    for shard in read_shards(one.run):
        ask_shard(one, shard.number)
        ask_shard(one, shard.number)
    score_record(one)
    assert len(set(Halting.asked)) == len(Halting.asked)
    assert {name.partition("#")[0] for name in Halting.asked} == {item.id for item in round_items(one.settings.round)}


def test_what_is_missing_is_not_judged(tmp_path: Path) -> None:
    """Shards without all their answers are named; a cut of another plan and a number that is none are refused."""
    one = job(tmp_path, a_round())
    cut_plan(one, 400.0)
    ask_shard(one, 1)
    with pytest.raises(RecordError, match=r"shards without all their answers: 2"):
        score_record(one)
    with pytest.raises(RecordError, match="there is no shard 99"):
        ask_shard(one, 99)
    raw = read_json(one.run.shards)
    raw["shards"][0]["items"].pop()
    one.run.shards.write_text(json.dumps(raw))
    with pytest.raises(RecordError, match="not a cut of this plan"):
        ask_shard(one, 2)


def test_parts_of_another_plan_are_refused(tmp_path: Path) -> None:
    """The first part writes the plan; a part under another configuration is told what changed."""
    one = job(tmp_path, a_round())
    cut_plan(one, 400.0)
    ask_shard(one, 1)
    other = dataclasses.replace(one, settings=dataclasses.replace(one.settings, round=a_round((4, 3, 3))))
    with pytest.raises(PlanChangedError):
        ask_shard(other, 2)


def test_collecting_that_was_killed_is_done_again(tmp_path: Path) -> None:
    """Whatever a kill left half done, collecting gives the same journal; a torn last line of a part is left out."""
    one = job(tmp_path, a_round())
    cut_plan(one, 400.0)
    numbers = [shard.number for shard in read_shards(one.run)]
    for number in numbers:
        ask_shard(one, number)
    with one.run.part(1).completions.open("ab") as stream:
        stream.write(b'{"item": "torn')
    (one.run.folder / ".completions.jsonl.1.partial").write_bytes(b"half")
    assert all(finished(one.run.part(number)) for number in numbers)
    collect(one.run, numbers)
    joined = one.run.completions.read_bytes()
    collect(one.run, numbers)
    assert one.run.completions.read_bytes() == joined
    assert len(read_completions(one.run)) == len(list(round_items(one.settings.round)))


def test_a_budget_is_the_whole_submissions(tmp_path: Path) -> None:
    """What other parts have spent counts: a part that begins when it is all spent asks nothing, and is late."""
    budgets = {"budgets": [{"tokens_per_item": 64, "seconds": 1000}]}
    one = job(tmp_path, a_round(conditions=budgets))
    cut_plan(one, 400.0)
    ask_shard(one, 1)
    told = read_json(one.run.part(1).conditions)
    told["budget"]["spent"]["seconds"] = 1001.0
    one.run.part(1).conditions.write_text(json.dumps(told))
    ask_shard(one, 2)
    assert {answer.finish for answer in read_completions(one.run.part(2)).values()} == {"late"}
    assert read_json(one.run.part(2).conditions)["budget"]["spent"]["seconds"] < 1000


def test_shards_that_were_begun_are_not_asked_in_one_piece(tmp_path: Path) -> None:
    """An answer in a part is an answer: refused as a whole, the record goes on by its shards wherever it is run."""
    one = job(tmp_path, a_round())
    cut_plan(one, 400.0)
    ask_shard(one, 1)
    with pytest.raises(RecordError, match="its shards have been asked"):
        evaluate(one)
    open_ = due(one.run, Errand("whole", "r", "b/x"), sharded=False, sealing=False)
    assert {errand.kind for errand in open_} == {"ask"}
    assert 1 not in {errand.shard for errand in open_}


def test_a_shard_of_a_record_that_is_put_together_is_not_asked(tmp_path: Path) -> None:
    """A job that was queued again late finds everything done, and changes nothing."""
    one = job(tmp_path, a_round())
    in_parts(one, 400.0)
    before = {path.name: path.read_bytes() for path in one.run.folder.iterdir() if path.is_file()}
    ask_shard(one, 1)
    assert {path.name: path.read_bytes() for path in one.run.folder.iterdir() if path.is_file()} == before
    assert not one.run.parts.exists()
