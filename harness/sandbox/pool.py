"""Sandboxes started ahead, so that a program does not wait for its sandbox; each is used once.

Only the main thread starts sandboxes ahead: bwrap dies with the thread that started it, and a sandbox kept for later
must not die with a worker. Other threads take one that is there or start their own. A forked copy of this process
forgets what its parent keeps.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import threading

from harness.errors import SandboxUnavailableError
from harness.sandbox.cell import Cell, Shape
from harness.sandbox.host import Host, candidates
from harness.sandbox.limits import Limits

_MOST_WARM = 3


class Pool:
    """The sandboxes of this process: kept warm, or in use."""

    def __init__(self) -> None:
        """An empty pool; nothing is started before the first program."""
        self._lock = threading.RLock()
        self._warm: list[Cell] = []
        self._used: set[Cell] = set()
        self._taken = 0
        self._host: Host | None = None
        self._refusal: tuple[str, ...] = ()  # what, where, remedy

    def host(self) -> Host:
        """The way to isolate here, tried out once; SandboxUnavailableError, always the same, where there is none."""
        with self._lock:
            if self._host is None and not self._refusal:
                try:
                    self._host = _first_that_works()
                except SandboxUnavailableError as error:
                    self._refusal = (error.what, error.where, error.remedy)
            if self._host is not None:
                return self._host
            what, where, remedy = self._refusal
        raise SandboxUnavailableError(what, where=where, remedy=remedy)

    def take(self, limits: Limits) -> Cell:
        """A ready sandbox that no program has seen; `give_back` ends it."""
        host, shape = self.host(), Shape(limits.disk_bytes, limits.processes)
        with self._lock:
            self._taken += 1
            kept = next((cell for cell in self._warm if cell.shape == shape), None)
            if kept is not None:
                self._warm.remove(kept)
        if kept is not None:
            try:
                return self._ready(kept)
            except SandboxUnavailableError:
                pass  # it died while it waited: a new one says why, should that fail, too
        return self._ready(Cell(host, shape))

    def _ready(self, cell: Cell) -> Cell:
        with self._lock:
            self._used.add(cell)
        try:
            cell.wait_ready()
        except BaseException:
            self.give_back(cell)
            raise
        return cell

    def refill(self, shape: Shape) -> None:
        """Start sandboxes of this shape ahead, as many as programs have come, up to a few; no harm where that fails."""
        if threading.current_thread() is not threading.main_thread():
            return
        with self._lock, contextlib.suppress(SandboxUnavailableError):
            while self._warm and self._warm[0].shape != shape:
                _discard(self._warm.pop(0))
            while len(self._warm) < min(self._taken - 1, _MOST_WARM):
                self._warm.append(Cell(self.host(), shape))

    def give_back(self, cell: Cell) -> None:
        """End a used sandbox, and let those that start go on while its end takes its time."""
        cell.kill()
        with self._lock:
            for kept in list(self._warm):
                try:
                    kept.meet()
                except SandboxUnavailableError:  # whoever needs one will hear why
                    self._warm.remove(kept)
                    kept.close()
        try:
            cell.close()
        finally:
            with self._lock:
                self._used.discard(cell)

    def close(self) -> None:
        """End every sandbox of this process."""
        with self._lock:
            warm, self._warm = self._warm, []
            used, self._used = self._used, set()
        for cell in warm:
            _discard(cell)
        for cell in used:
            cell.close()

    def forget(self) -> None:
        """In a forked copy: the parent's sandboxes are the parent's."""
        cells = [*self._warm, *self._used]
        host, refusal = self._host, self._refusal
        self.__init__()  # type: ignore[misc]  # the lock may be held by a thread that this copy does not have
        self._host, self._refusal = host, refusal
        for cell in cells:
            cell.forget()


def _first_that_works() -> Host:
    """The best way to isolate that brings a driver up here; SandboxUnavailableError where none does."""
    *better, plain = candidates()
    for host in better:
        with contextlib.suppress(SandboxUnavailableError):
            _try_out(host)
            return host
    _try_out(plain)
    return plain


def _try_out(host: Host) -> None:
    """Start a sandbox and wait for its driver."""
    limits = Limits()
    cell = Cell(host, Shape(limits.disk_bytes, limits.processes))
    try:
        cell.wait_ready()
    finally:
        cell.close()


def _discard(cell: Cell) -> None:
    """End a sandbox that was not used: its first process must be known, so that it can be waited for."""
    with contextlib.suppress(SandboxUnavailableError):
        cell.meet()
    cell.close()


POOL = Pool()
atexit.register(POOL.close)
os.register_at_fork(after_in_child=POOL.forget)
