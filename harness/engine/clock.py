"""Wall time shared among answers as they come."""

from __future__ import annotations

import time


class Clock:
    """Counts from one answer to the next."""

    def __init__(self) -> None:
        """Start now."""
        self._last = time.perf_counter()

    def restart(self) -> None:
        """Forget what passed: it was the caller's time."""
        self._last = time.perf_counter()

    def share(self, among: int) -> float:
        """Seconds since the last answer, divided; nothing is counted where there is no answer."""
        if not among:
            return 0.0
        now = time.perf_counter()
        seconds, self._last = now - self._last, now
        return seconds / among
