"""What a submission still needs, told by its record alone: the artefact that is missing says which errand is due.

So whoever looks decides the same: a `defi round run` that was killed and started again goes on where the files stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from harness.attest.sealing import ATTESTATION
from harness.breakdowns import where_of
from harness.calibration import calibrated
from harness.collecting import finished
from harness.launch.base import OUT_OF_MEMORY, JobView
from harness.launch.errand import Errand, parse_key
from harness.record import RunPaths, read_completions, read_json
from harness.shards import read_shards
from harness.types import Fault, Json

_OF_THE_MACHINE = ("ConditionsError", "PlanChangedError")  # what one odd node of a site may raise, and another not


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an errand ended."""

    result: Literal["done", "failed", "refused"]
    fault: Fault = "ours"
    again: bool = True  # whether another try may do better
    reason: str = ""
    # what was wrong with the machine: an odd one is not given to the next try, a broken one after some to nobody
    machine: Literal["", "odd", "broken"] = ""
    broke: str = ""  # what of it, by its name in `harness.breakdowns`


def due(run: RunPaths, base: Errand, *, sharded: bool, sealing: bool) -> list[Errand]:
    """The errands that can be done now, none where the record is complete.

    Args:
        run: the submission's record.
        base: names what an errand of this submission is told.
        sharded: whether the plan is cut into shards.
        sealing: whether records are sealed here.
    """
    if base.kind == "calibrate":
        return [] if calibrated(run) else [base]
    scored = read_json(run.state, {}).get("state") == "scored" and not run.parts.exists()
    if scored and ((run.folder / ATTESTATION).exists() or not sealing):
        return []
    return _next(run, base, sharded=sharded)


def _next(run: RunPaths, base: Errand, *, sharded: bool) -> list[Errand]:
    if run.parts.exists() and run.completions.exists():  # put together, and killed before they were dropped
        return [replace(base, kind="score")]
    if not sharded and not run.parts.exists():
        return [replace(base, kind="whole")]
    if run.completions.exists():
        return [replace(base, kind="score" if _answered(run) else "whole")]
    if not run.shards.exists():
        return [replace(base, kind="cut")]
    open_ = [shard.number for shard in read_shards(run) if not finished(run.part(shard.number))]
    return [replace(base, kind="ask", shard=number) for number in open_] or [replace(base, kind="score")]


def outcome(run: RunPaths, job: JobView, *, still_due: bool, elsewhere: bool = False) -> Outcome:
    """How a job's errand ended, by what it left.

    A job that something else than itself ended is a fault of ours, whatever it managed to write meanwhile; but for one
    that the team's own fault made too large for its memory.

    Args:
        run: the submission's record.
        job: as the site sees it.
        still_due: whether the errand's artefact is missing.
        elsewhere: whether another try may be given another machine.
    """
    if not still_due:
        refused = job.state == "ended" and job.reason  # a complete record is not touched by a later call
        return Outcome("failed", again=False, reason=job.reason) if refused else Outcome("done")
    _, kind, shard = parse_key(job.key)
    lost = (job.reason or "the job was ended") if job.state == "lost" else ""
    told: Mapping[str, Json] = read_json((run.part(shard) if kind == "ask" else run).state, {})
    own_memory = OUT_OF_MEMORY in lost and told.get("state") == "failed" and told.get("fault") == "own"
    if lost and not own_memory:
        early = "exit code" in lost  # before its errand: a module that is missing there, a disk that is not mounted
        return Outcome("failed", "ours", again=True, reason=lost, machine="odd" if early else "")
    if (stopped := _by_the_machine(told, elsewhere=elsewhere)) is not None:
        return stopped
    if told.get("state") == "refused":
        return Outcome("refused", told.get("fault", "own"), again=False, reason=told["reason"])
    if told.get("state") == "failed":
        return Outcome("failed", told.get("fault", "ours"), told.get("again", True), told["reason"])
    return Outcome("failed", "ours", again=True, reason=job.reason or "the job ended without a word")


def _by_the_machine(told: Mapping[str, Json], *, elsewhere: bool) -> Outcome | None:
    """How an errand ended where the machine is at fault: another one may do it, and nobody is charged."""
    if told.get("state") not in ("failed", "refused") or not told.get("error"):  # no error: what the intake found
        return None
    reason = str(told["reason"])
    broke = str(told.get("broke", ""))  # judged where it was raised: a reason quotes what a team wrote
    if where := where_of(broke):
        machine: Literal["broken", "odd"] = "broken" if where == "node" else "odd"
        return Outcome("failed", "ours", again=True, reason=reason, machine=machine, broke=broke)
    if elsewhere and told.get("error") in _OF_THE_MACHINE:
        return Outcome("failed", "ours", again=True, reason=reason, machine="odd")
    return None


def _answered(run: RunPaths) -> bool:
    """Whether every item of the plan has an answer; a round that stops by itself has asked what it wants."""
    plan, done = read_json(run.plan), read_completions(run)
    if plan["round"].get("stopping"):  # how far its ladders are is told by who asked them
        return read_json(run.state, {}).get("state") in ("generated", "scored")
    return all(item["id"] in done for item in plan["items"])
