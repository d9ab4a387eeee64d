"""A calibration: a small round of its own, none of whose items is the round's."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import made
import pytest

from harness.calibration import (
    ITEMS,
    SEED,
    _groups,
    basis_of,
    calibrate,
    calibrated,
    calibration_paths,
    calibration_round,
    calibration_run,
    enough,
    forget,
)
from harness.commitment import CommitmentError, SealedSeed
from harness.config import Settings
from harness.costs import CostModel, Costs, read_costs
from harness.due import due
from harness.errors import RoundError
from harness.forecast import Outline, fixed
from harness.launch.errand import Errand, parse_key
from harness.pipeline import Job, evaluate
from harness.plan import round_items
from harness.record import RoundPaths, read_completions, read_json, read_turns
from harness.task import RESERVED_SEEDS
from harness.types import Anchors, Round, RoundTask

TASKS = ("understanding/reading_choice", "problem_solving/word_problems", "interaction/deduction")
ROUND = Round(
    "tiny",
    {"fr": "x", "en": "x"},
    "2026-11-22",
    "s",
    ("fr", "en"),
    tuple(RoundTask(name, 2, (6, 1)) for name in TASKS),
    (0.5, 0.5),
    ("baselines/x",),
    {"canaries": {"repeat": 0.2, "reword": 0.2}},
)
SEALED = dataclasses.replace(
    ROUND,
    seed=SealedSeed("", missing=CommitmentError("nobody knows it yet")),
    sealed=True,
    anchors=Anchors(0.15, "", "shared", "ab" * 32),
    stopping={"core": 5, "step": 5},
)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """As few items as the tests say."""
    monkeypatch.setattr("harness.calibration.LEAST", 0)


def job(root: Path, round_: Round, engine: str = "Chance") -> Job:
    settings = Settings(round_, {"_target_": f"harness.engine.baselines.{engine}"}, {"workers": 1}, {"uri": None})
    return Job(settings, made.entry(baseline=True), None, RoundPaths(root, round_.name).run("baselines", "x"))


def measured(one: Job, items: int = ITEMS) -> Costs:
    calibrate(one, items, None, time.monotonic())
    found = read_costs(RoundPaths(one.run.round_folder.parent, "tiny"), "baselines/x")
    assert found is not None
    return found


def test_a_calibration_asks_what_no_round_may_ask(checkout: Path) -> None:
    """Its seed is one that is kept for public items; seal, anchors, canaries and stopping are not its own."""
    small = calibration_round(SEALED, 2)
    assert small.seed == SEED in RESERVED_SEEDS
    assert not small.sealed
    assert small.anchors is None
    assert not small.stopping
    assert small.conditions["canaries"] == {"repeat": 0.0, "reword": 0.0}
    assert {task.counts for task in small.tasks} == {(2, 1)}


def test_a_small_round_is_calibrated_with_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few items that no batch is full would say that the model is slow: there are at least so many of all."""
    monkeypatch.setattr("harness.calibration.LEAST", 64)
    assert enough(ROUND, 2) == 6  # of each of 3 tasks, 2 levels, 2 languages
    assert enough(ROUND, 7) == 7
    large = dataclasses.replace(ROUND, tasks=tuple(RoundTask(name, 10, (6,) * 10) for name in TASKS))
    assert enough(large, 2) == 2


def test_no_round_is_of_the_calibrations_seed() -> None:
    """A configuration with that seed is refused, so what a calibration shows is nobody's hidden item."""
    from harness.config import _seed

    with pytest.raises(RoundError, match="kept for public items"):
        _seed(SEED, "r", practice=False)


@pytest.mark.parametrize("round_", [ROUND, SEALED], ids=["open", "sealed"])
def test_a_calibration_leaves_the_round_alone(tmp_path: Path, round_: Round) -> None:
    """Before there is a seed, without its items, in a folder of its own: the record is not begun."""
    one = job(tmp_path, round_)
    found = measured(one)
    assert not one.run.folder.exists()
    assert not (tmp_path / "tiny/log.jsonl").exists()
    own = calibration_run(one.run)
    assert own.folder.is_relative_to(tmp_path / "tiny/private")
    assert read_json(own.plan)["round"]["seed"] == SEED
    asked = {(group.task, group.level, group.language): group.items for group in found.groups}
    assert asked == {(name, k, lang): n for name in TASKS for k, n in ((1, 2), (2, 1)) for lang in ("fr", "en")}


def test_a_calibration_says_what_a_run_takes(tmp_path: Path) -> None:
    """Items are predicted exactly; tokens of a choice, whose options are known, within a fifth of the run's."""
    one = job(tmp_path, ROUND)
    model = CostModel(measured(one))
    found = fixed(model, Outline(ROUND.tasks))
    evaluate(one)
    done = read_completions(one.run)
    assert found.items == len(done) == len(list(round_items(ROUND)))
    read = sum(done[item.id].prompt_tokens for item in round_items(ROUND) if item.task == TASKS[0])
    groups = [group for group in model.costs.groups if group.task == TASKS[0]]
    counts = {1: 6, 2: 1}
    predicted = sum((g.shared + sum(g.read) / g.items) * counts[g.level] for g in groups)
    assert predicted == pytest.approx(read, rel=0.2)


def test_a_calibration_is_due_until_its_costs_are_known(tmp_path: Path) -> None:
    """What is due follows from the file; another plan is measured anew; what was forgotten is due again."""
    one, paths = job(tmp_path, ROUND), RoundPaths(tmp_path, "tiny")
    base = Errand("calibrate", "tiny", "baselines/x", items=2)
    own = calibration_paths(paths).run("baselines", "x")
    assert own == calibration_run(one.run)
    assert due(own, base, sharded=True, sealing=False) == [base]
    assert measured(one).items == 2
    assert calibrated(own)
    assert due(own, base, sharded=True, sealing=False) == []
    forget(paths, "baselines/x")
    assert not own.folder.exists()
    assert due(own, base, sharded=True, sealing=False) == [base]
    assert parse_key(base.key) == ("baselines/x", "calibrate", 0)


def test_a_calibration_of_another_plan_is_begun_anew(tmp_path: Path) -> None:
    """More items, or another engine, are another plan: nothing of the old one is kept, and nothing refuses it."""
    assert measured(job(tmp_path, ROUND), 1).groups[0].items == 1
    assert measured(job(tmp_path, ROUND), 3).groups[0].items == 3
    assert measured(job(tmp_path, ROUND, "Null"), 3).items == 3


def test_costs_hold_for_what_was_measured(tmp_path: Path) -> None:
    """Another manifest, task, engine, budget or kind of machine is another basis; other counts are not."""
    one = job(tmp_path, ROUND)
    basis = basis_of(one.settings, one.submission)
    assert measured(one).basis == basis
    more = dataclasses.replace(ROUND, tasks=tuple(RoundTask(name, 2, (60, 10)) for name in TASKS))
    assert basis_of(dataclasses.replace(one.settings, round=more), one.submission) == basis
    fewer = dataclasses.replace(ROUND, tasks=ROUND.tasks[:2])
    capped = dataclasses.replace(ROUND, conditions={"budgets": [{"tokens_per_item": 64}]})
    others = [dataclasses.replace(one.settings, round=round_) for round_ in (fewer, capped)]
    others += [job(tmp_path, ROUND, "Null").settings, dataclasses.replace(one.settings, cluster={"kind": "slurm"})]
    found = [basis_of(settings, one.submission) for settings in others]
    found.append(basis_of(one.settings, made.entry(digest="ef" * 32)))
    assert all(other != basis for other in found)


def test_what_ends_of_batches_lose_is_no_groups_time(tmp_path: Path) -> None:
    """It is taken from the times of texts alone; all the rest is somebody's, and a job's own is kept apart."""
    one = job(tmp_path, ROUND)
    plain = measured(one)
    own = dataclasses.replace(one, settings=dataclasses.replace(one.settings, round=calibration_round(ROUND, ITEMS)))
    asked, done = list(round_items(own.settings.round)), read_turns(calibration_run(one.run))
    whole, less = (_groups(asked, done, {}, 100.0, lost) for lost in (0.0, 20.0))
    assert sum(group.seconds for group in whole) == pytest.approx(100.0)
    assert sum(group.seconds for group in less) == pytest.approx(80.0)
    assert [g.seconds for g in less if g.kind == "choose"] == [g.seconds for g in whole if g.kind == "choose"]
    assert plain.drain == 0.0
