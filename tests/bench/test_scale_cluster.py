"""The simulated cluster: closed forms where there are any, nothing lost or made up elsewhere."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[2]))  # bench/ stands beside the packages

from bench.scale.cluster import Cluster
from bench.scale.site import Entry, Part, Report, Site

QUIET = Site(
    nodes=1,
    per_node=1,
    wait_median=0.0,
    node_mtbf=math.inf,
    node_bandwidth=1e9,
    file_system=math.inf,
    engine_start=10.0,
    poll=0.0,
    processors=1_000,
)


def alike(count: int, seconds: float, gpus: int = 1, flying: float = 0.0) -> list[Entry]:
    return [Entry(gpus, 20e9, (Part(seconds, flying),), 0.0, 0.0) for _ in range(count)]


def simulated(site: Site, entries: list[Entry], seed: int = 0) -> Report:
    return Cluster(site, entries, seed).run()


@pytest.mark.parametrize(("servers", "jobs"), [(1, 1), (1, 7), (3, 7), (4, 8)])
def test_equal_jobs_on_equal_servers_take_whole_turns(servers: int, jobs: int) -> None:
    """Equal jobs, n on k servers, finish after ceil(n / k) turns: 20 GB at 1 GB/s, 10 s of start, 100 s of work."""
    report = simulated(replace(QUIET, nodes=servers), alike(jobs, 100.0))
    assert report.wall == pytest.approx(math.ceil(jobs / servers) * 130.0)
    assert report.held == pytest.approx(jobs * 130.0)
    assert report.useful == pytest.approx(jobs * 100.0)


def test_one_processor_adds_intake_and_scoring() -> None:
    """With one processor and one job after the other, every second is somebody's: intakes first, then the tail."""
    entry = Entry(1, 0.0, (Part(100.0, 0.0),), 7.0, 5.0)
    report = simulated(replace(QUIET, processors=1, engine_start=0.0), [entry])
    assert report.wall == pytest.approx(7.0 + 100.0 + 5.0)


def test_the_coordinator_sees_things_when_it_looks() -> None:
    """What is due is sent at the next multiple of the polling time."""
    entry = Entry(1, 0.0, (Part(100.0, 0.0),), 61.0, 0.0)
    assert simulated(replace(QUIET, poll=60.0, engine_start=0.0), [entry]).wall == pytest.approx(120.0 + 100.0)


def test_interrupted_work_takes_as_long_as_theory_says() -> None:
    """Work w, start s, failures at rate r, nothing lost in flight: w + (1 + r w) (exp(r s) - 1) / r on average.

    Each start must last s without a failure, which takes (exp(r s) - 1) / r (a geometric number of tries); r w of them
    follow the first.
    """
    work, start, rate = 400.0, 50.0, 1 / 200.0
    site = replace(QUIET, engine_start=start, preempted_every=1 / rate, tries=10_000)
    entries = [Entry(1, 0.0, (Part(work, 0.0),), 0.0, 0.0)]
    times = np.array([simulated(site, entries, seed).held for seed in range(600)])
    expected = work + (1 + rate * work) * math.expm1(rate * start) / rate
    assert abs(times.mean() - expected) < 3.5 * times.std() / math.sqrt(times.size)


def test_failing_nodes_fail_at_their_rate() -> None:
    """A busy node of mean time M between failures cuts its job off once in M of running."""
    site = replace(QUIET, engine_start=0.0, node_mtbf=1_000.0, repair=0.0, tries=10_000)
    cuts = [simulated(site, [Entry(1, 0.0, (Part(10_000.0, 0.0),), 0.0, 0.0)], seed).cuts for seed in range(200)]
    assert np.mean(cuts) == pytest.approx(10.0, abs=3.5 * math.sqrt(10.0 / 200))


def test_the_time_limit_divides_a_long_job() -> None:
    """25 hours of work at 20 hours a job are two jobs, and what was half answered is done again."""
    site = replace(QUIET, engine_start=0.0, time_limit=20 * 3600.0)
    report = simulated(site, [Entry(1, 0.0, (Part(25 * 3600.0, 600.0),), 0.0, 0.0)])
    assert (report.jobs, report.cuts) == (2, 1)
    assert report.lost == pytest.approx(600.0)
    assert report.held == pytest.approx(25 * 3600.0 + 600.0)


def test_a_job_that_never_gets_on_is_given_up() -> None:
    """A job that cannot even load within its limit stops after so many tries; the round still ends."""
    report = simulated(replace(QUIET, time_limit=5.0, tries=20), alike(2, 100.0))
    assert (report.given_up, report.done, report.jobs) == (2, 2, 40)


def test_loading_together_shares_the_file_system() -> None:
    """The second of two loads gets half of what there is."""
    site = replace(QUIET, nodes=2, file_system=1e9, engine_start=0.0)
    assert simulated(site, alike(2, 100.0)).wall == pytest.approx(40.0 + 100.0)


def test_a_large_job_is_not_starved() -> None:
    """Nodes are kept for a job of two nodes though small ones, that would fit, keep coming after it."""
    site = replace(QUIET, nodes=2, per_node=4, engine_start=0.0)
    small = Entry(1, 0.0, tuple(Part(100.0, 0.0) for _ in range(400)), 0.0, 0.0)
    head = Entry(1, 0.0, tuple(Part(100.0, 0.0) for _ in range(8)), 0.0, 0.0)
    large = Entry(8, 0.0, (Part(50.0, 0.0),), 0.0, 0.0)
    report = simulated(site, [head, large, small])
    assert max(report.waits[:9]) <= 100.0
    with pytest.raises(ValueError, match="never starts"):
        simulated(site, [Entry(9, 0.0, (Part(1.0, 0.0),), 0.0, 0.0)])


PARTS = st.lists(st.builds(Part, st.floats(1.0, 5e4), st.floats(0.0, 2e3)), max_size=5).map(tuple)
ENTRIES = st.lists(
    st.builds(Entry, st.sampled_from([1, 2, 3, 4, 5, 8]), st.floats(0.0, 1e12), PARTS, st.floats(0, 900), st.just(9.0)),
    min_size=1,
    max_size=8,
)
SITES = st.builds(
    Site,
    nodes=st.integers(2, 6),
    submit_limit=st.integers(1, 8),
    node_mtbf=st.sampled_from([math.inf, 2e5, 2e4]),
    repair=st.just(3_600.0),
    preempted_every=st.sampled_from([math.inf, 3e4]),
    processors=st.integers(1, 3),
    tries=st.just(200),
)


@settings(max_examples=60)
@given(SITES, ENTRIES, st.integers(0, 1_000))
def test_nothing_is_lost_and_nothing_made_up(site: Site, entries: list[Entry], seed: int) -> None:
    """Useful work is exactly what was to be done; every GPU-second held is accounted for; limits are kept."""
    cluster = Cluster(site, entries, seed)
    report = cluster.run()
    wanted = sum(entry.gpus * part.seconds for entry in entries for part in entry.parts)
    assert report.done == len(entries)
    if not report.given_up:
        assert report.useful == pytest.approx(wanted, rel=1e-6, abs=1e-3)
        assert report.jobs == report.cuts + sum(len(entry.parts) for entry in entries)
    assert min(report.lost, report.starting, report.idle) >= -1e-6
    assert report.held <= report.wall * site.nodes * site.per_node * (1 + 1e-9)
    assert report.most_jobs <= site.submit_limit
    assert len(report.waits) == report.jobs


@settings(max_examples=20)
@given(SITES, ENTRIES, st.integers(0, 1_000))
def test_a_seed_says_everything(site: Site, entries: list[Entry], seed: int) -> None:
    """The same seed gives the same round."""
    assert simulated(site, entries, seed) == simulated(site, entries, seed)
