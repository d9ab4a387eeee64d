"""What a job does, wherever it runs: one errand, from the names of it."""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.breakdowns import UNSEEN, breakdown, broken_by
from harness.calibration import calibrate, calibration_run
from harness.entries import Prepared, entry_folder, prepare
from harness.errors import BusyError, DefiError, ManifestError
from harness.events import EventLog
from harness.intake.manifest import read_manifest
from harness.journal import count_lines
from harness.launch.errand import Errand
from harness.pipeline import ask_shard, cut_plan, evaluate, score_record
from harness.record import RoundPaths, RunPaths, read_json, write_json
from harness.sealed_round import LateError
from harness.states import begin, fault_of, mark, told_of, worth_again
from harness.telling import WithheldError, quotes, secret
from harness.types import Finding, Json
from harness.workspace import Workspace, find_workspace

SHARD_TOKENS = 200_000  # where a cluster's configuration does not say
_UNREAD = ("unreadable", "unread")  # ends of the codes of findings whose words are the system's
RESTARTS = 3  # of a job at its time limit, without one more answer: then it is not begun again
_TERMINATED = 128 + signal.SIGTERM  # exit code of a job that the site took back (`launch.slurm_job`)


class StuckError(DefiError):
    """A job was begun again and again, and no time that it was given was enough for one more answer."""

    discreet = True


class NodeError(DefiError):
    """The machine that an errand was given, or what is around it, cannot do it: no fault of the submission."""

    discreet = True


def do(errand: Errand) -> None:
    """Do an errand. What goes wrong is written where the errand's artefact would be, and raised again.

    WithheldError instead of an error that could quote a secret item: what is raised here ends in the site's own logs.
    """
    workspace = find_workspace(Path(errand.root) if errand.root else None)
    record = record_of(workspace, errand)
    began = time.monotonic()
    run = record.part(errand.shard) if errand.shard else record
    with EventLog(run, errand) as events:
        try:
            begin(run)
            _refuse_stuck(run, errand)
            _do(errand, workspace, record, run, events)
        except BaseException as error:
            reason = told_of(run, error)
            limit = {"at_limit": _lines(run)} if _at_limit(error) else {}
            events.write("failed", reason=reason, fault=fault_of(error), **limit)
            if not isinstance(error, BusyError) and _unsaid(run):
                with contextlib.suppress(OSError, DefiError):  # a full disk: then the event alone says it
                    _mark_failed(run, error)  # what stopped it before its stages could say so
            if quotes(error) and secret(record.round_folder):
                raise WithheldError(reason) from None
            raise
        events.write("done", seconds=round(time.monotonic() - began, 3))


def record_of(workspace: Workspace, errand: Errand) -> RunPaths:
    """The record that an errand works on."""
    named = [override.partition("=")[2] for override in errand.overrides if override.startswith("round.name=")]
    run = RoundPaths(workspace.runs, [errand.round, *named][-1]).run(*errand.submission.split("/"))
    return calibration_run(run) if errand.kind == "calibrate" else run


def _do(errand: Errand, workspace: Workspace, record: RunPaths, run: RunPaths, events: EventLog) -> None:
    team, _, entry = errand.submission.partition("/")
    began = time.monotonic()
    try:
        prepared: Prepared = prepare(workspace, errand.submission, errand.round, errand.overrides)
    except DefiError as error:
        why = str(error) if isinstance(error, LateError) else error
        refuse(record, run, {"team": team, "entry": entry}, why)
        raise
    if prepared.job is None:
        errors = [f for f in prepared.verdict.findings if f.severity == "error"]
        told = "; ".join(f"{f.code}: {f.where}: {f.what}" for f in errors)
        reason = told.replace(
            f"{workspace.root}/", ""
        )  # it is published, and this machine's folders are nobody's business
        if why := _ours(errors, workspace, record, errand):
            fault = NodeError(f"{why}: {reason}")
            fault.broke = breakdown(why)
            refuse(record, run, {"team": team, "entry": entry}, fault)
            raise fault
        refuse(record, run, {"team": team, "entry": entry}, reason)
        if record.plan.exists():
            raise ManifestError(reason, where=errand.submission, remedy="as it was when the round began to ask it")
        return
    job = prepared.job
    if errand.kind == "whole":
        evaluate(job, events)
    elif errand.kind == "cut":
        cluster = job.settings.cluster
        most, ladders = (cluster.get(key) for key in ("shard_tokens", "ladder_tokens"))
        cut_plan(job, float(most or SHARD_TOKENS), float(ladders or math.inf))
    elif errand.kind == "ask":
        ask_shard(job, errand.shard, events)
    elif errand.kind == "calibrate":
        calibrate(job, errand.items, events, began)
    else:
        score_record(job)


def refuse(record: RunPaths, run: RunPaths, submission: Json, why: DefiError | str) -> None:
    """Say in the errand's own run, a record or a part of one, why it is not done; a complete one is left as it is.

    `why`: an error of ours or theirs, or what the intake found, which is theirs: an entry that has not begun is refused
    then, and of one that has the errand failed.
    """
    if read_json(record.state, {}).get("state") == "scored" or read_json(run.state, {}).get("state") == "finished":
        return
    if not record.submission.exists():
        write_json(record.submission, submission)
    if isinstance(why, str):
        mark(run, "failed" if record.plan.exists() else "refused", why, fault="own", again=False)
    else:
        _mark_failed(run, why)


def _ours(errors: Sequence[Finding], workspace: Workspace, record: RunPaths, errand: Errand) -> str:
    """Why what the intake finds here is no fault of the team's; empty where it is."""
    codes = {found.code for found in errors}
    if "intake.fault" in codes:
        return "a check of ours failed"
    unread = [found.what for found in errors if found.code.rpartition(".")[2] in _UNREAD]  # other words quote
    if broken := next(filter(None, map(breakdown, unread)), ""):
        return broken
    if not codes & {"checkpoint.unresolved", "files.missing"}:
        return ""
    declared = read_manifest(entry_folder(workspace, errand.submission) / "manifest.yaml")
    unresolved = "checkpoint.unresolved" in codes
    if unresolved and declared.checkpoint.kind == "hub" and "SLURM_JOB_ID" in os.environ:  # where there is no network
        return f"`defi submission check {errand.submission}` has to fetch it first, where there is a network"
    seen = (errand.seen and unresolved) or _taken_in(record, declared.digest)
    return f"its checkpoint is {UNSEEN}" if seen else ""


def _taken_in(record: RunPaths, digest: str) -> bool:
    """Whether this round's intake has found an entry of this digest fit, with its checkpoint."""
    fit = record.plan.exists() or record.shards.exists()
    return fit and bool(read_json(record.submission, {}).get("digest") == digest)


def _mark_failed(run: RunPaths, error: BaseException) -> None:
    again = worth_again(error) or isinstance(error, NodeError)
    facts = {"fault": fault_of(error), "again": again, "error": type(error).__name__, "broke": broken_by(error)}
    mark(run, "failed", told_of(run, error), **facts)


def _unsaid(run: RunPaths) -> bool:
    """Whether no stage has begun, so that none has said what stopped it; of a damaged record nothing is known."""
    try:
        return bool(read_json(run.state, {}).get("state", "planned") == "planned")
    except DefiError:
        return False


def _refuse_stuck(run: RunPaths, errand: Errand) -> None:
    """Whatever is longer than the job's time would be begun again for ever; StuckError after some restarts in vain."""
    if int(os.environ.get("SLURM_RESTART_COUNT") or 0) < RESTARTS:
        return
    vain: list[int] = []  # answers that there were when this job was cut off, as long as they were no more
    for line in _events(run):
        if line["errand"] == errand.key and line["event"] == "begun" and not int(line.get("slurm_restart_count", 0)):
            vain = []
        elif line["errand"] == errand.key and "at_limit" in line:
            vain = [*vain, line["at_limit"]] if vain[-1:] == [line["at_limit"]] else [line["at_limit"]]
    if len(vain) > RESTARTS and vain[-1] == _lines(run):
        what = f"begun {len(vain)} times, and cut off by its time limit each time without one more answer"
        raise StuckError(what, where=errand.key, remedy="cluster.time_default, cluster.time_max: more minutes a job")


def _events(run: RunPaths) -> Iterator[dict[str, Json]]:
    """Its log, but for lines that a full disk has torn: they stop nothing."""
    with run.events.open("rb") as lines:
        for line in lines:
            with contextlib.suppress(ValueError):
                yield json.loads(line)


def _at_limit(error: BaseException) -> bool:
    """Whether the job left to be queued again, as its time ends; not because the site wants its node."""
    return isinstance(error, SystemExit) and "SLURM_JOB_ID" in os.environ and error.code != _TERMINATED


def _lines(run: RunPaths) -> int:
    return count_lines(run.completions) + count_lines(run.canaries)
