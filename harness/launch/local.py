"""Jobs on this machine, in worker processes: a model that takes its process down does not take the round's."""

from __future__ import annotations

import datetime
import multiprocessing
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from harness.errors import DefiError
from harness.launch.base import JobView, Needs
from harness.launch.errand import Errand

_LOOK_EVERY = 1.0  # seconds
_LOST = "the worker process died (killed, out of memory, or crashed below Python)"


def _die_with(parent: int) -> None:
    """Watch the launching process: a worker that outlived it would hold its record for nobody."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_EVERY)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@dataclass(frozen=True, slots=True)
class _Sent:
    view: JobView
    future: Future[None]


class LocalLauncher:
    """As many worker processes as asked; a worker serves many jobs, so that libraries are loaded once."""

    def __init__(self, do: Callable[[Errand], None], workers: int = 1) -> None:
        """`do` is what a worker does with an errand; processes start with the first one."""
        self.do, self.workers = do, workers
        self._pool = self._new_pool()
        self._sent: dict[str, _Sent] = {}
        self._count, self._name = 0, uuid.uuid4().hex[:8]

    def __enter__(self) -> Self:
        """Nothing to prepare: jobs of an earlier process have ended with it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drop what still waits and wait for what runs."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def send(self, errands: Sequence[Errand], needs: Needs) -> None:
        """Queue errands; a pool that lost a worker is replaced first."""
        for errand in errands:
            try:
                future = self._pool.submit(self.do, errand)
            except BrokenProcessPool:
                self._pool.shutdown(wait=False)
                self._pool = self._new_pool()
                future = self._pool.submit(self.do, errand)
            self._count += 1
            now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
            self._sent[errand.key] = _Sent(
                JobView(errand.key, f"{self._name}-{self._count}", "waiting", since=now), future
            )

    def look(self) -> Mapping[str, JobView]:
        """Where every errand is."""
        return {key: _seen(sent) for key, sent in self._sent.items()}

    def room(self) -> int:
        """Enough that no worker is idle, and no more: what is sent late can still be decided anew."""
        return max(0, 2 * self.workers - sum(not sent.future.done() for sent in self._sent.values()))

    def cancel(self, keys: Iterable[str]) -> None:
        """Take back what still waits; what runs on this machine ends by itself."""
        for key in keys:
            if key in self._sent:
                self._sent[key].future.cancel()

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self.workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_die_with,
            initargs=(os.getpid(),),
        )


def _seen(sent: _Sent) -> JobView:
    future = sent.future
    if not future.done():
        return replace(sent.view, state="running" if future.running() else "waiting")
    try:
        error = future.exception()
    except CancelledError:
        return replace(sent.view, state="lost", reason="cancelled")
    if isinstance(error, BrokenProcessPool):
        return replace(sent.view, state="lost", reason=_LOST)
    told = str(error) if isinstance(error, DefiError) else f"{type(error).__name__}: {error}"
    return replace(sent.view, state="ended", reason="" if error is None else told)
