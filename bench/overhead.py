"""The demonstration round from nothing: how much of its wall time is not the models' forward passes, and its memory.

Everything counts as ours: starting, importing libraries, intake with its hashes, loading weights, tokenising, writing,
scoring, tracking. The converted checkpoints are already in the cache, as they are after the first `make demo`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.result import Result, compare

SHARE_LIMIT = 0.05
MEMORY_LIMIT = 3e9  # bytes, with the model of 135M parameters
MODEL = "huggingface/smollm2-135m-instruct"
ROOT = Path(__file__).resolve().parent.parent


def measure() -> Iterator[Result]:
    """Run the round once into a folder of its own."""
    with tempfile.TemporaryDirectory() as runs:
        command = [str(Path(sys.executable).with_name("defi")), "round", "run", "demo"]
        environment = {**os.environ, "DEFI_RUNS": runs, "DEFI_ROOT": str(ROOT)}
        begin = time.perf_counter()
        subprocess.run(command, check=True, env=environment)
        wall = time.perf_counter() - begin
        found = {p.parent: json.loads(p.read_text()) for p in Path(runs).glob("demo/*/*/conditions.json")}
    spent = {f"{folder.parent.name}/{folder.name}": facts["spent"] for folder, facts in found.items()}
    forward = sum(entry["forward_seconds"] for entry in spent.values())
    share, facts = 1 - forward / wall, {"wall": round(wall, 1), "spent": spent}
    yield compare("overhead", "share", [share], [SHARE_LIMIT], 1, against="a limit", **facts)
    memory = spent[MODEL]["peak_memory_bytes"]
    yield compare("memory", "bytes", [memory], [MEMORY_LIMIT], 1, against="a limit", model=MODEL)
