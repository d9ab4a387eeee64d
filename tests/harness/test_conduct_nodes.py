"""Nodes that break, and jobs that no waiting helps: who is charged, where the next try goes, and who is told."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import made
import pytest
from conducted import Watch

from harness.conduct import CANNOT_START, NODE_LOST, Conductor, Terms
from harness.errors import EngineError
from harness.job_book import JobBook
from harness.launch.base import JobView, Needs
from harness.launch.errand import Errand, parse_key
from harness.record import RoundPaths, RunPaths, read_json
from harness.shards import Shard, write_shards
from harness.states import fail, mark

ECC = "CUDA error: uncorrectable ECC error encountered"
NODES = ("n1", "n2", "n3")


class Nodes:
    """A site that gives every job the first node that it may have, on which it meets its fate."""

    def __init__(self, paths: RoundPaths, fate: Callable[[str, RunPaths], str]) -> None:
        """`fate` does a job on a node and says with which words it failed, none where it did not."""
        self.paths, self.fate = paths, fate
        self.jobs: dict[str, JobView] = {}
        self.given: list[tuple[str, str]] = []  # key, node

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Jobs go on."""

    def send(self, errands: Sequence[Errand], needs: Needs) -> None:
        for one in errands:
            node = next((name for name in NODES if name not in needs.without), NODES[0])
            self.given.append((one.key, node))
            self.jobs[one.key] = JobView(one.key, str(len(self.given)), "running", node=node)

    def look(self) -> Mapping[str, JobView]:
        for key, job in self.jobs.items():
            if job.active:
                name, kind, shard = parse_key(key)
                run = self.paths.run(*name.split("/"))
                words = self.fate(job.node, run) if kind == "ask" else ""
                if words:
                    fail(run.part(shard), made.entry(), EngineError(words))
                elif kind == "ask":
                    mark(run.part(shard), "finished")
                else:
                    shutil.rmtree(run.parts)
                    mark(run, "scored")
                reason = "the errand failed" if words else ""
                self.jobs[key] = dataclasses.replace(job, state="ended", reason=reason)
        return dict(self.jobs)

    def room(self) -> int:
        return 1

    def cancel(self, keys: Iterable[str]) -> None:
        """All have ended."""


@pytest.fixture
def paths(tmp_path: Path) -> RoundPaths:
    return RoundPaths(tmp_path, "tiny")


def conduct(
    site: Nodes, names: Sequence[str], *, elsewhere: bool = True
) -> tuple[Watch, list[tuple[str, str, str, str]]]:
    """A round over submissions of one shard each; who was told what."""
    watch, alarms = Watch(), []
    for name in names:
        run = site.paths.run(*name.split("/"))
        if not run.shards.exists():
            write_shards(run, [Shard(1, ("i1",), 1.0)])
            mark(run, "planned")
    terms = Terms(sharded=True, tries=6, pause=0.0, look_every=0.0, elsewhere=elsewhere)
    bases = [Errand("whole", "tiny", name) for name in names]
    Conductor(site.paths, bases, site, lambda _: Needs(), terms, watch, lambda *told: alarms.append(told)).conduct()
    return watch, alarms


def asked(site: Nodes) -> list[tuple[str, str]]:
    return [(key.partition(":")[0], node) for key, node in site.given if ":ask:" in key]


def test_a_broken_node_costs_nobody_a_try(paths: RoundPaths) -> None:
    """The next try of the errand goes to another node, and the failure is ours; the one after may go there again."""
    site = Nodes(paths, lambda node, run: ECC if node == "n1" else "")
    watch, alarms = conduct(site, ["team/one"])
    assert asked(site) == [("team/one", "n1"), ("team/one", "n2")]
    assert watch.ends["team/one"].result == "done"
    assert alarms == []
    assert JobBook(paths).own_faults("team/one") == 0
    assert JobBook(paths).our_faults("team/one:ask:1") == 0  # since it was done


def test_a_node_that_breaks_under_two_is_given_to_none(paths: RoundPaths) -> None:
    """By an alarm that names it and quotes nobody; a later conductor keeps to it, and does not say it again."""
    site = Nodes(paths, lambda node, run: f"{ECC}: secret" if node == "n1" else "")
    watch, alarms = conduct(site, ["team/one", "other/two", "third/three"])
    ones = [name for name, node in asked(site) if node == "n1"]
    assert sorted(ones) == sorted({*ones})
    assert len(ones) == 2
    assert all(end.result == "done" for end in watch.ends.values())
    ((name, submission, since, words),) = alarms
    assert (name, submission) == (NODE_LOST, "")
    assert since.endswith("+00:00")
    assert words.startswith(f"the node n1 broke under {', '.join(sorted(ones))}, last with an uncorrectable memory err")
    assert "secret" not in words
    assert any(words in said for said in watch.words)
    later = Nodes(paths, lambda node, run: "")
    assert conduct(later, ["team/four"])[1] == []
    assert asked(later) == [("team/four", "n2")]


def test_a_disk_that_all_share_empties_no_site(paths: RoundPaths) -> None:
    """What breaks under everybody everywhere is no fault of the nodes: each errand only leaves the last one."""
    left = iter([*["[Errno 116] Stale file handle"] * 4, *[""] * 10])
    site = Nodes(paths, lambda node, run: next(left))
    watch, alarms = conduct(site, ["team/one", "other/two"])
    assert {end.result for end in watch.ends.values()} == {"done"}
    assert alarms == []
    assert JobBook(paths).shunned() == frozenset()


def test_a_breakdown_of_long_ago_is_of_the_past(paths: RoundPaths) -> None:
    """A node is mended within a day; so two breakdowns count together only where both are of the last one."""
    site = Nodes(paths, lambda node, run: ECC if node == "n1" else "")
    conduct(site, ["team/one", "other/two"])
    assert JobBook(paths).shunned() == {"n1"}
    journal = paths.folder / "jobs.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if '"broken"' in line)
    lines[first] = lines[first].replace('"time":"2', '"time":"1', 1)
    journal.write_text("".join(lines))
    assert JobBook(paths).shunned() == frozenset()


def test_on_one_machine_there_is_no_other(paths: RoundPaths) -> None:
    """Nothing is left out here; the failures are ours all the same, and end as such."""
    site = Nodes(paths, lambda node, run: ECC)
    watch, alarms = conduct(site, ["team/one"], elsewhere=False)
    assert {node for _, node in site.given} == {"n1"}
    assert watch.ends["team/one"].fault == "ours"
    assert len(asked(site)) == 6
    assert read_json(paths.run("team", "one").state)["fault"] == "ours"
    assert alarms == []


def test_a_job_that_cannot_begin_is_an_alarm_at_once(paths: RoundPaths) -> None:
    """Once, with the submission and what to do; the round goes on, and the others with it."""
    key, looks = "team/one:ask:1", iter(range(100))

    class Held(Nodes):
        def look(self) -> Mapping[str, JobView]:
            held = self.jobs.get(key)
            if held is None or next(looks) > 3:
                return super().look()
            reason, todo = "QOSMaxWallDurationPerJobLimit", "cluster.time_max: fewer minutes"
            waits = JobView(key, held.job, "waiting", reason, "2027-03-01T12:00:00+00:00", blocked=todo)
            return {**self.jobs, key: waits}

    watch, alarms = conduct(Held(paths, lambda node, run: ""), ["team/one", "team/two"])
    ((name, submission, since, words),) = alarms
    assert (name, submission, since) == (CANNOT_START, "team/one", "2027-03-01T12:00:00+00:00")
    assert "QOSMaxWallDurationPerJobLimit; remedy: cluster.time_max" in words
    assert {end.result for end in watch.ends.values()} == {"done"}
    assert read_json(paths.folder / "waiting.json")["submissions"] == {}  # what waits no longer is not shown
