"""Our vLLM engine against lm-eval's `vllm` backend and against `LLM.generate`, in turn, on the CPU build.

vllm-choice       five worked examples shared by all, four options of several tokens: at least 5 times as fast
vllm-generation   five worked examples shared by all, at most 96 tokens: no slower
vllm-overhead     the same prompts through `LLM.generate` on the same loaded engine: at most 2 % slower

Both sides stay loaded in processes of the environment `.venv-vllm`, and are run in turn.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from bench.options import ROOT, options
from bench.result import Result, compare
from bench.sides import MODEL
from bench.versus_hf import CHOICE, GENERATION, agree
from bench.vllm_side import RESULT
from harness.types import Json

PYTHON = ROOT / ".venv-vllm" / "bin" / "python"


@dataclass(frozen=True, slots=True)
class Workload:
    """One comparison."""

    name: str
    task: str
    rows: int
    dtypes: tuple[str, ...]
    peer: str  # the side that is compared with
    bar: float


_BOTH = ("float32", "bfloat16")
CHOOSE = Workload("vllm-choice", CHOICE.task, 24, _BOTH, "lm_eval", 5)
GENERATE = Workload("vllm-generation", GENERATION.task, 32, _BOTH, "lm_eval", 1)
OVERHEAD = Workload("vllm-overhead", GENERATION.task, 32, ("float32",), "bare", 1 / 1.02)


def measure(workload: Workload) -> Iterator[Result]:
    """The workload in each of its dtypes; nothing where vLLM is not installed."""
    if not PYTHON.exists():
        print("vLLM is not installed: make setup-vllm", file=sys.stderr)
        return
    for dtype in workload.dtypes:
        if dtype == (options().dtype or dtype):
            yield _measure(workload, dtype)


def _measure(workload: Workload, dtype: str) -> Result:
    rows = options().rows or workload.rows
    with contextlib.ExitStack() as stack:
        peer = stack.enter_context(Side(workload.peer, workload.task, rows, dtype))
        ours = peer if workload.peer == "bare" else stack.enter_context(Side("ours", workload.task, rows, dtype))
        pairs = []
        for turn in range(options().pairs):
            first = {"ours": ours, "peer": peer} if turn % 2 == 0 else {"peer": peer, "ours": ours}
            done = {name: side.run(name) for name, side in first.items()}
            pairs.append((done["ours"], done["peer"]))
            said = (
                f"{done[name]['seconds']:.2f} s, {done[name]['cpu_seconds']:.2f} of CPU" for name in ("ours", "peer")
            )
            print(f"{workload.name} {dtype}, {rows} documents (ours; {workload.peer}): {'; '.join(said)}", flush=True)
    more: dict[str, Json] = {
        "model": MODEL,
        "against": {"lm_eval": "lm-eval 0.4.13 vllm", "bare": "LLM.generate"}[workload.peer],
        "workload": asdict(workload),
        "documents": rows,
        "dtype": dtype,
        "agreement": agree(pairs[0][0]["answers"], pairs[0][1]["answers"], exact=dtype == "float32"),
        "peak_bytes": [[a["peak_bytes"], b["peak_bytes"]] for a, b in pairs],
        "seconds": [[round(a["seconds"], 3), round(b["seconds"], 3)] for a, b in pairs],
        "cpu_seconds": [[round(a["cpu_seconds"], 3), round(b["cpu_seconds"], 3)] for a, b in pairs],
    }
    seconds = ([pair[side]["seconds"] for pair in pairs] for side in (0, 1))
    return compare(f"{workload.name}-{dtype}", "s", *seconds, workload.bar, **more)


def _environment() -> dict[str, str]:
    """With a number of threads given, vLLM is kept from binding its own to cores."""
    threads = options().threads
    chosen = {"OMP_NUM_THREADS": str(threads), "VLLM_CPU_OMP_THREADS_BIND": "nobind"} if threads else {}
    return {**os.environ, **chosen}


class Side:
    """A process that has loaded one side."""

    def __init__(self, side: str, task: str, rows: int, dtype: str) -> None:
        """Keep the words; the process starts when entered."""
        self._words = [str(PYTHON), "-m", "bench.vllm_side", side, task, str(rows), dtype]
        self._messages = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
        self._process: subprocess.Popen[str]

    def __enter__(self) -> Side:
        """Start and wait until it is loaded."""
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            self._words, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=self._messages, text=True
        )
        self._answer()
        return self

    def __exit__(self, *error: object) -> None:
        """Close its input, and wait for its end."""
        self._process.communicate()
        self._messages.close()

    def run(self, name: str) -> dict[str, Any]:
        """One run of what the side calls `name`."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{name}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(RESULT):
                found: dict[str, Any] = json.loads(line.removeprefix(RESULT))
                return found
        self._messages.seek(0)
        raise SystemExit(f"{' '.join(self._words[1:])} failed:\n{self._messages.read()[-3000:]}")
