"""What a job of a cluster does, and how it ends."""

from __future__ import annotations

import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING

from harness.launch.errand import Errand
from harness.launch.slurm_queue import TOLD

if TYPE_CHECKING:
    from submitit.core.utils import DelayedSubmission


@dataclass(frozen=True)
class Node:
    """What a job does: an errand, by its names. It is all that the queue's files hold."""

    do: Callable[[Errand], None]
    errand: Errand

    def __call__(self) -> None:
        """Do it; an error that the errand has written down ends the process with an exit code of its own."""
        signal.signal(signal.SIGTERM, _leave)  # not waited out: what works beside us was told to end as well
        try:
            self.do(self.errand)
        except Exception:  # whatever it is, the record says it; the job's log has the traceback for the organisers
            traceback.print_exc()
            raise SystemExit(TOLD) from None

    def checkpoint(self) -> DelayedSubmission:
        """What is queued again when the time limit nears: the same, as it goes on from the record."""
        from submitit.core.utils import DelayedSubmission

        return DelayedSubmission(self)


def _leave(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)
