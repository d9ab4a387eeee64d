"""The Launcher protocol: where a submission's job runs is not the pipeline's business."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Protocol, Self, TypeVar

T = TypeVar("T")


class Launcher(Protocol):
    """Runs functions elsewhere. Results travel through the record; a future only says that a job has ended."""

    def __enter__(self) -> Self:
        """Get ready."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop what still waits; what is running ends by itself."""

    def submit(self, function: Callable[[T], None], argument: T) -> Future[None]:
        """Run `function(argument)`; the future raises what it raised, or WorkerLostError when its process died."""
