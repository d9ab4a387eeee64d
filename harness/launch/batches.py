"""What was sent to a site, in `batches.jsonl`: written before it is sent, so that nothing sent is ever unknown.

    {"event": "opened", "batch": "3f…", "time": "…", "name": "defi-spring-3f…", "cluster": "jean_zay", "keys": […], …}
    {"event": "taken", "batch": "3f…", "job": "1234"}                           the site has said that it took it
    {"event": "refused", "batch": "3f…", "reason": "…"}                         … or that it did not
    {"event": "ended", "batch": "3f…", "index": 0, "job": "1234_0", "state": "ended", "reason": "", …}

A batch is a job array; a key (`team/entry:ask:1`) has the place in the array that it has in `keys`.
"""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.journal import Journal, read_lines
from harness.launch.base import JobView, Needs
from harness.types import Json


@dataclass(slots=True)
class Batch:
    """One array, as far as it is known here."""

    uid: str
    name: str  # of its jobs
    time: datetime.datetime  # when it was written down
    keys: list[str]
    cluster: str = ""  # by whose file it was sent; empty: nobody wrote it down
    gpus: int = 0  # of each of its jobs
    job: str = ""  # the site's number for it; empty where nobody lived to hear it
    ended: dict[int, JobView] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        """Whether all of it has ended."""
        return len(self.ended) == len(self.keys)

    @property
    def open(self) -> Iterator[tuple[int, str]]:
        """Places and keys of what has not ended."""
        return ((index, key) for index, key in enumerate(self.keys) if index not in self.ended)

    def number(self, index: int) -> str:
        """What the site calls a place of it, or what stands for that."""
        if not self.job:
            return f"{self.uid}_{index}"
        return self.job if len(self.keys) == 1 else f"{self.job}_{index}"


class BatchBook:
    """Reads and writes the journal; one writer at a time (the conductor's lock sees to it)."""

    def __init__(self, path: Path) -> None:
        """Read what earlier processes wrote."""
        self._path = path
        self._batches: dict[str, Batch] = {}
        self._numbers: dict[tuple[str, str], str] = {}  # of what ended -> the first batch that had them
        for line in read_lines(path):
            self._take(line)

    @property
    def batches(self) -> list[Batch]:
        """All that were sent, oldest first."""
        return list(self._batches.values())

    def identity(self, batch: Batch, index: int, number: str) -> str:
        """The site's number of a job, told from an earlier one: a controller that crashed gives a number again."""
        first = self._numbers.get((batch.keys[index], number), batch.uid)
        return number if first == batch.uid else f"{number}#{batch.uid}"

    def opened(self, round_: str, keys: Sequence[str], needs: Needs, cluster: str = "") -> Batch:
        """Write down what is going to be sent, to the cluster of that name."""
        uid = uuid.uuid4().hex[:12]
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        facts = {"time": now, "name": f"defi-{round_}-{uid}", "cluster": cluster, "keys": list(keys)}
        self._write({"event": "opened", "batch": uid, **facts, "needs": dataclasses.asdict(needs)})
        return self._batches[uid]

    def taken(self, batch: Batch, job: str) -> None:
        """The site took it."""
        self._write({"event": "taken", "batch": batch.uid, "job": job})

    def refused(self, batch: Batch, reason: str) -> None:
        """The site did not take it: nothing was sent."""
        self._write({"event": "refused", "batch": batch.uid, "reason": reason})

    def ended(self, batch: Batch, views: Mapping[int, JobView]) -> None:
        """How places of it ended, for good."""
        self._write(
            *({"event": "ended", "batch": batch.uid, "index": n, **dataclasses.asdict(one)} for n, one in views.items())
        )

    def abandon(self, batch: Batch, reason: str) -> None:
        """Take what is open of it for lost, whatever the site does with it."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        self.ended(batch, {n: JobView(key, batch.number(n), "lost", reason, now) for n, key in batch.open})

    def _write(self, *lines: dict[str, Json]) -> None:
        with Journal(self._path) as journal:  # forced to the disk as it closes
            for line in lines:
                journal.append(line)
        for line in lines:
            self._take(line)

    def _take(self, line: Mapping[str, Json]) -> None:
        uid, event = line["batch"], line["event"]
        if event == "opened":
            time = datetime.datetime.fromisoformat(line["time"])
            gpus = (line.get("needs") or {}).get("gpus", 0)
            self._batches[uid] = Batch(uid, line["name"], time, list(line["keys"]), line.get("cluster", ""), gpus)
        elif event == "taken":
            self._batches[uid].job = line["job"]
        elif event == "refused":
            del self._batches[uid]
        elif event == "ended":
            view = {key: line[key] for key in ("key", "job", "state", "reason", "since", "node")}
            self._batches[uid].ended[line["index"]] = JobView(**view)
            self._numbers.setdefault((line["key"], line["job"]), uid)
