"""The test cluster is a Slurm like others: what happens to jobs there is what the launcher must understand."""

from __future__ import annotations

import math
import os
import subprocess
from pathlib import Path

import psutil
import pytest
from slurm import requirements
from slurm.configuration import Shape
from slurm.host import ACCOUNT, QOS, SlurmHost
from slurm.processes import wait_until

RUN_AGAIN = 60  # seconds within which a requeued job runs; Slurm holds it for up to 11


def accounted(cluster: SlurmHost, job: str, *wanted: str) -> None:
    """Wait for the accounting, which follows by a second or two, to tell these states of these starts of the job."""

    def told() -> list[str]:
        return sorted(state for (state,) in cluster.accounted(job, "State"))

    try:
        wait_until(lambda: told() == sorted(wanted), 15, "accounting", pause=0.3)
    except TimeoutError:
        assert told() == sorted(wanted)


def printed(cluster: SlurmHost, job: str) -> str:
    """What every part of the job printed, in the order of their numbers."""
    return "".join(file.read_text() for file in sorted(cluster.folder.glob(f"{job}_*.txt")))


def test_says_which_packages_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no Slurm the reason names every package, as they are given to apt-get."""
    monkeypatch.setattr(requirements, "SEARCHED", str(tmp_path))
    assert requirements.missing() == ["slurm-wlm", "slurm-client", "munge", "slurmdbd", "mariadb-server-core"]
    assert requirements.why_not().endswith("slurm-wlm slurm-client munge slurmdbd mariadb-server-core")
    with pytest.raises(FileNotFoundError, match="munged is not installed; install the Debian package munge"):
        requirements.program("munged")


def test_listens_on_loopback_only(cluster: SlurmHost) -> None:
    """No daemon of the cluster can be reached from another machine."""
    listening = [
        connection.laddr.ip
        for daemon in cluster.daemons
        if daemon.process is not None
        for connection in psutil.Process(daemon.process.pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) == len(cluster.nodes) + 2
    assert set(listening) == {"127.0.0.1"}


def test_leaves_nothing_behind() -> None:
    """At the end there is no daemon, no step, no process of a job and no folder."""
    if reason := requirements.why_not():
        pytest.skip(reason)
    with SlurmHost(Shape(nodes=1)) as host:
        job = host.submit("--wrap=setsid sleep 1000 & echo $! $$; exec sleep 1000")
        host.wait(job, "RUNNING")
        wait_until(lambda: bool(printed(host, job)), 10, "the job's processes")
        pids = [int(pid) for pid in printed(host, job).split()]
        pids += [psutil.Process(pids[1]).ppid()] + [daemon.process.pid for daemon in host.daemons if daemon.process]
        assert all(psutil.pid_exists(pid) for pid in pids)
    left = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    assert [process for process in left if process.status() != psutil.STATUS_ZOMBIE] == []
    assert not host.folder.exists()


def test_jobs_of_an_array_get_gpus_of_their_own(cluster: SlurmHost) -> None:
    """Six jobs of one GPU each fill three nodes of two, and no two see the same one."""
    job = cluster.submit("--array=0-5", "--gpus=1", "--wrap=echo $SLURMD_NODENAME:$CUDA_VISIBLE_DEVICES; sleep 3")
    cluster.wait(job, "RUNNING")
    cluster.wait(job, "COMPLETED")
    assert sorted(printed(cluster, job).split()) == [f"n{node}:{gpu}" for node in (1, 2, 3) for gpu in (0, 1)]


def test_warns_before_the_time_limit(cluster: SlurmHost) -> None:
    """The signal asked for comes to the batch script in time for it to end by itself."""
    script = "--wrap=trap 'echo warned; exit 0' USR1; while :; do sleep 0.2; done"
    job = cluster.submit("--time=1", "--signal=B:USR1@60", script)
    cluster.wait(job, seconds=60)
    assert printed(cluster, job) == "warned\n"
    accounted(cluster, job, "COMPLETED")


def test_tells_how_a_job_ended(cluster: SlurmHost) -> None:
    """A code, a signal, a cancellation and a success can be told apart in the queue and in the accounting."""
    code, signal, good = (cluster.submit(f"--wrap={command}") for command in ("exit 3", "kill -9 $$", "true"))
    cancelled = cluster.submit("--wrap=sleep 100")
    cluster.wait(cancelled, "RUNNING")
    cluster.run("scancel", cancelled)
    for job, state, reason in (
        (code, "FAILED", "NonZeroExitCode"),
        (signal, "FAILED", "JobLaunchFailure"),
        (good, "COMPLETED", "None"),
        (cancelled, "CANCELLED", "None"),
    ):
        cluster.wait(job)
        assert cluster.queued(job, "%T %r") == [f"{state} {reason}"]
        accounted(cluster, job, f"CANCELLED by {os.getuid()}" if job == cancelled else state)
    assert [cluster.accounted(job, "ExitCode") for job in (code, signal, good)] == [[("3:0",)], [("0:9",)], [("0:0",)]]


def test_a_lost_node_gives_its_jobs_back(cluster: SlurmHost) -> None:
    """The controller notices by itself; a job that may be requeued runs elsewhere, the other has failed by the node."""
    script = "--wrap=echo $SLURMD_NODENAME ${SLURM_RESTART_COUNT:-0}; sleep ${SLURM_RESTART_COUNT:+0}100"
    again = cluster.submit("--requeue", "--gpus=1", "--open-mode=append", script)
    once = cluster.submit("--no-requeue", "--gpus=1", script)
    for job in (again, once):
        cluster.wait(job, "RUNNING")
    assert cluster.queued(again, "%N") == cluster.queued(once, "%N") == ["n1"]
    cluster.kill_node("n1")
    cluster.wait(once, "NODE_FAIL")
    assert cluster.queued(once, "%T %r") == ["NODE_FAIL NodeDown"]
    cluster.wait(again, "RUNNING", seconds=RUN_AGAIN)
    wait_until(lambda: printed(cluster, again).count("\n") == 2, 10, "the second start's line")
    assert printed(cluster, again) == "n1 0\nn2 1\n"
    accounted(cluster, once, "NODE_FAIL")
    accounted(cluster, again, "NODE_FAIL", "RUNNING")


def test_no_process_survives_its_node(cluster: SlurmHost) -> None:
    """A node that dies as a job starts leaves nobody to report the job's death as the job's own fault."""
    for turn in range(6):
        job = cluster.submit("--no-requeue", "--nodelist=n2", "--wrap=sleep 1000")
        cluster.wait(job, "RUNNING")
        cluster.kill_node("n2")
        cluster.report_down("n2")
        assert cluster.queued(job) == ["NODE_FAIL"], f"turn {turn}"
        cluster.restart_node("n2")


def test_an_urgent_job_takes_the_place_of_another(cluster: SlurmHost) -> None:
    """The job in its way gets TERM, is requeued and runs again; the accounting has both of its starts."""
    script = "--wrap=trap 'echo term' TERM; echo start ${SLURM_RESTART_COUNT:-0}; sleep 100 & wait; wait"
    low = cluster.submit("--partition=preempt", "--nodelist=n3", "--gpus=2", "--open-mode=append", script)
    cluster.wait(low, "RUNNING")
    wait_until(lambda: "start 0" in printed(cluster, low), 10, "the job's first line")
    high = cluster.submit("--partition=urgent", "--nodelist=n3", "--gpus=2", "--wrap=true")
    cluster.wait(high, "COMPLETED")
    cluster.wait(low, "RUNNING", seconds=RUN_AGAIN)
    wait_until(lambda: "start 1" in printed(cluster, low), 10, "the second start's line")
    lines = printed(cluster, low).splitlines()
    assert [line for line in lines if not line.startswith("slurmstepd")] == ["start 0", "term", "start 1"]
    accounted(cluster, low, "PREEMPTED", "RUNNING")


def test_jobs_outlive_a_restart_of_the_controller(cluster: SlurmHost) -> None:
    """One that runs goes on and is started once; one that waits still waits."""
    runs = cluster.submit("--wrap=sleep 4")
    cluster.wait(runs, "RUNNING")
    waits = cluster.submit("--begin=now+1hour", "--wrap=true")
    cluster.restart_controller()
    assert cluster.queued(runs) == ["RUNNING"]
    assert cluster.queued(waits, "%T %r") == ["PENDING BeginTime"]
    cluster.wait(runs, "COMPLETED")
    accounted(cluster, runs, "COMPLETED")


def test_a_crashed_controller_gives_a_number_twice(cluster: SlurmHost) -> None:
    """What it took in its last seconds it forgets, numbers included: a job's number alone does not tell which it is."""
    saved = cluster.folder / "state" / "job_state"
    before = saved.stat().st_mtime_ns if saved.exists() else 0
    cluster.submit("--begin=now+1hour", "--wrap=true")
    wait_until(lambda: saved.exists() and saved.stat().st_mtime_ns > before, 15, "the controller saves what it knows")
    forgotten = cluster.submit("--begin=now+1hour", "--job-name=forgotten", "--wrap=true")  # saved 5 s later
    cluster.kill_controller()
    cluster.restart_controller()
    assert cluster.queued(forgotten) == []
    assert cluster.submit("--begin=now+1hour", "--job-name=next", "--wrap=true") == forgotten
    assert cluster.queued(forgotten, "%j") == ["next"]


def test_refuses_what_a_site_refuses() -> None:
    """With a submit limit, the quality of service takes so many jobs and no more; others' accounts take none."""
    if reason := requirements.why_not():
        pytest.skip(reason)
    with SlurmHost(Shape(nodes=1, submit_limit=3)) as host:
        options = (f"--account={ACCOUNT}", f"--qos={QOS}", "--begin=now+1hour", "--wrap=true")
        host.submit("--array=0-1", *options)
        with pytest.raises(subprocess.CalledProcessError) as two:
            host.submit("--array=0-1", *options)
        assert "QOSMaxSubmitJobPerUserLimit" in two.value.stderr
        host.submit(*options)
        with pytest.raises(subprocess.CalledProcessError) as other:
            host.submit("--account=other@h100", "--wrap=true")
        assert "Invalid account" in other.value.stderr


def test_submitit_runs_there(cluster: SlurmHost, tmp_path: Path) -> None:
    """Eight submissions of submitit come back with their results."""
    submitit = pytest.importorskip("submitit", reason="submitit is not installed")
    executor = submitit.AutoExecutor(folder=tmp_path, cluster="slurm")
    executor.update_parameters(slurm_partition="test", timeout_min=5, cpus_per_task=1)
    jobs = executor.map_array(math.factorial, range(8))
    cluster.wait(jobs[0].job_id.split("_")[0], "COMPLETED")
    assert [job.result() for job in jobs] == [math.factorial(number) for number in range(8)]
