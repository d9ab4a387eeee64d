"""What stops a submission, and what does not: rounds of tries, broken records, sites that do not obey at once."""

from __future__ import annotations

import dataclasses
import errno
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import made
import pytest
from conducted import Watch

from harness.conduct import Conductor, Terms
from harness.due import Outcome, due
from harness.errors import EngineError
from harness.job_book import JobBook
from harness.launch.base import JobView, LauncherAwayError, Needs
from harness.launch.errand import Errand, parse_key
from harness.record import RoundPaths, RunPaths, read_json
from harness.shards import Shard, write_shards
from harness.states import fail, mark

ONE = "team/one"
Fate = Callable[[JobView, RunPaths], JobView]


def well(job: JobView, run: RunPaths) -> JobView:
    """A job does what it should."""
    _, kind, shard = parse_key(job.key)
    if kind == "ask":
        mark(run.part(shard), "finished")
    else:
        shutil.rmtree(run.parts)
        mark(run, "scored")
    return dataclasses.replace(job, state="ended")


def own_fault(job: JobView, run: RunPaths) -> JobView:
    """Its engine gives up."""
    fail(run.part(parse_key(job.key)[2]), made.entry(), EngineError("weights are no numbers"))
    return dataclasses.replace(job, state="ended", reason="the errand failed")


def node_lost(job: JobView, run: RunPaths) -> JobView:
    """Its node goes away."""
    return dataclasses.replace(job, state="lost", reason="its node failed (NODE_FAIL)")


class Scripted:
    """A site with room for all, where every job meets the fate that a test says."""

    def __init__(self, paths: RoundPaths, fate: Fate) -> None:
        """Nothing was sent."""
        self.paths, self.fate = paths, fate
        self.jobs: dict[str, JobView] = {}
        self.sent: Counter[str] = Counter()
        self.cancelled: list[str] = []
        self.away = 0  # calls of cancel that find nobody

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Jobs go on."""

    def send(self, errands: Sequence[Errand], needs: Needs) -> None:
        for one in errands:
            self.sent[one.key] += 1
            self.jobs[one.key] = JobView(one.key, f"{sum(self.sent.values())}", "waiting")

    def look(self) -> Mapping[str, JobView]:
        for key, job in self.jobs.items():
            if job.active:
                self.jobs[key] = self.fate(job, self.paths.run(*parse_key(key)[0].split("/")))
        return dict(self.jobs)

    def room(self) -> int:
        return 1000

    def cancel(self, keys: Iterable[str]) -> None:
        if named := list(keys):
            self.away -= 1
            if self.away >= 0:
                raise LauncherAwayError("no answer")
            self.cancelled += named


@pytest.fixture
def paths(tmp_path: Path) -> RoundPaths:
    return RoundPaths(tmp_path, "tiny")


def cut(paths: RoundPaths, number: int, name: str = ONE) -> RunPaths:
    """A record that is cut into so many shards."""
    run = paths.run(*name.split("/"))
    write_shards(run, [Shard(k, (f"i{k}",), 1.0) for k in range(1, number + 1)])
    mark(run, "planned")
    return run


def conduct(site: Scripted, *names: str, tries: int = 20, **terms: Any) -> Watch:
    watch = Watch()
    bases = [Errand("whole", "tiny", name) for name in names or (ONE,)]
    told = Terms(sharded=True, tries=tries, pause=0.0, look_every=0.0, **terms)
    Conductor(site.paths, bases, site, lambda _: Needs(), told, watch).conduct()
    return watch


def test_failures_side_by_side_are_one_try(paths: RoundPaths) -> None:
    """One bad node under all shards costs a submission one of its three tries; three rounds stop it."""
    cut(paths, 4)
    site = Scripted(paths, lambda job, run: own_fault(job, run) if site.sent[job.key] == 1 else well(job, run))
    assert conduct(site).ends[ONE].result == "done"
    run = cut(paths, 4, "team/two")
    site = Scripted(paths, own_fault)
    assert conduct(site, "team/two").ends["team/two"].fault == "own"
    assert set(site.sent.values()) == {3}
    assert "stopped after 3 failures of its own" in read_json(run.state)["reason"]


def test_rounds_of_tries_are_counted_by_the_files(paths: RoundPaths) -> None:
    """A new conductor counts as the old one did; what was sent before it was let in again is of the past."""
    cut(paths, 3)
    site = Scripted(paths, own_fault)
    conduct(site)
    book = JobBook(paths)
    assert book.own_faults(ONE) == 3
    assert book.own_reason(ONE) == "weights are no numbers"
    book.again(ONE)
    late = JobView(f"{ONE}:ask:1", "late", "ended")
    book.ended(late, Outcome("failed", "own", reason="x"))
    assert JobBook(paths).own_faults(ONE) == 0


def test_our_faults_of_one_submission_have_an_end(paths: RoundPaths) -> None:
    """Twenty tries of each of 24 shards would be 480 jobs: sixty in a row, over three rounds, are enough."""
    run = cut(paths, 24)
    site = Scripted(paths, node_lost)
    assert conduct(site).ends[ONE].fault == "ours"
    assert sum(site.sent.values()) == 72
    told = read_json(run.state)
    assert (told["fault"], told["state"]) == ("ours", "failed")
    assert "not charged" in told["reason"]


def test_an_incident_of_the_site_stops_nobody(paths: RoundPaths) -> None:
    """Losing all jobs at once is one round, however many they are; an errand that is done begins the count anew."""
    cut(paths, 50)
    site = Scripted(paths, lambda job, run: node_lost(job, run) if site.sent[job.key] < 3 else well(job, run))
    assert conduct(site, tries=4).ends[ONE].result == "done"


def test_an_odd_node_is_left_for_another(paths: RoundPaths) -> None:
    """On a site the machine's being another is tried again, and after all tries it is a fault of ours."""
    run = cut(paths, 1)

    def odd(job: JobView, run: RunPaths) -> JobView:
        mark(run.part(1), "refused", "no such GPU", fault="ours", again=False, error="ConditionsError")
        return dataclasses.replace(job, state="ended", reason="the errand failed")

    def fate(job: JobView, run: RunPaths) -> JobView:
        return odd(job, run) if ":ask:" in job.key and site.sent[job.key] < 3 else well(job, run)

    site = Scripted(paths, fate)
    assert conduct(site, elsewhere=True).ends[ONE].result == "done"
    run = cut(paths, 1, "team/two")
    assert conduct(Scripted(paths, odd), "team/two").ends["team/two"].result == "refused"
    assert read_json(run.state)["state"] == "refused"  # whose shard alone had said so


@pytest.mark.parametrize("name", ["state.json", "shards.json"])
def test_a_broken_record_stops_no_other(paths: RoundPaths, name: str) -> None:
    """It is left as it is, the submission is stopped without charge, and the others are run."""
    for one in (ONE, "team/two", "team/three"):
        cut(paths, 2, one)
    broken = paths.run("team", "two").folder / name
    broken.write_bytes(b"\0" * 40)
    watch = conduct(Scripted(paths, well), ONE, "team/two", "team/three")
    assert (watch.ends["team/two"].result, watch.ends["team/two"].fault) == ("failed", "ours")
    assert "not JSON" in watch.ends["team/two"].reason
    assert watch.ends[ONE].result == watch.ends["team/three"].result == "done"
    assert broken.read_bytes() == b"\0" * 40


def test_needs_that_cannot_be_told_stop_no_other(paths: RoundPaths) -> None:
    """What a record's errand takes is asked of the record, which may be torn."""
    cut(paths, 1)
    cut(paths, 1, "team/two")

    def needs(errand: Errand) -> Needs:
        if errand.submission == ONE:
            raise EngineError("torn")
        return Needs()

    watch, bases = Watch(), [Errand("whole", "tiny", name) for name in (ONE, "team/two")]
    Conductor(paths, bases, Scripted(paths, well), needs, Terms(sharded=True, look_every=0.0), watch).conduct()
    assert (watch.ends[ONE].fault, watch.ends["team/two"].result) == ("ours", "done")


@pytest.mark.parametrize("number", [errno.ESTALE, errno.EIO, errno.ENOENT, errno.ENOSPC, errno.EDQUOT])
def test_a_file_system_that_hiccups_is_waited_for(
    paths: RoundPaths, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Nothing is decided of the record meanwhile, and it is said; what is no hiccup is raised."""
    cut(paths, 2)
    calls = iter(range(10**6))

    def stumbling(*words: Any, **named: Any) -> list[Errand]:
        if next(calls) in (0, 2):
            raise OSError(number, "hiccup")
        return due(*words, **named)

    monkeypatch.setattr("harness.conduct.due", stumbling)
    watch = conduct(Scripted(paths, well))
    assert watch.ends[ONE].result == "done"
    assert any("hiccup: nothing is sent until" in words for words in watch.words)
    number, calls = errno.EACCES, iter(range(10**6))
    cut(paths, 2, "team/two")
    with pytest.raises(PermissionError):
        conduct(Scripted(paths, well), "team/two")


def test_a_stopped_submission_stays_stopped(paths: RoundPaths) -> None:
    """Its other shard says that it runs, and ends late: the record says why it was stopped, to all who come."""
    run, looks = cut(paths, 2), iter(range(10**6))

    def fate(job: JobView, run: RunPaths) -> JobView:
        if job.key.endswith(":1"):
            return own_fault(job, run)
        mark(run, "running")  # what a shard writes as it begins
        if job.key in site.cancelled and next(looks) > 3:
            return dataclasses.replace(job, state="lost", reason="it was cancelled (CANCELLED)")
        return dataclasses.replace(job, state="running")

    site = Scripted(paths, fate)
    site.away = 1
    watch = conduct(site)
    assert watch.ends[ONE].fault == "own"
    assert "no answer; nothing is decided until it answers" in watch.words[-2]
    assert not any(job.active for job in site.jobs.values())
    told = read_json(run.state)
    assert (told["state"], told["fault"], told["again"]) == ("failed", "own", False)
    assert "no numbers" in told["reason"]
    sent = site.sent.copy()
    mark(run, "running")
    site.jobs[f"{ONE}:ask:2"] = JobView(f"{ONE}:ask:2", "9", "running")  # requeued by the site, meanwhile
    watch = conduct(site)
    assert "--again" in watch.ends[ONE].reason
    assert "no numbers" in watch.ends[ONE].reason
    assert site.sent == sent
    assert "stopped after 3 failures of its own" in read_json(run.state)["reason"]
