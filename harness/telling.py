"""What may be told of a failure while a round's items are secret: our own words, never those that could quote an item.

What a worker said is withheld where it is heard (`harness.engine.confined`). This is for everything else that may meet
a question in this process: an engine without a worker, a task's code, a library. The kind of such an error is told,
with our words for it, and what it said goes to the organisers' folder.
"""

from __future__ import annotations

from pathlib import Path

from harness.commitment import read_published
from harness.errors import DefiError
from harness.notify.faults import FAULTS, fault_of

KEPT = "its own words are kept apart until the round is revealed"
_INTERRUPTED = "interrupted; the same command goes on from here"
# Kinds of error whose words are ours, and made of names alone. An EngineError is not among them, nor a TaskError: they
# may quote what was asked.
SPOKEN = frozenset(
    """BusyError CalendarError CheckpointError CommitmentError ConditionsError LauncherAwayError LifeError ManifestError
    PlanChangedError PromptError RecordError RoundError SandboxUnavailableError TrackingError UnknownNameError
    UsageError WithheldError WorkerLostError""".split()
)


class WithheldError(DefiError):
    """Stands for an error whose own words are kept apart, where it leaves the harness."""


def secret(round_folder: Path) -> bool:
    """Whether the items of a round may not be known: it is a sealed one, and was not revealed."""
    published = read_published(round_folder)
    return published is not None and published["revealed"] is None


def quotes(error: BaseException) -> bool:
    """Whether an error's own words might quote an item; whoever has seen to it that they do not sets `discreet`."""
    if isinstance(error, DefiError):
        return type(error).__name__ not in SPOKEN and not getattr(error, "discreet", False)
    return not isinstance(error, KeyboardInterrupt | SystemExit)


def reason_of(error: BaseException, *, withheld: bool = False) -> str:
    """In words that a team can act on; `withheld`: the round's items are secret."""
    if withheld and quotes(error):
        return _instead(type(error).__name__)
    if isinstance(error, DefiError):
        return str(error)
    return _INTERRUPTED if isinstance(error, KeyboardInterrupt | SystemExit) else f"{type(error).__name__}: {error}"


def shown(reason: str, kind: str = "") -> str:
    """A reason as a record of a secret round has it, for those who watch.

    Args:
        reason: as it was written down, by whatever version of the harness.
        kind: of the error, where the record says it.
    """
    kind = fault_of(kind) or fault_of(reason)
    safe = not kind or kind in SPOKEN or KEPT in reason or _WORKER in reason
    return reason if safe else _instead(kind)


_WORKER = "the model's worker failed; its words are kept apart until the round is revealed"


def _instead(kind: str) -> str:
    known = fault_of(kind) or "error"
    said = FAULTS.get(known, ("", ""))[1].replace("’", "'")
    return f"{known}: {said}; {KEPT}" if said else f"{known}: {KEPT}"
