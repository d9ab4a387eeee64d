"""Rendering in parts, on several processes where a round is large: the same files in the same order either way."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from harness.errors import PublishError
from leaderboard.publication.writing import Writer, Written

_PDEATHSIG = 1  # linux/prctl.h: the signal that comes when the parent dies


@dataclass(frozen=True, slots=True)
class Job:
    """One part of a round's site: its kind, and what yields its files, paths from the publication's root."""

    kind: str
    files: Callable[[], Iterable[tuple[str, bytes]]]


@dataclass(frozen=True, slots=True)
class Done:
    """What a job wrote."""

    kind: str
    written: tuple[Written, ...]
    seconds: float  # of a processor


_SHARED: list[tuple[Writer, Sequence[Job]]] = []  # what forked processes find already there; one at a time


def carry_out(jobs: Sequence[Job], writer: Writer, processes: int) -> Iterator[Done]:
    """Write the files of all jobs, in their order; PublishError when a process dies or two jobs have one path."""
    if processes > 1:
        yield from _forked(jobs, writer, processes)
    else:
        yield from (_do(job, writer) for job in jobs)


def processors() -> int:
    """How many processes can work at a time here."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _do(job: Job, writer: Writer) -> Done:
    begin = time.process_time()
    written = tuple(writer.write(path, content) for path, content in job.files())
    return Done(job.kind, written, time.process_time() - begin)


def _forked(jobs: Sequence[Job], writer: Writer, processes: int) -> Iterator[Done]:
    """The same, in forked processes: they share the round's table instead of reading it again."""
    _SHARED.append((writer, jobs))
    gc.collect()
    gc.freeze()  # a collection in a child would copy every page that it shares
    try:
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(min(processes, len(jobs)), context, _die_with, (os.getpid(),)) as pool:
            yield from pool.map(_do_number, range(len(jobs)))
    except BrokenProcessPool as error:
        raise PublishError(
            "a process that renders pages died", remedy="look for lack of memory; try again with one process"
        ) from error
    finally:
        gc.unfreeze()
        _SHARED.pop()


def _die_with(parent: int) -> None:
    """A process whose parent was killed would wait for work for ever, and hold the lock that it was born with."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _do_number(number: int) -> Done:
    writer, jobs = _SHARED[-1]
    return _do(jobs[number], writer)
