"""Rounds over a real Slurm: what a quiet run on this machine gives, whatever happens to jobs and to their conductor."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import marks
import pytest
from conducted import sent_while_active
from marks import fail, nap, touch
from slurm.configuration import Shape
from slurm.host import ACCOUNT, QOS, SlurmHost
from slurm.processes import wait_until
from slurm.requirements import why_not

from harness.errors import UsageError
from harness.journal import read_lines
from harness.launch.base import LauncherAwayError, Needs
from harness.launch.errand import Errand
from harness.launch.site import Site
from harness.launch.slurm import SlurmLauncher
from harness.record import RoundPaths, read_scores

pytestmark = pytest.mark.cluster

ENTRIES = ("baselines/oracle", "baselines/random", "baselines/echo")
OVERRIDES = (
    "round.levels=2",
    "round.counts=2",
    "round.tasks=[understanding/reading_choice,problem_solving/word_problems]",
    f"round.submissions=[{','.join(ENTRIES)}]",
    "round.conditions.canaries={repeat: 0.0, reword: 0.0}",
    "tracking=none",
)
SITE = (
    "cluster=slurm",
    "cluster.look_every=1",
    "cluster.pause=1",
    "cluster.grace=30",
    "cluster.cpu.cpus=1",
    "cluster.time_default=5",
    "cluster.shard_tokens=130",
)


def defi(*words: str) -> subprocess.Popen[str]:
    """The command, started."""
    program = Path(sys.executable).with_name("defi")
    return subprocess.Popen([program, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def done(process: subprocess.Popen[str]) -> str:
    """What it said; it ended well."""
    said, _ = process.communicate(timeout=200)
    assert process.returncode == 0, said
    return said


def scores(workspace: Path, round_: str) -> dict[str, Any]:
    """Judgements of every submission, by item."""
    paths = RoundPaths(workspace / "runs", round_)
    return {name: {row.item: row for row in read_scores(paths.run(*name.split("/")))} for name in ENTRIES}


@pytest.fixture
def local(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the same round gives on this machine."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("PYTHONPATH", "")
    done(defi("round", "run", "demo", "round.name=quiet", *OVERRIDES))
    return scores(workspace, "quiet")


def journal(workspace: Path, round_: str, name: str) -> Iterator[dict[str, Any]]:
    yield from read_lines(workspace / "runs" / round_ / name)


def asking(workspace: Path) -> list[str]:
    """Job numbers of shards that were sent, as the queue calls them."""
    opened = [line for line in journal(workspace, "demo", "batches.jsonl") if line["event"] == "opened"]
    return [line["name"] for line in opened if ":ask:" in line["keys"][0]]


def test_a_round_over_slurm_is_that_of_this_machine(cluster: SlurmHost, workspace: Path, local: dict[str, Any]) -> None:
    """Plans are cut, asked in arrays and scored by jobs; the values are those of one piece on one machine."""
    done(defi("round", "run", "demo", *SITE, *OVERRIDES))
    assert scores(workspace, "demo") == local
    kinds = Counter(line["key"].split(":")[1] for line in journal(workspace, "demo", "jobs.jsonl"))
    assert kinds["cut"] == kinds["score"] == 2 * len(ENTRIES)  # sent, and ended
    assert kinds["ask"] >= 4 * len(ENTRIES)
    sizes = [len(line["keys"]) for line in journal(workspace, "demo", "batches.jsonl") if line["event"] == "opened"]
    assert max(sizes) > 1
    assert not list((workspace / "runs/demo/private/jobs").iterdir())  # of what ended well nothing stays


def test_a_killed_conductor_is_followed_by_one_that_adopts(
    cluster: SlurmHost, workspace: Path, local: dict[str, Any]
) -> None:
    """SIGKILL while jobs wait: the next one sends nothing again that waits or runs, and loses nothing."""
    cluster.run("scontrol", "update", "PartitionName=test", "State=DOWN")  # jobs wait
    first = defi("round", "run", "demo", *SITE, *OVERRIDES)
    try:
        wait_until(lambda: len(cluster.run("squeue", "-h", "-r").splitlines()) == len(ENTRIES), 60, "jobs wait")
    finally:
        first.kill()
        first.communicate()
    second = defi("round", "run", "demo", *SITE, *OVERRIDES)
    with pytest.raises(subprocess.TimeoutExpired):
        second.communicate(timeout=12)  # some looks, in which it sends nothing
    assert len(cluster.run("squeue", "-h", "-r").splitlines()) == len(ENTRIES)
    cluster.run("scontrol", "update", "PartitionName=test", "State=UP")
    done(second)
    assert scores(workspace, "demo") == local
    assert not sent_while_active(workspace / "runs/demo/batches.jsonl")


def test_a_cancelled_job_is_sent_again(cluster: SlurmHost, workspace: Path, local: dict[str, Any]) -> None:
    """To lose a task of an array to scancel is a fault of ours: retried, finished, and not charged."""
    process = defi("round", "run", "demo", *SITE, *OVERRIDES)
    wait_until(lambda: bool(asking(workspace)), 90, "shards are sent")
    cluster.run("scancel", f"--name={asking(workspace)[0]}")
    said = done(process)
    ends = [line for line in journal(workspace, "demo", "jobs.jsonl") if line["event"] == "ended"]
    assert any("CANCELLED" in line["reason"] and line["fault"] == "ours" for line in ends), said
    assert not any(line["fault"] == "own" for line in ends)
    assert scores(workspace, "demo") == local


def a_site(**changes: Any) -> Site:
    return Site(**{"time_default": 5, "grace": 3.0, **changes})


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs find the functions of `marks`."""
    monkeypatch.setenv("PYTHONPATH", str(Path(marks.__file__).parent))


def launcher(folder: Path, do: Any, **changes: Any) -> SlurmLauncher:
    return SlurmLauncher("tiny", folder / "runs", folder / "private/jobs", a_site(**changes), do)


def errands(folder: Path, count: int) -> list[Errand]:
    return [Errand("ask", "tiny", "team/one", n, (), str(folder)) for n in range(1, count + 1)]


def ended(one: SlurmLauncher) -> bool:
    return not any(view.active for view in one.look().values())


def test_one_job_and_many(cluster: SlurmHost, module: None, tmp_path: Path) -> None:
    """A single errand is a plain job to submitit, several are an array: both are found again; GPUs are given."""
    with launcher(tmp_path, touch) as one:
        one.send(errands(tmp_path, 1), Needs(gpus=1))
        one.send(errands(tmp_path, 3)[1:], Needs(gpus=2))
        assert set(one.look()) == {"team/one:ask:1", "team/one:ask:2", "team/one:ask:3"}
        wait_until(lambda: ended(one), 60, "jobs end", pause=0.5)
    assert {view.state for view in one.look().values()} == {"ended"}
    assert all(view.node for view in one.look().values())
    assert (tmp_path / "team_one:ask:1").read_text() in ("0", "1")
    assert (tmp_path / "team_one:ask:3").read_text() == "0,1"
    with launcher(tmp_path, touch) as later:
        assert later.look() == one.look()


def test_an_error_and_a_missing_description(cluster: SlurmHost, module: None, tmp_path: Path) -> None:
    """An errand's own error is told from a job that never got to it."""
    with launcher(tmp_path, fail) as one:
        one.send(errands(tmp_path, 1), Needs())
        wait_until(lambda: ended(one), 60, "the job ends", pause=0.5)
        view = one.look()["team/one:ask:1"]
        assert (view.state, view.reason) == ("ended", "the errand failed")
    other = tmp_path / "other"
    with launcher(other, touch, container="/bin/false") as one:
        one.send(errands(tmp_path, 1), Needs())
        wait_until(lambda: ended(one), 60, "the job ends", pause=0.5)
        assert one.look()["team/one:ask:1"].state == "lost"
        assert "exit code 1" in one.look()["team/one:ask:1"].reason


def test_a_job_queues_itself_again_before_its_limit(cluster: SlurmHost, module: None, tmp_path: Path) -> None:
    """The signal before the time limit: the same job waits and runs again, and is never seen as ended."""
    with launcher(tmp_path, nap) as one:
        one.send(errands(tmp_path, 1), Needs())
        wait_until((tmp_path / "begun").exists, 60, "the job begins")
        job = one.look()["team/one:ask:1"].job
        cluster.run("scancel", "--signal=USR2", job)
        seen = set()

        def over() -> bool:
            view = one.look()["team/one:ask:1"]
            seen.add(view.state)
            return not view.active

        wait_until(over, 90, "the job ends", pause=0.5)
    assert (tmp_path / "begun").read_text() == ".."
    assert seen == {"waiting", "running", "ended"}
    assert one.look()["team/one:ask:1"].job == job


def test_cancelling(cluster: SlurmHost, module: None, tmp_path: Path) -> None:
    """A job that was taken back is lost, in words; to take back what has ended is nothing."""
    with launcher(tmp_path, nap) as one:
        one.send(errands(tmp_path, 1), Needs())
        wait_until((tmp_path / "begun").exists, 60, "the job begins")
        one.look()
        one.cancel(["team/one:ask:1"])
        wait_until(lambda: ended(one), 60, "the job ends", pause=0.5)
        assert one.look()["team/one:ask:1"].reason == "it was cancelled (CANCELLED)"
        one.cancel(["team/one:ask:1"])


def test_a_controller_that_is_away(cluster: SlurmHost, module: None, tmp_path: Path) -> None:
    """Nothing is known and nothing was sent; when it answers again the jobs of before are there."""
    with launcher(tmp_path, touch) as one:
        cluster.kill_controller()
        with pytest.raises(LauncherAwayError, match="connect failure"):
            one.look()
        with pytest.raises(LauncherAwayError, match="connect failure"):
            one.send(errands(tmp_path, 2), Needs())
        cluster.restart_controller()
        assert one.look() == {}
        one.send(errands(tmp_path, 2), Needs())
        wait_until(lambda: ended(one), 60, "jobs end", pause=0.5)


def test_a_batch_that_was_never_sent_is_lost(cluster: SlurmHost, module: None, tmp_path: Path) -> None:
    """Killed between the journal and sbatch: after a while of waiting the errand is free to be sent."""
    with launcher(tmp_path, touch) as one:
        one._book.opened("tiny", ["team/one:ask:1"], Needs())
        assert one.look()["team/one:ask:1"].state == "waiting"
        wait_until(lambda: ended(one), 10, "patience ends", pause=0.5)
        assert "does not know it" in one.look()["team/one:ask:1"].reason


def test_a_node_that_dies_under_a_job(cluster: SlurmHost, module: None, tmp_path: Path) -> None:
    """The site queues it again by itself: it is never seen as ended, and nobody sends it twice."""
    with launcher(tmp_path, nap) as one:
        one.send(errands(tmp_path, 2)[1:], Needs())
        wait_until((tmp_path / "begun").exists, 60, "the job begins")
        node = one.look()["team/one:ask:2"].node
        cluster.kill_node(node)
        cluster.report_down(node)
        seen = []

        def over() -> bool:
            seen.append(one.look()["team/one:ask:2"])
            return not seen[-1].active

        wait_until(over, 90, "the job ends", pause=0.5)
    assert (seen[-1].state, seen[-1].reason) == ("ended", "")
    assert (tmp_path / "begun").read_text() == ".."
    assert len({view.job for view in seen}) == 1
    assert seen[-1].node != node


def test_words_that_the_site_refuses(cluster: SlurmHost, module: None, tmp_path: Path) -> None:
    """A partition that there is not ends the command, in the site's words; nothing of it is left behind."""
    with launcher(tmp_path, touch, partition="nope") as one:
        with pytest.raises(UsageError, match="invalid partition specified: nope"):
            one.send(errands(tmp_path, 2), Needs())
        assert one.look() == {}


def test_a_site_that_takes_few_jobs(module: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than its limit: nothing was sent, and there is no room for a while; an account that there is not is told."""
    if reason := why_not():
        pytest.skip(reason)
    with SlurmHost(Shape(nodes=1, submit_limit=2)) as host:
        monkeypatch.setenv("SLURM_CONF", str(host.configuration))
        with pytest.raises(UsageError, match="OURS is not set"), launcher(tmp_path, nap, account="$OURS", qos=QOS):
            pytest.fail("what a job wants is looked for before anything is sent")
        monkeypatch.setenv("OURS", ACCOUNT)
        with launcher(tmp_path, nap, account="$OURS", qos=QOS) as one:
            with pytest.raises(LauncherAwayError, match="MaxSubmitJob"):
                one.send(errands(tmp_path, 3), Needs())
            assert one.look() == {}
            assert one.room() == 0
            one.send(errands(tmp_path, 2), Needs())
            assert len(one.look()) == 2
        with launcher(tmp_path / "other", touch, account="nobody") as one, pytest.raises(UsageError, match="account"):
            one.send(errands(tmp_path, 1), Needs())


def test_without_accounting(cluster: SlurmHost, module: None, tmp_path: Path) -> None:
    """The queue alone tells how jobs ended, as long as it remembers them."""
    with launcher(tmp_path, fail, sacct=False) as one:
        one.send(errands(tmp_path, 2), Needs())
        wait_until(lambda: ended(one), 60, "jobs end", pause=0.5)
        assert {view.reason for view in one.look().values()} == {"the errand failed"}
