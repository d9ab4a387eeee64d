"""What is sent of a finished record, packed so that it can be sent later and from elsewhere: pure, without MLflow.

A parcel holds all that goes to the tracking server, and its key is over that content: the same record packed twice is
the same parcel; a record that was judged again is another one. It holds hashes of items, never a question or an answer.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.canonical import plain, sha256_json
from harness.types import Json, ScoreRow

SCHEMA = "grand-defi/parcel/1"
_COLUMNS = ("id", "task", "level", "language", "cluster", "item_sha256")  # what is said of an item


@dataclass(frozen=True, slots=True)
class TrackedRun:
    """What is sent of a record."""

    round: str
    submission: Mapping[str, Json]
    plan: Mapping[str, Json]
    conditions: Mapping[str, Json]
    judging: Mapping[str, Json]
    estimates: Mapping[str, Json]
    rows: Sequence[ScoreRow]
    files: Sequence[Path]  # small artefacts: plan, conditions, estimates
    made: str = ""  # ISO time of the judgement: of two, the later counts
    scores: str = ""  # SHA-256 of the judgement's file


@dataclass(frozen=True, slots=True)
class Note:
    """What becomes one run on the server."""

    part: str  # the task; empty for the submission as a whole
    name: str
    params: Mapping[str, str]
    metrics: tuple[tuple[str, float, int], ...]  # name, value, step
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Parcel:
    """All that is sent of one record, as JSON can hold it; needs no file beside it."""

    round: str
    submission: str  # TEAM/ENTRY
    record: str  # what stays when it is judged again: digest of the submission, hash of the plan
    plan: str  # hash
    scores: str  # SHA-256 of the judgement's file
    made: str  # ISO time of the judgement
    time_ms: int  # when the last answer was there
    notes: tuple[Note, ...]  # the whole first, then its tasks
    items: Mapping[str, Json]  # digest and number of the items that were asked
    files: Mapping[str, Mapping[str, str]]  # name -> sha256, and data as zlib in base64

    @property
    def content(self) -> str:
        """Digest of all that is sent, but for the time of the judgement: what is judged again alike is the same."""
        said = {**plain(self), "made": "", "files": {name: file["sha256"] for name, file in self.files.items()}}
        return sha256_json(said)[:16]

    @property
    def key(self) -> str:
        """Unique for a content; the runs of a parcel are found again by it."""
        return f"{self.record}/{self.content}"

    def to_json(self) -> dict[str, Json]:
        """As it is written down."""
        return {"schema": SCHEMA, **plain(self)}


def pack(run: TrackedRun) -> Parcel:
    """Everything that is sent of a record. Pure, and without MLflow."""
    name = f"{run.submission['team']}/{run.submission['entry']}"
    spent = tuple((f"spent/{key}", float(value), 0) for key, value in run.conditions.get("spent", {}).items())
    params = {"submission": name, "plan": run.plan["hash"], **_flat(run.plan["engine"], "engine")}
    notes = [Note("", name, _texts(params), spent, {"defi.judging": sha256_json(run.judging)})]
    for task, rows in _by_task(run.rows).items():
        facts = _texts({"task": task, "kind": run.plan["tasks"][task]["kind"]})
        notes.append(Note(task, f"{name} · {task}", facts, tuple(_curve(run.estimates[task], rows)), {}))
    asked = [{key: str(item[key]) for key in _COLUMNS} for item in run.plan["items"]]
    return Parcel(
        round=run.round,
        submission=name,
        record=f"{run.submission['digest'][:16]}/{run.plan['hash'][:16]}",
        plan=run.plan["hash"],
        scores=run.scores,
        made=run.made,
        time_ms=_milliseconds(run.conditions),
        notes=tuple(notes),
        items={"digest": sha256_json(asked)[:32], "rows": len(asked)},
        files={path.name: packed(path.read_bytes()) for path in run.files},
    )


def unpack(raw: Json) -> Parcel:
    """A parcel from what was written down; ValueError where it is none, or not of this version."""
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA:
        raise ValueError(f"not a parcel of {SCHEMA}")
    fields = {key: value for key, value in raw.items() if key != "schema"}
    try:
        notes = [
            Note(**{**note, "metrics": tuple((name, value, step) for name, value, step in note["metrics"])})
            for note in fields.pop("notes")
        ]
        return Parcel(**fields, notes=tuple(notes))
    except (KeyError, TypeError) as error:
        raise ValueError(f"a parcel lacks something, or holds more than one does: {error}") from error


def packed(data: bytes) -> dict[str, str]:
    """A file's bytes as JSON can hold them."""
    text = base64.b64encode(zlib.compress(data)).decode()
    return {"sha256": hashlib.sha256(data).hexdigest(), "data": text}


def unpacked(file: Mapping[str, str], name: str) -> bytes:
    """The bytes again; ValueError where they are not what their hash says."""
    try:
        data = zlib.decompress(base64.b64decode(file["data"], validate=True))
    except zlib.error as error:
        raise ValueError(f"{name} is damaged: {error}") from error
    if hashlib.sha256(data).hexdigest() != file["sha256"]:
        raise ValueError(f"{name} is not what its hash says")
    return data


def _curve(task: Mapping[str, Json], rows: Sequence[ScoreRow]) -> list[tuple[str, float, int]]:
    """The difficulty curve with step = level, and the rates that qualify it."""
    points = [
        (f"{point['language']}/{part}", float(point[part]), int(point["level"]))
        for point in task["curve"]
        for part in ("value", "low", "high")
    ]
    capped = sum(row.capped for row in rows) / len(rows)
    unscored = sum(row.value is None for row in rows) / len(rows)
    return [*points, ("rate/cap_hit", capped, 0), ("rate/unscored", unscored, 0)]


def _by_task(rows: Iterable[ScoreRow]) -> dict[str, list[ScoreRow]]:
    grouped: dict[str, list[ScoreRow]] = defaultdict(list)
    for row in rows:
        grouped[row.task].append(row)
    return grouped


def _texts(params: Mapping[str, Json]) -> dict[str, str]:
    return {key: str(value)[:500] for key, value in params.items()}


def _flat(value: Json, prefix: str) -> dict[str, Json]:
    if not isinstance(value, Mapping):
        return {prefix: value}
    return {name: leaf for key, entry in value.items() for name, leaf in _flat(entry, f"{prefix}.{key}").items()}


def _milliseconds(conditions: Mapping[str, Json]) -> int:
    return int(datetime.datetime.fromisoformat(conditions["ended"]).timestamp() * 1000)
