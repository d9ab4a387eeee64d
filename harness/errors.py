"""Every error the project raises on purpose, in one tree.

DefiError                      anything a user can be told about; `exit_code` is what the command returns
├── UsageError                 the words of a command are wrong (exit 2)
│   └── UnknownNameError       a task, round, engine, submission … that does not exist; lists the valid ones
├── ManifestError              a submission's manifest cannot be read at all
├── CheckpointError            a checkpoint cannot be found, resolved or loaded
├── TaskError                  a task's card or generator breaks its promises
├── PromptError                a chat template is missing or refuses the messages
├── PlanError                  a plan cannot be made
│   └── PlanChangedError       a record holds another plan; says which fields changed
├── EngineError                the engine cannot go on; what is finished stays on disk
│   └── ContextOverflowError   one prompt is longer than the model's context (that item scores zero)
├── SandboxUnavailableError    no isolation can be had here for a generated program (its item is unscored)
├── TrackingError              the tracking server cannot be reached; the record is not touched
├── WorkerLostError            a worker process died under its job
├── RecordError                a record's files are damaged beyond a torn last line
│   └── BusyError              another process is writing the record
├── RoundError                 a round's configuration is wrong
└── PublishError               the leaderboard cannot be built
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class DefiError(Exception):
    """Base of the tree: what is wrong, where, and what to do about it."""

    exit_code = 1
    discreet = False  # whether who raised it has seen to it that its words quote no secret item
    broke: str | None = None  # what of the machine, by its name in `harness.breakdowns`; None: its words tell

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        """Keep the three parts apart so that the command line and JSON can show each."""
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        """`where: what`, and the remedy on a line of its own."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  remedy: {self.remedy}" if self.remedy else head

    def __reduce__(self) -> tuple[object, ...]:
        """Keep keyword parts when the error crosses a process boundary."""
        return (_rebuild, (type(self), self.__dict__.copy(), self.args))


def _rebuild(cls: type[DefiError], state: dict[str, object], args: tuple[object, ...]) -> DefiError:
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(state)
    return error


class UsageError(DefiError):
    """The words of a command are wrong."""

    exit_code = 2


class UnknownNameError(UsageError):
    """A name that does not exist, with the names that do."""

    def __init__(self, kind: str, name: str, valid: Iterable[str], *, where: str = "") -> None:
        """Say which `kind` of thing `name` should have been and list `valid` ones, nearest first."""
        names = sorted(valid, key=lambda known: (int(known) if known.isdecimal() else 0, known))
        close = [] if name.lstrip("-").isdecimal() else difflib.get_close_matches(name, names, n=3)
        hint = f"did you mean {' or '.join(close)}? " if close else ""
        listing = ", ".join(names) if names else "none exist yet"
        super().__init__(f"unknown {kind} {name!r}", where=where, remedy=f"{hint}valid: {listing}")
        self.kind = kind
        self.name = name
        self.valid = names


class ManifestError(DefiError):
    """A submission's manifest cannot be read at all."""


class CheckpointError(DefiError):
    """A checkpoint cannot be found, resolved or loaded."""


class TaskError(DefiError):
    """A task's card or generator breaks its promises."""


class PromptError(DefiError):
    """A chat template is missing or refuses the messages."""


class PlanError(DefiError):
    """A plan cannot be made."""


class PlanChangedError(PlanError):
    """A record holds another plan; `fields` are the dotted names of what changed."""

    def __init__(self, where: str, fields: Iterable[str]) -> None:
        """Name the record and the changed fields."""
        self.fields = sorted(set(fields))
        shown = ", ".join(self.fields[:8]) + (" …" if len(self.fields) > 8 else "")
        super().__init__(
            f"this record was begun under another plan; changed: {shown}",
            where=where,
            remedy="use the same configuration and versions; or another round.name; or move this record away",
        )


class EngineError(DefiError):
    """The engine cannot go on; what is finished stays on disk."""


class ContextOverflowError(EngineError):
    """One prompt is longer than the model's context (that item is unscored)."""


class SandboxUnavailableError(DefiError):
    """No isolation can be had on this machine for a generated program; it is never run without."""


class TrackingError(DefiError):
    """The tracking server cannot be reached or refuses what it is sent; the record is not touched."""


class WorkerLostError(DefiError):
    """A worker process died: killed, out of memory, or crashed below Python."""


class RecordError(DefiError):
    """A record's files are damaged beyond a torn last line."""


class BusyError(RecordError):
    """Another process is writing the record, or conducts the round."""


class RoundError(DefiError):
    """A round's configuration is wrong."""


class PublishError(DefiError):
    """The leaderboard cannot be built."""
