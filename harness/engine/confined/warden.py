"""Watches a worker from outside: its memory, and how many processes it is."""

from __future__ import annotations

import threading
from typing import Self

import psutil

_EVERY = 0.5  # seconds


class Warden:
    """Ends a worker and all its processes when they take too much; `reason` says so afterwards.

    Resident memory is what counts: a model's address space says nothing, as drivers reserve it by the terabyte.
    """

    def __init__(self, process: int, memory_bytes: int, processes: int) -> None:
        """Watch the process and its descendants."""
        self.reason = ""
        self.peak = 0  # bytes, of all together, as far as was seen
        self._memory, self._processes = memory_bytes, processes
        self._watched = psutil.Process(process)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop watching."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_EVERY):
            try:
                self._look()
            except psutil.NoSuchProcess:
                return

    def _look(self) -> None:
        family = [self._watched, *self._watched.children(recursive=True)]
        held = sum(_resident(process) for process in family)
        self.peak = max(self.peak, held)
        if held > self._memory:
            self.reason = f"it held {held:,} bytes of memory, and {self._memory:,} is the most"
        elif len(family) > self._processes:
            self.reason = f"it was {len(family)} processes, and {self._processes} is the most"
        if self.reason:
            self.end()

    def end(self) -> None:
        """Kill it and its descendants: the first process of a namespace takes the others with it."""
        try:
            family = [*self._watched.children(recursive=True), self._watched]
        except psutil.NoSuchProcess:
            return
        for process in family:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
