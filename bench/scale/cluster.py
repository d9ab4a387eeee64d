"""A shared Slurm partition, event by event: queue waits, packing on nodes, loading, failures, limits, the coordinator.

A submission is taken in on a processor, its shards are asked on GPUs, then it is scored on a processor. The coordinator
looks every `poll` seconds: it sees what has ended and sends what is due, never more than `submit_limit` jobs at a time.
A job waits for others' jobs (a drawn time), then for GPUs among those that are ours. One that is cut off, by its node,
by the time limit or by a preemption, has lost what was half answered and is sent again for the rest.

Our own event loop: nodes shared by jobs of unlike sizes are what it is about, and a queue of events is ten lines.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.scale.site import Entry, Report, Site


@dataclass(slots=True)
class _Job:
    entry: int
    left: float
    flying: float
    sent: float = 0.0
    began: float = 0.0
    ready: float = 0.0  # seconds after the beginning until it works
    nodes: tuple[int, ...] = ()
    running: bool = False
    life: int = 0  # tells an event of an earlier life


class Cluster:
    """One run of the simulation; `run` may be called once."""

    def __init__(self, site: Site, entries: Sequence[Entry], seed: int) -> None:
        """Everything waits to be taken in at time 0."""
        self.site, self.entries, self.report = site, entries, Report()
        self._rng = np.random.default_rng(seed)
        self._events: list[tuple[float, int, Callable[..., None], tuple[object, ...]]] = []
        self._count, self._now = itertools.count(), 0.0
        self._free = [site.per_node] * site.nodes
        self._by_free = [set[int]() for _ in range(site.per_node)] + [set(range(site.nodes))]
        self._on: dict[int, set[int]] = defaultdict(set)  # node -> jobs
        self._jobs: dict[int, _Job] = {}
        self._due: deque[int] = deque()
        self._queues: dict[int, deque[tuple[int, int]]] = defaultdict(deque)  # GPUs -> (order, job)
        self._alive, self._loading, self._looking = 0, 0, False
        self._processors, self._waiting = site.processors, deque[tuple[float, Callable[..., None], int]]()
        self._left = [len(entry.parts) for entry in entries]
        self._failed: set[int] = set()
        most = max((entry.gpus for entry in entries), default=0)
        if most > site.nodes * site.per_node:
            raise ValueError(f"a job of {most} GPUs never starts on {site.nodes} nodes of {site.per_node}")

    def run(self) -> Report:
        """To the last score."""
        for number, entry in enumerate(self.entries):
            self._compute(entry.intake, self._taken_in, number)
        if math.isfinite(self.site.node_mtbf):
            for node in range(self.site.nodes):
                self._at(self._rng.exponential(self.site.node_mtbf), self._node_fails, node)
        while self.report.done < len(self.entries):
            self._now, _, action, arguments = heapq.heappop(self._events)
            action(*arguments)
        self.report.wall = self._now
        return self.report

    def _at(self, seconds: float, action: Callable[..., None], *arguments: object) -> None:
        heapq.heappush(self._events, (self._now + seconds, next(self._count), action, arguments))

    # processors

    def _compute(self, seconds: float, then: Callable[..., None], number: int) -> None:
        if self._processors:
            self._processors -= 1
            self._at(seconds, self._computed, then, number)
        else:
            self._waiting.append((seconds, then, number))

    def _computed(self, then: Callable[..., None], number: int) -> None:
        self._processors += 1
        if self._waiting:
            self._compute(*self._waiting.popleft())
        then(number)

    def _taken_in(self, number: int) -> None:
        for part in self.entries[number].parts:
            key = len(self._jobs)
            self._jobs[key] = _Job(number, part.seconds, part.flying)
            self._due.append(key)
        if not self.entries[number].parts:
            self._compute(self.entries[number].scoring, self._scored, number)
        self._look_soon()

    def _scored(self, number: int) -> None:
        self.report.done += 1

    # the coordinator

    def _look_soon(self) -> None:
        """At its next look; many changes make one look."""
        if not self._looking:
            self._looking = True
            poll = self.site.poll
            self._at(poll * (math.floor(self._now / poll) + 1) - self._now if poll else 0.0, self._look)

    def _look(self) -> None:
        self._looking = False
        self.report.polls += 1
        while self._due and self._alive < self.site.submit_limit:
            key = self._due.popleft()
            self._alive += 1
            self.report.jobs += 1
            self.report.most_jobs = max(self.report.most_jobs, self._alive)
            self._jobs[key].sent = self._now
            wait = self.site.wait_median * math.exp(self.site.wait_spread * self._rng.standard_normal())
            self._at(min(wait, self.site.wait_most), self._eligible, key)
        self._place()

    def _eligible(self, key: int) -> None:
        self._queues[self.entries[self._jobs[key].entry].gpus].append((next(self._count), key))
        self._place()

    # the scheduler

    def _place(self) -> None:
        """Start what fits, oldest first; nodes are kept for the oldest job that needs more of them than are free."""
        kept: set[int] = set()
        blocked: set[int] = set()
        while True:
            heads = [(queue[0], gpus) for gpus, queue in self._queues.items() if queue and gpus not in blocked]
            if not heads:
                return
            (_, key), gpus = min(heads)
            nodes = self._find(gpus, kept)
            if nodes:
                self._queues[gpus].popleft()
                self._start(key, nodes)
                continue
            blocked.add(gpus)
            if not kept:
                wanted = math.ceil(gpus / self.site.per_node)
                emptiest = itertools.chain.from_iterable(sorted(free) for free in reversed(self._by_free))
                kept = set(itertools.islice(emptiest, wanted))

    def _find(self, gpus: int, kept: set[int]) -> tuple[int, ...]:
        """Nodes with room, the fullest first; several only when each is empty."""
        whole = self.site.per_node
        if gpus <= whole:
            for room in range(gpus, whole + 1):
                fits = min((node for node in self._by_free[room] if node not in kept), default=None)
                if fits is not None:
                    return (fits,)
            return ()
        empty = self._by_free[whole] - kept
        wanted = math.ceil(gpus / whole)
        return tuple(sorted(empty)[:wanted]) if len(empty) >= wanted else ()

    def _start(self, key: int, nodes: tuple[int, ...]) -> None:
        job, site = self._jobs[key], self.site
        entry = self.entries[job.entry]
        self.report.waits.append(self._now - job.sent)
        taken = min(entry.gpus, site.per_node)
        for node in nodes:
            self._set_free(node, self._free[node] - taken)
            self._on[node].add(key)
        self._loading += 1
        self.report.most_loading = max(self.report.most_loading, self._loading)
        speed = min(len(nodes) * site.node_bandwidth, site.file_system / self._loading)
        load = entry.load_bytes / speed
        self._at(load, self._loaded)
        job.nodes, job.began, job.running = nodes, self._now, True
        job.ready, job.life = load + site.engine_start, job.life + 1
        whole = job.ready + job.left
        limit = site.time_limit
        if math.isfinite(site.preempted_every):
            limit = min(limit, self._rng.exponential(site.preempted_every))
        self._at(min(whole, limit), self._ends, key, job.life, whole <= limit)

    def _loaded(self) -> None:
        self._loading -= 1

    def _ends(self, key: int, life: int, finished: bool) -> None:
        job = self._jobs[key]
        if job.running and job.life == life:
            self._stop(key, finished)
            self._place()

    def _stop(self, key: int, finished: bool) -> None:
        """Give the GPUs back and account for them; what is left is due again."""
        job, entry = self._jobs[key], self.entries[self._jobs[key].entry]
        held = self._now - job.began
        worked = job.left if finished else max(0.0, held - job.ready)
        lost = 0.0 if finished else min(worked, job.flying)
        taken = min(entry.gpus, self.site.per_node)
        for node in job.nodes:
            self._on[node].discard(key)
            self._set_free(node, self._free[node] + taken)
        self.report.useful += entry.gpus * (worked - lost)
        self.report.lost += entry.gpus * lost
        self.report.starting += entry.gpus * (held - worked)
        self.report.idle += (len(job.nodes) * taken - entry.gpus) * held
        job.left -= worked - lost
        job.running = False
        self._alive -= 1
        self.report.cuts += not finished
        if not finished and job.life < self.site.tries:
            self._due.append(key)
        else:
            self._part_over(job.entry, finished)
        self._look_soon()

    def _part_over(self, number: int, finished: bool) -> None:
        if not finished:
            self._failed.add(number)
        self._left[number] -= 1
        if not self._left[number]:
            self.report.given_up += number in self._failed
            self._compute(self.entries[number].scoring, self._scored, number)

    # nodes

    def _node_fails(self, node: int) -> None:
        for key in sorted(self._on[node]):
            self._stop(key, finished=False)
        self._by_free[self._free[node]].discard(node)
        self._at(self.site.repair, self._node_back, node)
        self._place()

    def _node_back(self, node: int) -> None:
        self._free[node] = self.site.per_node
        self._by_free[self.site.per_node].add(node)
        self._at(self._rng.exponential(self.site.node_mtbf), self._node_fails, node)
        self._place()

    def _set_free(self, node: int, free: int) -> None:
        self._by_free[self._free[node]].discard(node)
        self._free[node] = free
        self._by_free[free].add(node)
