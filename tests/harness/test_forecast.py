"""What a round will take, from costs: by arithmetic where everything is asked, by climbing where it stops by itself."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured import CHOICE, LONG, LONGER, OTHER, READ, TASK, WRITE, costs

from harness.costs import CostModel
from harness.forecast import Outline, expected, fixed, ladder_counts, success, wall
from harness.metrics.ladder import Ladder, Stopping, wanted
from harness.types import RoundTask

TASKS = (RoundTask(TASK, 2, (30, 20)), RoundTask(OTHER, 1, (10,)))
ENGINE = READ * (100 + 30 * 50) + WRITE * 30 * 20 + READ * (100 + 20 * 60) + WRITE * 20 * 120 + READ * (50 + 10 * 40)


def model() -> CostModel:
    return CostModel(costs(LONG, LONGER, CHOICE))


def test_where_everything_is_asked_it_is_arithmetic() -> None:
    """One job: begin, plan, load, all items, judging; GPUs are held as long as it lasts."""
    found = fixed(model(), Outline(TASKS), gpus=4)
    assert found.items == 60
    assert found.engine == pytest.approx(ENGINE)
    assert found.jobs.ask == pytest.approx([3 + 60 * 0.001 + 5 + ENGINE + 60 * 0.002])
    assert found.jobs.gpu_seconds == pytest.approx(4 * found.jobs.node_seconds)
    assert expected(model(), Outline(TASKS), gpus=4) == found


def test_every_shard_loads_the_model() -> None:
    """In shards the answers take as long; each job begins and loads anew; GPUs wait for no cutting, no judging."""
    whole = fixed(model(), Outline(TASKS), gpus=2)
    cut = fixed(model(), Outline(TASKS, shard_tokens=500), gpus=2)
    number = len(cut.jobs.ask)
    assert number > 3
    assert cut.engine == whole.engine
    assert sum(cut.jobs.ask) == pytest.approx(ENGINE + number * (3 + 0.06 + 5))
    assert cut.jobs.gpu_seconds == pytest.approx(2 * sum(cut.jobs.ask))
    assert (cut.jobs.cut, cut.jobs.score) == pytest.approx((3.06, 3.06 + 60 * 0.002))


def test_every_job_loses_the_end_of_its_batches() -> None:
    """What an end of batches takes comes once a job, whatever it asks."""
    lost = CostModel(dataclasses.replace(costs(LONG, LONGER, CHOICE), drain=7.0))
    whole, cut = fixed(lost, Outline(TASKS)), fixed(lost, Outline(TASKS, shard_tokens=500))
    assert whole.engine == pytest.approx(ENGINE + 7)
    assert whole.jobs.ask == pytest.approx([seconds + 7 for seconds in fixed(model(), Outline(TASKS)).jobs.ask])
    assert cut.engine == pytest.approx(ENGINE + 7 * len(cut.jobs.ask))
    before = fixed(model(), Outline(TASKS, shard_tokens=500)).jobs.ask
    assert cut.jobs.ask == pytest.approx([seconds + 7 for seconds in before])


def test_canaries_are_asked_too() -> None:
    """A share of the items that is asked again takes its time, and is no item more."""
    more = fixed(model(), Outline(TASKS, again=0.5))
    once = READ * (LONG.shared + LONGER.shared + CHOICE.shared)
    assert more.items == 60
    assert more.engine - once == pytest.approx(1.5 * (ENGINE - once))


@given(
    caps=st.lists(st.integers(1, 40), min_size=1, max_size=4),
    core=st.integers(0, 12),
    step=st.integers(1, 9),
    thresholds=st.sampled_from([(0.5,), (0.8,), (0.5, 0.8)]),
    chance=st.sampled_from([0.0, 0.25]),
    seed=st.integers(0, 10**6),
)
def test_many_ladders_at_once_are_climbed_as_one(
    caps: list[int], core: int, step: int, thresholds: tuple[float, ...], chance: float, seed: int
) -> None:
    """With all answers known, what a simulated ladder asks is what `metrics.ladder` wants."""
    rng, draws = np.random.default_rng(seed), 3
    answers = [rng.binomial(2, rng.random(), size=(cap, draws)) / 2 for cap in caps]
    stopping = Stopping(core, step, thresholds=thresholds)
    found = ladder_counts(stopping, caps, answers, [chance] * len(caps))
    ladder = Ladder((chance,) * len(caps), tuple(caps))
    for n in range(draws):
        results = [dict(enumerate(one[:, n].tolist())) for one in answers]
        assert found[:, n].tolist() == wanted(stopping, ladder, results)


def test_a_ladder_that_ends_early_saves_its_upper_levels() -> None:
    """Who fails level 1 is asked the core of the others; who is right everywhere is asked until that is sure."""
    tasks = (RoundTask(TASK, 2, (100, 100)),)
    outline = Outline(tasks, Stopping(5, 5, thresholds=(0.5,)))
    values = {False: (0.0,) * 20, True: (1.0,) * 20}
    groups = {
        right: [dataclasses.replace(one, read=(1.0,) * 20, written=(1.0,) * 20, values=told) for one in (LONG, LONGER)]
        for right, told in values.items()
    }
    found = {right: expected(CostModel(costs(*both)), outline) for right, both in groups.items()}
    assert 10 < found[False].items < 40
    assert found[True].items < 60
    assert found[True].engine < fixed(CostModel(costs(*groups[True])), outline).engine / 3


@given(st.lists(st.lists(st.floats(0, 1), max_size=4), min_size=1, max_size=6), st.integers(0, 99))
def test_success_never_rises_with_the_level(seen: list[list[float]], seed: int) -> None:
    """Levels are ordered by difficulty, whatever few items happened to say."""
    means = success(seen, np.random.default_rng(seed), 8)
    assert means.shape == (len(seen), 8)
    assert ((means >= 0) & (means <= 1)).all()
    assert (np.diff(means, axis=0) <= 1e-12).all()


CHAINS = st.lists(st.lists(st.lists(st.floats(0.1, 50), min_size=1, max_size=4), min_size=1, max_size=3), max_size=6)


@given(CHAINS, st.integers(1, 5))
def test_how_long_a_round_lasts(chains: list[list[list[float]]], slots: int) -> None:
    """One place: the sum. Places for all: the longest chain. Between: Graham's bounds, of work and of the chain."""
    total = sum(seconds for chain in chains for stage in chain for seconds in stage)
    longest = max((sum(max(stage) for stage in chain) for chain in chains), default=0.0)
    assert wall(chains, 1) == pytest.approx(total)
    assert wall(chains, None) == pytest.approx(longest)
    assert max(longest, total / slots) - 1e-6 <= wall(chains, slots) <= total / slots + longest + 1e-6
