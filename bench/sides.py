"""The two sides of a comparison, each in a process of its own: our engine through the bridge, and lm-eval's `hf`.

`python -m bench.sides SPECIFICATION OUT` loads one side, answers a workload's instances, and writes wall time, memory
and answers. Loading, building the instances and a first small request are not timed.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.options import ROOT, data_folder
from harness.types import Json

TASKS = ROOT / "tests" / "data" / "lm_eval"
MODEL = "huggingface/smollm2-135m-instruct"


@dataclass(frozen=True, slots=True)
class Specification:
    """One run of one side."""

    side: str  # ours, hf
    task: str  # a file of TASKS
    rows: int
    dtype: str
    batch: int = 1  # of hf
    threads: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What one run measured."""

    seconds: float
    loaded_bytes: int  # resident before the timed part
    peak_bytes: int  # of the timed part
    whole_peak_bytes: int  # of the process, loading included
    answers: list[Json]

    @property
    def above_bytes(self) -> int:
        """Memory that the work took on top of the loaded model."""
        return max(0, self.peak_bytes - self.loaded_bytes)


def run(specification: Specification) -> Run:
    """Run a side in a process of its own; its messages are shown when it fails."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        words = [sys.executable, "-m", "bench.sides", json.dumps(asdict(specification)), out.name]
        environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "TQDM_DISABLE": "1"}
        done = subprocess.run(words, check=False, env=environment, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{specification} failed:\n{done.stderr[-3000:]}")
        return Run(**json.loads(Path(out.name).read_text()))


def checkpoint() -> Path:
    """The converted checkpoint, in the checkout's cache."""
    from harness.intake.checkpoint import resolve_checkpoint
    from harness.intake.manifest import read_manifest

    manifest = ROOT / "submissions" / MODEL / "manifest.yaml"
    folder = resolve_checkpoint(read_manifest(manifest), ROOT, ROOT / ".cache")
    if folder is None:
        raise SystemExit(f"{MODEL} has no checkpoint")
    return folder


def instances(task: str, rows: int) -> list[Any]:
    """What lm-eval asks for the first documents of a task file."""
    from harness.lm_eval_files import TaskFile

    if not data_folder().is_dir():
        raise SystemExit(f"no benchmark rows in {data_folder()}: set DEFI_DATA")
    file = TaskFile(TASKS / f"{task}.yaml", data_folder(), limit=rows)
    if len(file.documents) < rows:
        raise SystemExit(f"{task} has {len(file.documents)} documents, and {rows} are asked: lower --rows")
    return [instance for document in file.documents for instance in document.instances]


@contextlib.contextmanager
def model(specification: Specification) -> Iterator[Any]:
    """One side, loaded, as an lm-eval model."""
    if specification.side == "hf":
        from lm_eval.models.huggingface import HFLM

        options = {"device": "cpu", "dtype": specification.dtype, "batch_size": specification.batch}
        yield HFLM(pretrained=str(checkpoint()), **options)
        return
    from harness.engine.base import EngineContext
    from harness.engine.lm_eval_bridge import lm_eval_model
    from harness.engine.transformers.engine import TransformersEngine
    from harness.prompt import PromptStyle

    context = EngineContext(PromptStyle("verbatim"), checkpoint())
    with TransformersEngine(context, dtype=specification.dtype, device="cpu") as engine:
        yield lm_eval_model(engine)


def measured(specification: Specification) -> Run:
    """Load, warm up, and time the whole workload once."""
    import torch

    if specification.threads:
        torch.set_num_threads(specification.threads)
    asked = instances(specification.task, specification.rows)
    kind = asked[0].request_type
    with model(specification) as side:
        getattr(side, kind)([_small(asked[0])])
        loaded = _resident("VmRSS")
        _forget_peak()
        begin = time.perf_counter()
        answers = getattr(side, kind)(asked)
        seconds = time.perf_counter() - begin
    whole = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Run(seconds, loaded, _resident("VmHWM"), whole, [_plain(answer) for answer in answers])


def _small(instance: Any) -> Any:
    """An unrelated question of the same kind, so that nothing of the workload is computed before it is timed."""
    import dataclasses

    options = "brown fox" if instance.request_type == "loglikelihood" else {"until": ["\n"], "max_gen_toks": 4}
    return dataclasses.replace(instance, arguments=("The quick", options), resps=[], filtered_resps={})


def _plain(answer: Any) -> Json:
    return answer if isinstance(answer, str) else [float(answer[0]), bool(answer[1])]


def _resident(key: str) -> int:
    """A line of /proc/self/status, in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{key}:"))


def _forget_peak() -> None:
    """Let the kernel begin a new peak; where it may not, the peak is that of the whole process."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(asdict(measured(Specification(**json.loads(sys.argv[1]))))))
