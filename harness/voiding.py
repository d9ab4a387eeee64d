"""Voiding: the answers of one task leave a record, so that its items are asked again. Nothing is thrown away.

    voided/<n>.jsonl           the answers that ruling n voided, each with the line where it stood
    voided/<n>.canaries.jsonl  the answers to canaries of the same items
    voided/<n>.json            the ruling, once all of this is done
    conditions.json            under `budget.given_back`: what the answers took of the budget, which counts no more

The first line of each says how many lines were kept and what the file was before, so that anyone can put it together
again (`restored`) and find the file that an earlier seal names.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from harness.attest.sealing import is_sealed, reopen
from harness.canonical import dumps, plain
from harness.conditions.budgets import charged
from harness.errors import BusyError, RecordError
from harness.journal import read_lines
from harness.record import RunPaths, read_json, read_scores, write_json, write_scores
from harness.rulings import Ruling
from harness.states import mark
from harness.types import Json

FOLDER = "voided"
SCHEMA = "grand-defi/voided/1"


def set_aside(run: RunPaths, ruling: Ruling) -> int:
    """Take a task's answers out of a record, as its ruling says; how many. The same call finishes one that was killed.

    Raises:
        RecordError: the record has no plan or no such task, or it is being written (BusyError).
    """
    with held(run):
        done = read_json(_path(run, ruling, ".json"))
        if done is not None:
            return int(done["answers"])
        items = planned_items(run, ruling.task)
        if is_sealed(run.folder):
            reopen(run.folder, f"ruling {ruling.number} voids {ruling.task}: {ruling.reason}")
        answers = _cut(run.completions, _path(run, ruling, ".jsonl"), items, ruling)
        canaries = _cut(run.canaries, _path(run, ruling, ".canaries.jsonl"), items, ruling)
        _give_back(run, ruling, _cost(run, ruling))
        write_scores(run, [row for row in read_scores(run) if row.task != ruling.task])
        run.estimates.unlink(missing_ok=True)
        mark(run, "planned", f"ruling {ruling.number} voids {ruling.task}: its items are asked again")
        facts = {"schema": SCHEMA, "ruling": plain(ruling), "answers": answers, "canaries": canaries}
        write_json(_path(run, ruling, ".json"), facts)
        return answers


def put_back(run: RunPaths, void: Ruling, ruling: Ruling) -> None:
    """Undo a voiding whose items have not been asked again. RecordError where the record has gone on since."""
    with held(run):
        for journal, suffix in ((run.completions, ".jsonl"), (run.canaries, ".canaries.jsonl")):
            aside = _path(run, void, suffix)
            if aside.exists() and not _is(journal, _header(aside)["former_sha256"]):
                lines = _lines(journal)
                if len(lines) != _header(aside)["kept"]:
                    remedy = "what was asked again counts: void it again where it is wrong too"
                    raise RecordError("the record has gone on since the voiding", where=run.id, remedy=remedy)
                _replace(journal, restored(lines, aside))
        _give_back(run, void, None)
        mark(run, "planned", f"ruling {ruling.number} takes ruling {void.number} back: it is scored again")
        for suffix in (".canaries.jsonl", ".jsonl", ".json"):  # the last says that there is nothing left to do
            _path(run, void, suffix).unlink(missing_ok=True)


def is_set_aside(run: RunPaths, ruling: Ruling) -> bool:
    """Whether a voiding has been carried out."""
    return _path(run, ruling, ".json").exists()


def asked_again(run: RunPaths, task: str) -> bool:
    """Whether a record holds answers of a task."""
    items = planned_items(run, task)
    return any(line["item"] in items for line in read_lines(run.completions))


def planned_items(run: RunPaths, task: str) -> set[str]:
    """The items of a task in a record's plan; RecordError where there are none."""
    plan: dict[str, Json] | None = read_json(run.plan)
    if plan is None:
        raise RecordError("there is no plan: nothing was asked", where=run.id, remedy="name a record that was begun")
    tasks = {item["id"]: item["task"] for item in plan["items"]}
    if task not in tasks.values():
        remedy = f"valid: {', '.join(sorted(set(tasks.values())))}"
        raise RecordError(f"the plan has no task {task!r}", where=run.id, remedy=remedy)
    return {item for item, own in tasks.items() if own == task}


def restored(lines: Sequence[bytes], aside: Path) -> list[bytes]:
    """A journal as it was before a voiding: the first lines of it now, and those that were voided in their places."""
    header, *taken = list(read_lines(aside))
    whole = list(lines[: header["kept"]])
    for one in taken:  # in the order of their places
        whole.insert(one["line"], one["text"].encode("utf-8", "backslashreplace") + b"\n")
    return whole


def before_voiding(record: Path, names: Sequence[str], name: str = "completions.jsonl") -> str:
    """The SHA-256 of a record's journal as it was before the voidings whose files are `names` (`voided/<n>.jsonl`).

    For who compares it with an earlier seal. RecordError where what was set aside does not give what it says.
    """
    lines = _lines(record / name)
    for aside in sorted((record / one for one in names), key=lambda path: -int(path.name.partition(".")[0])):
        lines = restored(lines, aside)
        if _digest(lines) != _header(aside)["former_sha256"]:
            where = f"{FOLDER}/{aside.name}"
            raise RecordError("the answers are not those that were there before the voiding", where=where)
    return _digest(lines)


@contextlib.contextmanager
def held(run: RunPaths) -> Iterator[None]:
    """Hold the record's lock; BusyError where it is being written, now or by parts."""
    if run.parts.is_dir():
        remedy = "wait until its answers are collected"
        raise BusyError("shards of this record are under way", where=run.id, remedy=remedy)
    if not run.folder.is_dir():
        raise RecordError("there is no record: nothing was asked", where=run.id, remedy="name one that was begun")
    lock = FileLock(run.lock, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        remedy = "wait for it, or stop that process"
        raise BusyError("another process is writing this record", where=run.id, remedy=remedy) from error
    try:
        yield
    finally:
        lock.release()


def _cut(journal: Path, aside: Path, items: set[str], ruling: Ruling) -> int:
    """Set the lines of some items aside, then take them out of the journal; how many."""
    if not journal.exists():
        return 0
    if not aside.exists():
        lines = _lines(journal)
        out = [n for n, line in enumerate(lines) if _of(line) in items]
        header: dict[str, Json] = {"schema": SCHEMA, "ruling": ruling.number, "file": journal.name}
        header |= {"kept": len(lines) - len(out), "former_sha256": _digest(lines)}
        voided = [{"line": n, "text": lines[n].decode().rstrip("\n")} for n in out]
        aside.parent.mkdir(exist_ok=True)
        _replace(aside, [dumps(one).encode() + b"\n" for one in (header, *voided)])
    told = list(read_lines(aside))
    taken = told[1:]
    if _is(journal, told[0]["former_sha256"]):
        places = {one["line"] for one in taken}
        _replace(journal, [line for n, line in enumerate(_lines(journal)) if n not in places])
    return len(taken)


def _cost(run: RunPaths, ruling: Ruling) -> dict[str, float]:
    """What voided answers took: their seconds, and the joules of the record in proportion to these."""
    own = sum(_seconds(_path(run, ruling, suffix)) for suffix in (".jsonl", ".canaries.jsonl"))
    aside = (run.folder / FOLDER).glob("*.jsonl")
    whole = sum(_seconds(path) for path in (run.completions, run.canaries, *aside))
    joules = (read_json(run.conditions, {}).get("energy") or {}).get("joules") or 0.0
    return {"seconds": round(own, 3), "joules": round(joules * own / whole, 3) if whole > 0 else 0.0}


def _seconds(path: Path) -> float:
    """Of all answers of a journal, or of those that were set aside of one."""
    told = (json.loads(one["text"]) if "text" in one and "line" in one else one for one in read_lines(path))
    return float(sum(one.get("seconds", 0.0) for one in told))


def _give_back(run: RunPaths, void: Ruling, cost: dict[str, float] | None) -> None:
    """Let the budget of a record count what a voiding took out, or count it again; twice is as once."""
    facts: dict[str, Json] = read_json(run.conditions, {})
    if "budget" not in facts:  # an earlier version of the harness kept none
        return
    why = f"ruling {void.number}"
    given = {key: value for key, value in facts["budget"].get("given_back", {}).items() if key != why}
    counted = charged(facts["spent"]["engine_seconds"], facts["energy"]["joules"], given)
    if cost is not None:  # a kill may have lost the last seconds of what was counted: never more than that
        given[why] = {key: max(min(value, counted[key] or 0.0), 0.0) for key, value in cost.items()}
    spent = charged(facts["spent"]["engine_seconds"], facts["energy"]["joules"], given)
    write_json(run.conditions, {**facts, "budget": {**facts["budget"], "spent": spent, "given_back": given}})


def _of(line: bytes) -> str:
    """The item of an answer; a canary's has the item's name before a tilde."""
    return str(json.loads(line)["item"]).partition("~")[0]


def _path(run: RunPaths, ruling: Ruling, suffix: str) -> Path:
    return run.folder / FOLDER / f"{ruling.number}{suffix}"


def _header(aside: Path) -> Mapping[str, Json]:
    header: Mapping[str, Json] = next(read_lines(aside))
    return header


def _lines(path: Path) -> list[bytes]:
    """Every whole line with its end."""
    return [line + b"\n" for line in path.read_bytes().split(b"\n")[:-1]]


def _digest(lines: Sequence[bytes]) -> str:
    return hashlib.sha256(b"".join(lines)).hexdigest()


def _is(path: Path, sha256: str) -> bool:
    return path.exists() and _digest(_lines(path)) == sha256  # a torn last line does not count


def _replace(path: Path, lines: Sequence[bytes]) -> None:
    """Write all lines at once."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with partial.open("wb") as stream:
        stream.writelines(lines)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)
