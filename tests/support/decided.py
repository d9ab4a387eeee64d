"""A closed round with one sealed record, about which organisers decide."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from life import START

from harness.attest.keys import new_key
from harness.attest.log import read_log
from harness.attest.sealing import seal
from harness.decisions import Bench, settle_rulings
from harness.journal import read_lines
from harness.record import RunPaths, write_json

NAME, TASK, OTHER = "team/one", "track/a", "track/b"
ITEMS = [{"id": f"{task}/{n}", "task": task} for task in (TASK, OTHER) for n in range(3)]
OPENED = {"schema": "grand-defi/life/1", "round": "tiny", "generator": {}, "generator_digest": "g", "rules_digest": "r"}
ROW = {"level": 1, "language": "fr", "cluster": "c", "index": 0, "chance": 0.0, "category": "wrong"}


def closed_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A closed round in the open with one sealed record, and the organisers' key."""
    new_key(tmp_path / "organiser.key")
    monkeypatch.setenv("DEFI_KEY", str(tmp_path / "organiser.key"))
    folder = tmp_path / "runs/tiny"
    closed = {"at": START.isoformat(), "submissions": {NAME: "1" * 64, "team/two": "2" * 64}}
    write_json(folder / "life.json", {**OPENED, "rules": {}, "opened": START.isoformat(), "closed": closed})
    made = Bench(folder, False, (NAME, "team/two"), "the jury", START)
    settle_rulings(made.folder)
    finish(made.run(NAME))
    return made


def line(item: str, **more: Any) -> str:
    return json.dumps({"item": item, "text": f"é\u2028 {item}", **more}, ensure_ascii=False) + "\n"


def finish(run: RunPaths) -> None:
    """Ask what has no answer, score all and seal: what `defi round run` does."""
    write_json(run.submission, {})
    write_json(run.plan, {"hash": "p", "submission_digest": "1" * 64, "items": ITEMS, "round": {}})
    said = {one["item"] for one in read_lines(run.completions)}
    with run.completions.open("a") as stream:
        stream.writelines(line(item["id"]) for item in reversed(ITEMS) if item["id"] not in said)
    again = {one["item"] for one in read_lines(run.canaries)}
    with run.canaries.open("a") as stream:
        stream.writelines(line(f"{item['id']}~repeat") for item in ITEMS[::3] if f"{item['id']}~repeat" not in again)
    with run.scores.open("w") as stream:
        for item in ITEMS:
            row = {**ROW, "item": item["id"], "task": item["task"], "value": 0.0, "capped": False}
            stream.write(json.dumps({**row, "answer": "", "reason": ""}) + "\n")
    for path in (run.judging, run.estimates, run.conditions):
        write_json(path, {})
    write_json(run.state, {"state": "scored", "reason": "", "since": ""})
    seal(run.folder)


def items(path: Path) -> list[str]:
    return [one["item"] for one in read_lines(path)]


def events(bench: Bench) -> list[str]:
    return [one.event for one in read_log(bench.folder / "log.jsonl")]


def copied(bench: Bench, to: Path) -> Bench:
    shutil.copytree(bench.folder, to / "tiny")
    return dataclasses.replace(bench, folder=to / "tiny")
