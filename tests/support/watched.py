"""A round on disk as its jobs and its conductor leave it, at invented times."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from harness.canonical import dumps
from harness.record import RoundPaths, RunPaths, write_json
from harness.types import Round, RoundTask
from harness.watching import Expected, Row, Watched, look

NOW = datetime.datetime(2027, 3, 1, 12, tzinfo=datetime.UTC)
NODE = "gpu12"  # no machine that runs a test


def ago(seconds: float) -> str:
    return (NOW - datetime.timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


class Disk:
    """Writes what a round's folder holds."""

    def __init__(self, root: Path, *names: str, stopping: dict[str, Any] | None = None) -> None:
        """A round of a hundred items, with these submissions."""
        self.paths = RoundPaths(root, "spring")
        self.paths.folder.mkdir(parents=True, exist_ok=True)
        task = RoundTask("understanding/reading_choice", 1, (50,))
        title = {"fr": "x", "en": "x"}
        self.round = Round(
            "spring", title, "2027-03-01", "s", ("fr", "en"), (task,), (1.0,), names, stopping=stopping or {}
        )
        self.watched = Watched(self.paths, self.round)

    def run(self, name: str = "team/one") -> RunPaths:
        return self.paths.run(*name.split("/"))

    def state(self, state: str, reason: str = "", since: float = 0.0, name: str = "team/one", **facts: Any) -> None:
        run = self.run(name)
        write_json(run.submission, {"team": name})
        write_json(run.state, {"state": state, "reason": reason, "since": ago(since), **facts})

    def cut(self, *items: int, tokens: float = 1000.0) -> None:
        shards = [
            {"number": number, "items": [f"i{number}.{k}" for k in range(count)], "tokens": tokens}
            for number, count in enumerate(items, 1)
        ]
        write_json(self.run().shards, {"schema": "grand-defi/shards/1", "shards": shards})

    def cluster(self) -> None:
        (self.paths.folder / "batches.jsonl").write_text("")

    def sent(self, key: str, seconds: float) -> None:
        self._add(self.paths.folder / "jobs.jsonl", {"time": ago(seconds), "event": "sent", "key": key})

    def ended(self, key: str, result: str = "done", fault: str = "", reason: str = "") -> None:
        facts = {"job": "1", "node": NODE, "result": result, "fault": fault, "reason": reason}
        self._add(self.paths.folder / "jobs.jsonl", {"time": ago(0), "event": "ended", "key": key, **facts})

    def looked(self, seconds: float, every: float = 30.0) -> None:
        write_json(self.paths.folder / "looked.json", {"at": ago(seconds), "every": every})

    def waits(self, reason: str, blocked: str = "", name: str = "team/one") -> None:
        told = {"jobs": 1, "reason": reason, "since": ago(50), "blocked": blocked}
        write_json(self.paths.folder / "waiting.json", {"at": ago(50), "submissions": {name: told}})

    def again(self, name: str) -> None:
        self._add(self.paths.folder / "jobs.jsonl", {"time": ago(0), "event": "again", "key": name})

    def event(self, key: str, event: str, before: float, **facts: Any) -> None:
        name, _, rest = key.partition(":")
        shard = int(rest.partition(":")[2] or 0)
        run = self.run(name)
        path = (run.part(shard) if shard else run).events
        self._add(path, {"time": ago(before), "event": event, "errand": key, **facts})

    def begun(self, key: str, seconds: float, node: str = NODE, process: int = 7) -> None:
        self.event(key, "begun", seconds, node=node, process=process)

    def progress(self, key: str, seconds: float, done: int, items: int, *, since: float, tokens: int = 0) -> None:
        facts = {"done": done, "items": items, "answered": done, "tokens": tokens, "seconds": since - seconds}
        self.event(key, "progress", seconds, **facts)

    def conditions(self, shard: int, seconds: float, joules: float | None = None, gpus: int = 0) -> None:
        run = self.run().part(shard) if shard else self.run()
        used = {"inference": {"device": "cuda" if gpus else "cpu"}, "hardware": {"gpus": [{}] * gpus}}
        write_json(run.conditions, {**used, "spent": {"seconds": seconds}, "energy": {"joules": joules}})

    def row(self, name: str = "team/one", **expected: Any) -> Row:
        self.watched.expected = Expected(**expected)
        (found,) = look(self.watched, NOW, name).rows
        return found

    @staticmethod
    def _add(path: Path, line: dict[str, Any]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(dumps(line) + "\n")
