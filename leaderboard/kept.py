"""What was computed from a round's records, kept in `runs/ROUND/.standings/` so that the next time is quick.

`TEAM/ENTRY.npz` holds a record's scores as columns and the seconds of its answers, under the hashes of the very files
that they were read from: of a file that changed nothing is believed. No seal guards these files, so nobody else's is
believed either, nor one that others may write to. Everything here may be deleted at any time, is replaced atomically,
and holds nothing that the records do not; a folder that cannot be written to only costs time.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import platform
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from harness.record import Run, RunPaths, read_completions, read_json, read_scores
from harness.types import Completion, ScoreRow
from leaderboard.owned import is_ours
from leaderboard.ranking.rows import Layout, Place, Pool, Rows, category_code

FOLDER = ".standings"
_SCHEMA = "1"
_PLACE = ("item", "task", "level", "language", "cluster", "index", "chance")
_FIELDS = {field.name for field in fields(ScoreRow)}
_REST = ""  # whose seconds belong to no task: answers without a score


class Kept:
    """The folder of one round's kept figures, and the layouts that its records share."""

    def __init__(self, round_folder: Path) -> None:
        """Nothing is read or written before it is needed."""
        self.folder = round_folder / FOLDER
        self.pool = Pool()
        self._layouts: dict[str, Layout] = {}

    def run(self, paths: RunPaths) -> Run:
        """A record with its scores as columns, and for its completions one a task with their seconds added up.

        RecordError where a file is damaged, as `harness.record.read_run` says it.
        """
        rows, seconds, plan = self._columns(paths)
        state = read_json(paths.state, {"state": "planned", "reason": ""})
        return Run(
            team=paths.folder.parent.name,
            entry=paths.folder.name,
            submission=read_json(paths.submission, {}),
            plan={"hash": plan} if plan else None,
            completions=_timings(rows, seconds),
            scores=cast("tuple[ScoreRow, ...]", rows),
            conditions=read_json(paths.conditions, {}),
            state=state["state"],
            reason=state["reason"],
        )

    def _columns(self, paths: RunPaths) -> tuple[Rows, Mapping[str, float], str]:
        """Scores, seconds by task, and the plan's hash: as kept where the files are the same, or else from them."""
        scores, completions, plan = (_bytes(path) for path in (paths.scores, paths.completions, paths.plan))
        hashes = (hashlib.sha256(data).digest() for data in (scores, completions, plan))
        key = hashlib.sha256(b"".join(hashes)).hexdigest()
        place = self.folder / paths.folder.parent.name / f"{paths.folder.name}.npz"
        known = load(place, key)
        if known is not None and (layout := self._layout(str(known["layout"]))) is not None:
            rows = Rows(layout, known["values"], known["categories"], known["capped"])
            return rows, dict(zip(known["tasks"].tolist(), known["seconds"].tolist(), strict=True)), str(known["plan"])
        rows = _rows(scores, self.pool) or self.pool.rows(read_scores(paths))
        seconds, plan_hash = _seconds(completions, paths, rows), str((read_json(paths.plan) or {}).get("hash") or "")
        self._keep_layout(rows.layout)
        arrays: dict[str, npt.NDArray[Any]] = {
            "layout": np.array(rows.layout.key),
            "values": rows.values,
            "categories": rows.categories,
            "capped": rows.capped,
            "tasks": np.array(list(seconds), dtype=np.str_),
            "seconds": np.array(list(seconds.values())),
            "plan": np.array(plan_hash),
        }
        save(place, key, arrays)
        return rows, seconds, plan_hash

    def _layout(self, key: str) -> Layout | None:
        """A kept layout, read once; None where there is none, or not this one."""
        if key not in self._layouts:
            try:
                found = json.loads((self.folder / f"layout-{key}.json").read_bytes())
                layout = self.pool.layout(tuple(cast("Place", tuple(place)) for place in found))
            except (OSError, ValueError, TypeError):  # nothing kept, or half of it: the record has it all
                return None
            if layout.key != key:
                return None
            self._layouts[key] = layout
        return self._layouts[key]

    def _keep_layout(self, layout: Layout) -> None:
        if layout.key not in self._layouts:
            self._layouts[layout.key] = layout
            write(self.folder / f"layout-{layout.key}.json", json.dumps(layout.places).encode("utf-8", "replace"))


def save(path: Path, key: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Keep arrays under the key of what they follow from."""
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, key=np.array(_SCHEMA + key), **arrays)
    write(path, stream.getvalue())


def load(path: Path, key: str) -> dict[str, npt.NDArray[Any]] | None:
    """Arrays that were kept under this key; None where there are none, they cannot be read, or they are not ours."""
    try:
        if not _own(path):
            return None
        with np.load(path, allow_pickle=False) as found:
            if str(found["key"]) != _SCHEMA + key:
                return None
            return {name: found[name] for name in found.files if name != "key"}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):  # half a file is no file
        return None


def write(path: Path, data: bytes) -> None:
    """Replace a file at once, or leave it where nothing may be written: what is kept here can be computed again."""
    partial = path.with_name(f".{path.name}.{platform.node()}.{os.getpid()}.partial")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600, exist_ok=False)
        partial.write_bytes(data)
        partial.replace(path)


def _own(path: Path) -> bool:
    """Whether this account alone could have written a file: a record's seal says nothing of what is kept beside it."""
    mode = path.lstat().st_mode
    return stat.S_ISREG(mode) and is_ours(path) and not mode & (stat.S_IWGRP | stat.S_IWOTH)


def _bytes(path: Path) -> bytes:
    """A journal up to its last line end: a torn last line does not count. Empty where there is no file."""
    data = path.read_bytes() if path.exists() else b""
    return data[: data.rfind(b"\n") + 1]


def _timings(rows: Rows, seconds: Mapping[str, float]) -> tuple[Completion, ...]:
    """One completion without a text for each task: energy and time ask for no more than seconds by task."""
    first = {task: rows.layout.places[chosen[0]][0] for task, chosen in rows.layout.tasks.items()}
    return tuple(
        Completion(first.get(task, ""), "", "stop", 0, 0, "", seconds=spent) for task, spent in seconds.items()
    )


def _rows(data: bytes, pool: Pool) -> Rows | None:
    """Scores from the lines of `scores.jsonl`; None where they are not plainly rows: the record's reader says why."""
    if not data:
        return pool.rows(())
    import pyarrow as pa

    strings, floats = (
        dict.fromkeys(("item", "task", "language", "cluster", "category"), pa.string()),
        ("chance", "value"),
    )
    columns = {**strings, **dict.fromkeys(floats, pa.float64()), "level": pa.int64(), "index": pa.int64()}
    table = _read_lines(data, {**columns, "capped": pa.bool_()}, _FIELDS)
    if table is None or any(table[name].null_count for name in table.column_names if name != "value"):
        return None
    if data.count(b'"value":') < table.num_rows:  # a score without a value is damage, not unscored
        return None
    places = tuple(zip(*(table[name].to_pylist() for name in _PLACE), strict=True))
    codes = np.array([category_code(name) for name in table["category"].to_pylist()], dtype=np.uint8)
    values = table["value"].to_numpy()
    return Rows(pool.layout(places), values, codes, table["capped"].to_numpy().astype(np.bool_))


def _read_lines(data: bytes, columns: Mapping[str, Any], known: set[str]) -> Any:
    """Some columns of JSON lines; None where Arrow cannot read them, or the first line has unknown fields."""
    import pyarrow as pa
    from pyarrow import json as lines

    try:
        if json.loads(data[: data.index(b"\n")]).keys() - known:
            return None
        parse = lines.ParseOptions(explicit_schema=pa.schema(columns.items()), unexpected_field_behavior="ignore")
        read = lines.ReadOptions(use_threads=False, block_size=max(len(data), 1))
        return lines.read_json(pa.BufferReader(data), read_options=read, parse_options=parse)
    except (pa.ArrowException, ValueError, AttributeError):
        return None


def _seconds(data: bytes, paths: RunPaths, rows: Rows) -> dict[str, float]:
    """Seconds of all answers by task, and under "" of those that have no score."""
    items, seconds = _answers(data, paths)
    tasks = rows.layout.task_of
    spent: dict[str, float] = {}
    for item, time in zip(items, seconds, strict=True):
        task = tasks.get(item, _REST)
        spent[task] = spent.get(task, 0.0) + time
    return dict(sorted(spent.items()))


def _answers(data: bytes, paths: RunPaths) -> tuple[list[str], list[float]]:
    """The item and the seconds of every turn that counts."""
    import pyarrow as pa

    if not data:
        return [], []
    known = {field.name for field in fields(Completion)}
    table = _read_lines(data, {"item": pa.string(), "turn": pa.int64(), "seconds": pa.float64()}, known)
    if table is not None and not table["item"].null_count:
        items = table["item"].to_pylist()
        turns, seconds = (table[name].fill_null(0).to_pylist() for name in ("turn", "seconds"))
        done: dict[str, int] = {}
        kept = []
        for place, (item, turn) in enumerate(zip(items, turns, strict=True)):
            if turn == done.get(item, 0):  # the rule of `harness.record.read_turns`
                done[item] = turn + 1
                kept.append(place)
        return [items[place] for place in kept], [seconds[place] for place in kept]
    found = read_completions(paths).values()
    return [one.item for one in found], [one.seconds for one in found]
