"""Why a site takes a job and never starts it, or does not take it at all: the key of its file that is likely at fault.

Slurm says both in words of its own: as the reason of a job that waits, and as what sbatch fails with.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.launch.base import Needs
from harness.launch.site import Site

Keys = Callable[[str], str]

_HOURS = "the hours of {account} are spent, or its share is: another account, or ask the site for more"
_SIZE = "{cpus}, {memory}, {gpus}: less of a node; or {partition}, {constraint}: nodes that have it"
_TIME = "cluster.time_default, cluster.time_max: fewer minutes; or {partition}, {qos}: one that gives them"
# What the site says -> what to look at. A limit of one job comes first: sbatch names all kinds of limits beside it
_FOR_GOOD: tuple[tuple[str, str], ...] = (
    (r"Max(Wall|\w*Minutes)\w*PerJob|(Partition|QOS|Association)TimeLimit|time limit is invalid", _TIME),
    (r"(Assoc|QOS)Grp(?!\w*Run)\w*Minutes|QOSUsageThreshold", _HOURS),  # RunMinutes are of what runs, and pass
    (r"(Assoc|QOS)Max\w*Per(Job|Node)|(Assoc|QOS)Min(Cpu|GRES|Memory|Node|Billing)\w*|PartitionNodeLimit", _SIZE),
    (
        r"generic resource|Invalid gres|\bgres\b.*invalid",
        "{gpus}: as many as a node has; {partition}: one with GPUs",
    ),
    (r"CPU count|Requested (partition )?configuration|node configuration|BadConstraints|PartitionConfig", _SIZE),
    (r"Memory (required|specification)|MaxMemPer", "{memory}: no more than a node has"),
    (r"invalid feature|feature specification|constraint", "{constraint}: a feature that the nodes of {partition} have"),
    (r"invalid qos|InvalidQOS|QOSNotAllowed|qos specification", "{qos}: one that {account} may use in {partition}"),
    (r"invalid partition|partition name|group not permitted|PartitionNotAllowed", "{partition}: one that you may use"),
    (r"invalid account|InvalidAccount|AccountNotAllowed|account/partition", "{account}: a valid one for {partition}"),
    (r"invalid cpu|cpus.per.task|ntasks", "{cpus}: as many as a node has"),
)
_LIMITS = 3  # the first of them: limits of an account or a QoS, beside which sbatch speaks of numbers of jobs as well
_HELD: tuple[tuple[str, str], ...] = (
    (
        r"JobHeldUser|JobHeldAdmin|requeued.(in.)?held|launch.failed",
        "`scontrol release JOB`, or ask the site",
    ),
    (r"DependencyNeverSatisfied", "`scancel JOB`: what it waits for has failed; it is sent again"),
)


def remedy_of_refusal(words: str, site: Site, needs: Needs) -> str:
    """What to change where sbatch refuses a job; empty where its words name nothing that is known."""
    return _found(_FOR_GOOD, words, lambda key: key_of(key, site, gpu=needs.kind == "gpu"))


def of_one_job(words: str) -> bool:
    """Whether sbatch refuses the job for what it asks, and not for how many there are: no waiting helps then."""
    return any(re.search(pattern, words, re.I) for pattern, _ in _FOR_GOOD[:_LIMITS])


def remedy_of_waiting(reason: str, site: Site, *, gpu: bool) -> str:
    """What a person must do before a job that waits can begin; empty where the reason passes by itself."""
    return _found((*_HELD, *_FOR_GOOD), reason, lambda key: key_of(key, site, gpu=gpu))


def key_of(what: str, site: Site, *, gpu: bool) -> str:
    """The key that a job of the site has something by: `cluster.cpu.qos`, where it is not as of GPU jobs."""
    if what == "cpus":
        return "cluster.cpus_per_gpu" if gpu else "cluster.cpu.cpus"
    if what == "memory":
        return "cluster.memory_gib_per_gpu" if gpu else "cluster.cpu.memory_gib"
    if what == "gpus":
        return "cluster.gpus_per_node"
    apart = site.cpu.partition is not None and what != "account"
    own = not gpu and (apart or getattr(site.cpu, what) is not None)
    return f"cluster.cpu.{what}" if own else f"cluster.{what}"


def _found(table: tuple[tuple[str, str], ...], words: str, key: Keys) -> str:
    remedy = next((told for pattern, told in table if re.search(pattern, words, re.I)), "")
    return re.sub(r"\{(\w+)\}", lambda found: key(found[1]), remedy)
