"""What a site says against a job, and the key that is likely at fault."""

from __future__ import annotations

import pytest

from harness.launch.base import Needs
from harness.launch.refusals import of_one_job, remedy_of_refusal, remedy_of_waiting
from harness.launch.site import CpuPlace, Site

GPU, CPU = Needs(gpus=4), Needs()
ONE = Site(gpus_per_node=4, gpu_gib=80)  # one partition for all
APART = Site(gpus_per_node=4, gpu_gib=80, qos="gpu", cpu=CpuPlace(partition="cpu_p1"))
POLICY = "Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time …)"


@pytest.mark.parametrize(
    ("words", "needs", "site", "keys"),
    [
        ("Invalid account or account/partition combination specified", GPU, ONE, ["cluster.account", "r.partition"]),
        ("invalid partition specified: nope", GPU, ONE, ["cluster.partition"]),
        ("invalid partition specified: nope", CPU, APART, ["cluster.cpu.partition"]),
        ("User's group not permitted to use this partition", GPU, ONE, ["cluster.partition"]),
        ("Invalid qos specification", CPU, APART, ["cluster.cpu.qos", "cluster.account"]),
        ("Invalid qos specification", CPU, ONE, ["cluster.qos"]),
        ("Invalid feature specification", GPU, ONE, ["cluster.constraint"]),
        (
            "Requested time limit is invalid (missing or exceeds some limit)",
            GPU,
            ONE,
            ["cluster.time_default, cluster.t"],
        ),
        ("CPU count per node can not be satisfied", CPU, ONE, ["cluster.cpu.cpus"]),
        ("CPU count per node can not be satisfied", GPU, ONE, ["cluster.cpus_per_gpu"]),
        ("Memory specification can not be satisfied", CPU, ONE, ["cluster.cpu.memory_gib"]),
        ("Memory required by task is not available", GPU, ONE, ["cluster.memory_gib_per_gpu"]),
        ("Invalid generic resource (gres) specification", GPU, ONE, ["cluster.gpus_per_node"]),
        ("Requested node configuration is not available", GPU, ONE, ["cluster.cpus_per_gpu", "cluster.constraint"]),
        (f"QOSMaxWallDurationPerJobLimit {POLICY}", GPU, ONE, ["cluster.time_default", "cluster.qos"]),
        (f"QOSMaxGRESPerJob {POLICY}", GPU, ONE, ["cluster.gpus_per_node"]),
        (f"AssocGrpBillingMinutes {POLICY}", GPU, ONE, ["cluster.account"]),
    ],
)
def test_a_refusal_names_the_key(words: str, needs: Needs, site: Site, keys: list[str]) -> None:
    """Of GPU jobs or of the others, by what the job was."""
    remedy = remedy_of_refusal(f"sbatch: error: {words}", site, needs)
    assert all(key in remedy for key in keys), remedy


def test_a_refusal_of_no_known_kind() -> None:
    """Nothing is guessed."""
    assert remedy_of_refusal("sbatch: error: plugin says no", ONE, GPU) == ""


@pytest.mark.parametrize(
    ("words", "one"), [("QOSMaxWallDurationPerJobLimit", True), ("QOSMaxSubmitJobPerUserLimit", False)]
)
def test_sbatch_speaks_of_all_limits_at_once(words: str, *, one: bool) -> None:
    """A limit of one job is told from a limit of their number by the line before: only the second one passes."""
    assert of_one_job(f"sbatch: error: {words} sbatch: error: {POLICY}") is one


@pytest.mark.parametrize(
    "reason",
    [
        *("PartitionTimeLimit", "PartitionNodeLimit", "AssocGrpBillingMinutes", "AssocGrpCPUMinutesLimit"),
        *("QOSMaxWallDurationPerJobLimit", "QOSMaxCpuPerJobLimit", "QOSMaxGRESPerJob", "AssocMaxNodePerJobLimit"),
        *("InvalidAccount", "InvalidQOS", "AccountNotAllowed", "BadConstraints", "JobHeldUser", "JobHeldAdmin"),
        *("DependencyNeverSatisfied", "launch failed requeued held", "QOSMinGRES", "QOSMaxCpuMinutesPerJobLimit"),
    ],
)
def test_a_job_that_never_begins(reason: str) -> None:
    """A reason that does not pass by itself has something to be done about it, without and with GPUs."""
    assert remedy_of_waiting(reason, APART, gpu=True)
    assert "{" not in remedy_of_waiting(reason, APART, gpu=False)


@pytest.mark.parametrize(
    "reason",
    [
        *("Priority", "Resources", "JobArrayTaskLimit", "BeginTime", "Dependency", "Licenses", "", "Reservation"),
        *("QOSMaxJobsPerUserLimit", "QOSMaxCpuPerUserLimit", "QOSMaxGRESPerUser", "AssocMaxJobsLimit", "PartitionDown"),
        *("AssocGrpCPURunMinutesLimit", "QOSGrpCpuLimit", "AssocGrpGRES", "ReqNodeNotAvail, UnavailableNodes:n1"),
    ],
)
def test_a_job_that_waits_its_turn(reason: str) -> None:
    """No alarm for what passes."""
    assert remedy_of_waiting(reason, APART, gpu=True) == ""
