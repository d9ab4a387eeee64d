"""Jobs on this machine, in worker processes: a model that takes its process down does not take the round's."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Self, TypeVar

from harness.errors import WorkerLostError

T = TypeVar("T")
_LOOK_EVERY = 1.0  # seconds


def _die_with(parent: int) -> None:
    """Watch the launching process: a worker that outlived it would hold its record for nobody."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_EVERY)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class LocalLauncher:
    """As many worker processes as asked; a worker serves many jobs, so that libraries are loaded once."""

    def __init__(self, workers: int = 1) -> None:
        """Keep the number; processes start with the first job."""
        self.workers = workers
        self._pool = self._new_pool()

    def __enter__(self) -> Self:
        """Nothing to prepare."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drop what still waits and wait for what runs."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def submit(self, function: Callable[[T], None], argument: T) -> Future[None]:
        """Run `function(argument)` in a worker; a pool that lost a worker is replaced first."""
        try:
            return self._wrapped(self._pool.submit(function, argument))
        except BrokenProcessPool:
            self._pool.shutdown(wait=False)
            self._pool = self._new_pool()
            return self._wrapped(self._pool.submit(function, argument))

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self.workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_die_with,
            initargs=(os.getpid(),),
        )

    def _wrapped(self, inner: Future[None]) -> Future[None]:
        outer: Future[None] = Future()

        def finish(done: Future[None]) -> None:
            if done.cancelled():
                outer.cancel()
                return
            error = done.exception()
            if isinstance(error, BrokenProcessPool):
                error = WorkerLostError(
                    "the worker process died (killed, out of memory, or crashed below Python)",
                    remedy="run the same command again: it goes on from the record",
                )
            if error is not None:
                outer.set_exception(error)
            else:
                outer.set_result(None)

        inner.add_done_callback(finish)
        return outer
