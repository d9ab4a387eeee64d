"""What a simulated submission has to do: speeds, waves, shards, and the search for what breaks."""

from __future__ import annotations

import heapq
import math
import statistics
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[2]))  # bench/ stands beside the packages

from bench.scale import work as working
from bench.scale.limits import by_arithmetic, refused, search
from bench.scale.models import DENSE, EXPERTS, Model, Population, draw, spread
from bench.scale.scenario import Scenario, simulate
from bench.scale.speed import DENSE_EFFICIENCY, EXPERTS_EFFICIENCY, PUBLISHED, cheapest, prefill_seconds, step_seconds
from bench.scale.work import TASKS, Items, Plan, answers, clusters, mix, shard, steps, work
from harness.metrics.ladder import Stopping
from harness.shards import cut
from harness.task import load_task
from harness.types import Item

EIGHT = Model(8e9, 8e9, DENSE[8.0e9], thinking=True)
SMALL = Scenario(Population(12), Plan(clusters=6))


def items(sizes: list[float]) -> Items:
    """Answers of one task, without prompts or dialogues, all in one wave."""
    count = len(sizes)
    none = np.zeros(count, dtype=np.int_)
    return Items(none, np.zeros(count), np.array(sizes), none + 1, none)


def test_the_efficiencies_are_those_of_published_speeds() -> None:
    """One fitted number each for dense models and mixtures: the median share of the roofline; none reaches it."""
    reached = {kind: [p.reached for p in PUBLISHED if (p.model.active < p.model.parameters) == kind] for kind in (0, 1)}
    assert statistics.median(reached[0]) == pytest.approx(DENSE_EFFICIENCY, abs=0.015)
    assert statistics.median(reached[1]) == pytest.approx(EXPERTS_EFFICIENCY, abs=0.015)
    assert all(0.1 < one < 0.8 for found in reached.values() for one in found)


def test_a_step_moves_the_weights_once() -> None:
    """One sequence of an 8B model on one GPU: 16 GB over 3.35 TB/s, and little else, over the efficiency."""
    plan = spread(EIGHT, 8_192)
    assert step_seconds(EIGHT, plan, 1, 0) * DENSE_EFFICIENCY == pytest.approx(16e9 / 3.35e12, rel=0.01)
    assert prefill_seconds(EIGHT, plan, 1e6, 0) * DENSE_EFFICIENCY == pytest.approx(2 * 8e9 * 1e6 / 989e12)


def scheduled(sizes: list[float], room: int) -> float:
    """Steps of answers that each take the first free place."""
    free = [0.0] * min(room, len(sizes))
    for size in sizes:
        heapq.heappush(free, heapq.heappop(free) + size)
    return max(free)


@settings(max_examples=50)
@given(st.lists(st.floats(10.0, 30_000.0), min_size=1, max_size=200), st.integers(1, 60))
def test_steps_keep_the_bounds_of_list_scheduling(sizes: list[float], room: int) -> None:
    """Never fewer than full use of every place, exact where all fit at once, at most what Graham (1969) allows."""
    found = steps(np.array(sizes), room)
    assert found >= sum(sizes) / room * (1 - 1e-9)
    assert found <= sum(sizes) / room + max(sizes) * (1 + 1e-9)
    if len(sizes) <= room:
        assert found == pytest.approx(scheduled(sizes, room))


@pytest.mark.parametrize(("count", "room"), [(20, 16), (60, 16), (300, 16), (300, 50), (1_000, 16)])
def test_steps_are_near_those_of_scheduling_one_by_one(count: int, room: int) -> None:
    """On answers as long as thinking makes them: within 5 % of taking the first free place, closed form or not."""
    rng = np.random.default_rng(count)
    ratios = []
    for _ in range(40):
        sizes = np.minimum(rng.lognormal(np.log(4_000), 0.9, count), 32_768)
        ratios.append(steps(sizes, room) / scheduled(list(sizes), room))
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.05)


def test_equal_answers_take_full_steps() -> None:
    """So many equal answers of m tokens, s at a time: n m / s steps, each as long as a step of s sequences."""
    plan = spread(EIGHT, 32_768)
    room = plan.max_sequences
    one = shard(EIGHT, plan, items([1_000.0] * (5 * room)))
    assert one.seconds == pytest.approx(5 * 1_000 * step_seconds(EIGHT, plan, room, 500), rel=0.02)


def test_the_cheapest_spread_is_no_dearer() -> None:
    """Of every way the planner sees, a token costs least on this one; the fewest GPUs are rarely it."""
    large = Model(70.6e9, 70.6e9, DENSE[70.6e9], thinking=True)
    fewest, best = spread(large, 40_960), cheapest(large, 40_960)
    cost = [one.gpus * step_seconds(large, one, one.max_sequences, 4_000) / one.max_sequences for one in (fewest, best)]
    assert best.gpus >= fewest.gpus
    assert cost[1] < cost[0] / 2


def test_dialogues_and_ladders_wait() -> None:
    """The same answers take longer turn after turn, and wave after wave."""
    plan, sizes = spread(EIGHT, 32_768), list(np.linspace(100, 5_000, 64))
    at_once = items(sizes)
    turns = replace(at_once, turns=1 + np.arange(64) % 8)
    waves = replace(at_once, wave=np.arange(64) // 8)
    assert shard(EIGHT, plan, turns).seconds > shard(EIGHT, plan, at_once).seconds
    assert shard(EIGHT, plan, waves).seconds > 1.5 * shard(EIGHT, plan, at_once).seconds


def test_prompts_and_rooms_are_the_tasks_own() -> None:
    """The mix is read from real items: nothing is generated where an option is chosen, long contexts are long."""
    known = mix()
    assert known.rooms[TASKS.index("understanding/reading_choice")].max() == 0
    assert known.prompts.max() == known.prompts[TASKS.index("understanding/long_context"), -1] > 50_000
    assert known.turns[TASKS.index("interaction/tool_world")].max() > 1


def test_shards_are_those_of_the_harness() -> None:
    """Cut as `harness.shards` cuts: the same items, fixed or with whole tasks, for the same costs."""
    count = np.full((len(TASKS), working.LEVELS), 2)
    drawn = answers(EIGHT, Plan(clusters=2), count, np.random.default_rng(3))
    real: list[Item] = [
        item
        for name in TASKS
        for level in range(1, working.LEVELS + 1)
        for pair in zip(*(load_task(name).items(level, lang, "scale", 2) for lang in ("fr", "en")), strict=True)
        for item in pair
    ]
    cost = {item.id: float(own) for item, own in zip(real, drawn.cost, strict=True)}
    ours = working._stretches(drawn.cost, 2e5)
    theirs = cut(real, 2e5, cost=cost)
    assert [part.size for part in ours] == [len(one.items) for one in theirs]
    ours = working._whole(drawn, 6e5)
    theirs = cut(real, 6e5, whole_tasks=True, cost=cost)
    assert sorted(part.size for part in ours) == sorted(len(one.items) for one in theirs)
    costs = sorted(float(drawn.cost[part].sum()) for part in ours)
    assert costs == pytest.approx(sorted(one.tokens for one in theirs), rel=1e-3)


def test_a_stopping_round_asks_what_the_ladder_asks() -> None:
    """Never more than the cap, never less than the core, in as many waves as the dearest task needs."""
    plan = Plan(clusters=30, stopping=Stopping(5, 5, thresholds=(0.5,)))
    rng = np.random.default_rng(1)
    for model in draw(Population(20), rng):
        found = clusters(model, plan, rng)
        assert found.min() >= 5
        assert found.max() <= 30
        asked = answers(model, plan, found, rng)
        assert asked.task.size == 2 * found.sum()
        assert int(asked.wave.max()) == (-(-(found - 5) // 5)).sum(axis=1).max()
        done = work(model, plan, np.random.default_rng(2))
        assert sum(one.items for one in done.shards) == done.items < done.full
        hurried = work(model, replace(plan, waits=False), np.random.default_rng(2))
        assert sum(one.seconds for one in hurried.shards) <= sum(one.seconds for one in done.shards)


def test_a_round_is_the_same_for_the_same_seed() -> None:
    """Submissions, work and cluster all follow from the seed; another seed gives another round."""
    one, again, other = (simulate(SMALL, seed) for seed in (5, 5, 6))
    assert one == again
    assert one.gpu_hours != other.gpu_hours


def test_scale_changes_what_it_should() -> None:
    """A faster engine costs less in proportion, thinking costs more, an unknown name is refused."""
    base = simulate(SMALL, 1)
    assert simulate(SMALL.but(tuning=2.0), 1).report.useful == pytest.approx(base.report.useful / 2)
    assert simulate(SMALL.but(thinking=0.0), 1).gpu_hours < base.gpu_hours
    with pytest.raises(ValueError, match="no part of a scenario has nodse"):
        SMALL.but(nodse=3)


def test_the_search_names_what_held_and_what_broke() -> None:
    """Around a known threshold; at once where the base is broken; never where nothing breaks."""
    held, broke, why = search(10.0, 2.0, lambda value: "too much" if value > 55 else "")
    assert held <= 55 < broke
    assert broke / held < 1.2
    assert why == "too much"
    assert search(10.0, 2.0, lambda value: "always")[:2] == (5.0, 10.0)
    assert search(10.0, 0.5, lambda value: "", tries=3)[1] == 0.0
    assert math.isinf(search(10.0, 2.0, lambda value: "", tries=3)[1])


def test_limits_without_simulation_are_plain_division() -> None:
    """5 TB hold so many checkpoints of the mean size; a model beyond 4 GPUs of 80 GiB is refused on one node."""
    outcome = simulate(SMALL, 1)
    found = {one.resource: one for one in by_arithmetic(SMALL, outcome)}
    assert found["submissions: checkpoints on $WORK"].holds == pytest.approx(5e12 / (outcome.checkpoint_bytes / 12))
    large = refused(Scenario(Population(200)), 1)
    assert 0.05 < large["share"] < 0.5
    assert large["smallest"] * 2 < 4 * 80 * 2**30
    assert min(EXPERTS) > min(DENSE)
