"""The site at scale: a round of 1,000 submissions over 20 tasks in two languages, published; then one more submission.

Records are invented, the table is made of them as `defi rank` makes it, and kept for the second measurement: what is
held to limits is what `defi publish` does with a table, on two processes, in a process of its own. Memory is the sum of
the proportional set sizes of all its processes, so that what they share counts once.
"""

from __future__ import annotations

import dataclasses
import gzip
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.invented import Invented, write_record, write_round
from bench.result import Result, compare
from harness.types import Json
from leaderboard.publish import SiteReport, publish
from leaderboard.table import Tabulated, build

SUBMISSIONS, TASKS, COUNT, PROCESSES = 1_000, 20, 2, 2
SECONDS, BYTES, PAGE = 60.0, 2e9, 150_000.0
_HEAVIEST = 8  # pages named
_INTERVAL = 0.5  # seconds between two looks at memory


def measure() -> Iterator[Result]:
    """Publish the round without one submission, then with it, and hold time, memory and pages to their limits."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        sizes = [_size(SUBMISSIONS - 1), _size(SUBMISSIONS)]
        paths = write_round(sizes[0], root)
        first = _published(root, paths.folder, "first")
        write_record(sizes[1], paths, SUBMISSIONS - 1)
        write_round(sizes[1], root, records=False)
        second = _published(root, paths.folder, "second")
        facts = {**first["facts"], "load": os.getloadavg()[0], "against": "a limit"}
        yield compare("site-seconds", "s", [first["seconds"]], [SECONDS], 1, **facts)
        yield compare("site-memory", "bytes", [first["memory"]], [BYTES], 1, **facts)
        heaviest = _heaviest(root / "site")
        yield compare("site-page", "bytes", [next(iter(heaviest.values()))], [PAGE], 1, **facts, heaviest=heaviest)
        more = {**second["facts"], "against": "a limit"}
        yield compare("site-again-seconds", "s", [second["seconds"]], [SECONDS], 1, **more)


def publish_round(submissions: int, root: Path) -> None:
    """An invented round of the size that is measured, published in `root/site`."""
    _published(root, write_round(_size(submissions), root).folder, "first")


def _size(submissions: int) -> Invented:
    return Invented(submissions, tasks=TASKS, count=COUNT)


def _published(root: Path, records: Path, name: str) -> dict[str, Json]:
    """Make the table, publish it in a process of its own, and watch that process's memory."""
    file = root / f"{name}.pickle"
    table = build(records)
    file.write_bytes(pickle.dumps(dataclasses.replace(table, table=_told(table.table))))
    del table
    command = [sys.executable, "-m", "bench.site", str(file), str(root / "site")]
    here = Path(__file__).resolve().parent.parent
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=here) as run:
        peak = 0
        while run.poll() is None:
            peak = max(peak, _memory(run.pid))
            time.sleep(_INTERVAL)
        assert run.stdout is not None
        said = run.stdout.read()
    if run.returncode:
        raise subprocess.CalledProcessError(run.returncode, command)
    found: dict[str, Json] = json.loads(said.splitlines()[-1])
    return {**found, "memory": peak}


def _told(table: dict[str, Json]) -> dict[str, Json]:
    """The table with what real entries declare and real conditions hold, which invented records leave out."""
    declared = {"license": "Apache-2.0", "parameters": 7_000_000_000, "languages": ["fr", "en"], "dtype": "bfloat16"}
    declared |= {"prompting": "chat", "engine": "vllm", "context_length": 8192, "training_data": "Public text. " * 8}
    conditions = {
        "hardware": {"gpus": ["H100"] * 4, "cores": 96},
        "packages": {f"package-{n}": "1.0" for n in range(40)},
    }
    for row in table["standings"]:
        row["declared"] = declared | row["declared"]
        row["conditions"] = conditions
    return table


def _memory(process: int) -> int:
    """Bytes of a process and of those that it started, pages that they share counted once."""
    total = 0
    for one in (process, *_children(process)):
        try:
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii")
        except OSError:  # it ended just now
            continue
        total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total * 1024


def _children(process: int) -> list[int]:
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    except OSError:  # it ended just now
        return []
    return [int(word) for word in text.split()]


def _heaviest(site: Path) -> dict[str, int]:
    """The heaviest pages as they travel, compressed."""
    largest = sorted(site.rglob("*.html"), key=lambda path: path.stat().st_size, reverse=True)[: 10 * _HEAVIEST]
    sizes = {path.relative_to(site).as_posix(): len(gzip.compress(path.read_bytes())) for path in largest}
    return dict(sorted(sizes.items(), key=lambda entry: -entry[1])[:_HEAVIEST])


def _facts(report: SiteReport) -> Mapping[str, Json]:
    kinds = {kind: dataclasses.asdict(one) for kind, one in report.kinds.items()}
    return {
        **{key: getattr(report, key) for key in ("pages", "files", "bytes", "changed")},
        "kinds": {kind: {**one, "seconds": round(one["seconds"], 2)} for kind, one in kinds.items()},
    }


def main(table: Path, out: Path) -> None:
    """Publish a kept table and print what it took as JSON."""
    made: Tabulated = pickle.loads(table.read_bytes())
    begin = time.perf_counter()
    report = publish(made.table, out, pairs=made.pairs, processes=PROCESSES)
    seconds = time.perf_counter() - begin
    submissions = {"submissions": len(made.table["standings"]), "tasks": len(made.table["tasks"])}
    spent = sum(os.times()[:4])  # of all processors, reading the kept table included
    facts = {**submissions, "processor_seconds": round(spent, 1), **_facts(report)}
    print(json.dumps({"seconds": seconds, "facts": facts}))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
