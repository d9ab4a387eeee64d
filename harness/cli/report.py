"""A finished record to the tracking server; a dead server is reported and the record stays to be sent again."""

from __future__ import annotations

from collections.abc import Callable

from harness.canonical import sha256_file
from harness.config import Settings
from harness.errors import TrackingError
from harness.record import RunPaths, read_json, read_run, write_json
from harness.tracking import TrackedRun, send


def send_record(paths: RunPaths, settings: Settings, say: Callable[[str], None]) -> bool:
    """Send one record where the configuration says; True when it is there, or when none is configured."""
    uri = settings.tracking["uri"]
    if uri is None:
        return True
    run = read_run(paths)
    if run.plan is None or run.state != "scored":
        return True
    sent = {"plan": run.plan["hash"], "scores": sha256_file(paths.scores), "uri": uri}
    tracked = TrackedRun(
        round=settings.round.name,
        submission=run.submission,
        plan=run.plan,
        conditions=run.conditions,
        judging=read_json(paths.judging),
        estimates=read_json(paths.estimates),
        rows=run.scores,
        files=[paths.plan, paths.conditions, paths.judging, paths.estimates],
    )
    try:
        run_id = send(tracked, uri, settings.tracking.get("artifacts"))
    except TrackingError as error:
        write_json(paths.tracking, {"sent": False, **sent, "reason": error.what})
        say(f"tracking failed for {run.id}, the record is safe: {error}")
        return False
    write_json(paths.tracking, {"sent": True, **sent, "run": run_id})
    return True


def already_sent(paths: RunPaths, uri: str) -> bool:
    """Whether this record, as it is, has been sent to that server."""
    told, plan = read_json(paths.tracking, {}), read_json(paths.plan, {})
    if not told.get("sent") or not paths.scores.exists():
        return False
    now = {"plan": plan.get("hash"), "scores": sha256_file(paths.scores), "uri": uri}
    return all(told.get(key) == value for key, value in now.items())
