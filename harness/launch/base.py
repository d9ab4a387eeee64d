"""The Launcher protocol: where a submission's job runs is not the pipeline's business."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Protocol, Self

from harness.errors import DefiError
from harness.launch.errand import Errand

OUT_OF_MEMORY = "OUT_OF_MEMORY"  # in the reason of a job that was ended for what it took


class LauncherAwayError(DefiError):
    """The site does not answer: nothing is known of any job, so nothing is decided and nothing sent twice."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a job takes."""

    gpus: int = 0
    cpus: int = 1
    minutes: int | None = None  # None: the site's default
    memory_gib: int | None = None  # None: the site's default
    without: tuple[str, ...] = ()  # nodes that it is not to be given

    @property
    def kind(self) -> Literal["gpu", "cpu"]:
        """Which of a site's partitions it goes to."""
        return "gpu" if self.gpus else "cpu"


@dataclass(frozen=True, slots=True)
class JobView:
    """A job, as the site sees it."""

    key: str  # the errand's
    job: str  # the site's own name for it
    state: Literal["waiting", "running", "ended", "lost"]  # lost: ended by something other than what it ran
    reason: str = ""  # of waiting or being lost, in the site's words
    since: str = ""  # ISO; when it was sent, began or ended
    node: str = ""
    blocked: str = ""  # of waiting: what a person must do before it can begin; empty where it begins by itself

    @property
    def active(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in ("waiting", "running")


class Launcher(Protocol):
    """Runs errands elsewhere. Results travel through the record; a job only ever says that it has ended."""

    def __enter__(self) -> Self:
        """Get ready; jobs of an earlier process that still wait or run are adopted."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go. Jobs on a cluster go on; those of this machine end."""

    def send(self, errands: Sequence[Errand], needs: Needs) -> None:
        """Send jobs, one an errand. LauncherAwayError where the site does not answer: nothing was sent then."""

    def look(self) -> Mapping[str, JobView]:
        """The latest job of every errand that was ever sent, by its key; LauncherAwayError."""

    def room(self) -> int:
        """How many more jobs the site takes now."""

    def cancel(self, keys: Iterable[str]) -> None:
        """Take jobs back; those that have ended stay as they are."""
