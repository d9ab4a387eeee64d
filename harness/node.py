"""What a job does, wherever it runs: one errand, from the names of it."""

from __future__ import annotations

import math
import time
from pathlib import Path

from harness.calibration import calibrate, calibration_run
from harness.entries import Prepared, prepare
from harness.errors import DefiError
from harness.events import EventLog
from harness.launch.errand import Errand
from harness.pipeline import ask_shard, cut_plan, evaluate, score_record
from harness.record import RoundPaths, RunPaths, write_json
from harness.states import fault_of, mark, told_of, worth_again
from harness.telling import WithheldError, quotes, secret
from harness.types import Json
from harness.workspace import Workspace, find_workspace

SHARD_TOKENS = 200_000  # where a cluster's configuration does not say


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
            _do(errand, workspace, record, events)
        except BaseException as error:
            reason = told_of(run, error)
            events.write("failed", reason=reason, fault=fault_of(error))
            if quotes(error) and secret(record.round_folder):
                raise WithheldError(reason) from None
            raise
        events.write("done", seconds=round(time.monotonic() - began, 3))


def record_of(workspace: Workspace, errand: Errand) -> RunPaths:
    """The record that an errand works on."""
    named = [override.partition("=")[2] for override in errand.overrides if override.startswith("round.name=")]
    run = RoundPaths(workspace.runs, [errand.round, *named][-1]).run(*errand.submission.split("/"))
    return calibration_run(run) if errand.kind == "calibrate" else run


def _do(errand: Errand, workspace: Workspace, record: RunPaths, events: EventLog) -> None:
    team, _, entry = errand.submission.partition("/")
    began = time.monotonic()
    try:
        prepared: Prepared = prepare(workspace, errand.submission, errand.round, errand.overrides)
    except DefiError as error:
        refuse(record, {"team": team, "entry": entry}, "failed", error)
        raise
    if prepared.job is None:
        errors = [f for f in prepared.verdict.findings if f.severity == "error"]
        reason = "; ".join(f"{f.code}: {f.where}: {f.what}" for f in errors)
        refuse(record, {"team": team, "entry": entry}, "refused", reason)
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


def refuse(record: RunPaths, submission: Json, state: str, why: DefiError | str) -> None:
    """A record that says why an entry is not run; one that has begun keeps what it says.

    `why`: an error of ours or theirs, or what the intake found, which is theirs.
    """
    if record.plan.exists():
        return
    if not record.submission.exists():
        write_json(record.submission, submission)
    if isinstance(why, str):
        mark(record, state, why, fault="own", again=False)
    else:
        facts = {"fault": fault_of(why), "again": worth_again(why), "error": type(why).__name__}
        mark(record, state, told_of(record, why), **facts)
