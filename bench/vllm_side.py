"""One side of a comparison on vLLM, loaded once and run each time it is told to: `python -m bench.vllm_side …`.

It runs in the environment that has vLLM (.venv-vllm). A line on its input begins a run; a line on its output that
begins with RESULT ends it. The prefix cache is emptied before each run, and loading is not timed.

ours      VllmEngine, through the bridge, as lm-eval's model
lm_eval   lm-eval's own `vllm` backend
bare      `LLM.generate` on the same prompts, and ours, in one process and on one loaded engine
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from bench.sides import checkpoint, instances
from harness.types import Json

CONTEXT = 2048
RESULT = "RESULT "
Run = Callable[[], list[Any]]


def main(side: str, task: str, rows: str, dtype: str) -> None:
    """Load, say so, and run at every line."""
    os.environ.update(HF_HUB_OFFLINE="1", VLLM_LOGGING_LEVEL="ERROR", VLLM_NO_USAGE_STATS="1")
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "2")  # lm-eval's backend has no argument for it
    os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] = "0"
    asked = instances(task, int(rows))
    with SIDES[side](asked, dtype) as runs:
        for run, _ in runs.values():
            run(asked[:4])  # kernels are chosen and compiled at the first request
        _say({"ready": True})
        for line in sys.stdin:
            run, reset = runs[line.strip()]
            reset()
            begin, busy = time.perf_counter(), time.process_time()
            answers = run(asked)
            seconds, cpu = time.perf_counter() - begin, time.process_time() - busy
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            plain = [_plain(answer) for answer in answers]
            _say({"seconds": seconds, "cpu_seconds": cpu, "peak_bytes": peak, "answers": plain})


@contextlib.contextmanager
def ours(asked: list[Any], dtype: str) -> Iterator[dict[str, tuple[Any, Any]]]:
    """Our engine behind the bridge."""
    with _engine(dtype) as engine:
        yield {"ours": (_bridged(engine, asked), engine._engine.reset_prefix_cache)}


@contextlib.contextmanager
def lm_eval(asked: list[Any], dtype: str) -> Iterator[dict[str, tuple[Any, Any]]]:
    """lm-eval's backend, with what it has no default for given as to ours. It looks for a distribution `vllm`."""
    from vllm.platforms import current_platform

    assert current_platform.device_type  # settled before the name is lent
    real = importlib.metadata.version
    with mock.patch("importlib.metadata.version", lambda name: real("vllm-cpu" if name == "vllm" else name)):
        from lm_eval.models.vllm_causallms import VLLM

    options = {"max_model_len": CONTEXT, "enforce_eager": True, "enable_prefix_caching": True}
    peer = VLLM(pretrained=str(checkpoint()), dtype=dtype, batch_size="auto", **options)
    kind = asked[0].request_type
    yield {
        "peer": (lambda some: getattr(peer, kind)(some, disable_tqdm=True), peer.model.llm_engine.reset_prefix_cache)
    }


@contextlib.contextmanager
def bare(asked: list[Any], dtype: str) -> Iterator[dict[str, tuple[Any, Any]]]:
    """Both on one engine: `LLM.generate` as anyone would call it, and ours stepping the engine beneath it."""
    from vllm import LLM, SamplingParams

    from harness.engine.vllm.settings import engine_arguments

    prompts = [instance.args[0] for instance in asked]
    until, most = asked[0].args[1]["until"], asked[0].args[1]["max_gen_toks"]
    engine = _engine(dtype)
    llm = LLM(**engine_arguments(checkpoint(), engine.settings))

    def generate(some: list[Any]) -> list[str]:
        sampling = SamplingParams(temperature=0, max_tokens=most, stop=until)
        return [done.outputs[0].text for done in llm.generate(prompts[: len(some)], sampling, use_tqdm=False)]

    reset = llm.llm_engine.reset_prefix_cache
    with mock.patch("harness.engine.vllm.engine._load", return_value=llm.llm_engine), engine:
        yield {"ours": (_bridged(engine, asked), reset), "peer": (generate, reset)}


SIDES = {"ours": ours, "lm_eval": lm_eval, "bare": bare}


def _engine(dtype: str) -> Any:
    from harness.engine.base import EngineContext
    from harness.engine.vllm.engine import VllmEngine
    from harness.prompt import PromptStyle

    return VllmEngine(EngineContext(PromptStyle("verbatim"), checkpoint(), dtype, CONTEXT))


def _bridged(engine: Any, asked: list[Any]) -> Callable[[list[Any]], list[Any]]:
    from harness.engine.lm_eval_bridge import lm_eval_model

    model = lm_eval_model(engine)
    return lambda some: getattr(model, asked[0].request_type)(some, disable_tqdm=True)


def _plain(answer: Any) -> Json:
    return answer if isinstance(answer, str) else [float(answer[0]), bool(answer[1])]


def _say(fact: dict[str, Json]) -> None:
    print(RESULT + json.dumps(fact), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
