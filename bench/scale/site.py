"""What goes into the simulation of the cluster, and what comes out of it. Times in seconds, sizes in bytes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Site:
    """The cluster, as far as a round feels it."""

    nodes: int = 91  # that we may hold at a time: a quarter of 364
    per_node: int = 4
    wait_median: float = 189.0  # of the wait behind others' jobs; log-normal
    wait_spread: float = 2.45
    wait_most: float = 72 * HOUR  # by then a job's age has made it first
    submit_limit: int = 1_000
    time_limit: float = 20 * HOUR
    node_mtbf: float = 1 / (419 / 54 / 24 / 16_384 * 4) * HOUR  # of one node, of 4 GPUs
    repair: float = 12 * HOUR
    preempted_every: float = math.inf  # of a running job's time
    node_bandwidth: float = 2e9  # at which one node fills its GPUs from the file system
    file_system: float = 50e9  # what all our nodes get together
    engine_start: float = 120.0  # compiling, graphs, warming up
    poll: float = 60.0
    processors: int = 40  # jobs on processors at a time
    tries: int = 20  # of one job, before its submission is given up


@dataclass(frozen=True, slots=True)
class Part:
    """One shard, as a job."""

    seconds: float  # on its GPUs, the model loaded
    flying: float  # of these, lost when it is cut off


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission: what its jobs need."""

    gpus: int
    load_bytes: float
    parts: tuple[Part, ...]
    intake: float  # seconds on a processor
    scoring: float


@dataclass(slots=True)
class Report:
    """What a round came to. GPU times in GPU-seconds, of GPUs that were held."""

    wall: float = 0.0
    useful: float = 0.0
    starting: float = 0.0  # loading and warming up
    lost: float = 0.0  # work done twice
    idle: float = 0.0  # GPUs of a whole node that the model does not use
    jobs: int = 0
    cuts: int = 0  # jobs cut off
    done: int = 0  # submissions, those given up included
    given_up: int = 0
    most_jobs: int = 0  # waiting or running, as Slurm sees them
    most_loading: int = 0
    polls: int = 0
    waits: list[float] = field(default_factory=list)  # of each job, from sending to starting

    @property
    def held(self) -> float:
        """GPU-seconds that were paid for."""
        return self.useful + self.starting + self.lost + self.idle
