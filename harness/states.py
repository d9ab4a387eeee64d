"""Where a run stands: `state.json` of a record or of a part of it, and a line of the round's log."""

from __future__ import annotations

import datetime
import traceback
from pathlib import Path

from harness.attest.log import NAME as LOG
from harness.attest.log import append
from harness.attest.sealing import is_sealed
from harness.breakdowns import broken_by
from harness.commitment import read_published
from harness.conditions.rules import ConditionsError
from harness.errors import (
    BusyError,
    CheckpointError,
    DefiError,
    EngineError,
    ManifestError,
    PromptError,
    SandboxUnavailableError,
    TrackingError,
    WorkerLostError,
)
from harness.record import RunPaths, read_json, write_json
from harness.telling import quotes, reason_of, secret
from harness.types import Fault, Json, Submission

PRIVATE = "private"  # in a round's folder: what is never published
_OWN = (ManifestError, CheckpointError, PromptError, EngineError, WorkerLostError)  # raised by what a team gave us
_PASSING = (SandboxUnavailableError, TrackingError, BusyError)  # of our own errors: those that another try may not meet


def mark(run: RunPaths, state: str, reason: str = "", **facts: Json) -> None:
    """Write where a run stands; a state never changes without its time, and `running` said again keeps it.

    Of a part that is the part's own business; of a record it is a line of the round's log, without the reason. That
    another shard runs too is none, unless the items are public by now: `defi verify` looks for it. The line comes
    first, as a state that stands is not logged again.
    """
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    before = read_json(run.state, {})
    again = state == "running" == before.get("state")
    if not run.shard and not (again and not _shown(run.round_folder)):
        append(run.round_folder / LOG, "run.state", {"submission": run.id, "state": state})
    write_json(run.state, {"state": state, "reason": reason, "since": before["since"] if again else now, **facts})


def _shown(round_folder: Path) -> bool:
    """Whether a sealed round's items were revealed."""
    published = read_published(round_folder)
    return published is not None and published["revealed"] is not None


def begin(run: RunPaths) -> None:
    """An errand begins: the end of an earlier try is not taken for its own, should it die without a word."""
    if read_json(run.state, {}).get("state") in ("failed", "refused"):
        mark(run, "planned")


def fail(run: RunPaths, submission: Submission, error: BaseException) -> None:
    """Leave a record that says why a run stopped and by whose fault; whatever it has finished stays.

    While the items of a round are secret, an error that could quote one is told by its kind alone.
    """
    if not run.shard and is_sealed(run.folder):  # the worker died after the last byte was written
        return
    if not run.shard and not run.submission.exists():
        write_json(run.submission, submission)
    state = "refused" if isinstance(error, ConditionsError) else "failed"
    kind = type(error).__name__
    facts = {"fault": fault_of(error), "again": worth_again(error), "error": kind, "broke": broken_by(error)}
    mark(run, state, told_of(run, error), **facts)


def fault_of(error: BaseException) -> Fault:
    """Whose fault an error is: a submission's own only where what the team gave us raised it.

    Not where it tells of a machine that breaks: a worker's library raises that as it raises what weights do to it.
    A launcher that knows of a lost node or a spent time limit overrules this (`harness.conduct`).
    """
    return "own" if isinstance(error, _OWN) and not broken_by(error) else "ours"


def worth_again(error: BaseException) -> bool:
    """Whether the same errand may do better another time: not where the configuration or a record is wrong."""
    return not isinstance(error, DefiError) or isinstance(error, (*_OWN, *_PASSING))


def told_of(run: RunPaths, error: BaseException) -> str:
    """The reason that may be told of an error; where its own words may not, they are kept apart."""
    withheld = secret(run.round_folder)
    if withheld and quotes(error):
        keep_apart(run, "".join(traceback.format_exception(error)))
    return reason_of(error, withheld=withheld)


def keep_apart(run: RunPaths, words: str) -> None:
    """What a worker said of its failure, for the organisers' eyes: in a sealed round it may hold a question."""
    shard = f".{run.shard:04d}" if run.shard else ""
    path = run.round_folder / PRIVATE / f"{run.id.replace('/', '.')}{shard}.txt"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)  # whoever made it
    path.write_text(words, encoding="utf-8", errors="backslashreplace")
